import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boundedPointers, POINTERS_MOST } from './rules.ts';
import { reachedBy } from './state.ts';

test('few pointers are told as they are', () => {
  assert.deepEqual(boundedPointers([]), []);
  const all = Array.from({ length: POINTERS_MOST }, (_, at): [number, number] => [1_000 - at, 2]);
  assert.deepEqual(boundedPointers(all), all);
});

test('of many, nobody is said to be further than they are, and nobody is left out', () => {
  const all = Array.from({ length: 300 }, (_, at): [number, number] => [1_000 - at, 1 + (at % 3)]);
  const told = boundedPointers(all);
  assert.equal(told.length, POINTERS_MOST);
  for (let seq = 690; seq <= 1_001; seq += 1) {
    const truth = reachedBy(all, seq);
    const said = reachedBy(told, seq);
    assert.ok(said <= truth, `${said} of ${truth} at ${seq}`);
    if (seq > 1_000 - POINTERS_MOST + 1 || seq <= 701) assert.equal(said, truth, `at ${seq}`);
  }
});
