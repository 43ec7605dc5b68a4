'use strict';

/** Sums a cart. Prices come from a service, one call a line. */
class CartTotal {
  constructor(prices, vatPercent = 19) {
    this.prices = prices;
    this.vatPercent = vatPercent;
  }

  async lineCents(line) {
    const cents = await this.prices.lookup(line.sku);
    return cents * line.quantity;
  }

  async net(lines) {
    let cents = 0;
    for (const line of lines) {
      cents += await this.lineCents(line);
    }
    return cents;
  }

  async gross(lines) {
    const net = await this.net(lines);
    return Math.round((net * (100 + this.vatPercent)) / 100);
  }

  async summary(lines) {
    const gross = await this.gross(lines);
    return `${lines.length} items, ${(gross / 100).toFixed(2)} EUR`;
  }
}

module.exports = { CartTotal };
