const assert = require('assert');
const { Stock, OutOfStock } = require('./reserve.js');
const stock = new Stock([['a', 5], ['b', 1]]);
stock.reserveAll([{ sku: 'a', quantity: 2 }, { sku: 'a', quantity: 3 }]);
assert.strictEqual(stock.available('a'), 0);
assert.throws(() => stock.reserveAll([{ sku: 'b', quantity: 1 }, { sku: 'a', quantity: 1 }]), OutOfStock);
assert.strictEqual(stock.available('b'), 1);
for (const quantity of [-2, 0.5, '3', NaN]) {
  assert.throws(() => stock.reserveAll([{ sku: 'b', quantity }]), RangeError);
}
