import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Unseen } from './state.ts';

test('what names me is gone to in order, each once, whatever was read meanwhile', () => {
  const unseen = new Unseen(10);
  unseen.learn([12, 40, 90]);
  assert.equal(unseen.next, 12);
  unseen.saw({ from: 10, to: 20 });
  assert.equal(unseen.next, 40);
  // Everything is read by going to the end: the list of chats knows of none any more.
  unseen.learn([]);
  unseen.saw({ from: 80, to: 95 });
  assert.equal(unseen.next, 40);
  unseen.drop(40);
  assert.equal(unseen.next, undefined);
  unseen.learn([12, 40, 90]);
  assert.equal(unseen.next, undefined, 'told before');
  unseen.learn([97]);
  assert.equal(unseen.next, 97);
});

test('older ones than the list tells are put before them', () => {
  const unseen = new Unseen(0);
  unseen.learn([500, 600]);
  unseen.learnOlder([3, 7, 500, 600]);
  assert.deepEqual(unseen.seqs.value, [3, 7, 500, 600]);
});

test('nothing is shown twice and nothing that was not in sight is left out', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 30 }),
      fc.array(fc.record({ from: fc.integer({ min: 1, max: 200 }), size: fc.nat({ max: 30 }) }), { maxLength: 10 }),
      (all, sights) => {
        const unseen = new Unseen(0);
        unseen.learn(all.toSorted((a, b) => a - b));
        for (const { from, size } of sights) unseen.saw({ from, to: from + size });
        const seen = (n: number): boolean => sights.some(({ from, size }) => n >= from && n <= from + size);
        assert.deepEqual(
          unseen.seqs.value,
          all.filter((it) => !seen(it)).sort((a, b) => a - b),
        );
      },
    ),
  );
});
