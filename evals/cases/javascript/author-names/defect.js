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
    for (const post of posts) {
      const authors = await this.db.query('SELECT name FROM authors WHERE id = ?', [
        post.author_id,
      ]);
      const by = authors.length > 0 ? authors[0].name : 'anonymous';
      items.push({ title: post.title, text: excerpt(post.body), by });
    }
    return items;
  }
}

module.exports = { Feed, excerpt };
