import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../../testing/client.ts';
import { openTestDevice } from '../../../testing/device.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse } from '../../../testing/house.ts';
import { closeBefore } from '../../../testing/postgres.ts';

const house = await openTestHouse();
const node = await openTestHouse({ beside: house });
const { cast, group, db } = house;
const DAY = 86_400_000;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;
const roleOf = async (account: string): Promise<string | undefined> => {
  const { rows } = await sql<{ role: string }>`
    select role from members where group_id = ${group} and account = ${account} and left_at is null`.execute(db);
  return rows[0]?.role;
};
const end = (on: TestHouse): Promise<void> => on.features.jobs.find((it) => it.name === 'end terms of office')!.run();
const pass = (ms: number): void => {
  house.pass(ms);
  node.pass(ms);
};

test('the owner appoints; nobody appoints the owner, nor somebody outside', async () => {
  const leader = await house.connect('leader');
  const deputy = await house.connect('deputy');
  const member = await node.connect('member', { [group]: 0 });
  for (const role of ['deputy', 'clerk', 'member', 'reader'] as const)
    await assert.rejects(deputy.call('member.appoint', { group, accounts: [cast.member.id], role }), code('forbidden'));
  await assert.rejects(
    leader.call('member.appoint', { group, accounts: [cast.leader.id], role: 'deputy' }),
    code('member.owner_stays'),
  );
  await assert.rejects(
    leader.call('member.appoint', { group, accounts: [cast.member.id, cast.left.id], role: 'deputy' }),
    code('group.unknown_person'),
  );
  await assert.rejects(member.call('group.change', { group, name: 'Chưa được' }), code('forbidden'));
  assert.deepEqual(
    await leader.call('member.appoint', { group, accounts: [cast.member.id, cast.other.id], role: 'deputy' }),
    { changed: 2 },
  );
  assert.deepEqual(await leader.call('member.appoint', { group, accounts: [cast.member.id], role: 'deputy' }), {
    changed: 0,
  });
  await member.until(() => member.of(group).length > 0);
  assert.deepEqual(
    member.of(group).map((it) => [it.on, it.with]),
    [
      [
        'member.appointed',
        {
          accounts: [cast.other.id, cast.member.id],
          names: ['Ksor H’Bích', 'Puih Thưng'],
          role: 'deputy',
          until: null,
        },
      ],
    ],
    'one event for all, none for nothing',
  );
  await member.call('group.change', { group, name: 'Phó nhóm đặt tên' });
  await leader.call('member.appoint', { group, accounts: [cast.member.id, cast.other.id], role: 'member' });
  await assert.rejects(member.call('group.change', { group, name: 'Hết quyền' }), code('forbidden'));
});

test('leaders let members only read; about each other only the owner decides', async () => {
  const [leader, deputy, clerk, member] = await Promise.all([
    house.connect('leader'),
    house.connect('deputy'),
    house.connect('clerk'),
    node.connect('member'),
  ]);
  await clerk.call('member.restrict', { group, accounts: [cast.member.id], readOnly: true });
  await assert.rejects(member.call('message.send', { group, text: 'a' }), code('forbidden'));
  for (const accounts of [[cast.deputy.id], [cast.member.id, cast.deputy.id]])
    await assert.rejects(clerk.call('member.restrict', { group, accounts, readOnly: true }), code('member.leads'));
  await assert.rejects(
    deputy.call('member.restrict', { group, accounts: [cast.leader.id], readOnly: true }),
    code('member.owner_stays'),
  );
  for (const client of [deputy, clerk])
    await assert.rejects(
      client.call('member.except', { group, accounts: [cast.clerk.id], right: 'group.change', allowed: false }),
      code('member.leads'),
    );
  await leader.call('member.except', { group, accounts: [cast.clerk.id], right: 'group.change', allowed: false });
  await assert.rejects(clerk.call('group.change', { group, name: 'Không' }), code('forbidden'));
  await leader.call('member.except', { group, accounts: [cast.clerk.id], right: 'group.change', allowed: null });
  await clerk.call('group.change', { group, name: 'Được' });
  await clerk.call('member.restrict', { group, accounts: [cast.member.id], readOnly: false });
  await member.call('message.send', { group, text: 'b' });
});

test('an exception beats what is set for everybody, and is lifted again', async () => {
  const [clerk, member, reader] = await Promise.all([
    house.connect('clerk'),
    node.connect('member'),
    house.connect('reader'),
  ]);
  const except = (account: string, allowed: boolean | null) =>
    clerk.call('member.except', { group, accounts: [account], right: 'message.send', allowed });
  assert.deepEqual(await except(cast.member.id, false), { changed: 1 });
  assert.deepEqual(await except(cast.member.id, false), { changed: 0 });
  await assert.rejects(member.call('message.send', { group, text: 'a' }), code('forbidden'));
  await except(cast.reader.id, true);
  await reader.call('message.send', { group, text: 'Được phép riêng.' });

  // Leaders see whom it concerns; others what concerns themselves.
  const { exceptions: all } = await clerk.call('group.get', { group });
  assert.deepEqual(
    all.map((it) => [it.account, it.rights]),
    [
      [cast.reader.id, { 'message.send': { allowed: true, until: null } }],
      [cast.member.id, { 'message.send': { allowed: false, until: null } }],
    ],
  );
  const { exceptions: own } = await member.call('group.get', { group });
  assert.deepEqual(
    own.map((it) => it.account),
    [cast.member.id],
  );

  // Leaving and coming back frees nobody.
  await member.call('member.leave', { group });
  await clerk.call('member.add', { group, accounts: [cast.member.id] });
  await assert.rejects(member.call('message.send', { group, text: 'b' }), code('forbidden'));
  await except(cast.member.id, null);
  await member.call('message.send', { group, text: 'c' });
  await except(cast.reader.id, null);
  await assert.rejects(reader.call('message.send', { group, text: 'd' }), code('forbidden'));
});

test('a reader who leaves and is added again is a reader', async () => {
  const clerk = await house.connect('clerk');
  await (await house.connect('reader')).call('member.leave', { group });
  await clerk.call('member.add', { group, accounts: [cast.reader.id] });
  assert.equal(await roleOf(cast.reader.id), 'reader');
});

test('a term of office ends by itself: on time, once, on all devices', async () => {
  const leader = await house.connect('leader');
  const until = house.house.now().getTime() + DAY;
  await assert.rejects(
    leader.call('member.appoint', {
      group,
      accounts: [cast.other.id],
      role: 'deputy',
      until: house.house.now().getTime(),
    }),
    code('member.term_over'),
  );
  await leader.call('member.appoint', { group, accounts: [cast.other.id], role: 'deputy', until });
  await leader.call('member.except', {
    group,
    accounts: [cast.member.id],
    right: 'message.send',
    allowed: false,
    until,
  });
  const listed = await leader.call('member.list', { group, query: 'ksor' });
  assert.deepEqual([listed.members[0]?.role, listed.members[0]?.roleUntil], ['deputy', until]);

  const devices = await Promise.all([
    openTestDevice(house, 'other'),
    openTestDevice(node, { ...cast.other }),
    openTestDevice(house, 'member'),
  ]);
  const [phone, computer, member] = devices;
  for (const it of devices) closeBefore(() => it.off());
  for (const it of devices) await it.until(() => it.chats.get(group) !== undefined, 'the chat');
  assert.ok(phone.chats.get(group)!.rights.includes('group.change'));
  assert.ok(!member.chats.get(group)!.rights.includes('message.send'));

  await Promise.all([end(house), end(node)]);
  assert.equal(await roleOf(cast.other.id), 'deputy', 'not before its time');
  pass(DAY + 1_000);
  // On time even where the job has not come yet.
  const other = await house.connect('other');
  await assert.rejects(other.call('group.change', { group, name: 'Hết nhiệm kỳ' }), code('forbidden'));
  await Promise.all([end(house), end(node), end(house)]);
  for (const it of [phone, computer])
    await it.until(
      () => it.chats.get(group)!.role === 'member' && !it.chats.get(group)!.rights.includes('group.change'),
    );
  await member.until(() => member.chats.get(group)!.rights.includes('message.send'), 'the end of the exception');
  const { rows } = await sql<{ name: string; by: string | null; body: { accounts: string[] } }>`
    select name, by, body from events where stream = ${group} and name in ('member.termEnded', 'member.excepted') and by is null order by seq`.execute(
    db,
  );
  assert.deepEqual(
    rows.map((it) => [it.name, it.body.accounts]),
    [
      ['member.termEnded', [cast.other.id]],
      ['member.excepted', [cast.member.id]],
    ],
  );
});
