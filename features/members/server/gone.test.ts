import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { processBus } from '../../../server/bus/in-process.ts';
import { ClientProblem } from '../../../testing/client.ts';
import { openTestHouse } from '../../../testing/house.ts';
import { endsJob } from './ends.ts';

const house = await openTestHouse({ limits: false });
/** Another node, to which no wake-up comes through. */
const deaf = await openTestHouse({ beside: house, bus: processBus(), limits: false });
const { cast, db } = house;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

test('who was taken out, or lowered, reads nothing more, also where that has not been heard of', async () => {
  const group = await house.addGroup([cast.leader, { ...cast.deputy, role: 'deputy' }, cast.member]);
  const asked: [who: 'member' | 'deputy', name: string, input: object][] = [
    ['member', 'group.get', { group }],
    ['member', 'group.names', { group }],
    ['member', 'member.list', { group }],
    ['member', 'message.page', { group }],
    ['member', 'regulation.get', { group }],
    ['member', 'regulation.versions', { group }],
    ['member', 'member.compare', { group, lines: ['0905318462'] }],
    ['deputy', 'member.blocked', { group }],
    ['deputy', 'audit.ofGroup', { group }],
    ['deputy', 'audit.groupExports', { group }],
    ['deputy', 'link.list', { group }],
    ['deputy', 'request.list', { group }],
    ['deputy', 'regulation.acceptance', { group }],
    ['deputy', 'regulation.template', { group }],
  ];
  for (const [who, name, input] of asked) {
    const { status, body } = await deaf.post(who, name, input);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  }
  const leader = await house.connect('leader');
  await leader.call('member.remove', { group, accounts: [cast.member.id] });
  await leader.call('member.appoint', { group, accounts: [cast.deputy.id], role: 'member' });
  for (const [who, name, input] of asked) {
    const { status, body } = await deaf.post(who, name, input);
    assert.equal((body as { code?: string }).code, who === 'member' ? 'not_found' : 'forbidden', `${name} ${status}`);
  }
});

test('an export of a group’s log is handed out only while who asked for it may read that log', async () => {
  const group = await house.addGroup([cast.leader, { ...cast.deputy, role: 'deputy' }]);
  await sql`update sessions set proved_at = ${new Date()}::timestamptz where account = any(${[cast.leader.id, cast.deputy.id]}::uuid[])`.execute(
    db,
  );
  const [leader, deputy] = await Promise.all([house.connect('leader'), house.connect('deputy')]);
  const asked = await deputy.call('audit.askGroupExport', { group });
  await leader.call('audit.agreeGroup', { group, export: asked.export });
  const fetched = async (): Promise<number> =>
    (await deaf.post('deputy', 'audit.fetchExport', { export: asked.export })).status;
  assert.equal(await fetched(), 200);
  await leader.call('member.appoint', { group, accounts: [cast.deputy.id], role: 'member' });
  assert.equal(await fetched(), 404);
});

test('who may not add members does not find out by numbers who is one', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  await sql`update accounts set phone = '+84912000001' where id = ${cast.other.id}`.execute(db);
  const ask = { group, lines: ['0912 000 001'] };
  assert.equal((await member.call('member.readNumbers', ask)).lines[0]?.result, 'already');
  await leader.call('group.govern', { group, rights: { 'member.add': 'leaders', 'member.list': 'leaders' } });
  await assert.rejects(member.call('member.readNumbers', ask), code('forbidden'));
  assert.equal((await leader.call('member.readNumbers', ask)).lines[0]?.result, 'already');
});

test('who was out for a while and may read it all catches up from before that', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  await leader.call('group.govern', { group, history: 'all' });
  await leader.call('message.send', { group, text: 'trước' });
  await leader.call('member.remove', { group, accounts: [cast.member.id] });
  await leader.call('message.send', { group, text: 'khi vắng' });
  await leader.call('member.add', { group, accounts: [cast.member.id] });
  await leader.call('message.send', { group, text: 'sau' });
  const member = await house.connect('member', { [group]: 2 });
  const { events, fetch } = await member.call('stream.read', { stream: group, after: 2 });
  assert.equal(fetch, false);
  assert.deepEqual(
    events.map((it) => it.on),
    ['member.removed', 'message.sent', 'member.added', 'message.sent'],
  );
  await leader.call('message.send', { group, text: 'nữa' });
  await member.until(() => member.of(group).some((it) => it.on === 'message.sent' && it.n === 7));
});

test('a regulation that was being made into a file is not handed to who was taken out meanwhile', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const { body } = await house.post('leader', 'regulation.template', { group });
  const document = { ...(body as { document: object }).document, agency: 'UBND xã Ia Grai' };
  assert.equal((await house.post('leader', 'regulation.save', { group, revision: 0, document })).status, 200);
  await leader.call('regulation.publish', { group, revision: 1 });
  const { id } = (await leader.call('regulation.get', { group })).current!;
  const fetched = (who: 'leader' | 'member'): Promise<Response> =>
    fetch(`${house.address}/regulations/${id}/pdf`, { headers: { cookie: cast[who].cookie } });
  // They are made one after the other, so that the member waits.
  const before = [fetched('leader'), fetched('leader')];
  const theirs = fetched('member');
  for (let n = 0; n < 5; n += 1) await house.post('member', 'group.names', { group });
  await leader.call('member.remove', { group, accounts: [cast.member.id] });
  assert.equal((await theirs).status, 404);
  for (const it of before) assert.equal((await it).status, 200);
});

test('whom an administrator names owner is kept out no more', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, administrator] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('administrator'),
  ]);
  await leader.call('member.remove', { group, accounts: [cast.member.id], block: true });
  await sql`update sessions set proved_at = ${new Date()}::timestamptz where id = ${cast.administrator.session}`.execute(
    db,
  );
  await administrator.call('group.appointOwner', { group, account: cast.member.id });
  assert.equal((await member.call('member.blocked', { group })).total, 0);
});

test('nobody lets themselves read more of what was said before they came', async () => {
  const group = await house.addGroup([cast.leader, { ...cast.clerk, role: 'clerk' }, cast.member]);
  const [leader, clerk, administrator] = await Promise.all([
    house.connect('leader'),
    house.connect('clerk'),
    house.connect('administrator'),
  ]);
  await leader.call('message.send', { group, text: 'Câu cũ' });
  await sql`update members set visible_from = (select head from streams where id = ${group})
    where group_id = ${group} and account <> ${cast.leader.id}`.execute(db);
  const open = (...accounts: string[]) => ({ group, accounts, history: 'all' as const });
  await assert.rejects(
    clerk.call('member.openHistory', open(cast.member.id, cast.clerk.id)),
    code('member.own_history'),
  );
  assert.deepEqual(await clerk.call('member.openHistory', open(cast.member.id)), { opened: 1 });
  assert.deepEqual(await leader.call('member.openHistory', open(cast.clerk.id)), { opened: 1 });

  await sql`update sessions set proved_at = ${new Date()}::timestamptz where id = ${cast.administrator.session}`.execute(
    db,
  );
  await administrator.call('group.appointOwner', { group, account: cast.administrator.id });
  await assert.rejects(
    administrator.call('member.openHistory', open(cast.administrator.id)),
    code('member.own_history'),
  );
  const { messages } = await administrator.call('message.page', { group });
  assert.ok(!messages.some((it) => it.text === 'Câu cũ'));
  assert.deepEqual(await clerk.call('member.openHistory', open(cast.administrator.id)), { opened: 1 });
});

test('what ended with leaving does not keep the clock busy after coming back', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const until = Date.now() + 3_600_000;
  const except = { group, accounts: [cast.member.id], right: 'message.pin' as const, until };
  await leader.call('member.except', { ...except, allowed: true });
  await leader.call('member.except', { ...except, right: 'poll.create', allowed: false, until: until + 1_000 });
  await member.call('member.leave', { group });
  await leader.call('member.add', { group, accounts: [cast.member.id] });
  const { rows } = await sql<{ until: Date }>`
    select exceptions_until as until from members where group_id = ${group} and account = ${cast.member.id}`.execute(
    db,
  );
  assert.equal(rows[0]?.until?.getTime(), until + 1_000, 'of what is still decided');
  house.pass(7_200_000);
  await endsJob(house.house, async () => undefined).run();
  const { rows: left } = await sql`
    select from members where group_id = ${group} and exceptions_until is not null`.execute(db);
  assert.equal(left.length, 0);
});

test('whose term as a leader is over is no leader at any door, before that is written down', async () => {
  const group = await house.addGroup([cast.leader, cast.deputy, cast.member]);
  const leader = await house.connect('leader');
  const until = Date.now() + 7_200_000 + 60_000;
  await leader.call('member.appoint', { group, accounts: [cast.deputy.id], role: 'deputy', until });
  const { body } = await house.post('leader', 'regulation.template', { group });
  const { document } = body as { document: unknown };
  assert.equal((await house.post('leader', 'regulation.save', { group, revision: 0, document })).status, 200);
  const id = (await leader.call('regulation.get', { group })).governing!.draft!.id;
  const fetched = async (): Promise<number> =>
    (await fetch(`${house.address}/regulations/${id}/docx`, { headers: { cookie: cast.deputy.cookie } })).status;
  assert.equal(await fetched(), 200);
  await leader.call('member.except', { group, accounts: [cast.member.id], right: 'message.pin', allowed: true });
  house.pass(61_000);
  assert.equal(await fetched(), 404);
  const [deputy, member] = await Promise.all([house.connect('deputy'), house.connect('member')]);
  const seen = await deputy.call('group.get', { group });
  assert.deepEqual([seen.exceptions, seen.rights.includes('group.govern')], [[], false]);
  await member.call('member.leave', { group, quiet: true });
  await leader.until(() => leader.of(cast.leader.id).some((it) => it.on === 'member.leftQuietly'));
  const { rows } = await sql`
    select from events where stream = ${cast.deputy.id} and name = 'member.leftQuietly'`.execute(db);
  assert.equal(rows.length, 0);
});
