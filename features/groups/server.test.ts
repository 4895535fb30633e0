import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import type { DatabaseConnection } from 'kysely';
import sharp from 'sharp';

import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import { searchText } from '../directory/rules.ts';
import { groupScope } from './access.ts';

const house = await openTestHouse();
const { cast, db } = house;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

/** People of the staff list who have never signed in, in one statement. */
async function addStaff(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(db);
  const names = ids.map((_id, at) => `Nguyễn Văn Người${at}`);
  await sql`
    insert into accounts (id, name, search) select * from unnest(${ids}::uuid[], ${names}::text[],
      ${names.map((name) => searchText({ name, position: '', unit: '' }))}::text[])`.execute(db);
  return ids;
}

const draft = { name: 'Phòng chống bão lũ xã Ia Grai', kind: 'directive' as const };

before(async () => {
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    db,
  );
});

test('a group is made with its members, and everybody’s devices hear of it', async () => {
  const [leader, member, stranger] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('stranger'),
  ]);
  const { group } = await leader.call('group.create', {
    ...draft,
    name: '  Phòng chống   bão lũ ',
    area: '23764',
    members: [cast.member.id, cast.deputy.id, cast.member.id],
    approver: cast.deputy.id,
  });
  await member.until(() => member.of(cast.member.id).some((it) => it.on === 'chat.added'));
  assert.deepEqual(member.of(cast.member.id).find((it) => it.on === 'chat.added')?.with, { group, kind: 'directive' });

  const seen = await member.call('group.get', { group });
  assert.equal(seen.name, 'Phòng chống bão lũ');
  assert.equal(seen.members, 3);
  assert.equal(seen.area?.code, '23764');
  assert.match(seen.area?.name ?? '', /^Xã Ia Grai, tỉnh Gia Lai$/);
  assert.equal(seen.approval, true);
  assert.equal(seen.approver, cast.deputy.id);
  assert.deepEqual(
    seen.leaders.map((it) => [it.account, it.role]),
    [[cast.leader.id, 'owner']],
  );
  assert.equal(seen.role, 'member');
  assert.ok(seen.rights.includes('message.send') && seen.rights.includes('member.list'));
  assert.ok(!seen.rights.includes('member.admit') && !seen.rights.includes('group.change'));

  // Every member can send in it, and sees the line that tells of its making.
  await member.call('message.send', { group, text: 'Đã nhận.' });
  const { messages } = await leader.call('message.page', { group });
  assert.deepEqual(
    messages.map((it) => it.notice?.on ?? it.text),
    ['group.created', 'Đã nhận.'],
  );
  assert.deepEqual(messages[0]?.notice?.with, { name: 'Phòng chống bão lũ', members: 3 });

  await assert.rejects(stranger.call('group.get', { group }), code('not_found'));
  await assert.rejects(stranger.call('member.list', { group }), code('not_found'));
  await assert.rejects(stranger.call('message.page', { group }), code('not_found'));
  assert.equal(
    stranger.events.some((it) => it.in === group),
    false,
  );
  // Whom a plain member adds waits.
  const { added, waiting } = await member.call('member.add', { group, accounts: [cast.other.id] });
  assert.deepEqual([added, waiting.map((it) => it.account)], [[], [cast.other.id]]);
});

test('who is chosen must be on the staff list, the approver among them, the area on the map', async () => {
  const leader = await house.connect('leader');
  const gone = await house.addPerson('Rơ Châm Đã Nghỉ');
  await sql`update accounts set state = 'left' where id = ${gone.id}`.execute(db);
  const before = await sql`select from groups`.execute(db);
  await assert.rejects(
    leader.call('group.create', { ...draft, members: [gone.id] }),
    (error) => code('group.unknown_person')(error) && (error as ClientProblem).wire.accounts?.toString() === gone.id,
  );
  await assert.rejects(
    leader.call('group.create', { ...draft, members: [], approver: cast.member.id }),
    code('group.unknown_person'),
  );
  await assert.rejects(
    leader.call('group.create', { ...draft, members: [], area: '99999' }),
    code('group.unknown_area'),
  );
  assert.equal((await sql`select from groups`.execute(db)).rows.length, before.rows.length);
});

test('whoever makes a group hears how many numbers were invited; those that somebody has are members', async () => {
  const administrator = await house.connect('administrator');
  const { rows } = await sql<{ phone: string }>`select phone from accounts where id = ${cast.other.id}`.execute(db);
  const { group, invited } = await administrator.call('group.create', {
    ...draft,
    members: [cast.member.id],
    invite: ['+84912345671', '+84912345672', rows[0]!.phone],
  });
  assert.equal(invited, 2);
  assert.equal((await administrator.call('group.get', { group })).members, 3);
  const none = await administrator.call('group.create', { ...draft, members: [cast.member.id] });
  assert.equal(none.invited, 0);
});

test('a thousand members go in by a handful of statements', async () => {
  const staff = await addStaff(1000);
  const person = await house.addPerson('Lê Thị Lập Nhóm');
  const client = await house.connect(person);
  const statements: string[] = [];
  const stop = watchStatements(statements);
  const { group } = await client.call('group.create', { ...draft, members: staff });
  stop();
  assert.ok(statements.length > 5 && statements.length < 30, `${statements.length} statements`);
  const { rows } = await sql<{ members: number; told: number }>`
    select (select count(*) from members where group_id = ${group}) as members,
      (select count(*) from events where name = 'chat.added' and body ->> 'group' = ${group}) as told`.execute(db);
  assert.deepEqual(rows[0], { members: 1001, told: 1001 });
});

/** Notes every statement of the house until it is stopped. */
function watchStatements(into: string[]): () => void {
  const executor = db.getExecutor();
  const { provideConnection } = executor;
  executor.provideConnection = (consumer, ...options) =>
    provideConnection.call(
      executor,
      async (connection: DatabaseConnection) => {
        const { executeQuery } = connection;
        connection.executeQuery = function execute(query, ...more) {
          into.push(query.sql);
          return executeQuery.call(connection, query, ...more) as never;
        };
        try {
          return await consumer(connection);
        } finally {
          connection.executeQuery = executeQuery;
        }
      },
      ...options,
    ) as never;
  return () => (executor.provideConnection = provideConnection);
}

test('two people have one conversation, also when both begin it at once', async () => {
  const people = await Promise.all([house.addPerson('Siu Một'), house.addPerson('Siu Hai')]);
  const clients = await Promise.all(people.map((it) => house.connect(it)));
  const [a, b] = clients as [(typeof clients)[0], (typeof clients)[0]];
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => a.call('group.openPair', { account: people[1].id })),
    ...Array.from({ length: 4 }, () => b.call('group.openPair', { account: people[0].id })),
  ]);
  assert.equal(new Set(answers.map((it) => it.group)).size, 1);
  const { group } = answers[0]!;
  for (const client of [a, b]) {
    await client.until(() => client.of(client.account).some((it) => it.on === 'chat.added'));
    assert.equal(client.of(client.account).filter((it) => it.on === 'chat.added').length, 1);
  }
  assert.equal((await a.call('group.get', { group })).kind, 'pair');
  await a.call('message.send', { group, text: 'Chào anh.' });
  await assert.rejects(a.call('group.change', { group, name: 'Riêng' }), code('forbidden'));
  await assert.rejects(a.call('member.add', { group, accounts: [cast.member.id] }), code('forbidden'));
  await assert.rejects(a.call('member.leave', { group }), code('member.pair_stays'));
});

test('a conversation is opened with active colleagues only', async () => {
  const client = await house.connect('member');
  const gone = await house.addPerson('Kpă Đã Nghỉ');
  await sql`update accounts set state = 'left' where id = ${gone.id}`.execute(db);
  await assert.rejects(client.call('group.openPair', { account: gone.id }), code('not_found'));
  await assert.rejects(client.call('group.openPair', { account: randomUUIDv7() }), code('not_found'));
  await assert.rejects(client.call('group.openPair', { account: cast.member.id }), code('group.unknown_person'));
});

test('changing tells what changed and nothing else', async () => {
  const leader = await house.connect('leader');
  const member = await house.connect('member');
  const { group } = await leader.call('group.create', {
    ...draft,
    members: [cast.member.id],
    topic: 'Phòng chống thiên tai',
  });
  await member.until(() =>
    member.events.some((it) => it.on === 'chat.added' && (it.with as { group: string }).group === group),
  );
  await leader.call('group.change', { group, name: 'Tên mới', topic: 'Phòng chống thiên tai' });
  await leader.call('group.change', { group, name: 'Tên mới' });
  await leader.call('group.change', { group, area: '23764', description: 'Trực ban 24/24' });
  await member.until(() => member.of(group).length >= 2);
  assert.deepEqual(
    member.of(group).map((it) => it.with),
    [{ name: 'Tên mới' }, { area: { code: '23764', name: 'Xã Ia Grai, tỉnh Gia Lai' }, description: 'Trực ban 24/24' }],
  );
  await assert.rejects(member.call('group.change', { group, name: 'Tên khác' }), code('forbidden'));
  for (const area of ['99999', '', 'a\u0000b', "'"])
    await assert.rejects(leader.call('group.change', { group, area }), code('group.unknown_area'), area);
});

test('a group’s photo is encoded anew, and seen by members only', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#17654F' } })
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .jpeg()
    .toBuffer();
  const set = async (photo: string | null) => house.post('leader', 'group.setPhoto', { group, photo });
  const first = await set(picture.toString('base64'));
  assert.equal(first.status, 200);
  const { photo } = first.body as { photo: string };
  const get = (who: TestPerson, path: string) => fetch(house.address + path, { headers: { cookie: who.cookie } });
  const large = await get(cast.member, `/photos/${photo}/large`);
  assert.equal(large.headers.get('content-type'), 'image/webp');
  const bytes = Buffer.from(await large.arrayBuffer());
  const { format, width, height, exif } = await sharp(bytes).metadata();
  assert.deepEqual([format, width, height, exif], ['webp', 512, 512, undefined]);
  assert.equal(
    (await sharp(Buffer.from(await (await get(cast.member, `/photos/${photo}`)).arrayBuffer())).metadata()).width,
    96,
  );
  assert.equal((await get(cast.stranger, `/photos/${photo}`)).status, 404);
  assert.equal((await fetch(`${house.address}/photos/${photo}`)).status, 401);

  const broken = await set(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'));
  assert.equal((broken.body as { code: string }).code, 'group.photo_unreadable');
  assert.equal((await house.post('member', 'group.setPhoto', { group, photo: null })).status, 403);
  assert.deepEqual((await set(null)).body, { photo: null });
  assert.equal((await get(cast.member, `/photos/${photo}`)).status, 404);
});

test('standings are kept for members, dropped with the rights, and never for strangers', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const scope = groupScope(house.house, 2);
  assert.equal(await scope.standing(group, cast.stranger.id), undefined);
  await sql`insert into members (group_id, account) values (${group}, ${cast.stranger.id})`.execute(db);
  const first = await scope.standing(group, cast.stranger.id);
  assert.equal(first?.role, 'member');
  assert.equal(first?.can('message.send'), true);
  assert.equal(first?.can('member.admit'), false);
  assert.equal(first?.can('constructor'), false);

  await sql`update members set left_at = now() where group_id = ${group} and account = ${cast.stranger.id}`.execute(db);
  assert.equal(await scope.standing(group, cast.stranger.id), first, 'from memory');
  house.house.bus.publish(`stream.${group}`, [{ on: 'member.left', in: group, n: 1, at: 0, with: {} }]);
  assert.equal(await scope.standing(group, cast.stranger.id), undefined);

  // What is being read while the rights change is forgotten too.
  const reading = scope.standing(group, cast.leader.id);
  scope.forget(group);
  const late = await reading;
  assert.notEqual(await scope.standing(group, cast.leader.id), late);

  // Bounded: other groups push the oldest out.
  const kept = await scope.standing(group, cast.leader.id);
  for (let i = 0; i < 2; i += 1) await scope.standing(await house.addGroup([cast.leader]), cast.leader.id);
  assert.notEqual(await scope.standing(group, cast.leader.id), kept);

  // Who is disabled stands nowhere.
  const person = await house.addPerson('Đã Khóa');
  const other = await house.addGroup([cast.leader, person]);
  await sql`update accounts set state = 'disabled' where id = ${person.id}`.execute(db);
  assert.equal(await scope.standing(other, person.id), undefined);
});
