import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { sharedRuns, countOf, differenceOf, tokensOf } from './rules/difference.ts';
import { beginningOf, blocksOf, nextTick, toggleLines } from './rules/layout.ts';
import { conflictsIn, mergeFiles, mergeTexts, textOf } from './rules/merge.ts';

const RUNS = { numRuns: Number(process.env.RUNS ?? 400) };
/** Few words and many line feeds, so that much is alike. */
const word = fc.constantFrom('Tuấn', 'Nga', 'trực', 'Thứ Hai', ' ', '\n', '\n\n', '. ', ': ', '*');
const text = fc.array(word, { maxLength: 30 }).map((it) => it.join(''));

test('a difference is both texts, letter for letter', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = differenceOf(before, after);
      const without = (kind: string): string => parts.flatMap((it) => (it.kind === kind ? [] : [it.text])).join('');
      assert.equal(without('added'), before);
      assert.equal(without('removed'), after);
      assert.ok(parts.every((it) => it.text !== ''));
      if (before === after) assert.ok(parts.every((it) => it.kind === 'same'));
    }),
    RUNS,
  );
});

/** The length of the longest common subsequence, by the table everybody knows. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const one of a) {
    const next = [0];
    for (const [at, other] of b.entries()) next.push(one === other ? row[at]! + 1 : Math.max(next[at]!, row[at + 1]!));
    row = next;
  }
  return row.at(-1)!;
}

test('what two texts have in common is as much as there can be', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [a, b] = [tokensOf(one), tokensOf(other)];
      const runs = sharedRuns(a, b);
      let [x, y] = [0, 0];
      for (const it of runs) {
        assert.ok(it.a >= x && it.b >= y && it.length > 0);
        for (let at = 0; at < it.length; at += 1) assert.equal(a[it.a + at], b[it.b + at]);
        [x, y] = [it.a + it.length, it.b + it.length];
      }
      assert.equal(
        runs.reduce((sum, it) => sum + it.length, 0),
        longestCommon(a, b),
      );
    }),
    RUNS,
  );
});

test('words that were changed stand together, and are counted', () => {
  const parts = differenceOf('Thứ Hai: đồng chí Tuấn trực.\nThứ Ba: Nga.', 'Thứ Hai: bà Bích trực.\nThứ Ba: Nga.');
  assert.deepEqual(parts, [
    { kind: 'same', text: 'Thứ Hai: ' },
    { kind: 'removed', text: 'đồng chí Tuấn' },
    { kind: 'added', text: 'bà Bích' },
    { kind: 'same', text: ' trực.\nThứ Ba: Nga.' },
  ]);
  assert.deepEqual(countOf(parts), { added: 2, removed: 3 });
});

test('texts of the largest size that have nothing in common are compared at once', () => {
  const many = (letter: string): string => Array.from({ length: 5_000 }, (_, at) => `${letter}${at}`).join(' ');
  const since = performance.now();
  const parts = differenceOf(many('a'), many('b'));
  assert.equal(parts.filter((it) => it.kind !== 'same').length, 2);
  assert.ok(performance.now() - since < 10_000);
});

test('whoever alone changed something is followed; what both did alike is done once', () => {
  fc.assert(
    fc.property(text, text, (base, other) => {
      for (const [mine, theirs] of [
        [other, base],
        [base, other],
        [other, other],
      ] as const) {
        const segments = mergeTexts(base, mine, theirs);
        assert.deepEqual(conflictsIn(segments), []);
        assert.equal(textOf(segments), other);
      }
    }),
    RUNS,
  );
});

test('nothing that was written is lost: what is mine and what is theirs can be had back whole', () => {
  fc.assert(
    fc.property(text, text, text, (base, mine, theirs) => {
      const segments = mergeTexts(base, mine, theirs);
      // Every word that one of them put there stands in the proposal or in a conflict.
      const shown = tokensOf(
        segments.map((it) => (it.kind === 'conflict' ? `${it.mine} ${it.theirs}` : it.text)).join(''),
      );
      for (const written of [mine, theirs]) {
        const added = differenceOf(base, written).flatMap((it) => (it.kind === 'added' ? tokensOf(it.text) : []));
        for (const it of added) if (it.trim() !== '') assert.ok(shown.includes(it), `${it} of ${written}`);
      }
      // The same the other way round, with the names changed.
      const turned = mergeTexts(base, theirs, mine);
      const all = segments.map((it) => (it.kind === 'conflict' ? 'mine' : undefined)).filter(Boolean) as 'mine'[];
      assert.equal(
        textOf(segments, all),
        textOf(
          turned,
          all.map(() => 'theirs'),
        ),
      );
      assert.equal(conflictsIn(segments).length, conflictsIn(turned).length);
    }),
    RUNS,
  );
});

test('two who change different days are put together, the same day is asked about', () => {
  const base = 'Thứ Hai: Tuấn\nThứ Ba: Nga\nThứ Tư: Phúc\n';
  const mine = 'Thứ Hai: Bích\nThứ Ba: Nga\nThứ Tư: Phúc, Thưng\n';
  const theirs = 'Thứ Hai: Khải\nThứ Ba: Nga, Hyơk\nThứ Tư: Phúc\n';
  const segments = mergeTexts(base, mine, theirs);
  assert.deepEqual(conflictsIn(segments), [
    { kind: 'conflict', base: 'Thứ Hai: Tuấn\n', mine: 'Thứ Hai: Bích\n', theirs: 'Thứ Hai: Khải\n' },
  ]);
  assert.equal(textOf(segments, ['mine']), 'Thứ Hai: Bích\nThứ Ba: Nga, Hyơk\nThứ Tư: Phúc, Thưng\n');
  assert.equal(textOf(segments).split('\n')[0], 'Thứ Hai: Khải');
  assert.equal(textOf(segments).split('\n')[1], 'Thứ Hai: Bích');
  // Two words of one line, each by somebody else.
  assert.equal(
    textOf(mergeTexts('từ 7 giờ tới 17 giờ', 'từ 8 giờ tới 17 giờ', 'từ 7 giờ tới 18 giờ')),
    'từ 8 giờ tới 18 giờ',
  );
});

test('files put together: theirs, what I added, without what I took out', () => {
  assert.deepEqual(mergeFiles(['a', 'b'], ['b', 'c'], ['a', 'b', 'd']), ['b', 'd', 'c']);
  assert.deepEqual(mergeFiles([], ['x'], ['x']), ['x']);
});

test('headings, boxes to tick and words', () => {
  assert.deepEqual(
    blocksOf('# Lịch trực\n\nTừ *thứ Hai*\n- Tuấn\n- Nga\n[ ] Bàn giao\n- [x] Ký sổ\n## Ghi thêm\n#không phải'),
    [
      { kind: 'heading', level: 1, text: 'Lịch trực' },
      { kind: 'words', text: 'Từ *thứ Hai*\n- Tuấn\n- Nga' },
      {
        kind: 'ticks',
        items: [
          { done: false, text: 'Bàn giao' },
          { done: true, text: 'Ký sổ' },
        ],
      },
      { kind: 'heading', level: 2, text: 'Ghi thêm' },
      { kind: 'words', text: '#không phải' },
    ],
  );
  assert.equal(beginningOf('# Lịch\n\n[x] Ký sổ\n[ ] Giao'), 'Lịch\n☑ Ký sổ\n☐ Giao');
});

test('lines are made headings and boxes, and plain again', () => {
  const made = toggleLines({ text: 'một\nhai', from: 0, to: 7 }, 'tick');
  assert.deepEqual(made, { text: '[ ] một\n[ ] hai', from: 0, to: 15 });
  assert.deepEqual(toggleLines(made, 'tick').text, 'một\nhai');
  assert.deepEqual(toggleLines({ text: 'một', from: 3, to: 3 }, 'heading'), { text: '# một', from: 5, to: 5 });
  assert.deepEqual(toggleLines({ text: '# một', from: 5, to: 5 }, 'tick'), { text: '[ ] một', from: 7, to: 7 });
  assert.deepEqual(nextTick({ text: '[x] một', from: 7, to: 7 }), { text: '[x] một\n[ ] ', from: 12, to: 12 });
  assert.deepEqual(nextTick({ text: '[ ] a\n[ ] ', from: 10, to: 10 }), { text: '[ ] a\n', from: 6, to: 6 });
  assert.equal(nextTick({ text: 'một', from: 3, to: 3 }), undefined);
});
