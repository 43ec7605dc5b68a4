'use strict';

const path = require('path');

function keyOf(prefix, file) {
  return `${prefix}/${path.posix.normalize(file)}`;
}

class Backup {
  constructor(bucket, log = () => {}) {
    this.bucket = bucket;
    this.log = log;
  }

  async upload(prefix, file) {
    const key = keyOf(prefix, file.name);
    await this.bucket.put(key, file.data);
    this.log(`stored ${key}`);
    return key;
  }

  /** Upload all files; the manifest is written last and says that the backup is whole. */
  async run(prefix, files) {
    const keys = [];
    const ordered = [...files].sort((a, b) => a.data.length - b.data.length);
    for (const file of ordered) {
      keys.push(await this.upload(prefix, file));
    }
    await this.bucket.put(`${prefix}/manifest.json`, JSON.stringify(keys));
    this.log(`${files.length} files, ${prefix} is complete`);
    return keys;
  }

  async isComplete(prefix) {
    const manifest = await this.bucket.get(`${prefix}/manifest.json`);
    return manifest !== undefined;
  }
}

module.exports = { Backup };
