import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import type { Link } from './protocol.ts';
import { LINKS_MOST } from './rules.ts';

let house: TestHouse;
let leader: TestClient;

before(async () => {
  house = await openTestHouse({ limits: false });
  leader = await house.connect('leader');
});

const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;
const DAY = 86_400_000;
const NO_CODE = 'A'.repeat(22);

async function made(group: string, wish: Partial<Parameters<typeof make>[1]> = {}): Promise<Link> {
  return make(group, wish);
}
async function make(
  group: string,
  wish: {
    name?: string;
    endsAt?: number | null;
    quota?: number | null;
    area?: string | null;
    unit?: string | null;
  },
): Promise<Link> {
  return (await leader.call('link.make', { group, ...wish })).link;
}

/** A group that lets everybody in, and one that approves. */
async function groupOf(approval: boolean, others: readonly TestPerson[] = []): Promise<string> {
  const group = await house.addGroup([house.cast.leader, ...others]);
  await sql`update groups set approval = ${approval} where id = ${group}`.execute(house.db);
  return group;
}

async function newcomer(name = 'Nguyễn Văn Sỹ'): Promise<{ person: TestPerson; client: TestClient }> {
  const person = await house.addPerson(name);
  return { person, client: await house.connect(person) };
}

test('a link shows what it should and nothing else, and lets in; a member opens the chat', async () => {
  const group = await groupOf(false);
  await leader.call('group.govern', { group, question: 'Đồng chí thuộc đội nào?' });
  const link = await made(group, { name: 'Đội xung kích' });
  assert.ok(Buffer.from(link.code, 'base64url').length >= 16);
  const { person, client } = await newcomer();
  const preview = await client.call('link.preview', { code: link.code });
  assert.deepEqual(preview, {
    name: 'Phòng chống bão lũ xã Ia Grai',
    kind: 'directive',
    photo: false,
    unit: '',
    leaders: [{ name: 'Nguyễn Hoàng Phúc', position: 'Chủ tịch UBND xã', role: 'owner' }],
    members: 1,
    approval: false,
    question: 'Đồng chí thuộc đội nào?',
    request: null,
    group: null,
  });
  assert.deepEqual(await client.call('link.join', { code: link.code }), { result: 'in', group });
  await client.until(() => client.of(person.id).some((it) => it.on === 'chat.added'));
  assert.equal((await client.call('group.get', { group })).members, 2);
  assert.equal((await client.call('link.preview', { code: link.code })).group, group);
  assert.deepEqual(await client.call('link.join', { code: link.code }), { result: 'in', group });
  const { links } = await leader.call('link.list', { group });
  assert.deepEqual([links.length, links[0]!.used, links[0]!.state], [1, 1, 'open'], 'a member takes no place');
});

test('dead, revoked, used up, unknown, switched off, frozen and blocked are one answer', async () => {
  const group = await groupOf(false);
  const [expired, revoked, used, open] = [
    await made(group, { endsAt: Date.now() + 3_600_000 }),
    await made(group),
    await made(group, { quota: 1 }),
    await made(group),
  ];
  const [one, two, blocked] = [await newcomer(), await newcomer(), await newcomer()];
  await one.client.call('link.join', { code: used.code });
  await leader.call('link.revoke', { group, link: revoked.id });
  await sql`update links set ends_at = now() - interval '1 second' where id = ${expired.id}`.execute(house.db);
  await sql`insert into removals (group_id, account, by, blocked, at) values (${group}, ${blocked.person.id}, ${house.cast.leader.id}, true, now())`.execute(
    house.db,
  );
  const answers = new Set<string>();
  const ask = async (who: TestPerson, its: string): Promise<void> => {
    for (const name of ['link.preview', 'link.join']) {
      const { status, body } = await house.post(who, name, { code: its });
      const { instance: _instance, ...rest } = body as Record<string, unknown>;
      answers.add(JSON.stringify([status, rest]));
    }
  };
  for (const its of [expired.code, revoked.code, used.code, NO_CODE]) await ask(two.person, its);
  await ask(blocked.person, open.code);
  await leader.call('group.govern', { group, links: false });
  await ask(two.person, open.code);
  await leader.call('group.govern', { group, links: true });
  await leader.call('group.archive', { group, on: true });
  await ask(two.person, open.code);
  await leader.call('group.archive', { group, on: false });
  await leader.call('group.dissolve', { group });
  await ask(two.person, open.code);
  assert.equal(answers.size, 1, [...answers].join('\n'));
  assert.match([...answers][0]!, /link\.dead/);
  await leader.call('group.keep', { group });
  assert.deepEqual(await two.client.call('link.join', { code: open.code }), { result: 'in', group });
});

test('a link for an area or a unit lets in who is of it or below it', async () => {
  const { db } = house;
  const group = await groupOf(false);
  const area = (
    await sql<{ code: string }>`select code from areas where parent = '52' order by code limit 1`.execute(db)
  ).rows[0]!.code;
  const other = (
    await sql<{ code: string }>`select code from areas where parent = '52' and code <> ${area} limit 1`.execute(db)
  ).rows[0]!.code;
  await sql`insert into units (id, name, folded, area) values ('01900000-0000-7000-8000-000000000001', 'Sở Nội vụ', 'so noi vu', ${area})`.execute(
    db,
  );
  await sql`insert into units (id, parent, name, folded, area) values ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'Phòng Tổ chức', 'phong to chuc', ${area})`.execute(
    db,
  );
  const byArea = await made(group, { area });
  const byProvince = await made(group, { area: '52' });
  const byUnit = await made(group, { unit: '01900000-0000-7000-8000-000000000001' });
  assert.equal(byUnit.unit?.name, 'Sở Nội vụ');
  const [inside, elsewhere, below] = [await newcomer(), await newcomer(), await newcomer()];
  await sql`update accounts set area = ${area} where id = ${inside.person.id}`.execute(db);
  await sql`update accounts set area = ${other} where id = ${elsewhere.person.id}`.execute(db);
  await sql`update accounts set unit = '01900000-0000-7000-8000-000000000002' where id = ${below.person.id}`.execute(
    db,
  );
  await assert.rejects(elsewhere.client.call('link.join', { code: byArea.code }), code('link.elsewhere'));
  await assert.rejects(elsewhere.client.call('link.join', { code: byUnit.code }), code('link.elsewhere'));
  await assert.rejects(inside.client.call('link.join', { code: byUnit.code }), code('link.elsewhere'));
  assert.equal((await inside.client.call('link.join', { code: byArea.code })).result, 'in');
  assert.equal((await below.client.call('link.join', { code: byUnit.code })).result, 'in');
  assert.equal((await elsewhere.client.call('link.join', { code: byProvince.code })).result, 'in');
  // Who has no area of their own is where their unit is.
  await below.client.call('member.leave', { group });
  assert.equal((await below.client.call('link.join', { code: byArea.code })).result, 'in');
});

test('links are made within limits, and revoked by leaders and by who made them', async () => {
  const { cast } = house;
  const group = await groupOf(true, [{ ...cast.member }, { ...cast.other }]);
  const member = await house.connect('member');
  await assert.rejects(member.call('link.make', { group }), code('forbidden'));
  await leader.call('group.govern', { group, rights: { 'link.invite': 'all' } });
  const { link } = await member.call('link.make', { group, name: 'Của Thưng' });
  const other = await house.connect('other');
  await assert.rejects(other.call('link.revoke', { group, link: link.id }), code('forbidden'));
  await member.call('link.revoke', { group, link: link.id });
  await member.call('link.revoke', { group, link: link.id });
  assert.deepEqual((await other.call('link.list', { group })).links, []);
  await assert.rejects(made(group, { endsAt: Date.now() - DAY }), code('link.end_over'));
  await assert.rejects(made(group, { endsAt: Date.now() + 400 * DAY }), code('link.end_over'));
  await assert.rejects(made(group, { area: '99' }), code('link.unknown_place'));
  await assert.rejects(made(group, { unit: group }), code('link.unknown_place'));
  for (let at = 0; at < LINKS_MOST; at += 1) await made(group);
  await assert.rejects(made(group), code('link.too_many'));
});

test('a full group is told as full', async () => {
  const group = await groupOf(false);
  const { code: its } = await made(group);
  await sql`update groups set members = ${MEMBERS_MOST} where id = ${group}`.execute(house.db);
  const { client } = await newcomer();
  await assert.rejects(client.call('link.join', { code: its }), code('group.too_many_members'));
});

test('thirty an hour join, and not more', async () => {
  const strict = await openTestHouse({ beside: house });
  const person = await house.addPerson('Vội Vàng');
  const client = await strict.connect(person);
  for (let at = 0; at < 30; at += 1)
    await assert.rejects(client.call('link.join', { code: NO_CODE }), code('link.dead'));
  await assert.rejects(client.call('link.join', { code: NO_CODE }), code('too_fast'));
});

test('the photo is for who has a link that lives', async () => {
  const group = await groupOf(false);
  const { code: its, id } = await made(group);
  const { person } = await newcomer();
  await sql`insert into photos (id, owner, large, small) values (gen_random_uuid(), ${group}, 'x', 'y')`.execute(
    house.db,
  );
  await sql`update groups set photo = (select id from photos where owner = ${group}) where id = ${group}`.execute(
    house.db,
  );
  const get = (headers: Record<string, string>): Promise<number> =>
    fetch(`${house.address}/photos/links/${its}`, { headers }).then((it) => it.status);
  assert.equal(await get({ cookie: person.cookie }), 200);
  assert.equal(await get({}), 401);
  await leader.call('link.revoke', { group, link: id });
  assert.equal(await get({ cookie: person.cookie }), 404);
});
