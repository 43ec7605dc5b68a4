const assert = require('assert');
const { agenda, overdue } = require('./order.js');
const task = (title, priority, due) => ({ title, priority, due, state: 'open' });
const tasks = [task('a', 'low', 1), task('b', 'urgent', 9), task('c', 'high', 5), task('d', 'urgent', 3), task('e', 'high', 2)];
assert.strictEqual(agenda(tasks).map((t) => t.title).join(''), 'dbeca');
assert.strictEqual(overdue(tasks, 4).map((t) => t.title).join(''), 'dea');
