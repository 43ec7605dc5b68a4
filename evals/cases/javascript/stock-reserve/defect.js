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

  /** Reserve all items of a request body, or none of them. */
  reserveAll(items) {
    const next = new Map(this.reserved);
    for (const { sku, quantity } of items) {
      const wanted = (next.get(sku) ?? 0) + quantity;
      if (wanted > (this.levels.get(sku) ?? 0)) {
        throw new OutOfStock(sku);
      }
      next.set(sku, wanted);
    }
    this.reserved = next;
  }

  release(sku, quantity) {
    const held = this.reserved.get(sku) ?? 0;
    this.reserved.set(sku, Math.max(0, held - quantity));
  }
}

module.exports = { Stock, OutOfStock };
