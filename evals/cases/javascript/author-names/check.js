const assert = require('assert');
const { Feed } = require('./feed.js');
const posts = Array.from({ length: 50 }, (_, id) => ({ id, title: `t${id}`, body: 'x', author_id: id % 9 }));
let queries = 0;
const db = {
  query: async (sql, values) => {
    queries += 1;
    if (sql.includes('FROM posts')) return posts;
    return values.filter((id) => id !== 8).map((id) => ({ id, name: `n${id}` }));
  },
};
(async () => {
  const items = await new Feed(db).items();
  assert.strictEqual(items.length, 50);
  assert.strictEqual(items[10].by, 'n1');
  assert.strictEqual(items[8].by, 'anonymous');
  assert(queries <= 2, `${queries} queries`);
})();
