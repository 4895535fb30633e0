import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourOf, compareNames, displayName, givenName, initial, shortName, toneless } from './names.ts';

test('initial: the first letter of the last word, without H’ and Y', () => {
  for (const [name, letter] of [
    ['Nguyễn Hoàng Phúc', 'P'],
    ['Siu H’Nga', 'N'],
    ["Siu H'Nga", 'N'],
    ['H’Bia', 'B'],
    ['Y’Thuyên', 'T'],
    ['Y Thuyên', 'T'],
    ['Trần Minh Đức', 'Đ'],
    ['lê văn ánh', 'Á'],
    ['Hà', 'H'],
    ['Huỳnh Như Ý', 'Ý'],
    ['Nguyễn Văn Sỹ (Làng Jút)', 'S'],
    ['Rơ Châm Hyơk', 'H'],
    ['', '?'],
  ] as const) {
    assert.equal(initial(name), letter, name);
  }
});

test('a decomposed name gives the same letter as a composed one', () => {
  assert.equal(initial('Lê Ánh'.normalize('NFD')), 'Á');
});

test('short name: the given name, or two words where two are alike', () => {
  assert.equal(shortName('Nguyễn Hoàng Phúc'), 'Phúc');
  assert.equal(shortName('Nguyễn Hoàng Phúc', ['Nguyễn Hoàng Phúc', 'Lê Văn Khải']), 'Phúc');
  assert.equal(shortName('Nguyễn Hoàng Phúc', ['Lê Văn Phúc']), 'Hoàng Phúc');
  assert.equal(givenName('Ksor H‘Bích'), 'H’Bích');
});

test('people are sorted by given name, then by family name', () => {
  const people = ['Trần Văn Ân', 'Siu H’Nga', 'Lê Văn Đức', 'Nguyễn An', 'Trần Dung', 'Bùi An', 'Đặng Thị Bích Phượng'];
  assert.deepEqual(people.toSorted(compareNames), [
    'Bùi An',
    'Nguyễn An',
    'Trần Văn Ân',
    'Trần Dung',
    'Lê Văn Đức',
    'Siu H’Nga',
    'Đặng Thị Bích Phượng',
  ]);
});

test('spaces and apostrophes are shown one way', () => {
  assert.equal(displayName("  Siu   H'Nga "), 'Siu H’Nga');
});

test('a colour belongs to the id, and all eight are used', () => {
  const seen = new Set(Array.from({ length: 200 }, (_, i) => colourOf(`0198c2f0-0000-7000-8000-${i}`)));
  assert.equal(colourOf('a'), colourOf('a'));
  assert.deepEqual(
    [...seen].toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test('toneless: what somebody types without marks', () => {
  assert.equal(toneless('Phòng chống bão lũ xã Ia Grăng, Đức'), 'phong chong bao lu xa ia grang, duc');
});
