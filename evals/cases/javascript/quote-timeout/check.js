const assert = require('assert');
const { QuoteClient, TimeoutError } = require('./fetch-quote.js');
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
(async () => {
  const quick = new QuoteClient({ get: async () => ({ cents: 5 }) }, 20_000);
  assert.deepStrictEqual(await quick.quotes(['A', 'B']), new Map([['A', 5], ['B', 5]]));
  const slow = new QuoteClient({ get: () => new Promise(() => {}) }, 20);
  await assert.rejects(slow.quote('A'), TimeoutError);
  process.exit(timers() === 0 ? 0 : 1);
})();
