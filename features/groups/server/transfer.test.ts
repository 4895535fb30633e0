import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../../testing/client.ts';
import { openTestDevice } from '../../../testing/device.ts';
import { openTestHouse } from '../../../testing/house.ts';
import { closeBefore } from '../../../testing/postgres.ts';
import { TRANSFER_MS } from '../rules.ts';

const house = await openTestHouse();
const { cast, db } = house;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

/** Who leads the group, and that nobody else does. */
async function ownerOf(group: string): Promise<string> {
  const { rows } = await sql<{ account: string }>`
    select account from members where group_id = ${group} and role = 'owner' and left_at is null`.execute(db);
  assert.equal(rows.length, 1);
  return rows[0]!.account;
}

const newGroup = (): Promise<string> => house.addGroup([cast.leader, cast.deputy, cast.member, cast.other]);

test('the lead passes on when the receiver accepts, and not before', async () => {
  const group = await newGroup();
  const [leader, deputy, member] = await Promise.all([
    openTestDevice(house, 'leader'),
    openTestDevice(house, 'deputy'),
    openTestDevice(house, 'member'),
  ]);
  const devices = [leader, deputy, member];
  for (const it of devices) closeBefore(() => it.off());
  for (const it of devices) await it.until(() => it.chats.get(group) !== undefined, 'the chat');
  const call = leader.device.connection.call.bind(leader.device.connection);
  await call('transfer.offer', { group, to: cast.deputy.id });
  // Twice is one offer: the newer one.
  await call('transfer.offer', { group, to: cast.deputy.id });
  await deputy.until(() => deputy.chats.get(group)?.transfer?.from === cast.leader.id, 'the offer');
  await leader.until(() => leader.chats.get(group)?.transfer?.to === cast.deputy.id, 'the own offer');
  assert.equal(member.chats.get(group)?.transfer, null);
  assert.equal(await ownerOf(group), cast.leader.id);
  const [fresh] = (await deputy.device.connection.call('chat.list', { groups: [group] })).chats;
  assert.deepEqual(deputy.chats.get(group)?.transfer, fresh?.transfer);

  const memberCall = member.device.connection.call.bind(member.device.connection);
  await assert.rejects(memberCall('transfer.answer', { group, accept: true }), { code: 'transfer.none' });
  await deputy.device.connection.call('transfer.answer', { group, accept: true });
  assert.equal(await ownerOf(group), cast.deputy.id);
  await leader.until(() => leader.chats.get(group)?.role === 'member' && leader.chats.get(group)?.transfer === null);
  await deputy.until(() => deputy.chats.get(group)?.role === 'owner' && deputy.chats.get(group)?.transfer === null);
  assert.ok(!leader.chats.get(group)!.rights.includes('group.dissolve'));
  assert.ok(deputy.chats.get(group)!.rights.includes('group.dissolve'));
  await assert.rejects(call('group.dissolve', { group }), { code: 'forbidden' });
});

test('who led the group admits nobody any more, where admitting was theirs', async () => {
  const group = await newGroup();
  await sql`update groups set approval = true, approver = ${cast.leader.id} where id = ${group}`.execute(db);
  const [leader, deputy] = await Promise.all([
    openTestDevice(house, 'leader'),
    house.connect('deputy', { [group]: 0 }),
  ]);
  closeBefore(() => leader.off());
  await leader.until(() => leader.chats.get(group)?.approver === true, 'the chat');
  await leader.device.connection.call('transfer.offer', { group, to: cast.deputy.id });
  await deputy.call('transfer.answer', { group, accept: true });
  await leader.until(() => leader.chats.get(group)?.approver === false, 'told');
  assert.ok(!leader.chats.get(group)!.rights.includes('member.admit'));
  await assert.rejects(leader.device.connection.call('request.list', { group }), { code: 'forbidden' });
  assert.equal((await deputy.call('group.get', { group })).approver, null);
  assert.deepEqual(
    deputy.of(group).map((it) => it.on),
    ['group.handedOver', 'group.governed'],
  );
});

test('declined, withdrawn, replaced, expired: the two are told why, and nothing has changed', async () => {
  const group = await newGroup();
  const [leader, deputy, member] = await Promise.all([
    house.connect('leader', { [cast.leader.id]: 0 }),
    house.connect('deputy'),
    house.connect('member'),
  ]);
  const whys = (): unknown[] =>
    leader
      .of(cast.leader.id)
      .filter((it) => it.on === 'transfer.ended' && (it.with as { group: string }).group === group)
      .map((it) => (it.with as { why: string }).why);
  await assert.rejects(leader.call('transfer.offer', { group, to: cast.leader.id }), code('group.unknown_person'));
  await assert.rejects(leader.call('transfer.offer', { group, to: cast.stranger.id }), code('group.unknown_person'));
  await assert.rejects(deputy.call('transfer.offer', { group, to: cast.member.id }), code('forbidden'));
  await assert.rejects(leader.call('transfer.withdraw', { group }), code('transfer.none'));

  await leader.call('transfer.offer', { group, to: cast.deputy.id });
  await deputy.call('transfer.answer', { group, accept: false });
  await leader.call('transfer.offer', { group, to: cast.deputy.id });
  await leader.call('transfer.withdraw', { group });
  await assert.rejects(deputy.call('transfer.answer', { group, accept: true }), code('transfer.none'));
  await leader.call('transfer.offer', { group, to: cast.deputy.id });
  await leader.call('transfer.offer', { group, to: cast.member.id });
  await assert.rejects(deputy.call('transfer.answer', { group, accept: true }), code('transfer.none'));

  house.pass(TRANSFER_MS + 1);
  await assert.rejects(member.call('transfer.answer', { group, accept: true }), code('transfer.none'), 'seven days');
  await house.features.jobs.find((it) => it.name.startsWith('end offers'))!.run();
  await leader.until(() => whys().length === 4);
  assert.deepEqual(whys(), ['declined', 'withdrawn', 'withdrawn', 'expired']);
  assert.equal(await ownerOf(group), cast.leader.id);
  // Back again: an administrator's rights would rest by now.
  house.pass(-TRANSFER_MS - 1);
});

test('the owner does not leave without handing over; with it, they leave when it is accepted', async () => {
  const group = await newGroup();
  const [leader, deputy] = await Promise.all([house.connect('leader'), house.connect('deputy', { [group]: 0 })]);
  await assert.rejects(leader.call('member.leave', { group }), code('member.owner_stays'));
  await leader.call('transfer.offer', { group, to: cast.deputy.id, leaves: true });
  await assert.rejects(leader.call('member.leave', { group }), code('member.owner_stays'));
  await deputy.call('transfer.answer', { group, accept: true });
  assert.equal(await ownerOf(group), cast.deputy.id);
  await assert.rejects(leader.call('group.get', { group }), code('not_found'));
  await deputy.until(() => deputy.of(group).length === 2);
  assert.deepEqual(
    deputy.of(group).map((it) => it.on),
    ['group.handedOver', 'member.left'],
  );
});

test('an offer ends with the membership of the one it was made to', async () => {
  const group = await newGroup();
  const [leader, deputy] = await Promise.all([house.connect('leader'), house.connect('deputy')]);
  await leader.call('transfer.offer', { group, to: cast.deputy.id });
  await deputy.call('member.leave', { group });
  await leader.until(() =>
    leader.of(cast.leader.id).some((it) => it.on === 'transfer.ended' && (it.with as { why: string }).why === 'void'),
  );
  await leader.call('member.add', { group, accounts: [cast.deputy.id] });
  await assert.rejects(deputy.call('transfer.answer', { group, accept: true }), code('transfer.none'));
});

test('an administrator names a new owner when the post changes hands, and the group sees it', async () => {
  const group = await newGroup();
  const [administrator, member, stranger] = await Promise.all([
    house.connect('administrator'),
    house.connect('member', { [group]: 0 }),
    house.connect('stranger'),
  ]);
  await assert.rejects(member.call('group.appointOwner', { group, account: cast.member.id }), code('forbidden'));
  await (await house.connect('leader')).call('transfer.offer', { group, to: cast.other.id });
  await administrator.call('group.appointOwner', { group, account: cast.stranger.id });
  assert.equal(await ownerOf(group), cast.stranger.id);
  await member.until(() => member.of(group).length === 2);
  assert.deepEqual(
    member.of(group).map((it) => [it.on, it.by]),
    [
      ['member.added', cast.administrator.id],
      ['group.handedOver', cast.administrator.id],
    ],
  );
  await stranger.call('group.change', { group, name: 'Trưởng nhóm mới' });
  // The administrator reads nothing of it by that.
  await assert.rejects(administrator.call('message.page', { group }), code('not_found'));
  await assert.rejects(
    (await house.connect('other')).call('transfer.answer', { group, accept: true }),
    code('transfer.none'),
    'what the former owner offered is void',
  );

  // Who left the agency leaves the group with the lead.
  await sql`update accounts set state = 'left' where id = ${cast.stranger.id}`.execute(db);
  const found = await administrator.call('group.search', { leaderless: true });
  assert.deepEqual(
    found.groups.map((it) => [it.id, it.owner?.active]),
    [[group, false]],
  );
  await administrator.call('group.appointOwner', { group, account: cast.member.id });
  assert.equal(await ownerOf(group), cast.member.id);
  assert.equal((await administrator.call('group.search', { leaderless: true })).total, 0);
  const { rows } =
    await sql`select from members where group_id = ${group} and account = ${cast.stranger.id} and left_at is null`.execute(
      db,
    );
  assert.equal(rows.length, 0);
});

test('groups are found by words of their name, tones or not', async () => {
  const administrator = await house.connect('administrator');
  const leader = await house.connect('leader');
  const { group } = await leader.call('group.create', {
    name: 'Đội H’Bia – Ứng phó “bão lũ” 2026',
    kind: 'coordination',
    members: [cast.member.id],
  });
  for (const query of ['doi hbia', 'ung pho bao', '2026', 'Đội H’Bia'])
    assert.ok(
      (await administrator.call('group.search', { query })).groups.some((it) => it.id === group),
      query,
    );
  assert.equal((await administrator.call('group.search', { query: 'khongco' })).total, 0);
  await leader.call('group.openPair', { account: cast.member.id });
  const { groups, total } = await administrator.call('group.search', { limit: 100 });
  assert.equal(groups.length, total);
  assert.ok(
    groups.every((it) => it.kind !== 'pair'),
    'never who writes to whom',
  );
});
