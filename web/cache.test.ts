import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { TestWorld } from '../testing/world.ts';
import { Cache, CACHE } from './cache.ts';
import { memoryShelves } from './shelves.ts';
import type { Shelves } from './shelves.ts';

const line = (seq: number) => ({ seq, text: `tin ${seq}` });
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => line(from + at));

async function opened(shelves: Shelves = memoryShelves()) {
  const world = new TestWorld();
  const cache = new Cache(shelves, world);
  await cache.open();
  await cache.becomeKeeper();
  return { world, cache, shelves };
}

test('what is kept is there for the next page, in one batch with its cursor', async () => {
  const { world, cache, shelves } = await opened();
  let batches = 0;
  const { write } = shelves;
  shelves.write = (changes) => {
    batches += 1;
    return write(changes);
  };
  cache.put('chats', 'g', { group: 'g', at: 3 });
  cache.keepMessages('g', 1, 3, lines(1, 3));
  cache.put('chats', 'g', { group: 'g', at: 4 });
  cache.keepMessages('g', 4, 4, [line(4)]);
  await world.pass(CACHE.gatherMs);
  assert.equal(batches, 1);
  const { cache: next } = await opened(shelves);
  assert.deepEqual(await next.all('chats'), [{ group: 'g', at: 4 }]);
  assert.deepEqual(await next.messages('g'), { from: 1, to: 4, messages: lines(1, 4) });
});

test('a device that dies after any write knows of no line that is not there', async () => {
  const shelves = memoryShelves();
  const steps: (() => void)[] = [];
  const { cache } = await opened({
    ...shelves,
    // The disk takes its time; what is put is copied once it is begun.
    write: async (changes) => {
      const copies = structuredClone(changes);
      await new Promise<void>((resolve) => steps.push(resolve));
      await shelves.write(copies);
    },
  });
  const begun = async (n: number): Promise<void> => {
    for (let turn = 0; steps.length < n && turn < 100; turn += 1) await Promise.resolve();
    assert.equal(steps.length, n);
  };
  cache.keepMessages('g', 1, 1, [line(1)]);
  void cache.flush();
  await begun(1);
  cache.keepMessages('g', 2, 2, [line(2)]);
  const second = cache.flush();
  cache.keepMessages('g', 3, 3, [line(3)]);
  steps[0]!();
  await begun(2);
  steps[1]!();
  await second;
  const { cache: next } = await opened(shelves);
  assert.deepEqual(next.keptOf('g'), { from: 1, to: 2 });
  next.keepMessages('g', 3, 3, [line(3)]);
  assert.deepEqual(await next.messages('g'), { from: 1, to: 3, messages: lines(1, 3) });
});

test('is written when the page is hidden', async () => {
  const { world, cache, shelves } = await opened();
  cache.put('meta', 'at', 7);
  world.hide();
  await world.pass(0);
  assert.equal(await shelves.get('meta', 'at'), 7);
});

test('a newer stretch that does not touch replaces what was kept; an older one is left out', async () => {
  const { cache } = await opened();
  cache.keepMessages('g', 1, 10, lines(1, 10));
  cache.keepMessages('g', 50, 60, lines(50, 60));
  assert.deepEqual(await cache.messages('g'), { from: 50, to: 60, messages: lines(50, 60) });
  cache.keepMessages('g', 20, 30, lines(20, 30));
  assert.deepEqual(await cache.messages('g'), { from: 50, to: 60, messages: lines(50, 60) });
});

test('of many messages of a group the newest stay, and what is said of them is true', async () => {
  const { cache } = await opened();
  for (let n = 1; n <= 1_000; n += 1) cache.keepMessages('g', n, n, [line(n)]);
  const kept = (await cache.messages<{ seq: number }>('g'))!;
  assert.equal(kept.to, 1_000);
  assert.ok(kept.messages.length >= CACHE.perGroup && kept.messages.length <= CACHE.perGroup * 1.5);
  assert.deepEqual(
    kept.messages.map((it) => it.seq),
    lines(kept.from, 1_000).map((it) => it.seq),
  );
});

test('older history is kept as far as there is room', async () => {
  const { cache } = await opened();
  cache.keepMessages('g', 901, 1_000, lines(901, 1_000));
  cache.keepMessages('g', 801, 900, lines(801, 900));
  cache.keepMessages('g', 701, 800, lines(701, 800));
  const kept = (await cache.messages<{ seq: number }>('g'))!;
  assert.deepEqual([kept.from, kept.to, kept.messages.length], [801, 1_000, 200]);
});

test('groups beyond the bound give up their messages, the ones longest silent first', async () => {
  const { world, cache } = await opened();
  for (let n = 0; n < CACHE.groups + 5; n += 1) {
    world.time += 1_000;
    cache.keepMessages(`g${n}`, 1, 1, [line(1)]);
  }
  assert.equal(await cache.messages('g0'), undefined);
  assert.equal(await cache.messages('g4'), undefined);
  assert.ok(await cache.messages('g5'));
});

test('very long messages are bounded by their size', async () => {
  const { world, cache } = await opened();
  const text = 'á'.repeat(8_000);
  for (let n = 0; n < 30; n += 1) {
    world.time += 1_000;
    cache.keepMessages(
      `g${n}`,
      1,
      100,
      lines(1, 100).map((it) => ({ ...it, text })),
    );
  }
  let units = 0;
  for (let n = 0; n < 30; n += 1) units += ((await cache.messages(`g${n}`))?.messages.length ?? 0) * text.length;
  assert.ok(units > 0 && units <= CACHE.size);
  assert.ok(await cache.messages('g29'));
});

test('nothing of the board of a group that was left stays, whoever kept it', async () => {
  const { world, cache, shelves } = await opened();
  cache.put('things', 'note a', { id: 'a', group: 'g' });
  cache.put('things', 'poll b', { id: 'b', group: 'g' });
  await world.pass(CACHE.gatherMs);
  // Not even written yet.
  cache.put('things', 'note c', { id: 'c', group: 'g' });
  cache.put('things', 'note d', { id: 'd', group: 'other' });
  await cache.forgetThings('g');
  assert.deepEqual(await shelves.all('things'), [{ id: 'd', group: 'other' }]);
});

test('a page that is not the keeper writes what its person wrote and nothing else', async () => {
  const shelves = memoryShelves();
  const world = new TestWorld();
  const cache = new Cache(shelves, world);
  await cache.open();
  cache.put('chats', 'g', {});
  cache.keepMessages('g', 1, 1, [line(1)]);
  cache.put('drafts', 'g', ['g', 'nháp']);
  await cache.flush();
  assert.deepEqual(await shelves.all('chats'), []);
  assert.deepEqual(await shelves.all('messages'), []);
  assert.deepEqual(await shelves.all('drafts'), [['g', 'nháp']]);
});

test('after wiping nothing is written any more', async () => {
  const { cache, shelves } = await opened();
  cache.put('chats', 'g', {});
  cache.stop();
  cache.put('chats', 'h', {});
  await cache.flush();
  assert.deepEqual(await shelves.all('chats'), []);
});

test('whatever comes in whatever order: every line between `from` and `to` is there, and none twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 120 }), fc.boolean()), {
        minLength: 1,
        maxLength: 25,
      }),
      async (steps) => {
        const { cache, shelves } = await opened();
        for (const [from, length, flush] of steps) {
          // Numbers that are divisible by seven leave no line.
          cache.keepMessages(
            'g',
            from,
            from + length,
            lines(from, from + length).filter((it) => it.seq % 7 !== 0),
          );
          if (flush) await cache.flush();
        }
        const { cache: next } = await opened(shelves);
        await cache.flush();
        const kept = (await next.messages<{ seq: number }>('g'))!;
        assert.deepEqual(
          kept.messages.map((it) => it.seq),
          lines(kept.from, kept.to)
            .map((it) => it.seq)
            .filter((it) => it % 7 !== 0),
        );
        assert.deepEqual((await shelves.all('messages')).length, kept.messages.length);
      },
    ),
    { numRuns: 200 },
  );
});
