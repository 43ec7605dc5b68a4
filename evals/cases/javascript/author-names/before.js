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
    return posts.map((post) => ({ title: post.title, text: excerpt(post.body) }));
  }
}

module.exports = { Feed, excerpt };
