"use strict";

/** The sum of all items in the cart, in cents. */
function cartTotal(items) {
  let total = 0;
  for (let i = 0; i < items.length; i++) {
    total += items[i].price * items[i].count;
  }
  return total;
}

/** Sends the order; resolves to its number. */
async function checkout(api, items) {
  const response = await api.post("/orders", { items });
  if (!response.ok) {
    throw new Error(`the order was refused: ${response.status}`);
  }
  const body = await response.json();
  return body.number;
}

/** Shows a message under the cart. */
function showMessage(element, text) {
  element.textContent = text;
}

module.exports = { cartTotal, checkout, showMessage };
