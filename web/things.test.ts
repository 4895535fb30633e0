import assert from 'node:assert/strict';
import { test } from 'node:test';

import { effect } from '@preact/signals';

import { openTestDevice } from '../testing/device.ts';
import { openTestHouse } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import { memoryShelves } from './shelves.ts';
import { Things, THINGS_MOST } from './things.ts';
import type { Thing } from './things.ts';

interface Named extends Thing {
  readonly name: string;
}

const house = await openTestHouse({ limits: false });

/** A device whose things are read from a list of the test. */
async function opened(shelves = memoryShelves()) {
  const device = await openTestDevice(house, 'member', shelves);
  closeBefore(() => device.off());
  await device.until(() => device.device.connection.state.value === 'online', 'the line');
  await device.device.cache.becomeKeeper();
  const there = new Map<string, Named>();
  const asked: string[][] = [];
  const things = new Things<Named>(device.device, {
    kind: 'test',
    async read(_group, ids) {
      asked.push([...ids]);
      return ids.flatMap((id) => there.get(id) ?? []);
    },
  });
  return { device, things, there, asked };
}

const nameOf = (it: Named | 'gone' | undefined): string | undefined => (it && it !== 'gone' ? it.name : it);

test('what comes into sight together is asked for at once; what is not there is gone', async () => {
  const { device, things, there, asked } = await opened();
  there.set('a', { id: 'a', group: 'g', name: 'một' });
  const [a, b] = [things.of('g', 'a'), things.of('g', 'b')];
  await device.until(() => b.value === 'gone');
  assert.equal(nameOf(a.value), 'một');
  assert.deepEqual(asked, [['a', 'b']]);
  assert.equal(things.of('g', 'a'), a);
});

test('what is looked at is asked for again when it has changed; what is not, when somebody looks', async () => {
  const { device, things, there, asked } = await opened();
  for (const id of ['a', 'b']) there.set(id, { id, group: 'g', name: 'cũ' });
  const [a, b] = [things.of('g', 'a'), things.of('g', 'b')];
  const stop = effect(() => void a.value);
  await device.until(() => nameOf(b.value) === 'cũ');
  for (const id of ['a', 'b']) there.set(id, { id, group: 'g', name: 'mới' });
  things.stale('g', 'a');
  things.stale('g', 'b');
  await device.until(() => nameOf(a.value) === 'mới');
  assert.deepEqual(asked.slice(1), [['a']]);
  assert.equal(nameOf(b.peek()), 'cũ');
  things.of('g', 'b');
  await device.until(() => nameOf(b.value) === 'mới');
  stop();
});

test('an answer from before a change does not undo it', async () => {
  const { device, things, there } = await opened();
  const gate = Promise.withResolvers<void>();
  const slow = new Things<Named>(device.device, {
    kind: 'slow',
    async read() {
      await gate.promise;
      return [{ id: 'a', group: 'g', name: 'trước' }];
    },
  });
  const a = slow.of('g', 'a');
  await device.until(() => a.peek() === undefined);
  slow.put({ id: 'a', group: 'g', name: 'sau' });
  gate.resolve();
  there.set('z', { id: 'z', group: 'g', name: 'z' });
  const z = things.of('g', 'z');
  await device.until(() => z.value !== undefined);
  assert.equal(nameOf(a.value), 'sau');
});

test('what a part of it became does not take the place of asking for the rest', async () => {
  const { device, things, there, asked } = await opened();
  there.set('a', { id: 'a', group: 'g', name: 'cũ' });
  const a = things.of('g', 'a');
  const stop = effect(() => void a.value);
  await device.until(() => nameOf(a.value) === 'cũ');
  there.set('a', { id: 'a', group: 'g', name: 'mới' });
  things.stale('g', 'a');
  things.change('g', 'a', (it) => ({ ...it, name: `${it.name}, 2 người` }));
  assert.equal(nameOf(a.value), 'cũ, 2 người');
  await device.until(() => nameOf(a.value) === 'mới');
  assert.equal(asked.length, 2);
  // Of what is not known there is no part.
  things.change('g', 'b', (it) => it);
  assert.equal(things.known('g', 'b'), undefined);
  stop();
});

test('an answer on its way when the person leaves the group is not kept', async () => {
  const { device } = await opened();
  const [gate, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = new Things<Named>(device.device, {
    kind: 'late',
    async read() {
      asked.resolve();
      await gate.promise;
      return [{ id: 'a', group: 'g', name: 'muộn' }];
    },
  });
  const a = slow.of('g', 'a');
  const stop = effect(() => void a.value);
  await asked.promise;
  slow.forget('g');
  gate.resolve();
  await new Promise(setImmediate);
  await slow.kept();
  assert.equal(a.value, 'gone');
  assert.equal(await device.device.cache.get('things', 'late a'), undefined);
  stop();
});

test('without a line it is what it was; whoever leaves the group keeps nothing', async () => {
  const shelves = memoryShelves();
  const first = await opened(shelves);
  first.there.set('a', { id: 'a', group: 'g', name: 'giữ' });
  const a = first.things.of('g', 'a');
  await first.device.until(() => nameOf(a.value) === 'giữ');
  await first.things.kept();
  first.things.close();

  const { device, things } = await opened(shelves);
  await device.network.cut();
  const again = things.of('g', 'a');
  await device.until(() => nameOf(again.value) === 'giữ');
  things.forget('g');
  assert.equal(again.value, 'gone');
  await things.kept();
  assert.deepEqual(await shelves.all('things'), []);
});

test('no more is kept than a device has room for', async () => {
  const shelves = memoryShelves();
  const { things } = await opened(shelves);
  for (let n = 0; n < THINGS_MOST + 20; n += 1) things.put({ id: `t${n}`, group: 'g', name: `${n}` });
  await things.kept();
  const kept = (await shelves.all('things')) as Named[];
  assert.equal(kept.length, THINGS_MOST);
  assert.ok(!kept.some((it) => it.id === 't0'));
});
