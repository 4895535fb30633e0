import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { BodyOf } from '../../protocol/event.ts';
import { newId } from '../../protocol/id.ts';
import { endAllSessions } from '../devices/access.ts';
import type { Ask, Call, callEvents, CallSignals, Inside } from './protocol.ts';
import { MESH_MOST, RING_ALL_MOST, RING_MS, RING_OFTEN, RING_OFTEN_MS, SEAT_GOING_MS, SEAT_LOST_MS } from './rules.ts';
import type { MediaSeat, MediaServer } from './server/sfu.ts';

type Body<N extends keyof typeof callEvents> = BodyOf<(typeof callEvents)[N]>;

let house: TestHouse;
/** What the media server was told. */
const media: string[] = [];
const seatsPutOut = (seats: readonly MediaSeat[]): void => {
  for (const it of seats) media.push(`out ${it.seat}`);
};
/** What it has open. */
let held: readonly MediaSeat[] = [];
/** What happens while it is asked. */
let meanwhile: () => Promise<unknown> = () => Promise.resolve();
/** What it was asked last. */
let asked: Ask | undefined;
const sfu: MediaServer = {
  there: true,
  async ask(seat, ask) {
    asked = ask;
    await meanwhile();
    media.push(`${ask.ask} ${seat.seat}`);
    return { sdp: 'v=0', lines: [] };
  },
  silence: ({ seat }, silent) => Promise.resolve(void media.push(`${silent ? 'silent' : 'heard'} ${seat}`)),
  held: () => held,
  putOut: (seats) => Promise.resolve(seatsPutOut(seats)),
  end: (call) => Promise.resolve(void media.push(`end ${call}`)),
  close: () => Promise.resolve(),
};
/** Beside it, on the same database. */
let other: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false, openMedia: () => sfu });
  other = await openTestHouse({ beside: house, limits: false, openMedia: () => sfu });
});

/** The clocks of both nodes. */
function pass(ms: number): void {
  house.pass(ms);
  other.pass(ms);
}

const look = (at: TestHouse = house): Promise<void> =>
  at.features.jobs.find((it) => it.name === 'look at calls')!.run();

/** People of their own in a group of their own: no test hears of another. */
async function scene(roles: readonly string[], kind = 'coordination', node: TestHouse = house) {
  const people = await Promise.all(roles.map((_, at) => house.addPerson(`Người ${at}`)));
  const group = await house.addGroup(
    people.map(({ id }, at) => ({ id, role: roles[at]! })),
    kind,
  );
  const clients = await Promise.all(people.map((it) => node.connect(it)));
  return { people, group, clients };
}

async function refused(promise: Promise<unknown>): Promise<{ readonly code: string; readonly [key: string]: unknown }> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    return error.wire;
  }
  throw new Error('it was not refused');
}

const eventsOf = <N extends keyof typeof callEvents>(client: TestClient, name: N): Body<N>[] =>
  client.events.filter((it) => it.on === name).map((it) => it.with as Body<N>);

const signalsOf = <N extends keyof CallSignals>(client: TestClient, name: N): CallSignals[N][] =>
  client.signals.filter((it) => it.signal === name).map((it) => it.with as CallSignals[N]);

/** The event of this name about this call, as soon as this device has heard it. */
async function hears<N extends keyof typeof callEvents>(
  client: TestClient,
  name: N,
  fits: (body: Body<N>) => boolean = () => true,
): Promise<Body<N>> {
  await client.until(() => eventsOf(client, name).some(fits));
  return eventsOf(client, name).findLast(fits)!;
}

async function isTold<N extends keyof CallSignals>(
  client: TestClient,
  name: N,
  fits: (body: CallSignals[N]) => boolean = () => true,
): Promise<CallSignals[N]> {
  await client.until(() => signalsOf(client, name).some(fits));
  return signalsOf(client, name).findLast(fits)!;
}

const read = async (client: TestClient, group: string, id: string): Promise<Call> =>
  (await client.call('call.read', { group, ids: [id] })).calls[0]!;

const at = ({ call, seat }: Inside): { group: string; call: string; seat: string } => ({
  group: call.group,
  call: call.id,
  seat,
});

test('a call of two rings all devices of the other one; one answers, the others are quiet; who leaves ends it', async () => {
  const { people, group, clients } = await scene(['member', 'member'], 'pair');
  const [caller, callee] = clients as [TestClient, TestClient];
  const second = await house.connect(await house.addDevice(people[1]!));
  const begun = await caller.call('call.start', { group, kind: 'voice' });
  assert.equal(begun.call.people, 1);
  assert.equal(begun.call.answeredAt, null);
  assert.deepEqual(
    begun.seats.map((it) => [it.id, it.state, it.mic, it.camera, it.leads]),
    [[begun.seat, 'in', true, false, false]],
  );
  for (const device of [callee, second]) {
    const rang = await hears(device, 'call.rang');
    assert.equal(rang.call.id, begun.call.id);
    assert.equal(rang.call.by.id, people[0]!.id);
    assert.ok(rang.until > Date.now() + RING_MS - 10_000);
  }
  assert.deepEqual(
    (await callee.call('call.open', {})).rings.map((it) => it.call.id),
    [begun.call.id],
  );

  const joined = await second.call('call.join', { group, call: begun.call.id });
  assert.equal(joined.seats.length, 2);
  assert.notEqual(joined.call.answeredAt, null);
  assert.equal(joined.call.rung, 'answered');
  const ended = await hears(callee, 'call.ringEnded');
  assert.equal(ended.how, 'answered');
  assert.notEqual(ended.session, people[1]!.session);
  const seats = await isTold(caller, 'call.seats', (it) => it.seats.some((one) => one.id === joined.seat));
  assert.equal(seats.version, joined.call.version);
  assert.deepEqual((await callee.call('call.open', {})).rings, []);

  await caller.call('call.leave', at(begun));
  await isTold(second, 'call.put', (it) => it.seat === joined.seat && it.why === 'ended');
  const over = await hears(second, 'call.changed', (it) => it.call.endedAt !== null);
  assert.equal(over.call.end, 'left');
  assert.equal(over.call.people, 2);
  assert.equal((await refused(second.call('call.beat', at(joined)))).code, 'call.seat_gone');
  assert.equal((await refused(second.call('call.join', { group, call: begun.call.id }))).code, 'call.over');
});

test('nobody answers: the ring ends by itself, the call of two with it; who called off before is told apart', async () => {
  const { people, group, clients } = await scene(['member', 'member'], 'pair');
  const [caller, callee] = clients as [TestClient, TestClient];
  const missed = await caller.call('call.start', { group, kind: 'video', camera: true });
  assert.equal(missed.seats[0]!.camera, true);
  await hears(callee, 'call.rang', (it) => it.call.id === missed.call.id);
  pass(RING_MS + 100);
  await look();
  const over = await hears(caller, 'call.changed', (it) => it.call.endedAt !== null);
  assert.equal(over.call.end, 'missed');
  assert.equal((await hears(callee, 'call.ringEnded')).how, 'missed');
  assert.equal((await read(callee, group, missed.call.id)).rung, 'missed');
  assert.equal((await read(caller, group, missed.call.id)).rung, null);

  const off = await caller.call('call.start', { group, kind: 'voice' });
  await caller.call('call.leave', at(off));
  assert.equal((await hears(callee, 'call.ringEnded', (it) => it.call === off.call.id)).how, 'cancelled');
  assert.equal((await read(caller, group, off.call.id)).end, 'cancelled');
  // The cards stand in the conversation; who was rung in vain has them unread, who called has not.
  const { rows } = await sql<{ account: string; unread: number }>`
    select m.account, s.messages - m.read_ordinal as unread from members m join streams s on s.id = m.group_id
    where m.group_id = ${group}`.execute(house.db);
  const unread = new Map(rows.map((it) => [it.account, it.unread]));
  assert.equal(unread.get(people[0]!.id), 0);
  assert.equal(unread.get(people[1]!.id), 2);
  const cards = callee.of(group).filter((it) => it.on === 'message.sent');
  assert.deepEqual(
    cards.map((it) => (it.with as { text: string; card: unknown }).text),
    ['Cuộc gọi video', 'Cuộc gọi thoại'],
  );
});

test('declined on one device: all are quiet, the call of two is over, and does not ring again', async () => {
  const { people, group, clients } = await scene(['member', 'member'], 'pair');
  const [caller, callee] = clients as [TestClient, TestClient];
  const second = await house.connect(await house.addDevice(people[1]!));
  const { call, seat } = await caller.call('call.start', { group, kind: 'voice' });
  await second.call('call.decline', { group, call: call.id });
  for (const device of [callee, second]) assert.equal((await hears(device, 'call.ringEnded')).how, 'declined');
  await isTold(caller, 'call.put', (it) => it.seat === seat && it.why === 'ended');
  assert.equal((await read(caller, group, call.id)).end, 'declined');
  // Again, and too late: nothing more.
  await callee.call('call.decline', { group, call: call.id });
  assert.equal((await read(callee, group, call.id)).rung, 'declined');
});

test('whoever is in another call is busy: the call of two ends at once, a group does not ring them', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [first, second, third] = clients as [TestClient, TestClient, TestClient];
  const { call } = await first.call('call.start', { group, kind: 'voice' });
  await second.call('call.join', { group, call: call.id });
  const pair = await house.addGroup([people[2]!, people[1]!], 'pair');
  await sql`update members set role = 'member' where group_id = ${pair}`.execute(house.db);
  const busy = await third.call('call.start', { group: pair, kind: 'voice' });
  assert.equal(busy.call.end, 'busy');
  assert.deepEqual(busy.seats, []);
  assert.equal((await read(second, pair, busy.call.id)).rung, 'busy');
  assert.deepEqual(
    eventsOf(second, 'call.rang').filter((it) => it.call.id === busy.call.id),
    [],
  );
  // A pair with nobody in a call rings.
  const busyGroup = await house.addGroup([people[2]!, people[0]!, people[1]!], 'coordination');
  const group2 = await third.call('call.start', { group: busyGroup, kind: 'voice' });
  assert.equal(group2.call.end, null);
  const { rows } = await sql`select account from call_rings where call = ${group2.call.id}`.execute(house.db);
  assert.deepEqual(rows, []);
  await first.call('call.end', { group, call: call.id });
});

test('both call each other at once, from two nodes: they are in one call', async () => {
  const { people, group } = await scene(['member', 'member'], 'pair');
  const [one, two] = [await house.connect(people[0]!), await other.connect(people[1]!)];
  const [a, b] = await Promise.all([
    one.call('call.start', { group, kind: 'voice' }),
    two.call('call.start', { group, kind: 'voice' }),
  ]);
  assert.equal(a.call.id, b.call.id);
  const { seats, call } = await one.call('call.seats', at(a));
  assert.deepEqual(seats.map((it) => it.id).toSorted(), [a.seat, b.seat].toSorted());
  assert.notEqual(call.answeredAt, null);
  const { rows } = await sql<{ outcome: string }>`select outcome from call_rings where call = ${a.call.id}`.execute(
    house.db,
  );
  assert.deepEqual(rows, [{ outcome: 'answered' }]);
});

test('a person has one seat: another device takes it over, another call is to be left first, a lost seat is nobody’s', async () => {
  const { people, group, clients } = await scene(['owner', 'member']);
  const [first, second] = clients as [TestClient, TestClient];
  const elsewhereGroup = await house.addGroup([people[0]!, people[1]!], 'coordination');
  const begun = await first.call('call.start', { group, kind: 'voice' });
  const joined = await second.call('call.join', { group, call: begun.call.id });
  const device = await house.connect(await house.addDevice(people[0]!));
  const moved = await device.call('call.join', { group, call: begun.call.id });
  assert.notEqual(moved.seat, begun.seat);
  assert.equal(moved.seats.length, 2);
  await isTold(first, 'call.put', (it) => it.seat === begun.seat && it.why === 'moved');
  const told = await isTold(second, 'call.seats', (it) => it.gone.includes(begun.seat));
  assert.deepEqual(
    told.seats.map((it) => it.id),
    [moved.seat],
  );
  const gone = await refused(first.call('call.beat', at(begun)));
  assert.deepEqual([gone.code, gone.why], ['call.seat_gone', 'moved']);
  // Another device’s word counts for nothing, though it is the same person’s.
  await first.call('call.leave', at(moved));
  assert.equal((await second.call('call.seats', at(joined))).seats.length, 2);
  // After a lost line the same device keeps its seat.
  assert.equal((await device.call('call.join', { group, call: begun.call.id })).seat, moved.seat);

  const elsewhere = await refused(second.call('call.start', { group: elsewhereGroup, kind: 'voice' }));
  assert.deepEqual([elsewhere.code, elsewhere.group, elsewhere.call], ['call.elsewhere', group, begun.call.id]);
  pass(SEAT_LOST_MS - 5_000);
  await device.call('call.beat', at(moved));
  pass(6_000);
  // Not heard of for too long: it is no hindrance, and the others find it gone.
  const there = await second.call('call.start', { group: elsewhereGroup, kind: 'voice' });
  assert.equal(there.call.end, null);
  await isTold(device, 'call.seats', (it) => it.gone.includes(joined.seat));
  assert.equal((await read(device, group, begun.call.id)).people, 1);
  await second.call('call.leave', at(there));
});

test('devices that fall silent lose their seats; the call ends when all are lost', async () => {
  const { group, clients } = await scene(['owner', 'member', 'member']);
  const [first, second, third] = clients as [TestClient, TestClient, TestClient];
  const begun = await first.call('call.start', { group, kind: 'voice' });
  const two = await second.call('call.join', { group, call: begun.call.id });
  const three = await third.call('call.join', { group, call: begun.call.id });
  pass(SEAT_LOST_MS - 5_000);
  const { version } = await first.call('call.beat', at(begun));
  assert.equal(version, three.call.version);
  await second.call('call.beat', at(two));
  pass(6_000);
  await look();
  await isTold(first, 'call.seats', (it) => it.gone.includes(three.seat));
  await isTold(third, 'call.put', (it) => it.seat === three.seat && it.why === 'lost');
  assert.equal((await first.call('call.seats', at(begun))).call.people, 2);
  pass(SEAT_LOST_MS + 100);
  await look();
  const over = await hears(third, 'call.changed', (it) => it.call.endedAt !== null);
  assert.equal(over.call.end, 'lost');
  assert.equal(over.call.people, 3);
});

test('the seat of a page that is closed is kept for the seconds that it takes to load it again', async () => {
  const { group, clients } = await scene(['owner', 'member', 'member']);
  const [first, second] = clients as [TestClient, TestClient];
  const begun = await first.call('call.start', { group, kind: 'voice' });
  const two = await second.call('call.join', { group, call: begun.call.id });
  await second.call('call.beat', { ...at(two), going: true });
  pass(SEAT_GOING_MS - 1_000);
  await look();
  // Loaded again: it is as if nothing had been.
  await second.call('call.beat', at(two));
  pass(SEAT_GOING_MS + 1_000);
  await first.call('call.beat', at(begun));
  await look();
  assert.equal((await first.call('call.seats', at(begun))).call.people, 2);
  await second.call('call.beat', { ...at(two), going: true });
  pass(SEAT_GOING_MS + 1_000);
  await look();
  await isTold(first, 'call.seats', (it) => it.gone.includes(two.seat));
});

test('what rings loud: mute, level, quiet hours and urgency decide as they do for messages', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member', 'member', 'member']);
  const [caller] = clients as [TestClient];
  const always = JSON.stringify({ from: '00:00', to: '23:59', days: [1, 2, 3, 4, 5, 6, 7], through: 1 });
  await sql`update members set muted_until = 'infinity' where group_id = ${group} and account = ${people[1]!.id}`.execute(
    house.db,
  );
  await sql`update accounts set quiet = ${always}::jsonb where id = ${people[2]!.id}`.execute(house.db);
  await sql`update members set notify = 'mentions' where group_id = ${group} and account = ${people[3]!.id}`.execute(
    house.db,
  );
  const none = JSON.stringify({ from: '00:00', to: '00:00', days: [], through: 1 });
  await sql`update accounts set quiet = ${none}::jsonb where id = any(${[1, 3, 4].map((it) => people[it]!.id)}::uuid[])`.execute(
    house.db,
  );
  const ways = async (urgency: number): Promise<string[]> => {
    const begun = await caller.call('call.start', { group, kind: 'voice', urgency });
    const { rows } = await sql<{ account: string; loud: boolean; through: boolean }>`
      select account, loud, through from call_rings where call = ${begun.call.id}`.execute(house.db);
    await caller.call('call.leave', at(begun));
    const of = new Map(rows.map((it) => [it.account, it.through ? 'through' : it.loud ? 'loud' : 'still']));
    return [1, 2, 3, 4].map((it) => of.get(people[it]!.id)!);
  };
  assert.deepEqual(await ways(0), ['still', 'still', 'loud', 'loud']);
  assert.deepEqual(await ways(1), ['still', 'through', 'loud', 'loud']);
  assert.deepEqual(await ways(3), ['loud', 'through', 'loud', 'loud']);
  // What calls louder is a right of its own.
  const member = clients[4]!;
  assert.equal(
    (await refused(member.call('call.start', { group, kind: 'voice', urgency: 3 }))).right,
    'message.express',
  );
});

test('who is rung in vain again and again by the same person hears no more of it for a while', async () => {
  const { people, group, clients } = await scene(['member', 'member'], 'pair');
  const [caller, callee] = clients as [TestClient, TestClient];
  const none = JSON.stringify({ from: '00:00', to: '00:00', days: [], through: 1 });
  await sql`update accounts set quiet = ${none}::jsonb where id = any(${people.map((it) => it.id)}::uuid[])`.execute(
    house.db,
  );
  const rings = async (by: TestClient, to: TestClient): Promise<boolean> => {
    const begun = await by.call('call.start', { group, kind: 'voice' });
    const { loud } = await hears(to, 'call.rang', (it) => it.call.id === begun.call.id);
    await by.call('call.leave', at(begun));
    return loud;
  };
  for (let time = 0; time < RING_OFTEN; time += 1) assert.equal(await rings(caller, callee), true);
  assert.equal(await rings(caller, callee), false);
  assert.equal(await rings(callee, caller), true, 'who was rung may call back');
  pass(RING_OFTEN_MS);
  assert.equal(await rings(caller, callee), true);
});

test('a group is rung whole while it is small; in a larger one those who are named; who declined is left in peace', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member', 'member']);
  const [caller, second, third, fourth] = clients as [TestClient, TestClient, TestClient, TestClient];
  const rung = async (call: string): Promise<number> => {
    const { rows } = await sql<{
      count: number;
    }>`select count(*)::int as count from call_rings where call = ${call}`.execute(house.db);
    return rows[0]!.count;
  };
  const begun = await caller.call('call.start', { group, kind: 'voice', ring: [people[1]!.id] });
  assert.equal(await rung(begun.call.id), 1);
  await second.call('call.decline', { group, call: begun.call.id });
  assert.equal((await read(caller, group, begun.call.id)).end, null);
  const stranger = (await house.addPerson('Ai đó')).id;
  const invited = await caller.call('call.invite', {
    group,
    call: begun.call.id,
    accounts: [people[1]!.id, people[2]!.id, stranger, people[0]!.id],
  });
  assert.deepEqual(invited, { rung: 1 });
  await hears(third, 'call.rang');
  assert.equal(eventsOf(second, 'call.rang').length, 1);
  assert.equal(
    (await refused(fourth.call('call.invite', { group, call: begun.call.id, accounts: [people[1]!.id] }))).code,
    'call.seat_gone',
  );
  // Missed, and called once more.
  pass(RING_MS - 15_000);
  await caller.call('call.beat', at(begun));
  pass(16_000);
  await look();
  assert.equal((await read(third, group, begun.call.id)).rung, 'missed');
  assert.equal((await read(third, group, begun.call.id)).end, null);
  assert.deepEqual(await caller.call('call.invite', { group, call: begun.call.id, accounts: [people[2]!.id] }), {
    rung: 1,
  });
  assert.equal((await read(third, group, begun.call.id)).rung, null);
  await caller.call('call.end', { group, call: begun.call.id });
  assert.equal((await read(third, group, begun.call.id)).rung, 'cancelled');

  const many = await Promise.all(Array.from({ length: RING_ALL_MOST + 1 }, () => house.addPerson()));
  const wide = await house.addGroup([people[0]!, ...many], 'coordination');
  const quiet = await caller.call('call.start', { group: wide, kind: 'voice' });
  assert.equal(await rung(quiet.call.id), 0);
  assert.deepEqual(
    await caller.call('call.invite', { group: wide, call: quiet.call.id, accounts: many.map((it) => it.id) }),
    { rung: RING_ALL_MOST + 1 },
  );
  await caller.call('call.leave', at(quiet));
});

test('the lobby: who waits sees leaders and themselves; who is let in sees all; who is put out waits to come back', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member', 'deputy']);
  const [owner, member, waiting, deputy] = clients as [TestClient, TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const inside = await member.call('call.join', { group, call: begun.call.id });
  assert.equal(
    (await refused(member.call('call.lobby', { group, call: begun.call.id, on: true }))).right,
    'group.govern',
  );
  await owner.call('call.lobby', { group, call: begun.call.id, on: true });
  assert.equal((await hears(member, 'call.changed', (it) => it.call.lobby)).call.lobby, true);

  const before = await waiting.call('call.join', { group, call: begun.call.id });
  assert.deepEqual(
    before.seats.map((it) => [it.id, it.state]).toSorted(),
    [
      [begun.seat, 'in'],
      [before.seat, 'waiting'],
    ].toSorted(),
  );
  assert.equal(before.call.people, 2);
  await isTold(owner, 'call.seats', (it) => it.seats.some((one) => one.id === before.seat && one.state === 'waiting'));
  const said = { what: 'again', link: '' } as const;
  assert.equal(
    (await refused(waiting.call('call.say', { ...at(before), to: begun.seat, said }))).code,
    'call.seat_gone',
  );
  assert.equal(
    (await refused(waiting.call('call.invite', { group, call: begun.call.id, accounts: [people[3]!.id] }))).code,
    'call.seat_gone',
  );
  // Leaders need nobody.
  assert.equal((await deputy.call('call.join', { group, call: begun.call.id })).seats.length, 4);
  await deputy.call('call.admit', { group, call: begun.call.id, seats: [before.seat] });
  const all = await isTold(waiting, 'call.seats', (it) => it.seats.length === 4);
  assert.ok(all.seats.every((it) => it.state === 'in'));

  assert.equal(
    (await refused(member.call('call.dismiss', { group, call: begun.call.id, account: people[2]!.id }))).code,
    'forbidden',
  );
  assert.equal(
    (await refused(deputy.call('call.dismiss', { group, call: begun.call.id, account: people[0]!.id }))).code,
    'forbidden',
  );
  await owner.call('call.lobby', { group, call: begun.call.id, on: false });
  await deputy.call('call.dismiss', { group, call: begun.call.id, account: people[2]!.id });
  await isTold(waiting, 'call.put', (it) => it.seat === before.seat && it.why === 'dismissed');
  await isTold(member, 'call.seats', (it) => it.gone.includes(before.seat));
  const again = await waiting.call('call.join', { group, call: begun.call.id });
  assert.equal(again.seats.find((it) => it.id === again.seat)!.state, 'waiting');
  // Who was let in once and left comes in again.
  await member.call('call.leave', at(inside));
  await owner.call('call.lobby', { group, call: begun.call.id, on: true });
  const back = await member.call('call.join', { group, call: begun.call.id });
  assert.equal(back.seats.find((it) => it.id === back.seat)!.state, 'in');
  assert.equal((await refused(member.call('call.end', { group, call: begun.call.id }))).code, 'forbidden');
  await deputy.call('call.end', { group, call: begun.call.id });
  await isTold(waiting, 'call.put', (it) => it.seat === again.seat && it.why === 'ended');
});

test('who was put out does not come in by leaving the door and coming again; who was let in since does', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, out] = [clients[0]!, clients[2]!];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const call = begun.call.id;
  const comes = async (): Promise<{ inside: Inside; state: string }> => {
    pass(1_000);
    const inside = await out.call('call.join', { group, call });
    return { inside, state: inside.seats.find((it) => it.id === inside.seat)!.state };
  };
  assert.equal((await comes()).state, 'in');
  pass(1_000);
  await owner.call('call.dismiss', { group, call, account: people[2]!.id });
  const first = await comes();
  assert.equal(first.state, 'waiting');
  await out.call('call.leave', at(first.inside));
  const second = await comes();
  assert.equal(second.state, 'waiting');
  pass(1_000);
  await owner.call('call.admit', { group, call, seats: [second.inside.seat] });
  await out.call('call.leave', at(second.inside));
  assert.equal((await comes()).state, 'in');
  await owner.call('call.end', { group, call });
});

test('who has not accepted the regulation comes into no call; who is in one already stays', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, inside, outside] = clients as [TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const call = begun.call.id;
  const seat = await inside.call('call.join', { group, call });
  const govern = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const { status, body } = await house.post(people[0], name, { group, ...input });
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, unknown>;
  };
  const { document } = await govern('regulation.template', {});
  const wish = { ...(document as object), agency: 'UBND xã', title: 'Quy chế' };
  const { revision } = await govern('regulation.save', { revision: 0, document: wish });
  await govern('regulation.publish', { revision });
  assert.equal((await refused(outside.call('call.join', { group, call }))).code, 'regulation.not_accepted');
  assert.equal((await refused(outside.call('call.start', { group, kind: 'voice' }))).code, 'regulation.not_accepted');
  await inside.call('call.leave', at(seat));
  assert.equal((await inside.call('call.join', { group, call })).seats.length, 2);
  await owner.call('call.end', { group, call });
});

test('leaders silence; what one shows the others see; who speaks to whom stays between the two', async () => {
  const { group, clients } = await scene(['owner', 'member', 'member', 'member']);
  const [owner, one, two, outside] = clients as [TestClient, TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const a = await one.call('call.join', { group, call: begun.call.id });
  const b = await two.call('call.join', { group, call: begun.call.id });
  const shown = { mic: true, camera: true, screen: false, hand: true };
  const { version } = await one.call('call.show', { ...at(a), ...shown });
  const seen = await isTold(two, 'call.seats', (it) => it.version === version);
  assert.deepEqual(
    seen.seats.map((it) => [it.id, it.camera, it.hand !== null]),
    [[a.seat, true, true]],
  );
  assert.equal((await refused(one.call('call.mute', { group, call: begun.call.id, seat: b.seat }))).code, 'forbidden');
  await owner.call('call.mute', { group, call: begun.call.id, seat: null });
  await isTold(one, 'call.muted', (it) => it.seat === a.seat);
  await isTold(two, 'call.muted', (it) => it.seat === b.seat);
  assert.deepEqual(
    (await two.call('call.seats', at(b))).seats.map((it) => [it.id, it.mic]).toSorted(),
    [
      [begun.seat, true],
      [a.seat, false],
      [b.seat, false],
    ].toSorted(),
  );

  const said = { what: 'description', link: 'l', type: 'offer', sdp: 'v=0 only for two' } as const;
  await one.call('call.say', { ...at(a), to: b.seat, said });
  assert.deepEqual(await isTold(two, 'call.said'), { call: begun.call.id, seat: a.seat, to: b.seat, said });
  // To nobody, to who is not in it, in somebody else’s name.
  await one.call('call.say', { ...at(a), to: group, said });
  assert.equal((await refused(two.call('call.say', { ...at(a), to: begun.seat, said }))).code, 'call.seat_gone');
  assert.equal((await refused(outside.call('call.say', { ...at(a), to: begun.seat, said }))).code, 'call.seat_gone');
  assert.equal((await refused(outside.call('call.seats', at(a)))).code, 'call.seat_gone');
  assert.equal((await refused(outside.call('call.ice', at(a)))).code, 'call.seat_gone');
  await outside.call('call.read', { group, ids: [begun.call.id] });
  // Who is not in the call hears how many are, and nothing else of it.
  assert.deepEqual(
    [...new Set(outside.signals.map((it) => it.signal))].filter((it) => it.startsWith('call.')),
    ['call.count'],
  );
  assert.deepEqual(signalsOf(owner, 'call.said'), []);
  assert.equal((await one.call('call.ice', at(a))).relayOnly, house.house.config.callsRelayOnly);
  // Nothing of it is kept.
  const { rows } = await sql`select 1 from actions where answer::text like '%only for two%'`.execute(house.db);
  assert.deepEqual(rows, []);
  await owner.call('call.end', { group, call: begun.call.id });
});

test('without a media server four fit in; with one the fifth takes all of them over to it', async () => {
  const roles = ['owner', ...Array.from({ length: MESH_MOST }, () => 'member')];
  const without = await openTestHouse({ beside: house, limits: false });
  const small = await scene(roles, 'coordination', without);
  const begun = await small.clients[0]!.call('call.start', { group: small.group, kind: 'voice' });
  const { id: call } = begun.call;
  for (const it of small.clients.slice(1, MESH_MOST)) await it.call('call.join', { group: small.group, call });
  const full = await refused(small.clients[MESH_MOST]!.call('call.join', { group: small.group, call }));
  assert.deepEqual([full.code, full.most], ['call.full', MESH_MOST]);
  assert.equal(
    (await refused(small.clients[0]!.call('call.media', { ...at(begun), ask: { ask: 'watch', seats: [] } }))).code,
    'call.no_media_server',
  );
  await small.clients[0]!.call('call.end', { group: small.group, call });
  await without.close();

  const { group, clients } = await scene(roles);
  const first = await clients[0]!.call('call.start', { group, kind: 'video' });
  const joined = await Promise.all(clients.slice(1).map((it) => it.call('call.join', { group, call: first.call.id })));
  const changed = await hears(clients[1]!, 'call.changed', (it) => it.call.mode === 'server');
  assert.equal(changed.call.people, MESH_MOST + 1);
  const own = joined[2]!;
  await clients[3]!.call('call.media', { ...at(own), ask: { ask: 'publish', sdp: 'v=0', lines: [] } });
  assert.ok(media.includes(`publish ${own.seat}`));
  assert.equal(
    (await refused(clients[2]!.call('call.media', { ...at(own), ask: { ask: 'watch', seats: [] } }))).code,
    'call.seat_gone',
  );
  // A leader’s word holds for the media server until the person is heard again by their own will.
  await clients[0]!.call('call.mute', { group, call: first.call.id, seat: own.seat });
  assert.ok(media.includes(`silent ${own.seat}`));
  await clients[3]!.call('call.media', { ...at(own), ask: { ask: 'publish', sdp: 'v=0', lines: [] } });
  assert.equal(media.filter((it) => it === `silent ${own.seat}`).length, 2);
  const shown = { camera: false, screen: false, hand: false };
  await clients[3]!.call('call.show', { ...at(own), ...shown, mic: true });
  assert.equal(media.filter((it) => it === `heard ${own.seat}`).length, 1);
  await clients[3]!.call('call.show', { ...at(own), ...shown, mic: true });
  assert.equal(media.filter((it) => it === `heard ${own.seat}`).length, 1);
  // It does not go back and forth.
  await clients[4]!.call('call.leave', at(joined[3]!));
  assert.ok(media.includes(`out ${joined[3]!.seat}`));
  assert.equal((await read(clients[0]!, group, first.call.id)).mode, 'server');
  await clients[0]!.call('call.end', { group, call: first.call.id });
  assert.ok(media.includes(`end ${first.call.id}`));
});

/** The ways of being put out of a group, or of the house. */
const WAYS: readonly (readonly [string, (group: string, people: readonly TestPerson[]) => Promise<unknown>])[] = [
  ['removed', (group, [owner, them]) => house.post(owner, 'member.remove', { group, accounts: [them!.id] })],
  ['left', (group, [, them]) => house.post(them, 'member.leave', { group })],
  ['signed out', (_group, [, them]) => house.post(them, 'device.signOutThis', {})],
  [
    'off the staff list',
    async (_group, [, them]) => {
      const after: (() => void | Promise<void>)[] = [];
      await house.db.transaction().execute(async (db) => {
        await sql`update accounts set state = 'left' where id = ${them!.id}`.execute(db);
        const now = house.house.now();
        await endAllSessions({ house: house.house, db, now, afterCommit: (run) => void after.push(run) }, [them!.id]);
      });
      for (const run of after) await run();
      return { status: 200 };
    },
  ],
];

for (const node of ['mesh', 'server'] as const)
  for (const [how, act] of WAYS)
    test(`${how}: within a second they have nothing of the call any more (${node})`, async () => {
      const roles = ['owner', ...Array.from({ length: node === 'mesh' ? 2 : MESH_MOST }, () => 'member')];
      const { people, group, clients } = await scene(roles, 'coordination', other);
      const begun = await clients[0]!.call('call.start', { group, kind: 'voice' });
      const joined: Inside[] = [];
      for (const it of clients.slice(1)) joined.push(await it.call('call.join', { group, call: begun.call.id }));
      const theirs = joined[0]!.seat;
      await sql`update members set role = 'member' where group_id = ${group} and account = ${people[1]!.id}`.execute(
        house.db,
      );
      const since = performance.now();
      const { status } = (await act(group, people)) as { status: number };
      assert.equal(status, 200);
      await isTold(clients[2]!, 'call.seats', (it) => it.gone.includes(theirs));
      assert.ok(performance.now() - since < 1_000, `${performance.now() - since} ms`);
      if (node === 'server') assert.ok(media.includes(`out ${theirs}`));
      const seats = (await clients[2]!.call('call.seats', at(joined[1]!))).seats;
      assert.ok(seats.every((it) => it.id !== theirs));
      const { rows } = await sql<{ gone: string }>`select gone from call_seats where id = ${theirs}`.execute(house.db);
      assert.deepEqual(rows, [{ gone: 'removed' }]);
      // They say nothing more, and hear nothing more.
      const before = signalsOf(clients[1]!, 'call.seats').length;
      if (!clients[1]!.closed) {
        const said = { what: 'again', link: '' } as const;
        const { code } = await refused(clients[1]!.call('call.say', { ...at(joined[0]!), to: begun.seat, said }));
        assert.ok(['not_found', 'call.seat_gone', 'closed', 'signed_out'].includes(code), code);
      }
      await clients[0]!.call('call.end', { group, call: begun.call.id });
      await hears(clients[2]!, 'call.changed', (it) => it.call.endedAt !== null);
      assert.equal(signalsOf(clients[1]!, 'call.seats').length, before);
      assert.deepEqual(signalsOf(clients[0]!, 'call.said'), []);
    });

test('who is put out while the media server is asked for them has nothing of the answer', async () => {
  const { people, group, clients } = await scene(['owner', 'member']);
  const [owner, member] = clients as [TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const inside = await member.call('call.join', { group, call: begun.call.id });
  await sql`update calls set mode = 'server' where id = ${begun.call.id}`.execute(house.db);
  for (const ask of [
    { ask: 'publish', sdp: 'v=0', lines: [] },
    { ask: 'watch', seats: [] },
  ] satisfies Ask[])
    await member.call('call.media', { ...at(inside), ask });
  meanwhile = () => owner.call('call.dismiss', { group, call: begun.call.id, account: people[1]!.id });
  try {
    const late = await refused(member.call('call.media', { ...at(inside), ask: { ask: 'watch', seats: [] } }));
    assert.deepEqual([late.code, late['why']], ['call.seat_gone', 'dismissed']);
  } finally {
    meanwhile = () => Promise.resolve();
  }
  assert.equal(
    media.findLast((it) => it.endsWith(inside.seat)),
    `out ${inside.seat}`,
  );
  await owner.call('call.end', { group, call: begun.call.id });
});

test('who has no seat any more is put out of the media server, also where the node that should have said so is gone', async () => {
  const { group, clients } = await scene(['owner', 'member']);
  const [owner, member] = clients as [TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const inside = await member.call('call.join', { group, call: begun.call.id });
  held = [begun, inside].map((it) => ({ call: begun.call.id, seat: it.seat }));
  const run = house.features.jobs.find((it) => it.name === 'put out who has no seat')!.run;
  try {
    const before = media.length;
    await run();
    assert.deepEqual(media.slice(before), []);
    await sql`update call_seats set left_at = now(), gone = 'dismissed' where id = ${inside.seat}`.execute(house.db);
    await run();
    assert.deepEqual(media.slice(before), [`out ${inside.seat}`]);
  } finally {
    held = [];
  }
  await owner.call('call.end', { group, call: begun.call.id });
});

test('where all goes through the relay, no device and no media server is told another way', async () => {
  const hidden = await openTestHouse({
    beside: house,
    limits: false,
    openMedia: () => sfu,
    env: { CALLS_RELAY_ONLY: 'yes', TURN_URL: 'turn:relay.example.vn', TURN_SECRET: 'secret-of-the-relay' },
  });
  const { group, clients } = await scene(['owner', 'member'], 'coordination', hidden);
  const [one, two] = clients as [TestClient, TestClient];
  const a = await one.call('call.start', { group, kind: 'voice' });
  const b = await two.call('call.join', { group, call: a.call.id });
  const ways = {
    host: 'candidate:1 1 udp 2122260223 10.1.2.3 50000 typ host generation 0',
    mdns: 'candidate:2 1 udp 2122260223 4e1c.local 50001 typ host',
    seen: 'candidate:3 1 udp 1686052607 113.160.1.1 50002 typ srflx raddr 10.1.2.3 rport 50000',
    relay: 'candidate:4 1 udp 41885439 203.162.1.1 49152 typ relay raddr 113.160.1.1 rport 50002 generation 0',
  };
  const hiding = 'candidate:4 1 udp 41885439 203.162.1.1 49152 typ relay raddr 0.0.0.0 rport 0 generation 0';
  const list = Object.values(ways).map((candidate) => ({ candidate, mid: '0', line: 0 }));
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 'm=audio 50000 UDP/TLS/RTP/SAVPF 111'];
  const sdp = [...head, 'c=IN IP4 10.1.2.3', 'a=rtcp:9 IN IP4 10.1.2.3', ...list.map((it) => `a=${it.candidate}`), ''];
  const passed = [...head, 'c=IN IP4 0.0.0.0', 'a=rtcp:9 IN IP4 0.0.0.0', `a=${hiding}`, ''].join('\r\n');
  const to = { ...at(b), to: a.seat };
  const last = { candidate: '', mid: '0', line: 0 };
  await two.call('call.say', { ...to, said: { what: 'candidates', link: 'l', list: list.slice(0, 3) } });
  await two.call('call.say', { ...to, said: { what: 'candidates', link: 'l', list: [...list, last] } });
  const told = await isTold(one, 'call.said');
  assert.deepEqual(told.said, {
    what: 'candidates',
    link: 'l',
    list: [{ candidate: hiding, mid: '0', line: 0 }, last],
  });
  const type = 'offer';
  await two.call('call.say', { ...to, said: { what: 'description', link: 'l', type, sdp: sdp.join('\r\n') } });
  const { said } = await isTold(one, 'call.said', (it) => it.said.what === 'description');
  assert.deepEqual(said, { what: 'description', link: 'l', type, sdp: passed });
  await sql`update calls set mode = 'server' where id = ${a.call.id}`.execute(house.db);
  await two.call('call.media', { ...at(b), ask: { ask: 'publish', sdp: sdp.join('\r\n'), lines: [] } });
  assert.deepEqual(asked, { ask: 'publish', sdp: passed, lines: [] });
  await two.call('call.media', { ...at(b), ask: { ask: 'candidates', on: 'publish', list, last: true } });
  assert.deepEqual(asked, {
    ask: 'candidates',
    on: 'publish',
    list: [{ candidate: hiding, mid: '0', line: 0 }],
    last: true,
  });
  await one.call('call.end', { group, call: a.call.id });
});

test('a removed member is silent at once, also where nobody has noticed yet; the clock finds what was not heard', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, member, other] = clients as [TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const theirs = await member.call('call.join', { group, call: begun.call.id });
  // Nobody is told: as if every wake-up were lost.
  await sql`update members set left_at = now() where group_id = ${group} and account = ${people[1]!.id}`.execute(
    house.db,
  );
  const said = { what: 'again', link: '' } as const;
  for (const [name, more] of [
    ['call.beat', {}],
    ['call.ice', {}],
    ['call.seats', {}],
    ['call.say', { to: begun.seat, said }],
    ['call.show', { mic: true, camera: true, screen: true, hand: true }],
    ['call.media', { ask: { ask: 'watch', seats: [] } }],
  ] as const) {
    const { code } = await refused(member.callRaw(name, { ...at(theirs), ...more }));
    assert.ok(code === 'call.seat_gone' || code === 'not_found', `${name}: ${code}`);
  }
  await owner.call('call.say', { ...at(begun), to: theirs.seat, said });
  assert.deepEqual(signalsOf(member, 'call.said'), []);
  await look();
  await isTold(owner, 'call.seats', (it) => it.gone.includes(theirs.seat));
  await other.call('call.leave', { group, call: begun.call.id, seat: begun.seat });
  await owner.call('call.end', { group, call: begun.call.id });
});

test('whoever is rung and put out of the group is not rung any more; a dissolved group has no call', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, member] = clients as [TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  await hears(member, 'call.rang');
  await owner.call('member.remove', { group, accounts: [people[1]!.id] });
  assert.equal((await hears(member, 'call.ringEnded')).how, 'cancelled');
  assert.deepEqual(await member.call('call.open', {}), { calls: [], rings: [], seat: null });
  await sql`update members set left_at = now() where group_id = ${group}`.execute(house.db);
  await look();
  const { rows } = await sql<{ ended: string }>`select ended from calls where id = ${begun.call.id}`.execute(house.db);
  assert.deepEqual(rows, [{ ended: 'cancelled' }]);
});

test('people of other groups, who left and who were never in it get nothing, whatever they ask', async () => {
  const { group, clients } = await scene(['owner', 'member']);
  const [owner] = clients as [TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const theirs = await scene(['owner', 'member']);
  const stranger = theirs.clients[0]!;
  const call = begun.call.id;
  const seat = begun.seat;
  const said = { what: 'again', link: '' } as const;
  const asked: readonly (readonly [string, Record<string, unknown>])[] = [
    ['call.join', { call }],
    ['call.decline', { call }],
    ['call.leave', { call, seat }],
    ['call.invite', { call, accounts: [theirs.people[1]!.id] }],
    ['call.lobby', { call, on: true }],
    ['call.admit', { call, seats: [seat] }],
    ['call.dismiss', { call, account: theirs.people[1]!.id }],
    ['call.mute', { call, seat }],
    ['call.end', { call }],
    ['call.beat', { call, seat }],
    ['call.show', { call, seat, mic: false, camera: false, screen: false, hand: false }],
    ['call.say', { call, seat, to: seat, said }],
    ['call.media', { call, seat, ask: { ask: 'watch', seats: [] } }],
    ['call.ice', { call, seat }],
    ['call.seats', { call, seat }],
    ['call.attendance', { call }],
  ];
  for (const [name, input] of asked) {
    // In the call’s own group, and as if it were in theirs, which they lead.
    assert.equal((await refused(stranger.callRaw(name, { group, ...input }))).code, 'not_found', name);
    const { code } = await refused(stranger.callRaw(name, { group: theirs.group, ...input }));
    assert.ok(code === 'not_found' || code === 'call.seat_gone', `${name}: ${code}`);
  }
  assert.deepEqual((await stranger.call('call.read', { group: theirs.group, ids: [call] })).calls, []);
  assert.deepEqual((await stranger.call('call.open', {})).calls, []);
  assert.equal((await read(owner, group, call)).people, 1);
  await owner.call('call.leave', at(begun));
});

test('who took part, from when to when: times that touch are one, for those who took part and leaders', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member', 'member', 'deputy']);
  const [owner, one, two, three, deputy] = clients as [TestClient, TestClient, TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice', ring: [people[1]!.id, people[3]!.id] });
  const { id: call } = begun.call;
  const step = async (seconds: number): Promise<void> => {
    pass(seconds * 1_000);
    await owner.call('call.beat', at(begun));
  };
  await step(10);
  const a = await one.call('call.join', { group, call });
  await step(10);
  // To their other device: one stay. Then away for a while: another.
  const device = await house.connect(await house.addDevice(people[1]!));
  const b = await device.call('call.join', { group, call });
  await step(10);
  await device.call('call.leave', at(b));
  await step(10);
  const c = await one.call('call.join', { group, call });
  await step(5);
  await three.call('call.decline', { group, call });
  assert.notEqual(a.seat, c.seat);
  const list = await one.call('call.attendance', { group, call });
  assert.equal(list.total, 3);
  assert.deepEqual(
    list.people.map((it) => [it.person.id, it.stays.length, it.rung]),
    [
      [people[0]!.id, 1, null],
      [people[1]!.id, 2, null],
      [people[3]!.id, 0, 'declined'],
    ],
  );
  const [, second] = list.people;
  assert.ok(second!.seconds >= 25 && second!.seconds <= 27, String(second!.seconds));
  assert.equal(second!.stays[1]!.to, null);
  assert.ok(second!.stays[0]!.to! - second!.stays[0]!.from >= 20_000);
  const page = await deputy.call('call.attendance', { group, call, after: 1, limit: 1 });
  assert.deepEqual([page.total, page.people.map((it) => it.person.id)], [3, [people[1]!.id]]);
  assert.equal((await refused(two.call('call.attendance', { group, call }))).code, 'forbidden');
  await owner.call('call.end', { group, call });
  const after = await owner.call('call.attendance', { group, call });
  assert.ok(after.people.every((it) => it.stays.every((stay) => stay.to !== null)));
  assert.equal(after.call.people, 2);
});

test('whoever comes back learns what goes on, what rings and where they sit; the server may be another one', async () => {
  const { people, group, clients } = await scene(['owner', 'member']);
  const [owner] = clients as [TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const node = await openTestHouse({ beside: house, limits: false });
  const line = await node.connect(people[0]!);
  const open = await line.call('call.open', {});
  assert.deepEqual(open.seat, at(begun));
  assert.deepEqual(
    open.calls.map((it) => it.id),
    [begun.call.id],
  );
  assert.deepEqual(open.rings, []);
  const again = await line.call('call.join', { group, call: begun.call.id });
  assert.equal(again.seat, begun.seat);
  const member = await node.connect(people[1]!);
  const rings = (await member.call('call.open', {})).rings;
  assert.deepEqual(
    rings.map((it) => [it.call.id, it.through]),
    [[begun.call.id, false]],
  );
  await node.close();
  await owner.call('call.leave', at(begun));
  assert.deepEqual(await owner.call('call.open', {}), { calls: [], rings: [], seat: null });
});

test('doing it twice does it once', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, member] = clients as [TestClient, TestClient];
  const twice = async (client: TestClient, name: string, input: unknown): Promise<unknown> => {
    const id = newId();
    const [first, second] = [await client.callRaw(name, input, id), await client.callRaw(name, input, id)];
    assert.deepEqual(second, first, name);
    return first;
  };
  const begun = (await twice(owner, 'call.start', { group, kind: 'voice', ring: [people[2]!.id] })) as Inside;
  const call = begun.call.id;
  const inside = (await twice(member, 'call.join', { group, call })) as Inside;
  await twice(owner, 'call.lobby', { group, call, on: true });
  await twice(owner, 'call.invite', { group, call, accounts: [people[2]!.id] });
  await twice(clients[2]!, 'call.decline', { group, call });
  await twice(owner, 'call.mute', { group, call, seat: inside.seat });
  await twice(owner, 'call.dismiss', { group, call, account: people[1]!.id });
  const waiting = await member.call('call.join', { group, call });
  await twice(owner, 'call.admit', { group, call, seats: [waiting.seat] });
  await twice(member, 'call.leave', at(waiting));
  await twice(owner, 'call.end', { group, call });
  // Chained a moment later.
  const kept = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from audit where "group" = ${group} and act in ('call.lobby', 'call.dismiss', 'call.end')`.execute(
      house.db,
    );
    return rows[0]!.count;
  };
  for (const until = performance.now() + 30_000; (await kept()) < 3;)
    assert.ok(performance.now() < until, 'the log does not say what leaders did');
  assert.equal(await kept(), 3);
});

test('what rang for a call that was over long ago is forgotten, the list of those who took part is not', async () => {
  const { group, clients } = await scene(['member', 'member'], 'pair');
  const begun = await clients[0]!.call('call.start', { group, kind: 'voice' });
  await clients[0]!.call('call.leave', at(begun));
  await sql`update calls set ended_at = ended_at - interval '91 days' where id = ${begun.call.id}`.execute(house.db);
  await house.features.jobs.find((it) => it.name === 'forget whom calls rang')!.run();
  const { rows } = await sql`select from call_rings where call = ${begun.call.id}`.execute(house.db);
  assert.equal(rows.length, 0);
  assert.equal((await clients[0]!.call('call.attendance', { group, call: begun.call.id })).people.length, 1);
});

test('who comes into the group while a call goes on may come into it, and read of it later; of older ones they learn nothing', async () => {
  const { people, group, clients } = await scene(['owner', 'member']);
  const [owner] = clients as [TestClient];
  const old = await owner.call('call.start', { group, kind: 'voice' });
  await owner.call('call.leave', at(old));
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  const fresh = await house.addPerson('Người mới');
  await sql`
    insert into members (group_id, account, visible_from) select id, ${fresh.id}, head from streams where id = ${group}`.execute(
    house.db,
  );
  const line = await house.connect(fresh);
  const inside = await line.call('call.join', { group, call: begun.call.id });
  assert.equal((await line.call('call.seats', at(inside))).seats.length, 2);
  await owner.call('call.end', { group, call: begun.call.id });
  const ids = [old.call.id, begun.call.id];
  assert.deepEqual(
    (await line.call('call.read', { group, ids })).calls.map((it) => it.id),
    [begun.call.id],
  );
  assert.equal((await line.call('call.attendance', { group, call: begun.call.id })).total, people.length + 1);
  assert.equal((await refused(line.call('call.attendance', { group, call: old.call.id }))).code, 'not_found');
});

test('the card of a call: those it rings are not told of it as of a message too; who takes part has read it', async () => {
  const { people, group, clients } = await scene(['owner', 'member', 'member', 'member']);
  const [owner, member, behind] = clients as [TestClient, TestClient, TestClient];
  const line = await behind.call('message.send', { group, text: 'Mời các đồng chí vào họp' });
  for (const it of [owner, member]) await it.call('receipt.mark', { marks: [{ group, read: line.seq }] });
  await behind.call('receipt.mark', { marks: [{ group, read: line.seq }] });
  await owner.call('message.send', { group, text: 'Họp ngay bây giờ' });
  await member.until(() => member.of(group).filter((it) => it.on === 'message.sent').length === 2);
  const second = member.of(group).findLast((it) => it.on === 'message.sent')!.n;
  await member.call('receipt.mark', { marks: [{ group, read: second }] });
  const named = [people[1]!.id, people[2]!.id];
  const begun = await owner.call('call.start', { group, kind: 'voice', ring: named });
  const { rows } = await sql<{ others: boolean; named: string[] }>`
    select x.others, array_to_json(x.named) as named from messages t join message_audiences x on x.group_id = t.group_id and x.seq = t.seq
    where t.id = ${begun.call.id}`.execute(house.db);
  assert.deepEqual([rows[0]!.others, rows[0]!.named.toSorted()], [true, [people[0]!.id, ...named].toSorted()]);
  await member.call('call.join', { group, call: begun.call.id });
  await behind.call('call.join', { group, call: begun.call.id });
  const unread = async (at: number): Promise<number> => {
    const { rows: found } = await sql<{ unread: number }>`
      select s.messages - m.read_ordinal as unread from members m join streams s on s.id = m.group_id
      where m.group_id = ${group} and m.account = ${people[at]!.id}`.execute(house.db);
    return found[0]!.unread;
  };
  assert.equal(await unread(1), 0);
  await member.until(() =>
    member.events.some((it) => it.on === 'receipt.read' && (it.with as { seq: number }).seq > second),
  );
  // What waited for them before goes on waiting.
  assert.equal(await unread(2), 2);
  assert.equal(await unread(3), 3);
  await owner.call('call.end', { group, call: begun.call.id });
});

test('how many are in it is told to the group, and not at every coming and going', async () => {
  const { group, clients } = await scene(['owner', 'member', 'member']);
  const [owner, member, outside] = clients as [TestClient, TestClient, TestClient];
  const begun = await owner.call('call.start', { group, kind: 'voice' });
  await isTold(outside, 'call.count', (it) => it.people === 1);
  for (let times = 0; times < 3; times += 1) {
    const joined = await member.call('call.join', { group, call: begun.call.id });
    await member.call('call.leave', at(joined));
  }
  await member.call('call.join', { group, call: begun.call.id });
  await isTold(outside, 'call.count', (it) => it.people === 2);
  assert.deepEqual(
    signalsOf(outside, 'call.count').map((it) => it.people),
    [1, 2],
  );
  await owner.call('call.end', { group, call: begun.call.id });
});
