import assert from 'node:assert/strict';
import { test } from 'node:test';

import { check } from './checker.ts';
import type { Observation } from './checker.ts';

const good: Observation = {
  sends: [
    { id: 'a', sender: 'x', startedAt: 1, ackedAt: 2, seq: 1 },
    { id: 'b', sender: 'x', startedAt: 3, ackedAt: 4, seq: 2 },
    { id: 'c', sender: 'y', startedAt: 3 },
  ],
  numbers: [1, 2, 3],
  lines: [
    { id: 'a', seq: 1, sender: 'x' },
    { id: 'b', seq: 2, sender: 'x' },
    { id: 'c', seq: 3, sender: 'y' },
  ],
  heard: [{ device: 'd', numbers: [1, 2, 3] }],
};

test('a checker that cannot fail proves nothing: each kind of damage is found', () => {
  assert.deepEqual(check(good), []);
  const wrong = (change: Partial<Observation>): string => check({ ...good, ...change }).join('; ');
  assert.match(wrong({ lines: good.lines.slice(1) }), /acknowledged and lost: a/);
  assert.match(wrong({ lines: [...good.lines, good.lines[0]!] }), /twice/);
  assert.match(wrong({ numbers: [1, 3, 4] }), /gap/);
  assert.match(wrong({ heard: [{ device: 'd', numbers: [1, 3] }] }), /d heard 3 after 1/);
  assert.match(wrong({ heard: [{ device: 'd', numbers: [1, 2, 2] }] }), /d heard 2 after 2/);
  assert.match(wrong({ isMember: (sender) => sender === 'x' }), /from no member/);
  assert.match(wrong({ sends: good.sends.slice(0, 2) }), /nobody sent c/);
  const swapped = [
    { id: 'a', sender: 'x', startedAt: 1, ackedAt: 2, seq: 2 },
    { id: 'b', sender: 'x', startedAt: 3, ackedAt: 4, seq: 1 },
    good.sends[2]!,
  ];
  const lines = [
    { id: 'b', seq: 1, sender: 'x' },
    { id: 'a', seq: 2, sender: 'x' },
    { id: 'c', seq: 3, sender: 'y' },
  ];
  assert.match(wrong({ sends: swapped, lines }), /was sent after 2 had been acknowledged/);
});
