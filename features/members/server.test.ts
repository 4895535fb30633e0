import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import { searchText } from '../directory/rules.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { takeInvitations } from '../invitations/access.ts';
import { mobileInLine } from './numbers.ts';

const house = await openTestHouse();
const { cast, db } = house;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

async function addStaff(names: readonly string[]): Promise<string[]> {
  const ids = names.map(() => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(db);
  await sql`
    insert into accounts (id, name, position, search) select *  from unnest(${ids}::uuid[], ${names}::text[],
      ${names.map(() => 'Chuyên viên')}::text[], ${names.map((name) => searchText({ name, position: 'Chuyên viên', unit: '' }))}::text[])`.execute(
    db,
  );
  return ids;
}

async function fill(group: string, accounts: readonly string[]): Promise<void> {
  await sql`insert into members (group_id, account) select ${group}, unnest(${accounts}::uuid[])`.execute(db);
}

const added = (client: TestClient, group: string) =>
  client.until(() =>
    client.of(client.account).some((it) => it.on === 'chat.added' && (it.with as { group: string }).group === group),
  );

test('who is added sees what comes from then on, and nothing before', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member', { [group]: 0 }),
    house.connect('other'),
  ]);
  await leader.call('message.send', { group, text: 'Trước' });
  const answer = await leader.call('member.add', { group, accounts: [cast.other.id, cast.member.id] });
  assert.deepEqual(answer, {
    added: [cast.other.id],
    already: [cast.member.id],
    invited: 0,
    waiting: [],
    asked: [],
    blocked: [],
    unwilling: [],
  });
  await added(other, group);
  await leader.call('message.send', { group, text: 'Sau' });
  await other.until(() => other.of(group).length >= 1);
  const page = await other.call('message.page', { group });
  assert.deepEqual(
    page.messages.map((it) => it.notice?.on ?? it.text),
    ['member.added', 'Sau'],
  );
  assert.deepEqual(page.messages[0]?.notice?.with, { accounts: [cast.other.id], names: ['Ksor H’Bích'], count: 1 });
  const [chat] = (await other.call('chat.list', { groups: [group] })).chats;
  assert.equal(chat!.messages - chat!.readOrdinal, 1, 'one unread: what was written after joining');
  await member.until(() => member.of(group).some((it) => it.on === 'member.added'));

  // Adding again changes nothing and leaves no line.
  const again = await leader.call('member.add', { group, accounts: [cast.other.id] });
  assert.deepEqual(again, {
    added: [],
    already: [cast.other.id],
    invited: 0,
    waiting: [],
    asked: [],
    blocked: [],
    unwilling: [],
  });
  assert.equal((await leader.call('message.page', { group })).messages.filter((it) => it.kind === 'notice').length, 1);
});

test('who left and is added again sees nothing of the time between', async () => {
  const group = await house.addGroup([cast.leader, cast.other]);
  const leader = await house.connect('leader');
  const other = await house.connect('other', { [group]: 0 });
  await leader.call('message.send', { group, text: 'Một' });
  await other.call('member.leave', { group });
  await assert.rejects(other.call('message.send', { group, text: 'Vẫn đây' }), code('not_found'));
  await leader.call('message.send', { group, text: 'Hai' });
  await leader.call('member.add', { group, accounts: [cast.other.id] });
  await added(other, group);
  assert.deepEqual(
    (await other.call('message.page', { group })).messages.map((it) => it.notice?.on ?? it.text),
    ['member.added'],
  );
  assert.equal(
    other.of(group).some((it) => (it.with as { text?: string }).text === 'Hai'),
    false,
  );
});

test('leaving ends the stream for who left, and tells the others', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  await sql`update groups set approver = ${cast.other.id} where id = ${group}`.execute(db);
  const [leader, member, other] = await Promise.all([
    house.connect('leader', { [group]: 0 }),
    house.connect('member', { [group]: 0 }),
    house.connect('other', { [group]: 0 }),
  ]);
  await other.call('member.leave', { group });
  await other.until(() => other.of(other.account).some((it) => it.on === 'chat.removed'));
  await member.until(() => member.of(group).some((it) => it.on === 'member.left'));
  assert.deepEqual(member.of(group).at(-1)?.with, { accounts: [cast.other.id], names: ['Ksor H’Bích'] });
  await leader.call('message.send', { group, text: 'Chỉ còn chúng ta' });
  await member.until(() => member.of(group).some((it) => it.on === 'message.sent'));
  assert.deepEqual(other.of(group), []);
  assert.equal((await member.call('group.get', { group })).approver, null);
  await assert.rejects(other.call('group.get', { group }), code('not_found'));
});

test('the owner hands over before leaving, or is the last to go', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
  ]);
  await assert.rejects(leader.call('member.leave', { group }), code('member.owner_stays'));
  await leader.call('transfer.offer', { group, to: cast.member.id, leaves: true });
  await member.call('transfer.answer', { group, accept: true });
  const { leaders } = await member.call('group.get', { group });
  assert.deepEqual(leaders, [{ account: cast.member.id, name: 'Puih Thưng', role: 'owner' }]);
  await member.call('group.change', { group, name: 'Nhóm của Thưng' });

  await other.call('member.leave', { group });
  await member.call('member.leave', { group });
  const { rows } = await sql`select from members where group_id = ${group} and left_at is null`.execute(db);
  assert.equal(rows.length, 0);
});

test('no message is sent after its sender left', async () => {
  for (let round = 0; round < 8; round += 1) {
    const group = await house.addGroup([cast.leader, cast.member]);
    const first = await house.connect('member');
    const second = await house.connect('member');
    const sends = Array.from({ length: 6 }, (_, at) =>
      first.call('message.send', { group, text: `${at}` }).then(
        (it) => it.seq,
        (error: ClientProblem) => error.code,
      ),
    );
    await second.call('member.leave', { group });
    const outcomes = await Promise.all(sends);
    const { rows } = await sql<{ left: number; last: number | null; written: number }>`
      select (select seq from events where stream = ${group} and name = 'member.left') as left,
        (select max(seq) from messages where group_id = ${group} and kind = 'text') as last,
        (select count(*) from messages where group_id = ${group} and kind = 'text') as written`.execute(db);
    const { left, last, written } = rows[0]!;
    assert.ok(last === null || last < left, `message ${last} after leaving at ${left}`);
    assert.equal(outcomes.filter((it) => typeof it === 'number').length, written);
    for (const it of outcomes) assert.ok(typeof it === 'number' || it === 'not_found', `${it}`);
    await Promise.all([first.close(), second.close()]);
  }
});

test('of two who fill the last place at once, one is refused', async () => {
  const group = await house.addGroup([cast.leader, { ...cast.deputy }]);
  await sql`update members set role = 'deputy' where group_id = ${group} and account = ${cast.deputy.id}`.execute(db);
  const names = Array.from({ length: MEMBERS_MOST - 1 }, (_, at) => `Nguyễn Thị Đông${at}`);
  const staff = await addStaff(names);
  await fill(group, staff.slice(0, MEMBERS_MOST - 3));
  const [leader, deputy] = await Promise.all([house.connect('leader'), house.connect('deputy')]);
  const outcomes = await Promise.allSettled([
    leader.call('member.add', { group, accounts: [staff.at(-1)!] }),
    deputy.call('member.add', { group, accounts: [staff.at(-2)!] }),
  ]);
  assert.deepEqual(outcomes.map((it) => it.status).sort(), ['fulfilled', 'rejected']);
  const refused = outcomes.find((it) => it.status === 'rejected');
  assert.ok(code('group.too_many_members')(refused?.reason));
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from members where group_id = ${group} and left_at is null`.execute(db);
  assert.equal(rows[0]!.n, MEMBERS_MOST);

  // The list of five thousand comes a page at a time, leaders first.
  const list = await leader.call('member.list', { group, limit: 3 });
  assert.equal(list.total, MEMBERS_MOST);
  assert.deepEqual(
    list.members.map((it) => it.role),
    ['owner', 'deputy', 'member'],
  );
  const last = await leader.call('member.list', { group, after: MEMBERS_MOST - 2, limit: 100 });
  assert.equal(last.members.length, 2);
});

test('the list is in the order of given names and found without tones', async () => {
  const group = await house.addGroup([cast.member]);
  const staff = await addStaff(['Trần Văn Ước', 'Đặng Văn Ân', 'Siu H’Bia', 'Lê Thị Đào', 'Rơ Châm An', 'Lê Văn Dũng']);
  await fill(group, staff);
  await sql`update accounts set state = 'left' where id = ${staff[0]!}`.execute(db);
  const member = await house.connect('member');
  const { members } = await member.call('member.list', { group });
  assert.deepEqual(
    members.map((it) => it.name),
    ['Puih Thưng', 'Rơ Châm An', 'Đặng Văn Ân', 'Siu H’Bia', 'Lê Văn Dũng', 'Lê Thị Đào', 'Trần Văn Ước'],
  );
  assert.equal(members.at(-1)?.active, false);
  assert.equal(members.at(-1)?.registered, false);
  for (const query of ['dao', 'le dao', 'Đào', 'LE THI']) {
    const found = await member.call('member.list', { group, query });
    assert.ok(
      found.members.some((it) => it.name === 'Lê Thị Đào'),
      query,
    );
    assert.equal(found.total, found.members.length);
  }
  assert.equal((await member.call('member.list', { group, query: 'không ai' })).total, 0);
  assert.equal((await member.call('member.list', { group, query: '%' })).total, 0);
});

test('each line of a pasted list of numbers is answered', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const lines = [
    '0905.318.464',
    '1. Ksor H’Bích – 0905 318 466',
    '',
    '+84 905 318 465',
    '0905318466',
    '0999 999',
    'chị Nga văn phòng',
    '0912345678',
    '0269 3600 114',
    '0905318462',
  ];
  const { lines: read } = await leader.call('member.readNumbers', { group, lines });
  assert.deepEqual(
    read.map((it) => [it.line, it.result, it.name]),
    [
      [0, 'add', 'Siu H’Nga'],
      [1, 'add', 'Ksor H’Bích'],
      [3, 'already', ''],
      [4, 'twice', ''],
      [5, 'wrong', ''],
      [6, 'wrong', ''],
      [7, 'unknown', ''],
      [8, 'wrong', ''],
      [9, 'already', ''],
    ].map(([line, result, name]) => [
      line,
      result,
      line === 3 ? 'Puih Thưng' : line === 9 ? 'Nguyễn Hoàng Phúc' : name,
    ]),
  );
  const administrator = await house.connect('administrator');
  const mine = await administrator.call('member.readNumbers', { lines: ['0912345678'] });
  assert.deepEqual(mine.lines[0], {
    line: 0,
    result: 'invite',
    phone: '+84912345678',
    account: null,
    name: '',
    position: '',
    unit: '',
  });
  await assert.rejects(administrator.call('member.readNumbers', { group, lines: [] }), code('not_found'));
});

test('numbers are found in the lines people paste', () => {
  const found: [string, string | undefined][] = [
    ['0905318462', '+84905318462'],
    ['+84 905.318.462', '+84905318462'],
    ['84905318462', '+84905318462'],
    ['0084 905 318 462', '+84905318462'],
    ['905318462', '+84905318462'],
    ['(090) 531-8462', '+84905318462'],
    ['12. Nguyễn Văn A; 0905 318 462; xã Ia Grai', '+84905318462'],
    ['Puih Thưng: 0905318465 (Zalo)', '+84905318465'],
    ['0905318462 hoặc 0905318463', undefined],
    ['0169 345 6789', undefined],
    ['+1 415 555 2671', undefined],
    ['1900 1234', undefined],
    ['', undefined],
  ];
  for (const [line, phone] of found) assert.equal(mobileInLine(line), phone, line);
});

test('numbers outside the staff list are invited by those who may, and are in the group when they register', async () => {
  const administrator = cast.administrator;
  const group = await house.addGroup([administrator, cast.leader, cast.member]);
  await sql`update members set role = 'deputy' where group_id = ${group} and account = ${cast.leader.id}`.execute(db);
  const [owner, leader, member] = await Promise.all([
    house.connect('administrator'),
    house.connect('leader'),
    house.connect('member', { [group]: 0 }),
  ]);
  const phone = '+84912345679';
  await assert.rejects(
    leader.call('member.add', { group, accounts: [], invite: [phone] }),
    code('invitation.not_allowed'),
  );
  const answer = await owner.call('member.add', { group, accounts: [], invite: [phone, '+84905318466', phone] });
  assert.deepEqual(answer, {
    added: [cast.other.id],
    already: [],
    invited: 1,
    waiting: [],
    asked: [],
    blocked: [],
    unwilling: [],
  });

  const guest = await house.addPerson('Phạm Thị Khách');
  await sql`update accounts set phone = ${phone} where id = ${guest.id}`.execute(db);
  const announced: { name: string; stream: string; body: unknown }[] = [];
  const take = () =>
    db.transaction().execute((tx) =>
      takeInvitations(
        {
          db: tx,
          now: house.house.now(),
          announce: (name, stream, body) => void announced.push({ name, stream, body }),
        },
        { id: guest.id, name: 'Phạm Thị Khách', phone },
      ),
    );
  await take();
  await take();
  assert.deepEqual(announced, [
    { name: 'member.joined', stream: group, body: { accounts: [guest.id], names: ['Phạm Thị Khách'] } },
    { name: 'chat.added', stream: guest.id, body: { group, kind: 'directive' } },
  ]);
  assert.equal((await member.call('member.list', { group, query: 'khach' })).total, 1);
});

test('invitations die after seven days, and a person has a hundred a day', async () => {
  const group = await house.addGroup([cast.administrator]);
  const owner = await house.connect('administrator');
  const phones = Array.from({ length: 100 }, (_, at) => `+8491300${String(at).padStart(4, '0')}`);
  await sql`delete from invitations`.execute(db);
  assert.equal((await owner.call('member.add', { group, accounts: [], invite: phones.slice(0, 99) })).invited, 99);
  await assert.rejects(
    owner.call('member.add', { group, accounts: [], invite: ['+84914000001', '+84914000002'] }),
    code('invitation.too_many'),
  );
  house.pass(7 * 86_400_000 + 1_000);
  const late = await house.addPerson('Đến Muộn');
  await db
    .transaction()
    .execute((tx) =>
      takeInvitations(
        { db: tx, now: house.house.now(), announce: () => assert.fail('nothing is left of it') },
        { id: late.id, name: 'Đến Muộn', phone: phones[0]! },
      ),
    );
});

test('the number beside a group is how many are in it, whoever comes and goes at once', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const staff = await addStaff(Array.from({ length: 12 }, (_, at) => `Siu Đếm ${at}`));
  const known = async (): Promise<number> => (await leader.call('chat.list', { groups: [group] })).chats[0]!.members;
  await Promise.all([
    ...staff.map((id) => leader.call('member.add', { group, accounts: [id, cast.other.id] })),
    member.call('member.leave', { group }),
  ]);
  assert.equal(await known(), 14, 'twelve of the staff, the other and the leader');
  await leader.call('member.add', { group, accounts: [cast.member.id, staff[0]!] });
  assert.equal(await known(), 15);
  assert.equal((await leader.call('group.get', { group })).members, 15);

  const { rows } = await sql<{ groups: number; wrong: number }>`
    select count(*) as groups, count(*) filter (where g.members <> coalesce(n.members, 0)) as wrong
    from groups g left join (select group_id, count(*) as members from members where left_at is null group by group_id) n
      on n.group_id = g.id`.execute(db);
  assert.ok(rows[0]!.groups >= 5, 'all that the tests of this file did to groups is in it');
  assert.equal(rows[0]!.wrong, 0);
});
