import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Batch } from './batch.ts';

test('what arrives while a write is under way goes together in the next one', async () => {
  const sizes: number[] = [];
  const gates: (() => void)[] = [];
  const batch = new Batch<number, number>(
    async (entries) => {
      sizes.push(entries.length);
      await new Promise<void>((resolve) => gates.push(resolve));
      return entries.map((it) => it * 2);
    },
    { most: 3, limit: 100 },
  );
  const first = batch.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const rest = [2, 3, 4, 5].map((it) => batch.add(it)!);
  gates.shift()!();
  assert.equal(await first, 2);
  while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
  gates.shift()!();
  while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
  gates.shift()!();
  assert.deepEqual(await Promise.all(rest), [4, 6, 8, 10]);
  assert.deepEqual(sizes, [1, 3, 1]);
});

test('a failed write fails its own entries and no others', async () => {
  let fail = true;
  const batch = new Batch<string, string>(
    async (entries) => {
      if (fail) throw new Error('disk full');
      return entries;
    },
    { most: 10, limit: 10 },
  );
  await assert.rejects(batch.add('a')!, /disk full/);
  fail = false;
  assert.equal(await batch.add('b'), 'b');
});

test('a full queue refuses instead of growing', async () => {
  const batch = new Batch<number, number>(async (entries) => entries, { most: 1, limit: 2 });
  const taken = [batch.add(1)!, batch.add(2)!];
  assert.equal(batch.add(3), undefined);
  await Promise.all(taken);
  assert.equal(await batch.add(4), 4);
});
