import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { sql } from 'kysely';

import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { openPushReceiver } from '../../testing/push-receiver.ts';
import type { PushReceiver } from '../../testing/push-receiver.ts';
import { aim, ringDevices, ringsEnded } from './access.ts';
import { RING_LEASE_MS } from './rules.ts';
import { takeRings } from './store/rings.ts';

/** Monday 23 November 2026, 10:00 in Gia Lai. */
const MORNING = Date.parse('2026-11-23T03:00:00Z');
const RING_MS = 45_000;

let receiver: PushReceiver;
let house: TestHouse;

before(async () => {
  receiver = await openPushReceiver();
  house = await openTestHouse({ env: { PUSH_HOSTS: receiver.origin } });
  house.pass(MORNING - Date.now());
});
after(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.asked.length = 0;
  receiver.answer = () => ({ status: 201 });
  receiver.clock = () => house.house.now().getTime();
});

const job = (on: TestHouse = house) => on.features.jobs.find((it) => it.name === 'tell of messages')!;
async function later(ms: number): Promise<void> {
  house.pass(ms);
  await job().run();
}

async function ask<T = Record<string, never>>(who: TestPerson, name: string, input: unknown): Promise<T> {
  const { status, body } = await house.post(who, name, input);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

interface Shown {
  chats: { group: string; seq: number; unread: number; missed: number; silent: boolean; by?: string[] }[];
  rings: { call: string; group: string; loud: boolean; through: boolean; fresh: boolean; name?: string; by?: string }[];
}
const shown = (who: TestPerson) => ask<Shown>(who, 'notification.list', {});
const to = (name: string) => receiver.received.filter((it) => it.browser === name);

type How = 'answered' | 'declined' | 'missed' | 'cancelled' | 'busy';

/** A group in which one calls another, whose devices are subscribed under `names`. */
async function called(names: readonly string[], { loud = true, through = false, options = {} } = {}) {
  const caller = await house.addPerson('Ksor Lan');
  const reader = await house.addPerson('Rơ Mah Tuấn');
  const group = await house.addGroup([{ id: caller.id }, { id: reader.id }]);
  const devices: TestPerson[] = [];
  for (const name of names) {
    const device = devices.length === 0 ? reader : await house.addDevice(reader);
    devices.push(device);
    await ask(device, 'notification.subscribe', { ...receiver.browser(name), language: 'vi', ...options });
  }
  const { db } = house.house;
  let call = '';
  let seq = 0;

  /** As the feature of calls does it: the card, the rows, whom to wake. */
  async function ring(): Promise<void> {
    const now = house.house.now();
    const card = await ask<{ id: string; seq: number }>(caller, 'message.send', { group, text: 'Cuộc gọi thoại' });
    ({ id: call, seq } = card);
    await db.transaction().execute(async (tx) => {
      await aim(tx, [{ group, seq, others: false, named: '{}' }], now);
      await sql`insert into calls (id, group_id, maker, kind, urgency, at) values (${call}, ${group}, ${caller.id}, 'voice', 0, ${now})`.execute(
        tx,
      );
      await sql`
        insert into call_rings (call, account, at, until, loud, through)
        values (${call}, ${reader.id}, ${now}, ${new Date(now.getTime() + RING_MS)}, ${loud}, ${through})`.execute(tx);
      await ringDevices(
        tx,
        { call, rung: [{ account: reader.id, loud }], until: new Date(now.getTime() + RING_MS) },
        now,
      );
    });
  }

  async function end(how: How): Promise<void> {
    const now = house.house.now();
    await db.transaction().execute(async (tx) => {
      await sql`update call_rings set outcome = ${how}, ended_at = ${now} where call = ${call}`.execute(tx);
      await ringsEnded(tx, { group, call, ended: [{ account: reader.id, loud, how }] }, now);
    });
  }

  await ring();
  return { caller, reader, devices, group, call, seq, end };
}

test('who is rung is woken at once on every device; the push says nothing and is worth nothing once the ringing is over', async () => {
  const { group, call, reader, devices } = await called(['phone', 'pc']);
  const named = devices[1]!;
  await ask(named, 'notification.choose', { names: true });
  await later(0);
  assert.deepEqual(receiver.wrong, []);
  assert.deepEqual(receiver.received.map((it) => it.browser).sort(), ['pc', 'phone']);
  for (const it of receiver.received) {
    assert.deepEqual(it.body, { t: 'wake', b: 1 });
    assert.equal(it.urgency, 'high');
    assert.ok(it.ttl > 40 && it.ttl <= 45, `${it.ttl}`);
  }
  assert.notEqual(to('phone')[0]!.topic, to('pc')[0]!.topic);

  const list = await shown(reader);
  assert.deepEqual(list.chats, [], 'of the card nobody is told as of a message');
  assert.deepEqual(
    list.rings.map(({ call: it, group: where, loud, fresh, name, by }) => ({ it, where, loud, fresh, name, by })),
    [{ it: call, where: group, loud: true, fresh: true, name: undefined, by: undefined }],
  );
  const [ring] = (await shown(named)).rings;
  assert.equal(ring!.by, 'Ksor Lan');
  assert.equal(ring!.name, 'Phòng chống bão lũ xã Ia Grai');
  await ask(reader, 'notification.arrived', { chats: [], rings: [call] });
  assert.equal((await shown(reader)).rings[0]!.fresh, false, 'shown once');
  assert.equal((await shown(named)).rings[0]!.fresh, true, 'another device for itself');
  await later(10_000);
  assert.equal(receiver.received.length, 2, 'and woken once');
});

test('answered elsewhere: the others are told that it is over, in the place of the ring, and of no missed call', async () => {
  const { end, reader } = await called(['away']);
  await later(0);
  await end('answered');
  await later(0);
  const [first, second] = to('away');
  assert.equal(to('away').length, 2);
  assert.equal(first!.topic, second!.topic, 'a device that is off gets the newer one only');
  assert.deepEqual(await shown(reader).then(({ chats, rings }) => ({ chats, rings })), { chats: [], rings: [] });
  await later(10_000);
  assert.equal(to('away').length, 2);
});

test('missed, or called off: it is told as a message of the chat, once, silent where the ring was', async () => {
  for (const [how, loud] of [
    ['missed', true],
    ['cancelled', false],
  ] as const) {
    const { end, reader, group, seq } = await called([how], { loud });
    await later(0);
    assert.equal((await shown(reader)).rings[0]!.loud, loud);
    house.pass(RING_MS + 1_000);
    await end(how);
    await later(0);
    assert.equal(to(how).length, 2, 'the ring is taken away');
    const list = await shown(reader);
    assert.deepEqual(list.rings, []);
    assert.deepEqual(
      list.chats.map((it) => ({ group: it.group, seq: it.seq, missed: it.missed, silent: it.silent })),
      [{ group, seq, missed: 1, silent: !loud }],
    );
    await ask(reader, 'notification.arrived', { chats: [{ group, seq }] });
    await later(10_000);
    assert.equal(to(how).length, 2, 'who has shown it is not woken again');
    await ask(reader, 'receipt.mark', { marks: [{ group, read: seq }] });
    assert.deepEqual((await shown(reader)).chats, []);
  }
});

test('a device that was off hears of the missed call when it comes back, and nothing rings there', async () => {
  receiver.answer = () => ({ status: 503 });
  const { end, reader } = await called(['off']);
  await later(0);
  assert.equal(receiver.asked.length, 1);
  house.pass(RING_MS);
  await end('missed');
  receiver.answer = () => ({ status: 201 });
  for (let n = 0; n < 8 && to('off').length === 0; n += 1) await later(10_000);
  const { chats, rings } = await shown(reader);
  assert.equal(chats[0]!.missed, 1);
  assert.deepEqual(rings, []);
  assert.ok(to('off').length > 0);
});

test('a ring that no service took is tried again soon, and never after its time', async () => {
  let tries = 0;
  receiver.answer = () => ({ status: (tries += 1) === 1 ? 500 : 201 });
  const { end } = await called(['slow']);
  await later(0);
  assert.equal(to('slow').length, 0);
  await later(6_000);
  assert.equal(to('slow').length, 1, 'as soon as its host is spoken to again');
  assert.ok(to('slow')[0]!.ttl < 42);
  await end('declined');

  receiver.answer = () => ({ status: 500 });
  await called(['never']);
  await later(0);
  for (let n = 0; n < 12; n += 1) await later(5_000);
  receiver.answer = () => ({ status: 201 });
  const before = receiver.asked.length;
  await later(60_000);
  assert.equal(receiver.asked.length, before, 'nothing rings late');
});

test('a device that is not to be rung is not, and hears of the missed call all the same', async () => {
  const { reader, group, end } = await (async () => {
    const made = await called(['hushed']);
    await made.end('declined');
    return made;
  })();
  await later(0);
  receiver.received.length = 0;
  const reach = await ask<{ devices: { push: { rings: boolean } | null }[] }>(reader, 'notification.devices', {});
  assert.equal(reach.devices[0]!.push!.rings, true);
  await ask(reader, 'notification.choose', { rings: false });
  const { db } = house.house;
  const now = house.house.now();
  const until = new Date(now.getTime() + RING_MS);
  const { rows } = await sql<{ id: string }>`select id from calls where group_id = ${group}`.execute(db);
  await sql`delete from ring_pushes where call = ${rows[0]!.id}`.execute(db);
  await db
    .transaction()
    .execute((tx) => ringDevices(tx, { call: rows[0]!.id, rung: [{ account: reader.id, loud: true }], until }, now));
  await later(0);
  assert.equal(to('hushed').length, 0);
  await end('missed');
  await later(5_000);
  assert.equal(to('hushed').length, 1);
  assert.equal((await shown(reader)).chats[0]!.missed, 1);
});

test('nobody is rung who is signed out on that device, or left meanwhile; two nodes ring once', async () => {
  const gone = await called(['signed-out']);
  await ask(gone.reader, 'device.signOutThis', {});
  await later(0);
  assert.equal(to('signed-out').length, 0);

  const left = await called(['left']);
  await sql`update members set left_at = now() where account = ${left.reader.id}`.execute(house.house.db);
  await later(0);
  assert.equal(to('left').length, 0);

  await called(['one', 'two', 'three']);
  const { db } = house.house;
  const wish = { now: house.house.now(), most: 10, paused: [], leaseMs: RING_LEASE_MS };
  const taken = (await Promise.all([takeRings(db, wish), takeRings(db, wish), takeRings(db, wish)])).flat();
  assert.equal(taken.filter((it) => it.wanted).length, 3);
  await later(RING_LEASE_MS + 1_000);
  assert.equal(receiver.received.length, 3, 'what a node had in hand when it ended is rung by another');
});

test('what ends while it is on its way is taken away', async () => {
  const open = Promise.withResolvers<{ status: number }>();
  const asked = Promise.withResolvers<void>();
  receiver.answer = () => {
    if (to('quick').length > 0) return { status: 201 };
    asked.resolve();
    return open.promise;
  };
  const { end } = await called(['quick']);
  const running = job().run();
  await asked.promise;
  await end('answered');
  open.resolve({ status: 201 });
  await running;
  await later(0);
  assert.equal(to('quick').length, 2);
});

// ——— As people do it

interface Begun {
  readonly caller: TestPerson;
  readonly reader: TestPerson;
  readonly group: string;
  readonly call: string;
  readonly seat: string;
}

/** Somebody calls a group in which another one is, by the real action; `before`: what that one has chosen. */
async function begin(
  name: string,
  it: { urgency?: number; before?(made: { group: string; reader: TestPerson }): Promise<unknown> } = {},
): Promise<Begun> {
  const caller = await house.addPerson('Ksor Lan');
  const reader = await house.addPerson('Rơ Mah Tuấn');
  const group = await house.addGroup([{ id: caller.id }, { id: reader.id }]);
  await ask(reader, 'notification.subscribe', { ...receiver.browser(name), language: 'vi' });
  await it.before?.({ group, reader });
  const wish = { group, kind: 'voice', urgency: it.urgency ?? 0 };
  const { call, seat } = await ask<{ call: { id: string }; seat: string }>(caller, 'call.start', wish);
  return { caller, reader, group, call: call.id, seat };
}

const NIGHT = { from: '09:00', to: '11:00', days: [], through: 1 };
const atNight = ({ reader }: { reader: TestPerson }) => ask(reader, 'quiet.set', { quiet: NIGHT });

test('a call that begins wakes the closed app by itself, and answered on the computer it is over on the phone', async () => {
  const { reader, group, call } = await begin('real');
  await job().run();
  assert.equal(to('real').length, 1);
  assert.ok(to('real')[0]!.ttl <= 45);
  const [ring] = (await shown(reader)).rings;
  assert.deepEqual({ call: ring!.call, group: ring!.group, loud: ring!.loud }, { call, group, loud: true });
  const computer = await house.addDevice(reader);
  await ask(computer, 'call.join', { group, call });
  await job().run();
  assert.equal(to('real').length, 2);
  const after = await shown(reader);
  assert.deepEqual([after.rings, after.chats], [[], []], 'nothing was missed');
});

test('declined from the notification it is over; given up by the caller it is a missed call', async () => {
  const first = await begin('declined');
  await job().run();
  await ask(first.reader, 'call.decline', { group: first.group, call: first.call });
  await later(5_000);
  assert.deepEqual([(await shown(first.reader)).rings, (await shown(first.reader)).chats], [[], []]);

  const second = await begin('given-up');
  await job().run();
  await ask(second.caller, 'call.leave', { group: second.group, call: second.call, seat: second.seat });
  await later(5_000);
  const { rings, chats } = await shown(second.reader);
  assert.deepEqual(rings, []);
  assert.deepEqual(
    chats.map((it) => ({ group: it.group, missed: it.missed, unread: it.unread })),
    [{ group: second.group, missed: 1, unread: 1 }],
  );
});

test('in quiet hours it is shown without a sound; one that is urgent enough rings, and it is said why', async () => {
  const plain = await begin('night', { before: atNight });
  await job().run();
  assert.equal(to('night').length, 1);
  const [silent] = (await shown(plain.reader)).rings;
  assert.deepEqual([silent!.loud, silent!.through], [false, false]);

  const urgent = await begin('night-urgent', { urgency: 1, before: atNight });
  await job().run();
  const [loud] = (await shown(urgent.reader)).rings;
  assert.deepEqual([loud!.loud, loud!.through], [true, true]);
});

test('of a chat that is muted a closed app tells nothing, of no ring and of no missed call; hỏa tốc rings', async () => {
  const mute = ({ group, reader }: { group: string; reader: TestPerson }) =>
    sql`update members set muted_until = 'infinity' where group_id = ${group} and account = ${reader.id}`.execute(
      house.house.db,
    );
  const { caller, group, call, seat } = await begin('muted', { before: mute });
  await job().run();
  await ask(caller, 'call.leave', { group, call, seat });
  await later(10_000);
  assert.equal(to('muted').length, 0);
  await begin('muted-express', { urgency: 3, before: mute });
  await job().run();
  assert.equal(to('muted-express').length, 1);
});

test('calls that begin and end at once in many groups all ring, without anybody looking for them again', async () => {
  const made = [];
  for (let n = 0; n < 12; n += 1) {
    const caller = await house.addPerson('Ksor Lan');
    const reader = await house.addPerson('Rơ Mah Tuấn');
    const group = await house.addGroup([{ id: caller.id }, { id: reader.id }]);
    await ask(reader, 'notification.subscribe', { ...receiver.browser(`many-${n}`), language: 'vi' });
    made.push({ caller, group });
  }
  const all = Promise.withResolvers<void>();
  const rung = new Set<string>();
  receiver.answer = (browser) => {
    rung.add(browser);
    if (rung.size === made.length) all.resolve();
    return { status: 201 };
  };
  for (const { caller, group } of made) await ask(caller, 'call.start', { group, kind: 'voice' });
  await all.promise;
});
