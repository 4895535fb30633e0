import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { insertNotices } from '../messages/store.ts';
import { requestsJob } from './server.ts';
import { REQUEST_DAYS } from './rules.ts';

let house: TestHouse;
let leader: TestClient;
let deputy: TestClient;
let member: TestClient;

before(async () => {
  house = await openTestHouse({ limits: false });
  [leader, deputy, member] = await Promise.all([
    house.connect('leader'),
    house.connect('deputy'),
    house.connect('member'),
  ]);
});

const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;
const DAY = 86_400_000;

/** A group that approves, led by the leader and a deputy, with a plain member. */
async function groupWithLink(question = ''): Promise<{ group: string; code: string; link: string }> {
  const { cast } = house;
  const group = await house.addGroup([cast.leader, { id: cast.deputy.id, role: 'deputy' }, cast.member]);
  if (question !== '') await leader.call('group.govern', { group, question });
  const { link } = await leader.call('link.make', { group, name: 'Đội xung kích' });
  return { group, code: link.code, link: link.id };
}

async function newcomer(name = 'Nguyễn Văn Sỹ'): Promise<{ person: TestPerson; client: TestClient }> {
  const person = await house.addPerson(name);
  return { person, client: await house.connect(person) };
}

async function ask(client: TestClient, its: string, answer = ''): Promise<string> {
  const asked = await client.call('link.join', { code: its, way: 'qr', answer });
  assert.equal(asked.result, 'waiting');
  return (asked as { request: string }).request;
}

const heard = (client: TestClient, on: string, group: string) =>
  client
    .of(client.account)
    .filter((it) => it.on === on && (it.with as { group?: string }).group === group)
    .map((it) => it.with as Record<string, unknown>);

const answered = (client: TestClient, request: string) =>
  client
    .of(client.account)
    .filter((it) => it.on === 'request.answered')
    .map((it) => it.with as { requests: string[]; result: string; reason: string; people: string[] })
    .find((it) => it.requests.includes(request));

test('who joins by QR waits, is seen as they came, and is let in; only those who admit are told', async () => {
  const { group, code: its } = await groupWithLink('Đồng chí thuộc đội nào?');
  const { person, client } = await newcomer();
  await sql`update accounts set position = 'Công an viên', phone = '+84978318205' where id = ${person.id}`.execute(
    house.db,
  );
  const request = await ask(client, its, 'Tôi thuộc đội xung kích làng Jút');
  assert.equal(await ask(client, its), request, 'asking again is the same request');
  await client.until(() => client.of(person.id).some((it) => it.on === 'request.asked'));
  assert.equal((await client.call('link.preview', { code: its })).request?.id, request);
  assert.deepEqual(
    (await client.call('request.waiting', {})).own.map((it) => it.id),
    [request],
  );
  for (const it of [leader, deputy]) await it.until(() => heard(it, 'request.made', group).length === 1);
  assert.deepEqual(heard(leader, 'request.made', group)[0]!['names'], ['Nguyễn Văn Sỹ']);

  const { requests, waiting, oldest } = await deputy.call('request.list', { group });
  assert.equal(waiting, 1);
  assert.ok(oldest !== null && Math.abs(oldest - Date.now()) < DAY);
  const { id, at, ...row } = requests[0]!;
  assert.deepEqual([id, at], [request, oldest]);
  assert.deepEqual(row, {
    account: person.id,
    name: 'Nguyễn Văn Sỹ',
    position: 'Công an viên',
    unit: '',
    photo: null,
    listed: false,
    phone: '0978 ••• 205',
    way: 'qr',
    link: 'Đội xung kích',
    by: null,
    answer: 'Tôi thuộc đội xung kích làng Jút',
  });
  await assert.rejects(member.call('request.list', { group }), code('forbidden'));
  await assert.rejects(member.call('request.approve', { group, requests: [request] }), code('forbidden'));

  const done = await deputy.call('request.approve', { group, requests: [request] });
  assert.deepEqual(done, { approved: 1, invited: 0, decided: [] });
  await client.until(() => client.of(person.id).some((it) => it.on === 'chat.added'));
  await client.until(() => answered(client, request) !== undefined);
  assert.equal(answered(client, request)!.result, 'approved');
  await leader.until(() => heard(leader, 'request.ended', group).length === 1);
  assert.deepEqual(heard(leader, 'request.ended', group)[0], {
    group,
    requests: [request],
    how: 'approved',
    by: { account: house.cast.deputy.id, name: 'Đặng Thị Bích Phượng' },
    waiting: 0,
    oldest: null,
  });
  // The second is told who did it, and nothing happens twice.
  const again = await leader.call('request.refuse', { group, requests: [request], reason: 'muộn' });
  assert.deepEqual(again, {
    refused: 0,
    decided: [{ request, state: 'approved', by: { account: house.cast.deputy.id, name: 'Đặng Thị Bích Phượng' } }],
  });
  // Of requests nobody but those who admit, and who asked, has heard anything.
  const { rows } = await sql<{ stream: string }>`
    select distinct stream from events where name like 'request.%' and (body ->> 'group' = ${group} or body -> 'requests' ? ${request} or body -> 'request' ->> 'id' = ${request})`.execute(
    house.db,
  );
  assert.deepEqual(
    new Set(rows.map((it) => it.stream)),
    new Set([house.cast.leader.id, house.cast.deputy.id, person.id]),
  );
});

test('refused with a reason that reaches the asker; the place of the link is free again', async () => {
  const { group, code: its, link } = await groupWithLink();
  const { client } = await newcomer();
  const request = await ask(client, its);
  const used = async () => (await leader.call('link.list', { group })).links.find((it) => it.id === link)!.used;
  assert.equal(await used(), 1);
  await leader.call('request.refuse', { group, requests: [request], reason: 'Không thuộc đơn vị' });
  await client.until(() => answered(client, request) !== undefined);
  assert.deepEqual(answered(client, request), {
    requests: [request],
    name: 'Phòng chống bão lũ xã Ia Grai',
    result: 'refused',
    reason: 'Không thuộc đơn vị',
    people: [],
  });
  assert.equal(await used(), 0);
  assert.equal((await client.call('link.preview', { code: its })).request, null);
  await assert.rejects(client.call('group.get', { group }), code('not_found'));
  const second = await ask(client, its);
  assert.notEqual(second, request);
  assert.deepEqual(await client.call('request.withdraw', { request: second }), { state: 'withdrawn' });
  assert.deepEqual(await client.call('request.withdraw', { request: second }), { state: 'withdrawn' });
  assert.equal(await used(), 0);
  await assert.rejects(member.call('request.withdraw', { request: second }), code('not_found'));
});

test('whom a plain member adds waits; whom somebody who admits adds does not', async () => {
  const { group } = await groupWithLink();
  const { cast } = house;
  const people = await Promise.all(['Rmah H’Lệ', 'Rơ Mah Thuân'].map((name) => house.addPerson(name)));
  const accounts = people.map((it) => it.id);
  const answer = await member.call('member.add', { group, accounts: [...accounts, cast.leader.id] });
  assert.deepEqual([answer.added, answer.already, answer.waiting.length], [[], [cast.leader.id], 2]);
  await member.call('member.add', { group, accounts });
  const { requests } = await leader.call('request.list', { group });
  assert.deepEqual(
    requests.map((it) => [it.way, it.by?.name]),
    [
      ['added', 'Puih Thưng'],
      ['added', 'Puih Thưng'],
    ],
  );
  const first = requests.find((it) => it.account === accounts[0])!;
  await leader.call('request.refuse', { group, requests: [first.id], reason: 'Thêm nhầm' });
  await member.until(() => answered(member, first.id) !== undefined);
  assert.deepEqual(answered(member, first.id)!.people, ['Rmah H’Lệ']);
  // A leader adds the other directly: nobody need decide any more.
  assert.deepEqual((await leader.call('member.add', { group, accounts: [accounts[1]!] })).added, [accounts[1]]);
  assert.equal((await leader.call('request.list', { group })).waiting, 0);
  // The one named to admit members is no leader, and admits.
  await leader.call('group.govern', { group, approver: cast.member.id });
  assert.deepEqual((await member.call('member.add', { group, accounts: [accounts[0]!] })).added, [accounts[0]]);
  const { client } = await newcomer();
  const { link } = await leader.call('link.make', { group });
  const request = await ask(client, link.code);
  await member.until(() => heard(member, 'request.made', group).length > 0);
  assert.equal((await member.call('request.approve', { group, requests: [request] })).approved, 1);
  await leader.call('group.govern', { group, rights: { 'member.add': 'leaders' }, approver: null });
  await assert.rejects(member.call('member.add', { group, accounts }), code('forbidden'));
});

test('who asks for themselves asks, whoever else wanted to add them', async () => {
  const { group, code: its } = await groupWithLink();
  const { person, client } = await newcomer();
  await member.call('member.add', { group, accounts: [person.id] });
  assert.deepEqual((await client.call('request.waiting', {})).own, [], 'nothing they asked for');
  await ask(client, its, 'Tự xin vào');
  const { requests } = await leader.call('request.list', { group });
  assert.deepEqual(
    requests.map((it) => [it.way, it.by, it.answer]),
    [['qr', null, 'Tự xin vào']],
  );
});

test('approval switched off: who waits goes on waiting; frozen groups decide nothing', async () => {
  const { group, code: its } = await groupWithLink();
  const [one, two] = [await newcomer(), await newcomer()];
  const request = await ask(one.client, its);
  await leader.call('group.govern', { group, approval: false });
  assert.deepEqual(await two.client.call('link.join', { code: its }), { result: 'in', group });
  assert.equal((await leader.call('request.list', { group })).waiting, 1);
  await leader.call('group.archive', { group, on: true });
  await assert.rejects(leader.call('request.approve', { group, requests: [request] }), code('forbidden'));
  await leader.call('group.archive', { group, on: false });
  assert.equal((await leader.call('request.approve', { group, requests: [request] })).approved, 1);
  // Of another group one decides nothing.
  const other = await groupWithLink();
  const three = await newcomer();
  const strange = await ask(three.client, other.code);
  await assert.rejects(leader.call('request.approve', { group, requests: [strange] }), code('not_found'));
});

test('a request ends after thirty days, once', async () => {
  const { group, code: its } = await groupWithLink();
  const { client } = await newcomer();
  const request = await ask(client, its);
  const job = requestsJob(house.house, insertNotices);
  await job.run();
  assert.equal((await leader.call('request.list', { group })).waiting, 1);
  await sql`update join_requests set ends_at = ends_at - interval '${sql.raw(String(REQUEST_DAYS))} days' where id = ${request}`.execute(
    house.db,
  );
  await Promise.all([job.run(), job.run()]);
  await client.until(() => answered(client, request) !== undefined);
  assert.equal(answered(client, request)!.result, 'expired');
  assert.equal((await leader.call('request.list', { group })).waiting, 0);
  const { rows } = await sql`
    select from events where name = 'request.answered' and body -> 'requests' ? ${request}`.execute(house.db);
  assert.equal(rows.length, 1);
});

test('five hundred are let in at once, in two seconds', async (t) => {
  const { group, link } = await groupWithLink();
  const ids = Array.from({ length: 500 }, () => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(house.db);
  await sql`insert into accounts (id, name) select t.id, 'Nguyễn Văn ' || t.n from unnest(${ids}::uuid[]) with ordinality as t(id, n)`.execute(
    house.db,
  );
  await sql`
    insert into join_requests (id, group_id, account, way, link, at, ends_at)
    select gen_random_uuid(), ${group}, t.id, 'link', ${link}, now(), now() + interval '30 days' from unnest(${ids}::uuid[]) as t(id)`.execute(
    house.db,
  );
  const { requests } = await leader.call('request.list', { group, limit: 500 });
  const began = performance.now();
  const { approved } = await leader.call('request.approve', { group, requests: requests.map((it) => it.id) });
  const took = performance.now() - began;
  t.diagnostic(`500 let in after ${took.toFixed()} ms`);
  assert.equal(approved, 500);
  assert.equal((await leader.call('group.get', { group })).members, 503);
  // Members hear one line, not five hundred.
  const { rows } = await sql`select from events where stream = ${group} and name = 'member.added'`.execute(house.db);
  assert.equal(rows.length, 1);
  assert.ok(took < 30_000, 'a machine much slower than meant');
});

test('the answer and the reason stay within 300 letters, and out of the log', async () => {
  const { group, code: its } = await groupWithLink();
  const { client } = await newcomer();
  await assert.rejects(client.call('link.join', { code: its, answer: 'a'.repeat(301) }), code('malformed'));
  const request = await ask(client, its, 'Bí danh Sóc Nâu');
  await leader.call('request.refuse', { group, requests: [request], reason: 'Không rõ Sóc Nâu' });
  const { rows } = await sql`
    select from audit_waiting where entry::text like '%Sóc%' or entry::text like ${`%${its}%`}
    union all select from audit where entry::text like '%Sóc%' or entry::text like ${`%${its}%`}`.execute(house.db);
  assert.equal(rows.length, 0);
});
