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

test('a letter and its accent are one column', () => {
  assert.equal('e\u0301'.length, 2);
  assert.equal(columns('e\u0301'), 1);
  assert.equal(columns('x\u0301'), 1);
});

test('wide signs', () => {
  assert.equal(columns('漢字かな'), 8);
  assert.equal(columns('\u1112\u1161\u11ab'), 2); // three letters, one syllable
  assert.equal(columns('\uff21'), 2); // the full-width A
  assert.equal(columns('\uff76'), 1); // the half-width KA
});
