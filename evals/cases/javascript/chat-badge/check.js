const assert = require('assert');
const { renderRoom } = require('./render.js');
const users = new Map([[1, { name: 'A&B', status: '<img src=x onerror=alert(1)>' }], [2, { name: 'C' }]]);
const html = renderRoom([{ from: 1, text: 'hi', sentAt: 0 }, { from: 2, text: 'a\nb', sentAt: 0 }], users);
assert(html.includes('A&amp;B') && html.includes('a<br>b') && html.includes('badge'));
assert(!html.includes('<img'), html);
