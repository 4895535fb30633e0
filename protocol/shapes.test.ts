import assert from 'node:assert/strict';
import { test } from 'node:test';

import { longText, shortText } from './shapes.ts';

const name = shortText(80, 2);
const message = longText(8_000);

test('two names that look alike are alike', () => {
  for (const typed of [
    'Nguyễn Hoàng Phúc',
    'Nguyễn Hoàng Phúc'.normalize('NFD'),
    '\u200bNguyễn\u00a0Hoàng \u2060 Phúc\ufeff',
    'Nguyễn\u200e Ho\u00adàng\u200d Phú\u200cc\u3164',
    '  Nguyễn\tHoàng\u2003Phúc\n',
  ])
    assert.equal(name.parse(typed), 'Nguyễn Hoàng Phúc', JSON.stringify(typed));
  assert.equal(name.parse('Tổ 👩‍⚕️ 👨‍👩‍👧 Ia Grai'), 'Tổ 👩‍⚕️ 👨‍👩‍👧 Ia Grai', 'a joined emoji stays one');
});

test('a text in which there is nothing to see is none', () => {
  for (const blank of [
    '',
    '  ',
    '\u200b\u200b',
    '\u3164\u3164',
    '\u2800\u2800',
    '\u0301\u0301',
    '\u115f\u1160',
    '\ufe0f\ufe0f',
    '\u200d\u200d',
  ]) {
    assert.equal(name.safeParse(blank).success, false, JSON.stringify(blank));
    assert.equal(message.safeParse(blank).success, false, JSON.stringify(blank));
  }
  for (const seen of ['Ý', '?', '👍', '1', '\u200bạ']) assert.equal(message.safeParse(seen).success, true, seen);
  assert.equal(shortText(80, 0).parse('\u200b '), '');
});

test('controls, marks that turn the direction, and halves of letters are refused', () => {
  for (const bad of ['a\u0000b', 'a\u001bb', 'a\u202eb', 'a\u2066b', 'a\ud800b', 'a\u0085b']) {
    assert.equal(name.safeParse(bad).success, false, JSON.stringify(bad));
    assert.equal(message.safeParse(bad).success, false, JSON.stringify(bad));
  }
  assert.equal(message.parse('một\r\nhai\rba\n'), 'một\nhai\nba\n');
});

test('lengths are counted in characters and in bytes, after normalising', () => {
  assert.equal(message.safeParse('ế'.normalize('NFD').repeat(8_000)).success, true);
  assert.equal(message.safeParse('ế'.repeat(8_001)).success, false);
  assert.equal(message.safeParse('😀'.repeat(8_000)).success, true);
  assert.equal(name.safeParse('a'.repeat(81)).success, false);
});
