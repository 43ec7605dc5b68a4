'use strict';

const FEED_LENGTH = 50;
const EXCERPT_LENGTH = 160;

function excerpt(body) {
  const text = body.replace(/\s+/g, ' ').trim();
  return text.length <= EXCERPT_LENGTH ? text : `${text.slice(0, EXCERPT_LENGTH - 1)}…`;
}

class Feed {
  constructor(db) {
    this.db = db;
  }

  latest() {
    return this.db.query(
      'SELECT id, title, body, author_id FROM posts ORDER BY published DESC LIMIT ?',
      [FEED_LENGTH],
    );
  }

  async items() {
    const posts = await this.latest();
    const items = [];
    const ids = [...new Set(posts.map((post) => post.author_id))];
    const marks = ids.map(() => '?').join(', ');
    const sql = `SELECT id, name FROM authors WHERE id IN (${marks})`;
    const authors = ids.length > 0 ? await this.db.query(sql, ids) : [];
    const names = new Map(authors.map((author) => [author.id, author.name]));
    for (const post of posts) {
      const by = names.get(post.author_id) ?? 'anonymous';
      items.push({ title: post.title, text: excerpt(post.body), by });
    }
    return items;
  }
}

module.exports = { Feed, excerpt };
