const assert = require('assert');
const { Backup } = require('./upload.js');
const store = new Map();
const bucket = {
  put: async (key, data) => {
    await new Promise((done) => setTimeout(done, 5));
    if (data === 'broken!') throw new Error('disk full');
    store.set(key, data);
  },
  get: async (key) => store.get(key),
};
process.on('unhandledRejection', () => process.exit(1));
(async () => {
  const backup = new Backup(bucket);
  const keys = await backup.run('mon', [{ name: 'b', data: 'bbbb' }, { name: 'a', data: 'a' }]);
  assert.deepStrictEqual(keys, ['mon/a', 'mon/b']);
  await assert.rejects(backup.run('tue', [{ name: 'c', data: 'broken!' }]));
  assert(!(await backup.isComplete('tue')));
})();
