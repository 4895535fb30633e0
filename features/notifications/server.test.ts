import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import { sql } from 'kysely';

import type { CastName } from '../../testing/cast.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { openPushReceiver } from '../../testing/push-receiver.ts';
import type { PushReceiver } from '../../testing/push-receiver.ts';
import { LEASE_MS } from './rules.ts';
import { planFor } from './server/plan.ts';
import { groupsBehind, takeDue } from './store.ts';

/** Monday 23 November 2026, 10:00 in Gia Lai: nobody's night. */
const MORNING = Date.parse('2026-11-23T03:00:00Z');

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

const jobOf = (on: TestHouse, name: string) => on.features.jobs.find((it) => it.name === name)!;
/** Lets time pass and what is due happen. */
async function later(ms: number, on: TestHouse = house): Promise<void> {
  on.pass(ms);
  await jobOf(on, 'tell of messages').run();
}

async function ask<T = Record<string, never>>(who: CastName | TestPerson, name: string, input: unknown): Promise<T> {
  const { status, body } = await house.post(who, name, input);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

async function subscribe(who: TestPerson, name: string, options: { names?: boolean } = {}): Promise<void> {
  const keys = receiver.browser(name);
  await ask(who, 'notification.subscribe', { ...keys, language: 'vi', ...options });
}

/** A group of its own with a writer and somebody who is told. */
async function two(name: string): Promise<{ group: string; writer: TestPerson; reader: TestPerson }> {
  const writer = await house.addPerson('Ksor Lan');
  const reader = await house.addPerson('Rơ Mah Tuấn');
  const group = await house.addGroup([{ id: writer.id }, { id: reader.id }]);
  await subscribe(reader, name);
  return { group, writer, reader };
}

const send = async (who: TestPerson, group: string, text = 'Họp lúc 14 giờ', more: object = {}) =>
  (await ask<{ id: string; seq: number }>(who, 'message.send', { group, text, ...more })).seq;

const to = (name: string) => receiver.received.filter((it) => it.browser === name);

interface Shown {
  chats: {
    group: string;
    seq: number;
    unread: number;
    reply: boolean;
    name?: string;
    by?: string[];
    urgency: number;
    silent: boolean;
    mentions: boolean;
  }[];
  unread: string[];
  digest: { messages: number; groups: number } | null;
  badge: number;
}
const shown = (who: TestPerson) => ask<Shown>(who, 'notification.list', {});

test('a message wakes the devices of the others, and the push says nothing of it', async () => {
  const { group, writer, reader } = await two('tuan');
  await subscribe(writer, 'lan');
  const second = await house.addDevice(reader);
  await subscribe(second, 'tuan-pc', { names: true });
  const seq = await send(writer, group, 'Mật danh của tôi là Tháp Mười');
  await later(3_000);
  assert.deepEqual(receiver.wrong, []);
  assert.deepEqual(receiver.received.map((it) => it.browser).sort(), ['tuan', 'tuan-pc'], 'not whoever wrote it');
  for (const it of receiver.received) {
    assert.deepEqual(it.body, { t: 'wake', b: 1 });
    assert.equal(it.urgency, 'normal');
    assert.ok(it.ttl > 86_000 && it.ttl <= 86_400);
    assert.match(it.topic!, /^[\w-]{32}$/);
  }
  assert.notEqual(to('tuan')[0]!.topic, to('tuan-pc')[0]!.topic, 'nobody sees that two devices have one chat');

  assert.deepEqual((await shown(reader)).chats, [
    { group, seq, unread: 1, urgency: 0, mentions: false, silent: false, missed: 0, reply: true },
  ]);
  const named = (await shown(second)).chats[0]!;
  assert.equal(named.name, 'Phòng chống bão lũ xã Ia Grai');
  assert.deepEqual(named.by, ['Ksor Lan']);
  assert.ok(!JSON.stringify(named).includes('Tháp Mười'));

  await ask(reader, 'notification.arrived', { chats: [{ group, seq }] });
  await ask(reader, 'notification.arrived', { chats: [{ group, seq }] });
  assert.deepEqual((await shown(reader)).chats, [], 'what was shown is not shown again');
  assert.deepEqual((await shown(reader)).unread, [group]);
  assert.equal((await shown(second)).chats.length, 1, 'another device shows it for itself');
  const metrics = await (await fetch(`${house.address}/metrics`)).text();
  assert.match(metrics, /nharong_pushes_total\{outcome="arrived"\} 1\b/, 'counted once');
});

test('who reads it before the others are told is not told', async () => {
  const { group, writer, reader } = await two('quick');
  const seq = await send(writer, group);
  await later(500);
  assert.equal(to('quick').length, 0);
  await ask(reader, 'receipt.mark', { marks: [{ group, read: seq }] });
  await later(5_000);
  assert.equal(to('quick').length, 0);
  assert.deepEqual((await shown(reader)).chats, []);
});

test('a burst is one push, and what comes after it waits a few seconds', async () => {
  const { group, writer } = await two('burst');
  for (let n = 0; n < 10; n += 1) await send(writer, group, `${n}`);
  await later(3_000);
  assert.equal(to('burst').length, 1);
  await send(writer, group);
  await later(3_000);
  assert.equal(to('burst').length, 1, 'not again so soon');
  await later(3_000);
  assert.equal(to('burst').length, 2);
  assert.equal(receiver.waiting('burst').length, 1, 'the newer takes the older one’s place at the push service');
});

test('a device is woken once for several chats, and shows them all', async () => {
  const { group, writer, reader } = await two('several');
  const second = await house.addGroup([{ id: writer.id }, { id: reader.id }]);
  await send(writer, group);
  await send(writer, second, 'Khẩn', { urgency: 1 });
  await later(3_000);
  assert.equal(to('several').length, 1);
  const { chats } = await shown(reader);
  assert.deepEqual(new Set(chats.map((it) => it.group)), new Set([group, second]));
  await ask(reader, 'notification.arrived', { chats: chats.map((it) => ({ group: it.group, seq: it.seq })) });
  await later(20_000);
  assert.equal(to('several').length, 1, 'what it has shown is not told again');
});

test('mute, level and night hold; what is urgent or names a person breaks through by rule', async () => {
  const { group, writer, reader } = await two('rules');
  await ask(reader, 'chat.mute', { group, until: MORNING + 40 * 86_400_000 });
  await send(writer, group);
  await later(10_000);
  assert.equal(to('rules').length, 0, 'muted');
  await send(writer, group, 'Vỡ đập', { urgency: 3 });
  await later(100);
  assert.equal(to('rules').length, 1, 'hỏa tốc, at once');
  assert.equal(to('rules')[0]!.urgency, 'high');

  await ask(reader, 'chat.mute', { group, until: null });
  await ask(reader, 'chat.follow', { group, notify: 'mentions' });
  await send(writer, group);
  await later(10_000);
  assert.equal(to('rules').length, 1, 'mentions only');
  const text = '@Tuấn xem giúp';
  await send(writer, group, text, { mentions: [{ from: 0, to: 5, who: 'account', id: reader.id }] });
  await later(10_000);
  assert.equal(to('rules').length, 2);
  assert.equal(to('rules')[1]!.urgency, 'high');
  assert.equal((await shown(reader)).chats[0]!.mentions, true);
});

test('at night a device shows it without a sound, unless it is urgent', async () => {
  const night = await openTestHouse({ env: { PUSH_HOSTS: receiver.origin } });
  receiver.clock = () => night.house.now().getTime();
  night.pass(Date.parse('2026-11-23T16:00:00Z') - Date.now());
  const reader = night.cast.member;
  const keys = receiver.browser('night');
  await night.post(reader, 'notification.subscribe', { ...keys, language: 'vi' });
  await night.post('leader', 'message.send', { group: night.group, text: 'Mai họp' });
  await later(3_000, night);
  assert.equal(to('night')[0]!.urgency, 'low');
  const list = async () => (await night.post(reader, 'notification.list', {})).body as Shown;
  assert.equal((await list()).chats[0]!.silent, true);
  await night.post('leader', 'message.send', { group: night.group, text: 'Nước lên', urgency: 1 });
  await later(10_000, night);
  assert.equal(to('night')[1]!.urgency, 'high');
  assert.equal((await list()).chats[0]!.silent, false);
  await night.close();
});

test('nobody is told who left, is disabled, or is signed out on that device', async () => {
  const writer = await house.addPerson('Ksor Lan');
  const people = await Promise.all(['gone', 'disabled', 'out', 'stays'].map((it) => house.addPerson(it)));
  const [gone, disabled, out, stays] = people as [TestPerson, TestPerson, TestPerson, TestPerson];
  const group = await house.addGroup([writer, ...people].map(({ id }) => ({ id })));
  for (const [name, person] of Object.entries({ gone, disabled, out, stays })) await subscribe(person, name);
  await send(writer, group);
  await house.post(gone, 'member.leave', { group });
  await sql`update accounts set state = 'disabled' where id = ${disabled.id}`.execute(house.db);
  assert.equal((await house.post(out, 'device.signOutThis', {})).status, 200);
  await later(10_000);
  assert.deepEqual(
    receiver.received.map((it) => it.browser),
    ['stays'],
  );
  const { rows } = await sql`select session from push_subscriptions where session = ${out.session}`.execute(house.db);
  assert.equal(rows.length, 0, 'a subscription ends with its session');
});

test('an endpoint that is gone is forgotten, and one that a browser brings to another account moves', async () => {
  const { group, writer, reader } = await two('vanishing');
  await send(writer, group);
  receiver.answer = () => ({ status: 410 });
  await later(3_000);
  await send(writer, group);
  await later(20_000);
  assert.equal(receiver.asked.filter((it) => it.browser === 'vanishing').length, 1);
  receiver.answer = () => ({ status: 201 });
  const keys = receiver.browser('shared');
  await ask(reader, 'notification.subscribe', { ...keys, language: 'vi' });
  const next = await house.addPerson('Người dùng sau');
  await ask(next, 'notification.subscribe', { ...keys, language: 'vi' });
  await send(writer, group);
  await later(20_000);
  assert.equal(to('shared').length, 0, 'nothing for the first account reaches a browser that is the second’s');
});

test('a service that asks for patience gets it, then everything arrives', async () => {
  const { group, writer } = await two('patient');
  const other = await two('patient-too');
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '40' } });
  await send(writer, group);
  await send(other.writer, other.group);
  await later(3_000);
  const asked = receiver.asked.length;
  assert.ok(asked >= 1);
  await later(20_000);
  assert.equal(receiver.asked.length, asked, 'left alone meanwhile');
  receiver.answer = () => ({ status: 201 });
  await later(60_000);
  assert.equal(to('patient').length, 1);
  assert.equal(to('patient-too').length, 1);
});

test('what is a day old is not told any more', async () => {
  const { group, writer } = await two('late');
  receiver.answer = () => ({ status: 503 });
  await send(writer, group);
  await later(3_000);
  receiver.answer = () => ({ status: 201 });
  await later(86_400_000);
  assert.equal(to('late').length, 0);
});

test('only services known by name can be subscribed to', async () => {
  const { p256dh, auth } = receiver.browser('x');
  const endpoints = [
    'https://127.0.0.1/x',
    'https://evil.example/x',
    'http://fcm.googleapis.com/x',
    receiver.origin.replace(/\d+$/, '1') + '/x',
  ];
  for (const endpoint of endpoints) {
    const { status, body } = await house.post('member', 'notification.subscribe', {
      endpoint,
      p256dh,
      auth,
      language: 'vi',
    });
    assert.equal(status, 400);
    assert.equal((body as { code: string }).code, 'notification.endpoint_refused');
  }
  const bad = await house.post('member', 'notification.subscribe', {
    ...receiver.browser('y'),
    p256dh: 'A'.repeat(87),
    language: 'vi',
  });
  assert.equal((bad.body as { code: string }).code, 'notification.endpoint_refused', 'and only with keys');
});

test('read on one device, it is taken away from the other, not more than once a minute', async () => {
  const { group, writer, reader } = await two('phone');
  const first = await send(writer, group);
  await later(3_000);
  await ask(reader, 'notification.arrived', { chats: [{ group, seq: first }] });
  const clear = () => jobOf(house, 'take away what was read').run();
  await clear();
  assert.equal(to('phone').length, 1, 'not while it is unread');
  await ask(reader, 'receipt.mark', { marks: [{ group, read: first }] });
  await clear();
  assert.equal(to('phone').length, 2);
  assert.deepEqual(to('phone')[1]!.body, { t: 'wake', b: 0 });
  assert.equal(to('phone')[1]!.urgency, 'low');
  assert.deepEqual((await shown(reader)).unread, []);
  const second = await send(writer, group);
  await later(10_000);
  await ask(reader, 'receipt.mark', { marks: [{ group, read: second }] });
  await clear();
  assert.equal(to('phone').length, 3, 'too soon');
  house.pass(60_000);
  await clear();
  assert.equal(to('phone').length, 4);

  const third = await send(writer, group);
  await later(10_000);
  await ask(reader, 'notification.cleared', { groups: [group] });
  await ask(reader, 'receipt.mark', { marks: [{ group, read: third }] });
  house.pass(60_000);
  await clear();
  assert.equal(to('phone').length, 5, 'a device that took it away by itself is not woken');
});

test('a program that ends between commit and push tells everybody after it starts again', async () => {
  const { group, writer } = await two('restart');
  // Committed, and nobody told the notifier: as when the process ends in that moment.
  const id = randomUUIDv7();
  await sql`
    with moved as (update streams set head = head + 1, messages = messages + 1 where id = ${group} returning head, messages)
    insert into messages (id, group_id, seq, ordinal, kind, sender, text, sent_at)
    select ${id}, ${group}, head, messages, 'text', ${writer.id}, 'x', ${house.house.now()} from moved`.execute(
    house.db,
  );
  await later(3_000);
  assert.equal(to('restart').length, 1);

  // In hand of a program that ended: others send it once its lease is over, and nobody before.
  await send(writer, group);
  await planFor(house.house, [group]);
  house.pass(10_000);
  const lost = await takeDue(house.db, {
    now: house.house.now(),
    most: 100,
    paused: [],
    leaseMs: LEASE_MS,
    keptMs: 86_400_000,
    foldMs: 5_000,
  });
  assert.equal(lost.length, 1);
  await later(LEASE_MS - 5_000);
  assert.equal(to('restart').length, 1);
  await later(10_000);
  assert.equal(to('restart').length, 2);
  assert.equal(receiver.waiting('restart').length, 1);
});

test('several nodes tell each device once', async () => {
  const writer = await house.addPerson('Ksor Lan');
  const people = await Promise.all(Array.from({ length: 30 }, (_, n) => house.addPerson(`Người ${n}`)));
  const group = await house.addGroup([writer, ...people].map(({ id }) => ({ id })));
  for (const [n, person] of people.entries()) await subscribe(person, `many-${n}`);
  const nodes = await Promise.all(
    [1, 2, 3].map(() => openTestHouse({ beside: house, env: { PUSH_HOSTS: receiver.origin } })),
  );
  const start = house.house.now().getTime();
  for (const node of nodes) node.pass(start - Date.now());
  await send(writer, group);
  await Promise.all(nodes.map((node) => later(0, node)));
  await Promise.all(nodes.map((node) => later(3_000, node)));
  const counts = people.map((_, n) => to(`many-${n}`).length);
  assert.deepEqual(
    counts,
    people.map(() => 1),
  );
  for (const node of nodes) await node.close();
});

test('looking at the same messages twice plans nothing twice', async () => {
  const { group, writer } = await two('twice');
  await send(writer, group);
  const plans = await Promise.all([
    planFor(house.house, [group]),
    planFor(house.house, [group]),
    planFor(house.house, [group]),
  ]);
  assert.deepEqual(plans.flat(), []);
  await later(3_000);
  await later(60_000);
  assert.equal(to('twice').length, 1);
});

test('a group whose messages were removed is not looked at again and again', async () => {
  const { group, writer } = await two('emptied');
  await send(writer, group);
  await sql`delete from messages where group_id = ${group}`.execute(house.db);
  await later(3_000);
  assert.ok(!(await groupsBehind(house.db, 1_000)).includes(group));
  await send(writer, group);
  await later(3_000);
  assert.equal(to('emptied').length, 1);
});

test('a device can try itself out', async () => {
  const person = await house.addPerson('Thử');
  assert.deepEqual(await ask(person, 'notification.test', {}), { outcome: 'off' });
  await subscribe(person, 'tried');
  assert.deepEqual(await ask(person, 'notification.test', {}), { outcome: 'accepted' });
  assert.deepEqual(to('tried')[0]!.body, { t: 'test' });
  receiver.answer = () => ({ status: 404 });
  assert.deepEqual(await ask(person, 'notification.test', {}), { outcome: 'gone' });
  assert.deepEqual(await ask(person, 'notification.test', {}), { outcome: 'off' });
});

test('what reaches which device', async () => {
  const person = await house.addPerson('Thiết bị');
  const second = await house.addDevice(person);
  await subscribe(second, 'second', { names: true });
  interface Reach {
    key: string;
    current: string;
    devices: { id: string; push: { names: boolean; sentAt: number | null } | null }[];
    digest: boolean;
  }
  const look = () => ask<Reach>(person, 'notification.devices', {});
  const first = await look();
  assert.equal(first.current, person.session);
  assert.equal(Buffer.from(first.key, 'base64url').length, 65);
  const of = (reach: Reach, session: string) => reach.devices.find((it) => it.id === session)!.push;
  assert.equal(of(first, person.session), null);
  assert.deepEqual(of(first, second.session), { names: true, rings: true, sentAt: null, arrivedAt: null });
  await ask(second, 'notification.choose', { names: false, digest: false });
  const chosen = await look();
  assert.equal(of(chosen, second.session)!.names, false);
  assert.equal(chosen.digest, false);
  await ask(second, 'notification.unsubscribe', {});
  assert.equal(of(await look(), second.session), null);
});

test('whoever was away is told once a day how much waits, and of each message once', async () => {
  const own = await openTestHouse({ env: { PUSH_HOSTS: receiver.origin } });
  receiver.clock = () => own.house.now().getTime();
  const at = (iso: string): void => own.pass(Date.parse(iso) - own.house.now().getTime());
  const digest = () => jobOf(own, 'tell what waits').run();
  at('2026-11-23T03:00:00Z');
  await own.post('member', 'notification.subscribe', { ...receiver.browser('away'), language: 'vi' });
  await own.post('other', 'notification.subscribe', { ...receiver.browser('unwilling'), language: 'vi' });
  await own.post('other', 'notification.choose', { digest: false });
  const { id } = own.cast.member;
  const second = await own.addGroup([{ id: own.cast.leader.id }, { id }]);
  for (const group of [own.group, own.group, own.group, second, second])
    await own.post('leader', 'message.send', { group, text: 'x' });
  await later(10_000, own);
  const list = async () => (await own.post('member', 'notification.list', {})).body as Shown;
  const before = to('away').length;
  await own.post('member', 'notification.arrived', {
    chats: (await list()).chats.map(({ group, seq }) => ({ group, seq })),
  });
  at('2026-11-24T00:30:00Z');
  await digest();
  await later(0, own);
  assert.equal(to('away').length, before, 'not yet a day, and not so early');
  at('2026-11-24T03:30:00Z');
  await Promise.all([digest(), digest(), digest()]);
  await later(1_000, own);
  assert.equal(to('away').length, before + 1);
  assert.deepEqual(to('away').at(-1)!.body, { t: 'wake', b: 5 });
  assert.deepEqual((await list()).digest, { messages: 5, groups: 2 });
  assert.deepEqual((await list()).chats, []);
  await own.post('member', 'notification.arrived', { chats: [], digest: true });
  assert.equal((await list()).digest, null);
  at('2026-11-25T03:30:00Z');
  await digest();
  await later(1_000, own);
  assert.equal(to('away').length, before + 1, 'the same messages are told once');
  assert.equal(to('unwilling').filter((it) => it.urgency === 'normal' && it.ttl > 86_399).length <= 2, true);
  await own.close();
});

test('hỏa tốc that nobody read is told by SMS: once a person and message, within the budget, without a word of it', async () => {
  const file = `/tmp/nha-rong-urgent-${randomUUIDv7()}.jsonl`;
  const env = { SMS_PROVIDER: 'file', SMS_FILE: file, URGENT_SMS_AFTER_MINUTES: '10', URGENT_SMS_DAILY: '7' };
  const own = await openTestHouse({ env });
  own.pass(MORNING - own.house.now().getTime());
  const beside = await openTestHouse({ beside: own, env });
  const text = async () => {
    const list = [own, beside].map((it) => jobOf(it, 'text about urgent messages').run());
    await Promise.all(list);
  };
  const { body } = await own.post('leader', 'message.send', { group: own.group, text: 'Vỡ đập Ia Ly', urgency: 3 });
  const { seq } = body as { seq: number };
  await own.post('leader', 'message.send', { group: own.group, text: 'Thường thôi' });
  await own.post('member', 'receipt.mark', { marks: [{ group: own.group, read: seq }] });
  own.pass(9 * 60_000);
  beside.pass(own.house.now().getTime() - beside.house.now().getTime());
  await text();
  own.pass(2 * 60_000);
  beside.pass(2 * 60_000);
  await text();
  await text();
  await own.post('leader', 'message.send', { group: own.group, text: 'Lần hai', urgency: 3 });
  own.pass(11 * 60_000);
  beside.pass(11 * 60_000);
  await text();
  await beside.close();
  await own.close();
  const { readFile, rm } = await import('node:fs/promises');
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((it) => JSON.parse(it) as { to: string; text: string });
  await rm(file);
  assert.equal(lines.length, 7, 'deputy, clerk, other, reader; then what the budget leaves');
  assert.equal(new Set(lines.slice(0, 4).map((it) => it.to)).size, 4);
  for (const it of lines) {
    assert.match(it.text, /^Co tin HOA TOC chua doc trong Nha Rong\. Mo \S+ de xem\.$/);
    assert.ok(it.text.length <= 160);
  }
});

test('however many want to be left alone, those who do not are told by SMS', async () => {
  const file = `/tmp/nha-rong-urgent-${randomUUIDv7()}.jsonl`;
  const own = await openTestHouse({ env: { SMS_PROVIDER: 'file', SMS_FILE: file, URGENT_SMS_AFTER_MINUTES: '10' } });
  own.pass(MORNING - own.house.now().getTime());
  const group = await own.addGroup([own.cast.leader, own.cast.member]);
  const asleep = Array.from({ length: 600 }, () => randomUUIDv7().replace(/^......../, '00000000'));
  const quiet = JSON.stringify({ from: '21:00', to: '06:00', days: [1, 2, 3, 4, 5, 6, 7], through: 0 });
  await sql`insert into streams (id, kind) select unnest(${asleep}::uuid[]), 'account'`.execute(own.db);
  await sql`
    insert into accounts (id, name, phone, registered_at, quiet)
    select id, 'Ksor Blơi', '+84999' || lpad(place::text, 6, '0'), now(), ${quiet}::jsonb
    from unnest(${asleep}::uuid[]) with ordinality as t(id, place)`.execute(own.db);
  await sql`insert into members (group_id, account) select ${group}, unnest(${asleep}::uuid[])`.execute(own.db);
  const { status } = await own.post('leader', 'message.send', { group, text: 'Vỡ đập Ia Ly', urgency: 3 });
  assert.equal(status, 200);
  own.pass(11 * 60_000);
  await jobOf(own, 'text about urgent messages').run();
  const { rows } = await sql<{ account: string }>`select account from urgent_texts`.execute(own.db);
  assert.deepEqual(
    rows.map((it) => it.account),
    [own.cast.member.id],
  );
  await own.close();
  const { rm } = await import('node:fs/promises');
  await rm(file, { force: true });
});

test('who is reminded of a message is told of it again, though it was shown; who has read it is not', async () => {
  const { group, writer, reader } = await two('lai');
  const { id, seq } = await ask<{ id: string; seq: number }>(writer, 'message.send', { group, text: 'Báo cáo gấp' });
  await later(3_000);
  assert.equal(to('lai').length, 1);
  await shown(reader);
  await ask(reader, 'notification.arrived', { chats: [{ group, seq }] });
  await later(60_000);
  assert.equal(to('lai').length, 1);

  await ask(writer, 'receipt.remind', { group, message: id });
  await later(3_000);
  assert.equal(to('lai').length, 2);
  assert.equal((await shown(reader)).chats.find((it) => it.group === group)?.mentions, true);

  await ask(reader, 'receipt.mark', { marks: [{ group, read: seq }] });
  house.pass(31 * 60_000);
  const { status } = await house.post(writer, 'receipt.remind', { group, message: id });
  assert.equal(status, 409);
  await later(60_000);
  assert.equal(to('lai').length, 2);
});
