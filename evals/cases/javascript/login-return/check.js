const assert = require('assert');
const { returnPath } = require('./return-path.js');
assert.strictEqual(returnPath({ next: '/orders/12?tab=items' }), '/orders/12?tab=items');
assert.strictEqual(returnPath({}), '/dashboard');
for (const next of ['https://evil.example/', '//evil.example/x', '/\\evil.example', '/\t/evil.example', '//', '/.//evil.example', '/a\r\nX: y', '/ab\n']) {
  const got = returnPath({ next });
  assert.strictEqual(new URL(got, 'https://shop.example').origin, 'https://shop.example', next);
}
