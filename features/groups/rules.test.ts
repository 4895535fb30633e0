import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shortText } from '../../protocol/shapes.ts';
import { lettersLeft, NAME_MOST } from './rules.ts';

test('counts the letters of a name as the server does', () => {
  const name = shortText(NAME_MOST);
  for (const [text, left] of [
    ['', NAME_MOST],
    ['Phòng', NAME_MOST - 5],
    ['a'.repeat(NAME_MOST), 0],
    [`  ${'a'.repeat(NAME_MOST)}  `, 0],
    ['a'.repeat(NAME_MOST + 1), -1],
    // Letters that a keyboard composes of several signs.
    ['ệ'.repeat(NAME_MOST).normalize('NFD'), 0],
    ['😀'.repeat(NAME_MOST), 0],
    [`${'a'.repeat(50)}   ${'b'.repeat(49)}`, 0],
  ] as const) {
    assert.equal(lettersLeft(text), left, text);
    if (text !== '') assert.equal(name.safeParse(text).success, left >= 0, text);
  }
});
