import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { busesFor } from '../../testing/nodes.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { CallSignals, Inside, Seat } from './protocol.ts';

/** Random histories on two nodes, and races of each kind: a tenth of what is raced elsewhere, since each is a whole call. `HISTORIES=2000 RACES=50000` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 25);
const RACES = Math.ceil(Number(process.env.RACES ?? 240) / 10);

let house: TestHouse;
let other: TestHouse;

before(async () => {
  const [first, second] = await busesFor(2);
  house = await openTestHouse({ limits: false, bus: first! });
  other = await openTestHouse({ beside: house, limits: false, bus: second! });
});

const look = (node: TestHouse): Promise<void> => node.features.jobs.find((it) => it.name === 'look at calls')!.run();

interface Device {
  readonly person: TestPerson;
  readonly client: TestClient;
  /** What it was answered when it came into a call last. */
  inside: Inside | undefined;
}

interface World {
  /** Two of each of the first two people, on different nodes; one of the third. */
  readonly devices: readonly Device[];
  /** Of the first two; of all three, the first its owner; of the last two, the third its owner. */
  readonly groups: readonly [pair: string, team: string, duo: string];
}

async function newWorld(): Promise<World> {
  const [a, b, c] = (await Promise.all(['A', 'B', 'C'].map((it) => house.addPerson(it)))) as [
    TestPerson,
    TestPerson,
    TestPerson,
  ];
  const groups = await Promise.all([
    house.addGroup(
      [
        { id: a.id, role: 'member' },
        { id: b.id, role: 'member' },
      ],
      'pair',
    ),
    house.addGroup([a, b, c], 'coordination'),
    house.addGroup([c, b], 'coordination'),
  ]);
  const more = await Promise.all([house.addDevice(a), house.addDevice(b)]);
  const devices = await Promise.all(
    [
      [a, house],
      [more[0], other],
      [b, house],
      [more[1], other],
      [c, other],
    ].map(async ([person, node]): Promise<Device> => {
      const client = await (node as TestHouse).connect(person as TestPerson);
      return { person: person as TestPerson, client, inside: undefined };
    }),
  );
  return { devices, groups };
}

/** What may stand in the way where others were quicker. */
const REFUSALS = ['call.over', 'call.full', 'call.elsewhere', 'call.seat_gone', 'not_found', 'forbidden'];

async function tried<T>(act: Promise<T>): Promise<T | string> {
  try {
    return await act;
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.ok(REFUSALS.includes(error.code), error.code);
    return error.code;
  }
}

async function newestCall(group: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from calls where group_id = ${group} order by ended_at is null desc, at desc limit 1`.execute(house.db);
  return rows[0]?.id;
}

const ACTS = [
  'start',
  'join',
  'decline',
  'leave',
  'end',
  'invite',
  'lobby',
  'open',
  'admit',
  'dismiss',
  'mute',
  'show',
  'look',
] as const;
type ActName = (typeof ACTS)[number];

interface Act {
  readonly by: number;
  readonly in: number;
  readonly what: ActName;
}

async function does({ devices, groups }: World, act: Act): Promise<void> {
  const device = devices[act.by]!;
  const { client, inside } = device;
  const group = groups[act.in]!;
  const own = inside && { group: inside.call.group, call: inside.call.id, seat: inside.seat };
  const comes = async (way: Promise<Inside>): Promise<void> => {
    const answer = await tried(way);
    if (typeof answer !== 'string') device.inside = answer;
  };
  if (act.what === 'look') return look(act.by % 2 === 0 ? house : other);
  if (act.what === 'start') return comes(client.call('call.start', { group, kind: 'voice' }));
  const call = await newestCall(group);
  if (!call) return;
  switch (act.what) {
    case 'join':
      return comes(client.call('call.join', { group, call }));
    case 'decline':
      return void (await tried(client.call('call.decline', { group, call })));
    case 'end':
      return void (await tried(client.call('call.end', { group, call })));
    case 'lobby':
    case 'open':
      return void (await tried(client.call('call.lobby', { group, call, on: act.what === 'lobby' })));
    case 'invite':
      return void (await tried(
        client.call('call.invite', { group, call, accounts: devices.map((it) => it.person.id) }),
      ));
    case 'admit': {
      const { rows } = await sql<{ id: string }>`
        select id from call_seats where call = ${call} and state = 'waiting' and left_at is null`.execute(house.db);
      if (rows.length > 0) await tried(client.call('call.admit', { group, call, seats: rows.map((it) => it.id) }));
      return;
    }
    case 'dismiss':
      return void (await tried(
        client.call('call.dismiss', { group, call, account: devices[(act.by + 2) % devices.length]!.person.id }),
      ));
    case 'mute':
      return void (await tried(client.call('call.mute', { group, call, seat: null })));
    case 'leave':
      if (own) await tried(client.call('call.leave', own));
      return;
    case 'show':
      if (own) await tried(client.call('call.show', { ...own, mic: true, camera: true, screen: false, hand: false }));
  }
}

/** What must hold of the tables at every moment between two acts. */
async function tablesHold({ groups }: World): Promise<void> {
  const { rows } = await sql<{ what: string }>`
    with of as (select c.*, g.kind = 'pair' as pair from calls c join groups g on g.id = c.group_id where c.group_id = any(${groups}::uuid[])),
    sits as (select c.id, count(s.id) filter (where s.state = 'in') as inside, count(s.id) as seats, count(distinct s.account) as people
      from of c left join call_seats s on s.call = c.id and s.left_at is null group by c.id)
    select 'two calls go on' as what from of where ended_at is null group by group_id having count(*) > 1
    union all select 'two seats of a person' from call_seats s join of c on c.id = s.call where s.left_at is null group by s.account having count(*) > 1
    union all select 'the sum is not right' from of c join sits t using (id) where c.ended_at is null and (c.people <> t.inside or t.people <> t.seats)
    union all select 'nobody is in it' from of c join sits t using (id) where c.ended_at is null and t.inside = 0
    union all select 'somebody sits in one that is over' from of c join sits t using (id) where c.ended_at is not null and t.seats > 0
    union all select 'one that is over rings' from of c join call_rings r on r.call = c.id where c.ended_at is not null and r.outcome is null
    union all select 'it rings who is in it' from of c join call_rings r on r.call = c.id and r.outcome is null
      join call_seats s on s.call = c.id and s.account = r.account and s.left_at is null
    union all select 'of two one stayed behind' from of c join sits t using (id) where c.pair and c.ended_at is null and c.answered_at is not null and t.inside < 2
    union all select 'two are in it, and it is not answered' from of c join sits t using (id) where c.ended_at is null and t.inside > 1 and c.answered_at is null`.execute(
    house.db,
  );
  assert.deepEqual(rows, []);
}

/** Every ring was begun once and ended once, in that order; whose it is heard both. */
async function ringsHold({ devices }: World, over: boolean): Promise<void> {
  for (const { person, client } of devices) {
    const { rows } = await sql<{ seq: number; name: string; call: string }>`
      select seq, name, coalesce(body->>'call', '') as call from (
        select seq, name, case when name = 'call.rang' then jsonb_build_object('call', body->'call'->>'id') else body end as body
        from events where stream = ${person.id} and name in ('call.rang', 'call.ringEnded')) t order by seq`.execute(
      house.db,
    );
    for (const [call, list] of Map.groupBy(rows, (it) => it.call)) {
      const names = list.map((it) => it.name);
      names.forEach((name, at) => assert.equal(name, at % 2 === 0 ? 'call.rang' : 'call.ringEnded', call));
      if (over) assert.equal(names.length % 2, 0, 'a ring does not end');
    }
    await client.until(() => rows.every((it) => client.of(person.id).some((heard) => heard.n === it.seq)));
  }
}

/** Every device that sits in a call has heard of everybody there, version by version; what it shows is what it would be answered now. */
async function devicesAgree({ devices }: World): Promise<void> {
  for (const { client, inside, person } of devices) {
    const open = await client.call('call.open', {});
    const { rows } = await sql<{ id: string; version: number }>`
      select s.id, c.version from call_seats s join calls c on c.id = s.call
      where s.left_at is null and s.session = ${person.session}`.execute(house.db);
    assert.equal(open.seat?.seat, rows[0]?.id);
    if (!open.seat || !inside) continue;
    assert.equal(open.seat.seat, inside.seat);
    const { version } = rows[0]!;
    const mine = (): CallSignals['call.seats'][] =>
      client.signals
        .filter((it) => it.signal === 'call.seats')
        .map((it) => it.with as CallSignals['call.seats'])
        .filter((it) => it.call === inside.call.id && it.version > inside.call.version);
    await client.until(() => new Set(mine().map((it) => it.version)).size === version - inside.call.version);
    const shown = new Map<string, Seat>(inside.seats.map((it) => [it.id, it]));
    for (const it of mine().toSorted((one, two) => one.version - two.version)) {
      for (const seat of it.seats) shown.set(seat.id, seat);
      for (const gone of it.gone) shown.delete(gone);
    }
    const { seats } = await client.call('call.seats', open.seat);
    const inOrder = (list: readonly Seat[]): Seat[] => list.toSorted((one, two) => (one.id < two.id ? -1 : 1));
    assert.deepEqual(inOrder([...shown.values()]), inOrder(seats));
  }
}

async function everythingEnds(world: World): Promise<void> {
  for (const [at, group] of world.groups.entries()) {
    for (const device of world.devices) {
      const call = await newestCall(group);
      if (call && device.inside?.call.id === call)
        await does(world, { by: world.devices.indexOf(device), in: at, what: 'leave' });
    }
  }
  await Promise.all([look(house), look(other)]);
  await tablesHold(world);
}

async function done(world: World): Promise<void> {
  await everythingEnds(world);
  await ringsHold(world, true);
  await Promise.all(world.devices.map((it) => it.client.close()));
}

test(`${HISTORIES} random histories of three people on five devices at two nodes`, async () => {
  const act = fc.record({
    by: fc.nat({ max: 4 }),
    in: fc.nat({ max: 2 }),
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<ActName>('start', 'join', 'join', 'leave') },
      { weight: 2, arbitrary: fc.constantFrom<ActName>(...ACTS) },
    ),
  });
  const history = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(history, async (turns) => {
      const world = await newWorld();
      for (const acts of turns) {
        // Devices do one thing at a time.
        const each = [...Map.groupBy(acts, (it) => it.by).values()];
        await Promise.all(
          each.map(async (list) => {
            for (const it of list) await does(world, it);
          }),
        );
        // What was given up for another call is settled beside it.
        await Promise.all([look(house), look(other)]);
        await tablesHold(world);
        await ringsHold(world, false);
        await devicesAgree(world);
      }
      await done(world);
    }),
    { numRuns: HISTORIES, seed: Number(process.env.SEED ?? 20_261_123), endOnFailure: Boolean(process.env.SEED) },
  );
});

/** What each of the two may do at the same moment; then what must have become of it. */
const PAIRS: readonly {
  readonly name: string;
  readonly first: Act;
  readonly second: Act;
  /** Who calls in which group, before. */
  readonly begin?: readonly Act[];
  readonly ends: readonly (string | null)[];
}[] = [
  {
    name: 'two devices answer',
    begin: [{ by: 0, in: 0, what: 'start' }],
    first: { by: 2, in: 0, what: 'join' },
    second: { by: 3, in: 0, what: 'join' },
    ends: [null],
  },
  {
    name: 'one answers, one calls off',
    begin: [{ by: 0, in: 0, what: 'start' }],
    first: { by: 2, in: 0, what: 'join' },
    second: { by: 0, in: 0, what: 'leave' },
    ends: ['left', 'cancelled'],
  },
  {
    name: 'one device answers, the other declines',
    begin: [{ by: 0, in: 0, what: 'start' }],
    first: { by: 2, in: 0, what: 'join' },
    second: { by: 3, in: 0, what: 'decline' },
    ends: [null, 'declined'],
  },
  {
    name: 'both call each other',
    first: { by: 0, in: 0, what: 'start' },
    second: { by: 3, in: 0, what: 'start' },
    ends: [null],
  },
  {
    name: 'the last one leaves, another comes',
    begin: [{ by: 0, in: 1, what: 'start' }],
    first: { by: 0, in: 1, what: 'leave' },
    second: { by: 4, in: 1, what: 'join' },
    ends: [null, 'cancelled'],
  },
  {
    name: 'one is let in, and leaves',
    begin: [
      { by: 0, in: 1, what: 'start' },
      { by: 0, in: 1, what: 'lobby' },
      { by: 3, in: 1, what: 'join' },
    ],
    first: { by: 0, in: 1, what: 'admit' },
    second: { by: 3, in: 1, what: 'leave' },
    ends: [null],
  },
  {
    name: 'one comes into two calls on two devices',
    begin: [
      { by: 0, in: 1, what: 'start' },
      { by: 4, in: 2, what: 'start' },
    ],
    first: { by: 2, in: 1, what: 'join' },
    second: { by: 3, in: 2, what: 'join' },
    ends: [null],
  },
  {
    name: 'it ends for all, and one comes',
    begin: [{ by: 0, in: 1, what: 'start' }],
    first: { by: 0, in: 1, what: 'end' },
    second: { by: 2, in: 1, what: 'join' },
    ends: ['ended'],
  },
];

/** Begins some turns of the loop later, now this one and now that: so each comes first at times. */
async function staggered(round: number, first: boolean, act: () => Promise<void>): Promise<void> {
  if ((round % 2 === 0) === first) {
    for (let turns = 2 ** (Math.floor(round / 2) % 8); turns > 1; turns -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return act();
}

for (const { name, begin = [], first, second, ends } of PAIRS)
  test(`at once: ${name}`, async () => {
    const world = await newWorld();
    for (let round = 0; round < RACES; round += 1) {
      for (const it of begin) await does(world, it);
      await Promise.all([
        staggered(round, true, () => does(world, first)),
        staggered(round, false, () => does(world, second)),
      ]);
      await tablesHold(world);
      const { rows } = await sql<{ ended: string | null }>`
        select ended from calls where id = ${(await newestCall(world.groups[first.in]!))!}`.execute(house.db);
      assert.ok(ends.includes(rows[0]!.ended), String(rows[0]!.ended));
      await devicesAgree(world);
      await everythingEnds(world);
    }
    await done(world);
  });

test('at once: one answers, and the time is over', async () => {
  const world = await newWorld();
  const pass = (ms: number): void => {
    house.pass(ms);
    other.pass(ms);
  };
  for (let round = 0; round < RACES; round += 1) {
    await does(world, { by: 0, in: 0, what: 'start' });
    const { call, seat } = world.devices[0]!.inside!;
    const own = { group: call.group, call: call.id, seat };
    for (const ms of [20_000, 20_000, 6_000]) {
      pass(ms);
      await tried(world.devices[0]!.client.call('call.beat', own));
    }
    await Promise.all([
      staggered(round, true, () => does(world, { by: 3, in: 0, what: 'join' })),
      staggered(round, false, () => look(house)),
      look(other),
    ]);
    await tablesHold(world);
    await devicesAgree(world);
    await everythingEnds(world);
  }
  await done(world);
});
