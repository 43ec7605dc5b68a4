const assert = require('assert');
const { Geocoder } = require('./geocode.js');
const good = { locate: async (query) => ({ lat: query.length, lon: 0 }) };
const bad = { locate: async () => Promise.reject(new Error('503')) };
(async () => {
  assert.deepStrictEqual(await new Geocoder(good, bad).locate(' a  b '), { lat: 3, lon: 0 });
  const geocoder = new Geocoder(bad, good);
  assert.deepStrictEqual(await geocoder.locate('abc'), { lat: 3, lon: 0 });
  assert.strictEqual(geocoder.fallbacks, 1);
  await assert.rejects(new Geocoder(bad, bad).locate('x'));
})();
