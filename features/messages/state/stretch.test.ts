import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { joined, stretchAt } from './stretch.ts';
import type { Stretch } from './stretch.ts';

interface Line {
  readonly seq: number;
}

/** A conversation in which every third number left no line. */
const lines = (from: number, to: number): Line[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => ({ seq: from + at })).filter((it) => it.seq % 3 !== 0);

test('whatever pieces come in whatever order: no holes within, no stretches that touch, nothing twice', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 25 })), { maxLength: 30 }),
      (pieces) => {
        let stretches: Stretch<Line>[] = [];
        const covered = new Set<number>();
        for (const [from, length] of pieces) {
          stretches = joined(stretches, { from, to: from + length, lines: lines(from, from + length) });
          for (let n = from; n <= from + length; n += 1) covered.add(n);
        }
        for (const [at, it] of stretches.entries()) {
          assert.deepEqual(it.lines, lines(it.from, it.to));
          const next = stretches[at + 1];
          if (next) assert.ok(next.from > it.to + 1);
        }
        for (let n = 0; n <= 110; n += 1) assert.equal(stretchAt(stretches, n) !== undefined, covered.has(n));
      },
    ),
    { numRuns: 500 },
  );
});

test('an empty stretch between two joins them', () => {
  const one = joined([], { from: 1, to: 4, lines: lines(1, 4) });
  const two = joined(one, { from: 8, to: 9, lines: lines(8, 9) });
  assert.equal(two.length, 2);
  const whole = joined(two, { from: 5, to: 7, lines: lines(5, 7) });
  assert.deepEqual(whole, [{ from: 1, to: 9, lines: lines(1, 9) }]);
});

test('of two lines with one number the later counts', () => {
  const old = joined<Line & { text: string }>([], { from: 1, to: 2, lines: [{ seq: 1, text: 'cũ' }] });
  const fresh = joined(old, { from: 1, to: 2, lines: [{ seq: 1, text: 'mới' }] });
  assert.equal(fresh[0]?.lines[0]?.text, 'mới');
});
