import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Preview } from './state.ts';
import { Pins } from './state.ts';

let house: TestHouse;
let nga: TestPerson;
let thung: TestPerson;

before(async () => {
  house = await openTestHouse({ limits: false });
  nga = await house.addPerson('Siu H’Nga');
  thung = await house.addPerson('Puih Thưng');
});

const room = (): Promise<string> =>
  house.addGroup([
    { ...nga, role: 'owner' },
    { ...thung, role: 'deputy' },
  ]);

async function said(group: string, text: string): Promise<Preview> {
  const { body } = await house.post(nga, 'message.send', { group, text });
  const { id, seq, at } = body as { id: string; seq: number; at: number };
  return { thing: id, kind: 'message', seq, by: null, at, text };
}

interface Shown {
  readonly it: TestDevice;
  readonly pins: Pins;
  texts(): string;
  off(): Promise<void>;
}

/** A device on which the pins of this group are looked at. */
async function looking(who: TestPerson, group: string): Promise<Shown> {
  const it = await openTestDevice(house, who);
  await it.until(() => it.device.connection.state.value === 'online', 'a line');
  const pins = new Pins(it.device);
  const texts = (): string => {
    const list = pins.of(group);
    return Array.isArray(list) ? list.map((one) => one.text).join(' ') : String(list);
  };
  await it.until(() => texts() !== 'undefined', 'the list');
  return {
    it,
    pins,
    texts,
    async off() {
      pins.close();
      await it.off();
    },
  };
}

test('pinned, moved and unpinned at once, also without a line, sent once later, and seen by the others', async () => {
  const group = await room();
  const [a, b, c] = [await said(group, 'Một'), await said(group, 'Hai'), await said(group, 'Ba')];
  const [mine, other] = [await looking(nga, group), await looking(thung, group)];
  assert.equal(mine.texts(), '');
  await mine.it.network.cut();
  for (const it of [a, b, c]) mine.pins.add(group, it);
  assert.equal(mine.texts(), 'Ba Hai Một');
  mine.pins.move(group, a.thing, c.thing);
  mine.pins.remove(group, b.thing);
  assert.equal(mine.texts(), 'Một Ba');
  assert.ok(mine.pins.isPinned(group, a.thing) && !mine.pins.isPinned(group, b.thing));
  mine.it.network.restore();
  await other.it.until(() => other.texts() === 'Một Ba', 'the pins');
  await mine.it.until(() => mine.it.device.outbox.entries.value.length === 0, 'an empty outbox');
  assert.equal(mine.texts(), 'Một Ba', 'answered, and not flickered back');
  const until = house.house.now().getTime() + 86_400_000;
  mine.pins.keep(group, c.thing, until);
  const endOf = (pins: Pins): number | null | undefined => {
    const list = pins.of(group);
    return Array.isArray(list) ? list.at(-1)?.until : undefined;
  };
  assert.equal(endOf(mine.pins), until);
  await other.it.until(() => endOf(other.pins) === until, 'the end');
  await house.post(thung, 'pin.move', { group, thing: a.thing, before: null });
  await mine.it.until(() => mine.texts() === 'Ba Một', 'the order');
  await house.post(nga, 'message.edit', { group, message: a.thing, text: 'Bốn' });
  await mine.it.until(() => mine.texts() === 'Ba Bốn', 'the other words');
  await house.post(nga, 'message.recall', { group, message: a.thing });
  await Promise.all([mine, other].map(({ it, texts }) => it.until(() => texts() === 'Ba', 'what is left')));
  await mine.off();
  await other.off();
});

test('what is refused is undone, with the reason', async () => {
  const group = await room();
  const [a, b] = [await said(group, 'Một'), await said(group, 'Hai')];
  for (const { thing } of [a, b]) await house.post(nga, 'pin.add', { group, thing });
  const mine = await looking(thung, group);
  assert.equal(mine.texts(), 'Hai Một');
  await mine.it.network.cut();
  mine.pins.move(group, a.thing, b.thing);
  assert.equal(mine.texts(), 'Một Hai');
  await house.post(nga, 'pin.remove', { group, thing: b.thing });
  mine.it.network.restore();
  await mine.it.until(() => mine.pins.undone.value !== undefined, 'the refusal');
  assert.deepEqual([mine.pins.undone.value!.act, mine.pins.undone.value!.code], ['pin.move', 'pin.order_changed']);
  await mine.it.until(() => mine.texts() === 'Một', 'what is true');
  mine.pins.undone.value = undefined;
  await house.post(nga, 'member.appoint', { group, accounts: [thung.id], role: 'member' });
  mine.pins.remove(group, a.thing);
  assert.equal(mine.texts(), '');
  await mine.it.until(() => mine.pins.undone.value?.code === 'forbidden', 'the refusal');
  await mine.it.until(() => mine.texts() === 'Một', 'the pin again');
  await mine.off();
});

test('gone from the device with the group', async () => {
  const group = await room();
  const a = await said(group, 'Một');
  await house.post(nga, 'pin.add', { group, thing: a.thing });
  const first = await looking(thung, group);
  assert.equal(first.texts(), 'Một');
  await house.post(nga, 'member.remove', { group, accounts: [thung.id] });
  await first.it.until(() => first.pins.of(group) === 'gone', 'nothing');
  await first.off();
});
