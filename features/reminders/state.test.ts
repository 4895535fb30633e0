import assert from 'node:assert/strict';
import { test } from 'node:test';

import { effect } from '@preact/signals';

import { newId } from '../../protocol/id.ts';
import { TestWorld } from '../../testing/world.ts';
import { openDevice } from '../../web/device.ts';
import type { Reminder, ReminderOccurrence } from './protocol.ts';
import { Reminders } from './state.ts';

const GROUP = newId();
const ACCOUNT = newId();
const ID = newId();
const START = 4_000_000_000_000;
const COUNTS = { concerned: 5, accepted: 1, declined: 0, substitute: 0, none: 4 };

function reminder(near: Partial<ReminderOccurrence> = {}): Reminder {
  const time = { at: START, start: START, end: START, cancelled: false, missed: false, counts: COUNTS, mine: null };
  return {
    id: ID,
    group: GROUP,
    version: 1,
    title: 'Họp giao ban',
    start: START,
    wholeDay: false,
    minutes: 0,
    repeat: null,
    exceptions: [],
    concerns: true,
    near: [{ ...time, standsInFor: [], ...near }],
  } as unknown as Reminder;
}

type Answer = { at: number } | { code: string };

/** A device whose server answers as it is told; the streams stand at 0. */
async function live(answer: () => Answer, read: () => Reminder[] = () => [reminder()]) {
  const world = new TestWorld();
  const asked: unknown[] = [];
  world.onFrame = (socket, frame) => {
    if (frame['do'] === 'reminder.read') socket.say({ id: frame['id'], ok: { reminders: read() } });
    if (frame['do'] !== 'reminder.answer') return;
    asked.push(frame['with']);
    const it = answer();
    socket.say('code' in it ? { id: frame['id'], problem: { ...it, retry: false } } : { id: frame['id'], ok: it });
  };
  const device = await openDevice(ACCOUNT, world);
  const reminders = new Reminders(device);
  await reminders.open();
  await device.outbox.open();
  reminders.put([reminder()]);
  const connect = (): void => {
    device.connection.open();
    for (const it of [ACCOUNT, GROUP]) device.connection.inbox.place(it, 0);
    world.socket.open();
    const heads = { [ACCOUNT]: 0, [GROUP]: 0 };
    world.socket.say({ welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads } });
  };
  const shown = (): ReminderOccurrence => {
    const it = reminders.of(GROUP, ID);
    assert.ok(it !== undefined && it !== 'gone');
    return it.near[0]!;
  };
  const say = (on: string, stream: string, n: number, body: unknown): void =>
    world.socket.say({ on, in: stream, n, at: 9, by: ACCOUNT, with: body });
  return { world, device, reminders, asked, connect, shown, say };
}

const YES = { at: null, answer: 'accepted', reason: '', substitute: null } as const;
const NOW = { ...COUNTS, accepted: 2, none: 3 };

test('an answer is shown at once without a line, with the totals as they will be, and is sent once later', async () => {
  const { world, device, reminders, asked, connect, shown, say } = await live(() => ({ at: 1 }));
  reminders.answer(GROUP, ID, YES);
  assert.equal(shown().mine?.answer, 'accepted');
  assert.deepEqual(shown().counts, NOW);
  assert.equal(reminders.isWaiting(ID), true);
  connect();
  await world.pass(10);
  assert.equal(asked.length, 1);
  assert.equal(device.outbox.entries.value.length, 0);
  assert.equal(shown().mine?.answer, 'accepted', 'answered, and not told yet');
  // Whichever is told first: the totals hold the answer once.
  say('reminder.counted', GROUP, 1, { id: ID, counts: [{ at: START, counts: NOW }] });
  assert.deepEqual(shown().counts, NOW);
  say('reminder.answered', ACCOUNT, 1, { group: GROUP, id: ID, at: null, answer: 'accepted', substitute: null });
  assert.deepEqual(shown().counts, NOW);
  assert.equal(shown().mine?.answer, 'accepted');
  assert.equal(reminders.isWaiting(ID), false);
});

test('told before the totals, they hold the answer once too', async () => {
  const { world, reminders, connect, shown, say } = await live(() => ({ at: 1 }));
  connect();
  await world.pass(10);
  reminders.answer(GROUP, ID, YES);
  await world.pass(10);
  say('reminder.answered', ACCOUNT, 1, { group: GROUP, id: ID, at: null, answer: 'accepted', substitute: null });
  assert.deepEqual(shown().counts, NOW);
  say('reminder.counted', GROUP, 1, { id: ID, counts: [{ at: START, counts: NOW }] });
  assert.deepEqual(shown().counts, NOW);
});

test('the last answer counts, and only it is sent', async () => {
  const { world, reminders, asked, connect, shown } = await live(() => ({ at: 1 }));
  reminders.answer(GROUP, ID, YES);
  reminders.answer(GROUP, ID, { ...YES, answer: 'declined', reason: 'Đi công tác' });
  assert.equal(shown().mine?.reason, 'Đi công tác');
  assert.deepEqual(shown().counts, { ...COUNTS, declined: 1, none: 3 });
  connect();
  await world.pass(10);
  assert.deepEqual(asked, [{ group: GROUP, reminder: ID, at: null, answer: 'declined', reason: 'Đi công tác' }]);
});

test('a refused answer is undone, and it is said why', async () => {
  const { world, device, reminders, connect, shown } = await live(() => ({ code: 'reminder.cancelled' }));
  reminders.answer(GROUP, ID, YES);
  connect();
  await world.pass(10);
  assert.equal(shown().mine, null);
  assert.deepEqual(shown().counts, COUNTS);
  assert.equal(reminders.refused.value?.code, 'reminder.cancelled');
  assert.equal(device.outbox.entries.value.length, 0);
});

test('what was refused while nobody looked is told when the reminders are shown again', async () => {
  const { world, device, reminders, connect } = await live(() => ({ code: 'reminder.over' }));
  reminders.close();
  device.outbox.add('reminder.answer', { group: GROUP, reminder: ID, at: null, answer: 'accepted' }, 'reminder');
  connect();
  await world.pass(10);
  assert.equal(device.outbox.entries.value[0]?.refused?.code, 'reminder.over');
  const again = new Reminders(device);
  await again.open();
  assert.equal(again.refused.value?.code, 'reminder.over');
  await world.pass(10);
  assert.equal(device.outbox.entries.value.length, 0);
});

test('sent for somebody, they see it, whatever totals are told meanwhile', async () => {
  const standsInFor = [
    { id: newId(), name: 'Rơ Châm Lộc', stands: true },
  ] as unknown as ReminderOccurrence['standsInFor'];
  let now = reminder();
  const { world, reminders, connect, shown, say } = await live(
    () => ({ at: 1 }),
    () => [now],
  );
  const stop = effect(() => void reminders.of(GROUP, ID));
  connect();
  await world.pass(5_000);
  now = reminder({ standsInFor });
  say('reminder.standIn', ACCOUNT, 1, { group: GROUP, id: ID });
  say('reminder.counted', GROUP, 1, { id: ID, counts: [{ at: START, counts: NOW }] });
  assert.deepEqual(shown().counts, NOW);
  await world.pass(5_000);
  assert.deepEqual(shown().standsInFor, standsInFor);
  stop();
});

test('removed, it is gone', async () => {
  const { world, reminders, connect, say } = await live(() => ({ at: 1 }));
  connect();
  await world.pass(10);
  say('reminder.removed', GROUP, 1, { id: ID });
  assert.equal(reminders.of(GROUP, ID), 'gone');
});
