import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Columns in a terminal: wide signs take two, marks none. */
function columns(text: string): number {
  let sum = 0;
  for (const sign of text.normalize('NFC')) {
    if (/\p{Mark}/u.test(sign)) continue;
    sum += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/u.test(sign) ? 2 : 1;
  }
  return sum;
}

test('plain text', () => {
  assert.equal(columns(''), 0);
  assert.equal(columns('abc'), 3);
});

test('wide signs', () => {
  assert.equal(columns('漢字'), 4);
});
