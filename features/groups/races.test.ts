import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { busesFor } from '../../testing/nodes.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import type { Role } from './rights.ts';

/** Races of each kind, and random histories. `RACES=100000`, `HISTORIES=10000` for the long mode. */
const RACES = Number(process.env.RACES ?? 1_000);
const HISTORIES = Number(process.env.HISTORIES ?? 60);
/** Groups raced in side by side. */
const LANES = 8;

let house: TestHouse;
let node: TestHouse;

before(async () => {
  const [first, second] = await busesFor(2);
  house = await openTestHouse({ limits: false, bus: first! });
  node = await openTestHouse({ beside: house, limits: false, bus: second! });
});

/** Done, or refused with one of these codes; anything else is a fault. */
async function outcome(act: Promise<unknown>, ...refusals: string[]): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.ok(refusals.includes(error.code), error.code);
    return error.code;
  }
}

async function lanes(run: (rounds: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: LANES }, () => run(Math.ceil(RACES / LANES))));
}

/** One of the two acts of a round begins some turns of the loop later, now this one and now that: so each comes first at times. */
async function staggered<T>(round: number, first: boolean, act: () => Promise<T>): Promise<T> {
  if ((round % 2 === 0) === first) {
    for (let turns = 2 ** (Math.floor(round / 2) % 8); turns > 1; turns -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return act();
}

/** A short run may be one-sided by chance. */
const didRace = (first: number, second: number): boolean => RACES < 200 || (first > 0 && second > 0);

interface Logged {
  readonly seq: number;
  readonly name: string;
  readonly by: string | null;
  readonly body: Record<string, unknown> | null;
}

async function logOf(group: string): Promise<Logged[]> {
  const { rows } = await sql<Logged>`
    select seq, name, by, body from events where stream = ${group} order by seq`.execute(house.db);
  return rows;
}

test(`demote and act, ${RACES} times over two nodes: nothing is done after the right is gone`, async (t) => {
  let [done, refused] = [0, 0];
  const waits: number[] = [];
  await lanes(async (rounds) => {
    const [owner, deputy] = await Promise.all([house.addPerson('Siu Trưởng'), house.addPerson('Siu Phó')]);
    const group = await house.addGroup([owner, deputy]);
    const [above, below] = await Promise.all([house.connect(owner), node.connect(deputy, { [group]: 0 })]);
    for (let round = 0; round < rounds; round += 1) {
      await above.call('member.appoint', { group, accounts: [deputy.id], role: 'deputy' });
      // Known to the other node, so that it decides from memory.
      await below.call('group.change', { group, name: `Bắt đầu ${round}` });
      const began = performance.now();
      const heard = below.of(group).filter((it) => it.on === 'member.appointed').length;
      const acts = [
        () => below.call('group.change', { group, name: `Phó nhóm đặt ${round}` }),
        () => below.call('group.govern', { group, slow: round % 2 ? 10 : 30 }),
      ];
      const demote = staggered(round, true, () =>
        above.call('member.appoint', { group, accounts: [deputy.id], role: 'member' }),
      );
      const codes = await Promise.all(acts.map((act) => outcome(staggered(round, false, act), 'forbidden')));
      await demote;
      await below.until(() => below.of(group).filter((it) => it.on === 'member.appointed').length > heard);
      waits.push(performance.now() - began);
      done += codes.filter((it) => it === 'done').length;
      refused += codes.filter((it) => it !== 'done').length;
    }
    let role: Role = 'member';
    for (const it of await logOf(group)) {
      if (it.name === 'member.appointed') role = it.body!['role'] as Role;
      else if (it.by === deputy.id) assert.equal(role, 'deputy', `${it.name} at ${it.seq} by a plain member`);
    }
  });
  waits.sort((a, b) => a - b);
  t.diagnostic(
    `${done} acts in time, ${refused} too late; a role taken away is on the socket after ${waits[Math.floor(waits.length * 0.99)]!.toFixed()} ms (p99)`,
  );
  assert.ok(didRace(done, refused), 'the two did race');
});

test(`announcing and sending, ${RACES} times over two nodes: no message of a member after it was turned on`, async () => {
  let [sent, refused] = [0, 0];
  await lanes(async (rounds) => {
    const [owner, member] = await Promise.all([house.addPerson('Siu Trưởng'), house.addPerson('Siu Viên')]);
    const group = await house.addGroup([owner, member]);
    const [above, below] = await Promise.all([house.connect(owner), node.connect(member)]);
    for (let round = 0; round < rounds; round += 1) {
      await above.call('group.govern', { group, announcing: false });
      await below.call('message.send', { group, text: 'trước' });
      const codes = await Promise.all([
        outcome(staggered(round, true, () => above.call('group.govern', { group, announcing: true }))),
        outcome(
          staggered(round, false, () => below.call('message.send', { group, text: 'cùng lúc' })),
          'forbidden',
        ),
        outcome(
          staggered(round, false, () => below.call('message.send', { group, text: 'ngay sau' })),
          'forbidden',
        ),
      ]);
      const tried = codes.slice(1);
      sent += tried.filter((it) => it === 'done').length;
      refused += tried.filter((it) => it !== 'done').length;
    }
    let announcing = false;
    for (const it of await logOf(group)) {
      if (it.name === 'group.governed') announcing = it.body!['announcing'] as boolean;
      if (it.name === 'message.sent') assert.equal(announcing, false, `a message at ${it.seq}`);
    }
  });
  assert.ok(didRace(sent, refused), 'the two did race');
});

test(`removing and sending, ${RACES} times over two nodes: nothing of who is out, and nothing reaches them`, async () => {
  let [sent, refused] = [0, 0];
  await lanes(async (rounds) => {
    const [owner, member] = await Promise.all([house.addPerson('Siu Trưởng'), house.addPerson('Siu Viên')]);
    const group = await house.addGroup([owner, member]);
    const [above, below] = await Promise.all([house.connect(owner), node.connect(member)]);
    const out = { group, accounts: [member.id] };
    for (let round = 0; round < rounds; round += 1) {
      // Known to the other node, so that it decides from memory.
      await below.call('message.send', { group, text: 'trước' });
      const codes = await Promise.all([
        outcome(staggered(round, true, () => above.call('member.remove', out))),
        outcome(
          staggered(round, false, () => below.call('message.send', { group, text: 'cùng lúc' })),
          'forbidden',
          'not_found',
        ),
        outcome(
          staggered(round, false, () => below.call('message.send', { group, text: 'ngay sau' })),
          'forbidden',
          'not_found',
        ),
      ]);
      assert.equal(codes[0], 'done');
      const tried = codes.slice(1);
      sent += tried.filter((it) => it === 'done').length;
      refused += tried.filter((it) => it !== 'done').length;
      // After the removal was answered: said to the group, and not to them.
      const { seq } = await above.call('message.send', { group, text: 'khi vắng mặt' });
      assert.equal(await outcome(below.call('message.page', { group }), 'not_found'), 'not_found');
      await above.call('member.add', out);
      await below.until(() => below.of(below.account).filter((it) => it.on === 'chat.added').length > round);
      assert.ok(!below.of(group).some((it) => it.n === seq), 'said while they were out');
    }
    let inside = true;
    for (const it of await logOf(group)) {
      if (it.name === 'member.removed') inside = false;
      else if (it.name === 'member.added') inside = true;
      else if (it.by === member.id) assert.ok(inside, `${it.name} at ${it.seq} of somebody who is out`);
    }
  });
  assert.ok(didRace(sent, refused), 'the two did race');
});

test(`transfer and leave, ${RACES} times over two nodes: there is one owner at every moment, and never one who left`, async () => {
  const ends = new Map<string, number>();
  await lanes(async (rounds) => {
    const people = await Promise.all(['Một', 'Hai', 'Ba'].map((name) => house.addPerson(`Siu ${name}`)));
    const group = await house.addGroup(people);
    const clients = await Promise.all(people.map((it, at) => (at % 2 ? node : house).connect(it)));
    const all = new Map(people.map((it, at) => [it.id, clients[at]!]));
    let owner = people[0]!.id;
    for (let round = 0; round < rounds; round += 1) {
      const heir = people.find((it) => it.id !== owner)!.id;
      await all.get(owner)!.call('transfer.offer', { group, to: heir, leaves: round % 3 === 0 });
      const race = [
        outcome(all.get(heir)!.call('transfer.answer', { group, accept: true }), 'transfer.none', 'not_found'),
        round % 2
          ? outcome(all.get(heir)!.call('member.leave', { group }), 'member.owner_stays', 'not_found')
          : outcome(all.get(owner)!.call('transfer.withdraw', { group }), 'transfer.none', 'forbidden', 'not_found'),
        outcome(all.get(owner)!.call('member.leave', { group }), 'member.owner_stays', 'not_found'),
      ];
      const codes = (await Promise.all(race)).join(' ');
      ends.set(codes, (ends.get(codes) ?? 0) + 1);
      const { rows } = await sql<{ account: string; role: string }>`
        select account, role from members where group_id = ${group} and left_at is null`.execute(house.db);
      const owners = rows.filter((it) => it.role === 'owner');
      assert.equal(owners.length, 1, codes);
      owner = owners[0]!.account;
      await all.get(owner)!.call('member.add', { group, accounts: people.map((it) => it.id) });
    }
    // In the log too: after each event there is one owner, who is a member.
    let lead = people[0]!.id;
    const inside = new Set(people.map((it) => it.id));
    for (const { name, body } of await logOf(group)) {
      const accounts = (body?.['accounts'] ?? []) as string[];
      if (name === 'group.handedOver') {
        assert.equal((body!['from'] as { account: string }).account, lead);
        lead = (body!['to'] as { account: string }).account;
      }
      if (name === 'member.left') for (const it of accounts) inside.delete(it);
      if (name === 'member.added') for (const it of accounts) inside.add(it);
      assert.ok(inside.has(lead), `the owner left with ${name}`);
    }
  });
  assert.ok(ends.size > 2, `they did race: ${[...ends.keys()].join(', ')}`);
});

// ——— Random histories of governing against a simple model

type Step =
  | { kind: 'appoint'; who: number; about: number; role: 'deputy' | 'clerk' | 'member' | 'reader' }
  | { kind: 'restrict'; who: number; about: number; on: boolean }
  | { kind: 'except'; who: number; about: number; allowed: boolean | null }
  | { kind: 'send'; who: number }
  | { kind: 'set'; who: number; holders: 'all' | 'leaders' | 'owner' }
  | { kind: 'announce'; who: number; on: boolean }
  | { kind: 'archive'; who: number; on: boolean }
  | { kind: 'dissolve'; who: number }
  | { kind: 'keep'; who: number }
  | { kind: 'transfer'; who: number; about: number; accept: boolean }
  | { kind: 'cut'; who: number };

const who = fc.integer({ min: 0, max: 3 });
const bool = fc.boolean();
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('appoint' as const),
      who,
      about: who,
      role: fc.constantFrom('deputy' as const, 'clerk' as const, 'member' as const, 'reader' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restrict' as const), who, about: who, on: bool }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('except' as const),
      who,
      about: who,
      allowed: fc.option(bool, { nil: null }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      who,
      holders: fc.constantFrom('all' as const, 'leaders' as const, 'owner' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('announce' as const), who, on: bool }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('archive' as const), who, on: bool }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dissolve' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('keep' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('transfer' as const), who, about: who, accept: bool }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), who }) },
);

/** What the group is, as simply as it can be told. */
interface Model {
  roles: Role[];
  /** Who may send: all, leaders, owner; and by person. */
  holders: 'all' | 'leaders' | 'owner';
  said: (boolean | undefined)[];
  announcing: boolean;
  archived: boolean;
  dissolving: boolean;
  sent: number;
}

const leads = (role: Role): boolean => role === 'owner' || role === 'deputy' || role === 'clerk';

function maySend(model: Model, at: number): boolean {
  if (model.archived || model.dissolving) return false;
  const role = model.roles[at]!;
  if (role === 'owner') return true;
  if (model.said[at] !== undefined) return model.said[at];
  if (model.holders === 'owner') return false;
  if (model.holders === 'leaders' || model.announcing) return leads(role);
  return role !== 'reader';
}

/** Whether the step is allowed; where it is, the model has taken it. */
function take(model: Model, it: Step): boolean {
  const open = !model.archived && !model.dissolving;
  const role = 'who' in it ? model.roles[it.who]! : 'member';
  const about = 'about' in it ? model.roles[it.about]! : 'member';
  switch (it.kind) {
    case 'appoint':
      if (!open || role !== 'owner' || about === 'owner') return false;
      model.roles[it.about] = it.role;
      return true;
    case 'restrict':
      if (!open || !leads(role) || about === 'owner' || (role !== 'owner' && leads(about))) return false;
      model.roles[it.about] = it.on ? 'reader' : 'member';
      return true;
    case 'except':
      if (!open || !leads(role) || about === 'owner' || (role !== 'owner' && leads(about))) return false;
      if (role !== 'owner' && model.holders === 'owner') return false;
      model.said[it.about] = it.allowed ?? undefined;
      return true;
    case 'send':
      if (!maySend(model, it.who)) return false;
      model.sent += 1;
      return true;
    case 'set':
      if (!open || !leads(role)) return false;
      if (it.holders === model.holders) return true;
      if (role !== 'owner' && (it.holders === 'owner' || model.holders === 'owner')) return false;
      model.holders = it.holders;
      return true;
    case 'announce':
      if (!open || !leads(role)) return false;
      model.announcing = it.on;
      return true;
    case 'archive':
      if (model.dissolving || !leads(role)) return false;
      model.archived = it.on;
      return true;
    case 'dissolve':
      if (role !== 'owner') return false;
      model.dissolving = true;
      return true;
    case 'keep':
      if (role !== 'owner' || !model.dissolving) return false;
      model.dissolving = false;
      return true;
    case 'transfer':
      if (role !== 'owner' || it.about === it.who || model.dissolving) return false;
      if (it.accept) {
        model.roles[it.who] = 'member';
        model.roles[it.about] = 'owner';
        model.said[it.about] = undefined;
      }
      return true;
    case 'cut':
      return true;
  }
}

async function act(group: string, people: readonly TestPerson[], it: Step): Promise<boolean> {
  const where = 'who' in it && it.who % 2 ? node : house;
  const post = async (at: number, name: string, input: object): Promise<boolean> => {
    const { status, body } = await where.post(people[at], name, { group, ...input }, newId());
    assert.ok(status === 200 || status === 403 || status === 409, `${name}: ${status} ${JSON.stringify(body)}`);
    return status === 200;
  };
  const accounts = 'about' in it ? [people[it.about]!.id] : [];
  switch (it.kind) {
    case 'appoint':
      return post(it.who, 'member.appoint', { accounts, role: it.role });
    case 'restrict':
      return post(it.who, 'member.restrict', { accounts, readOnly: it.on });
    case 'except':
      return post(it.who, 'member.except', { accounts, right: 'message.send', allowed: it.allowed });
    case 'send':
      return post(it.who, 'message.send', { text: 'tin' });
    case 'set':
      return post(it.who, 'group.govern', { rights: { 'message.send': it.holders } });
    case 'announce':
      return post(it.who, 'group.govern', { announcing: it.on });
    case 'archive':
      return post(it.who, 'group.archive', { on: it.on });
    case 'dissolve':
      return post(it.who, 'group.dissolve', {});
    case 'keep':
      return post(it.who, 'group.keep', {});
    case 'transfer': {
      if (it.about === it.who) {
        // Nobody hands over to themselves.
        const { status } = await where.post(people[it.who], 'transfer.offer', { group, to: accounts[0] }, newId());
        assert.ok(status === 403 || status === 422);
        return false;
      }
      if (!(await post(it.who, 'transfer.offer', { to: accounts[0] }))) return false;
      return post(it.about, 'transfer.answer', { accept: it.accept });
    }
    case 'cut':
      return true;
  }
}

test(`what was allowed, and what every device shows, is what a simple model says, in ${HISTORIES} random histories`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const people = await Promise.all(Array.from({ length: 4 }, (_, at) => house.addPerson(`Người ${at}`)));
      const group = await house.addGroup(people, 'directive');
      const devices: TestDevice[] = [];
      for (const [at, person] of people.entries()) {
        const device = await openTestDevice(at % 2 ? house : node, person);
        closeBefore(() => device.off());
        devices.push(device);
        await device.until(() => device.chats.get(group) !== undefined, 'the chat');
      }
      const model: Model = {
        roles: ['owner', 'member', 'member', 'member'],
        holders: 'all',
        said: [undefined, undefined, undefined, undefined],
        announcing: false,
        archived: false,
        dissolving: false,
        sent: 0,
      };
      const cut = new Set<number>();
      for (const it of steps) {
        if (it.kind === 'cut') {
          const { network } = devices[it.who]!;
          if (cut.delete(it.who)) network.restore();
          else {
            cut.add(it.who);
            await network.cut();
          }
          continue;
        }
        const before = structuredClone(model);
        const wanted = take(model, it);
        assert.equal(await act(group, people, it), wanted, `${JSON.stringify(it)} with ${JSON.stringify(before)}`);
      }
      for (const at of cut) devices[at]!.network.restore();
      const { rows } = await sql<{ head: number }>`select head from streams where id = ${group}`.execute(house.db);
      for (const [at, device] of devices.entries()) {
        await device.until(() => device.chats.get(group)?.at === rows[0]!.head, 'the newest event');
        const chat = device.chats.get(group)!;
        const state = model.dissolving ? 'dissolving' : model.archived ? 'archived' : 'open';
        assert.deepEqual(
          [chat.role, chat.state, chat.settings.announcing, chat.rights.includes('message.send'), chat.messages],
          [model.roles[at], state, model.announcing, maySend(model, at), model.sent],
        );
        // And what somebody would get who came now.
        const [fresh] = (await device.device.connection.call('chat.list', { groups: [group] })).chats;
        const { last: _a, lastBy: _b, readSeq: _c, readOrdinal: _d, ...live } = chat;
        const { last: _e, lastBy: _f, readSeq: _g, readOrdinal: _h, ...now } = fresh!;
        assert.deepEqual(live, now);
        await device.off();
      }
    }),
    { numRuns: HISTORIES, endOnFailure: true },
  );
});
