import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';

/** Races in all, over the five kinds. `RACES=100000` for the long mode. */
const RACES = Number(process.env.RACES ?? 1_000);
const EACH = Math.ceil(RACES / 5);
/** Groups raced in side by side. */
const LANES = 5;

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

/** What was answered, or the code of the refusal, which must be one of these; anything else is a fault. */
async function outcome<T>(act: Promise<T>, ...refusals: string[]): Promise<T | string> {
  try {
    return await act;
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.ok(refusals.includes(error.code), error.code);
    return error.code;
  }
}

interface Lane {
  readonly group: string;
  readonly owner: TestClient;
  readonly deputy: TestClient;
  readonly people: readonly { person: TestPerson; client: TestClient }[];
  readonly rounds: number;
}

/** Two who admit, each on a node of their own, and people who ask, on both. */
async function lanes(run: (lane: Lane) => Promise<void>): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const [owner, deputy] = await Promise.all([house.addPerson('Siu Trưởng'), house.addPerson('Siu Phó')]);
      const group = await house.addGroup([owner, { ...deputy, role: 'deputy' }]);
      const people = await Promise.all(
        [house, node, node].map(async (at, number) => {
          const person = await house.addPerson(`Siu Xin ${number}`);
          return { person, client: await at.connect(person) };
        }),
      );
      const lane = { group, people, rounds: Math.ceil(EACH / LANES) };
      await run({ ...lane, owner: await house.connect(owner), deputy: await node.connect(deputy) });
    }),
  );
}

async function link(lane: Lane, quota: number | null = null): Promise<{ code: string; id: string }> {
  return (await lane.owner.call('link.make', { group: lane.group, quota })).link;
}

async function ask({ client }: Lane['people'][number], code: string): Promise<string> {
  const asked = await client.call('link.join', { code });
  assert.ok(asked.result === 'waiting');
  return asked.request;
}

const isMember = async (group: string, account: string): Promise<boolean> =>
  (
    await sql`select from members where group_id = ${group} and account = ${account} and left_at is null`.execute(
      house.db,
    )
  ).rows.length > 0;

/** Every member came in once more than they left, by the log; and links count whom they let in or keep waiting. */
async function check({ group }: Lane): Promise<void> {
  const { rows } = await sql<{ wrong: number }>`
    select count(*) as wrong from (
      select r.account, count(*) filter (where r.state = 'approved') as approved,
        (select count(*) from events e where e.stream = ${group} and e.name in ('member.added', 'member.joined') and e.body -> 'accounts' ? r.account::text) as came
      from join_requests r where r.group_id = ${group} group by r.account
    ) t where approved <> came`.execute(house.db);
  assert.equal(rows[0]!.wrong, 0, 'as many comings as approvals');
  const links = await sql<{ wrong: number }>`
    select count(*) as wrong from links l where l.group_id = ${group}
      and l.used <> (select count(*) from join_requests r where r.link = l.id and r.state in ('waiting', 'approved'))`.execute(
    house.db,
  );
  assert.equal(links.rows[0]!.wrong, 0, 'places taken');
}

test(`two approve the same, ${EACH} times over two nodes: done once, and the second is told by whom`, async () => {
  const firsts = { owner: 0, deputy: 0 };
  await lanes(async (lane) => {
    const { group, owner, deputy, people, rounds } = lane;
    const { code } = await link(lane);
    for (let round = 0; round < rounds; round += 1) {
      const one = people[round % people.length]!;
      const request = await ask(one, code);
      const [a, b] = await Promise.all([
        owner.call('request.approve', { group, requests: [request] }),
        deputy.call('request.approve', { group, requests: [request] }),
      ]);
      assert.equal(a.approved + b.approved, 1);
      const [second, first] = a.approved === 0 ? [a, deputy] : [b, owner];
      assert.deepEqual(
        second.decided.map((it) => [it.request, it.state, it.by?.account]),
        [[request, 'approved', first.account]],
      );
      firsts[first === owner ? 'owner' : 'deputy'] += 1;
      await one.client.call('member.leave', { group });
    }
    await check(lane);
  });
  assert.ok(firsts.owner + firsts.deputy >= EACH);
});

test(`approve and refuse, ${EACH} times over two nodes: one of them, and the person is in or not accordingly`, async () => {
  await lanes(async (lane) => {
    const { group, owner, deputy, people, rounds } = lane;
    const { code } = await link(lane);
    for (let round = 0; round < rounds; round += 1) {
      const one = people[round % people.length]!;
      const request = await ask(one, code);
      const [yes, no] = await Promise.all([
        (round % 2 ? owner : deputy).call('request.approve', { group, requests: [request] }),
        (round % 2 ? deputy : owner).call('request.refuse', { group, requests: [request], reason: 'không' }),
      ]);
      assert.equal(yes.approved + no.refused, 1);
      assert.equal(await isMember(group, one.person.id), yes.approved === 1);
      if (yes.approved === 1) await one.client.call('member.leave', { group });
    }
    await check(lane);
  });
});

test(`approve and withdraw, ${EACH} times over two nodes: who withdrew in time is not in`, async () => {
  const ends = new Map<string, number>();
  await lanes(async (lane) => {
    const { group, owner, people, rounds } = lane;
    const { code } = await link(lane);
    for (let round = 0; round < rounds; round += 1) {
      const one = people[1 + (round % 2)]!;
      const request = await ask(one, code);
      const [yes, back] = await Promise.all([
        owner.call('request.approve', { group, requests: [request] }),
        one.client.call('request.withdraw', { request }),
      ]);
      assert.equal(back.state, yes.approved === 1 ? 'approved' : 'withdrawn');
      assert.equal(await isMember(group, one.person.id), yes.approved === 1);
      ends.set(back.state, (ends.get(back.state) ?? 0) + 1);
      if (yes.approved === 1) await one.client.call('member.leave', { group });
    }
    await check(lane);
  });
  assert.equal(
    [...ends.values()].reduce((a, b) => a + b, 0),
    LANES * Math.ceil(EACH / LANES),
  );
});

test(`three for the last place of a link, ${EACH} times over two nodes: one gets it`, async () => {
  await lanes(async (lane) => {
    const { group, owner, people, rounds } = lane;
    await owner.call('group.govern', { group, approval: false });
    for (let round = 0; round < rounds; round += 1) {
      const { code, id } = await link(lane, 1);
      const answers = await Promise.all(
        people.map(({ client }) => outcome(client.call('link.join', { code }), 'link.dead')),
      );
      const winners = people.filter((_, at) => answers[at] !== 'link.dead');
      assert.equal(winners.length, 1, JSON.stringify(answers));
      const { links } = await owner.call('link.list', { group });
      assert.deepEqual(
        links.map((it) => [it.id, it.used, it.state]),
        [[id, 1, 'full']],
      );
      await winners[0]!.client.call('member.leave', { group });
      await owner.call('link.revoke', { group, link: id });
    }
  });
});

test(`join and revoke, ${EACH} times over two nodes: nobody comes in after the link is revoked`, async (t) => {
  let [came, late] = [0, 0];
  await lanes(async (lane) => {
    const { group, owner, people, rounds } = lane;
    await owner.call('group.govern', { group, approval: false });
    for (let round = 0; round < rounds; round += 1) {
      const { code, id } = await link(lane);
      const one = people[1 + (round % 2)]!;
      const [, joined] = await Promise.all([
        owner.call('link.revoke', { group, link: id }),
        outcome(one.client.call('link.join', { code }), 'link.dead'),
      ]);
      const isIn = joined !== 'link.dead';
      assert.equal(await isMember(group, one.person.id), isIn);
      if (isIn) came += 1;
      else late += 1;
      assert.equal(await outcome(people[0]!.client.call('link.join', { code }), 'link.dead'), 'link.dead');
      if (isIn) await one.client.call('member.leave', { group });
    }
  });
  t.diagnostic(`${came} came in time, ${late} too late`);
});
