import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { Platform } from './media/platform.ts';
import { LiveRoom } from './state/room.ts';

let house: TestHouse;
let nga: TestPerson;
let thung: TestPerson;

before(async () => {
  house = await openTestHouse({ limits: false });
  nga = await house.addPerson('Siu H’Nga');
  thung = await house.addPerson('Puih Thưng');
});

/** The call that begins, and the seat of whoever begins it. */
async function start(by: TestPerson, group: string): Promise<{ call: string; seat: string }> {
  const { status, body } = await house.post(by, 'call.start', { group, kind: 'voice' }, newId());
  assert.equal(status, 200, JSON.stringify(body));
  const { call, seat } = body as { call: { id: string }; seat: string };
  return { call: call.id, seat };
}

test('it rings on each device of a person, and ends on all once one of them declines', async () => {
  const group = await house.addGroup([nga, thung]);
  const phone = await openTestDevice(house, thung);
  const computer = await openTestDevice(house, thung);
  const [one, other] = [await phone.calls, await computer.calls];
  await phone.until(() => phone.device.connection.state.value === 'online');
  await computer.until(() => computer.device.connection.state.value === 'online');
  const { call, seat } = await start(nga, group);
  await phone.until(() => one.rings.value.length === 1, 'the ring');
  await computer.until(() => other.rings.value.length === 1, 'the ring on the other device');
  assert.equal(one.rings.value[0]!.call.id, call);
  assert.equal(one.peopleIn(group), 1);
  await one.decline(one.rings.value[0]!, 'Tôi đang họp');
  assert.equal(one.rings.value.length, 0);
  await computer.until(() => other.rings.value.length === 0, 'silence on the other device');
  await phone.until(() => phone.device.outbox.entries.value.length === 0, 'the words');
  await house.post(nga, 'call.leave', { group, call, seat }, newId());
  await phone.off();
  await computer.off();
});

test('who had no line hears of what rings, and no more of what is over', async () => {
  const group = await house.addGroup([nga, thung]);
  const phone = await openTestDevice(house, thung);
  const state = await phone.calls;
  await phone.until(() => phone.device.connection.state.value === 'online');
  await phone.network.cut();
  const { call, seat } = await start(nga, group);
  phone.network.restore();
  await phone.until(() => state.rings.value.length === 1, 'the ring');
  assert.equal(state.going(group)?.id, call);
  await phone.network.cut();
  await house.post(nga, 'call.leave', { group, call, seat }, newId());
  phone.network.restore();
  await phone.until(() => state.rings.value.length === 0 && state.going(group) === undefined, 'the end');
  await phone.until(() => {
    const card = state.of(group, call);
    return card !== undefined && card !== 'gone' && card.endedAt !== null;
  }, 'its card');
  await phone.off();
});

test('a device that is opened while it rings hears it', async () => {
  const group = await house.addGroup([nga, thung]);
  const { call, seat } = await start(nga, group);
  const phone = await openTestDevice(house, thung);
  const state = await phone.calls;
  await phone.until(() => state.rings.value.some((it) => it.call.id === call), 'the ring');
  await house.post(nga, 'call.leave', { group, call, seat }, newId());
  await phone.until(() => state.rings.value.length === 0, 'the end of the ring');
  await phone.off();
});

test('a call that is over with its answer keeps no screen on, and nobody listens for it', async () => {
  const group = await house.addGroup([thung, nga]);
  const taken = await start(thung, group);
  const pair = await house.addGroup([nga, thung], 'pair');
  const phone = await openTestDevice(house, nga);
  await phone.until(() => phone.device.connection.state.value === 'online');
  let held = 0;
  const hold = (): (() => void) => {
    held += 1;
    return () => void (held -= 1);
  };
  const platform: Platform = {
    peer: () => assert.fail('nobody is there'),
    stream: () => assert.fail('nothing is there'),
    media: undefined,
    locks: undefined,
    onLeave: hold,
    onMend: hold,
    onTouch: hold,
    player: () => undefined,
    context: () => undefined,
    awake: hold,
    remember: () => {},
    recall: () => undefined,
  };
  const begin = { what: 'start', group: pair, kind: 'voice', camera: false, options: {} } as const;
  const room = new LiveRoom(phone.device, begin, platform);
  await room.enter();
  assert.equal(room.over.value, 'busy');
  assert.equal(held, 0);
  await house.post(thung, 'call.leave', { group, call: taken.call, seat: taken.seat }, newId());
  await phone.off();
});
