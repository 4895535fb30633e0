import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Paced } from './paced.ts';

/** Writes as told, and remembers when what was written. */
function watched(everyMs: number, options: { most?: number; limit?: number } = {}) {
  const writes: { at: number; entries: readonly string[] }[] = [];
  const paced = new Paced<string, string>(
    async (entries) => {
      writes.push({ at: performance.now(), entries });
      return entries.map((it) => it.toUpperCase());
    },
    { everyMs, most: options.most ?? 1_000, limit: options.limit ?? 10_000 },
  );
  return { paced, writes };
}

test('the first goes at once; what comes after it waits, and goes together', async () => {
  const { paced, writes } = watched(200);
  assert.equal(await paced.add('x', 'a'), 'A');
  const since = writes[0]!.at;
  const rest = ['b', 'c', 'd'].map((it) => paced.add('x', it)!);
  assert.deepEqual(await Promise.all(rest), ['B', 'C', 'D']);
  assert.deepEqual(
    writes.map((it) => it.entries),
    [['a'], ['b', 'c', 'd']],
  );
  assert.ok(writes[1]!.at - since >= 199, 'not before its time');
});

test('a key that rests keeps no other waiting', async () => {
  const { paced, writes } = watched(500);
  await paced.add('x', 'a');
  const later = paced.add('x', 'b')!;
  assert.equal(await paced.add('y', 'c'), 'C');
  assert.equal(await paced.add('z', 'd'), 'D');
  assert.equal(paced.waiting, 1);
  assert.deepEqual(
    writes.map((it) => it.entries),
    [['a'], ['c'], ['d']],
  );
  await later;
});

test('a storm on one key makes as many writes as its time allows, in order, and loses nothing', async () => {
  const { paced, writes } = watched(50);
  const since = performance.now();
  const all: Promise<string>[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (let n = 0; n < 50; n += 1) all.push(paced.add('x', `${round}/${n}`)!);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  const entries = writes.flatMap((it) => it.entries);
  assert.equal(entries.length, 2_000);
  assert.deepEqual(
    entries,
    [...entries].sort((a, b) => place(a) - place(b)),
  );
  assert.ok(writes.length <= (performance.now() - since) / 50 + 2, `${writes.length} writes`);
});

const place = (entry: string): number => {
  const [round, n] = entry.split('/').map(Number);
  return round! * 1_000 + n!;
};

test('past its limit it takes nothing, and a write takes no more than it may', async () => {
  const { paced, writes } = watched(1, { most: 3, limit: 5 });
  const taken = ['a', 'b', 'c', 'd', 'e', 'f'].map((it) => paced.add('x', it));
  assert.equal(taken[5], undefined);
  assert.deepEqual(await Promise.all(taken.slice(0, 5).map(async (it) => it)), ['A', 'B', 'C', 'D', 'E']);
  assert.deepEqual(
    writes.map((it) => it.entries.length),
    [3, 2],
  );
});

test('a failed write fails its own entries; the next are written', async () => {
  let fail = true;
  const paced = new Paced<string, string>(
    async (entries) => {
      if (fail) throw new Error('the disk is full');
      return entries;
    },
    { everyMs: 1, most: 10, limit: 10 },
  );
  await assert.rejects(paced.add('x', 'a')!, /disk is full/);
  fail = false;
  assert.equal(await paced.add('x', 'b'), 'b');
});
