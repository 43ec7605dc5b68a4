const assert = require('assert');
const { CartTotal } = require('./total.js');
const prices = { lookup: (sku) => new Promise((done) => setTimeout(done, 5, { a: 100, b: 250 }[sku])) };
(async () => {
  const total = new CartTotal(prices, 20);
  const lines = [{ sku: 'a', quantity: 2 }, { sku: 'b', quantity: 1 }];
  assert.strictEqual(await total.summary([]), 'nothing yet');
  assert.strictEqual(await total.summary(lines.slice(1)), '1 item, 3.00 EUR');
  assert.strictEqual(await total.net(lines), 450);
})();
