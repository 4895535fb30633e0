import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Turns } from './turns.ts';

test('one at a time, by turns of those who wait, each once', async () => {
  const done: string[] = [];
  let running = 0;
  const turns = new Turns(async (id) => {
    running += 1;
    assert.equal(running, 1);
    await Promise.resolve();
    done.push(id);
    running -= 1;
    return id === 'c1' && done.filter((it) => it === id).length === 1;
  });
  for (let file = 1; file <= 4; file += 1) turns.add('a', `a${file}`);
  turns.add('a', 'a3');
  turns.add('b', 'b1');
  turns.add('c', 'c1');
  turns.add('b', 'b2');
  await turns.settled();
  assert.deepEqual(done, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'c1', 'a4']);
  turns.add('b', 'b3');
  await turns.settled();
  assert.equal(done.at(-1), 'b3');
});

test('closed, it finishes what is under way and begins nothing more', async () => {
  const done: string[] = [];
  const turns = new Turns(async (id) => {
    await Promise.resolve();
    done.push(id);
    return true;
  });
  turns.add('a', 'a1');
  turns.add('a', 'a2');
  await turns.close();
  turns.add('a', 'a3');
  await turns.settled();
  assert.deepEqual(done, ['a1']);
});

test('several people’s at once, one of each: one that takes long holds up nobody but its own person', async () => {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const turns = new Turns(async (id) => {
    started.push(id);
    await new Promise<void>((resolve) => ends.set(id, resolve));
    return false;
  }, 2);
  for (const id of ['a1', 'a2', 'b1', 'c1']) turns.add(id[0]!, id);
  assert.deepEqual(started, ['a1', 'b1']);
  ends.get('b1')!();
  await Promise.resolve();
  while (started.length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(started, ['a1', 'b1', 'c1'], 'the first person’s next one waits for the one under way');
  ends.get('a1')!();
  while (started.length < 4) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(started.at(-1), 'a2');
  for (const end of ends.values()) end();
  await turns.settled();
});
