'use strict';

class OutOfStock extends Error {
  constructor(sku) {
    super(`not enough of ${sku}`);
    this.name = 'OutOfStock';
    this.sku = sku;
  }
}

class Stock {
  constructor(levels) {
    this.levels = new Map(levels);
    this.reserved = new Map();
  }

  available(sku) {
    return (this.levels.get(sku) ?? 0) - (this.reserved.get(sku) ?? 0);
  }

  /** Reserve one item of a request body. */
  reserve(item) {
    if (!Number.isInteger(item.quantity) || item.quantity < 1) {
      throw new RangeError(`not a quantity: ${item.quantity}`);
    }
    if (this.available(item.sku) < item.quantity) {
      throw new OutOfStock(item.sku);
    }
    this.reserved.set(item.sku, (this.reserved.get(item.sku) ?? 0) + item.quantity);
  }

  release(sku, quantity) {
    const held = this.reserved.get(sku) ?? 0;
    this.reserved.set(sku, Math.max(0, held - quantity));
  }
}

module.exports = { Stock, OutOfStock };
