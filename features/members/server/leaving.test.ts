import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ClientProblem } from '../../../testing/client.ts';
import type { TestClient } from '../../../testing/client.ts';
import { openTestHouse } from '../../../testing/house.ts';

const house = await openTestHouse();
const { cast } = house;
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

const linesOf = async (client: TestClient, group: string): Promise<(string | undefined | null)[]> =>
  (await client.call('message.page', { group })).messages.map((it) => it.notice?.on ?? it.text);

const told = (client: TestClient, on: string, group: string) =>
  client.until(() =>
    client.of(client.account).some((it) => it.on === on && (it.with as { group: string }).group === group),
  );

const lastTold = (client: TestClient, on: string): unknown =>
  client.of(client.account).findLast((it) => it.on === on)?.with;

test('who is taken out is told why, hears nothing more, and comes back only when unblocked', async () => {
  const group = await house.addGroup([cast.leader, { ...cast.clerk, role: 'clerk' }, cast.member, cast.other]);
  const [clerk, member, other] = await Promise.all([
    house.connect('clerk'),
    house.connect('member', { [group]: 0 }),
    house.connect('other', { [group]: 0 }),
  ]);
  const out = { group, accounts: [cast.other.id], reason: 'Đã chuyển công tác', block: true };
  assert.deepEqual(await clerk.call('member.remove', out), { removed: 1 });
  await told(other, 'chat.removed', group);
  assert.deepEqual(lastTold(other, 'chat.removed'), { group, why: 'removed', reason: 'Đã chuyển công tác' });
  await clerk.call('message.send', { group, text: 'Sau khi xóa' });
  await member.until(() => member.of(group).some((it) => it.on === 'message.sent'));
  const removed = member.of(group).find((it) => it.on === 'member.removed');
  assert.deepEqual(removed?.with, { accounts: [cast.other.id], names: ['Ksor H’Bích'], blocked: true });
  assert.ok(!other.of(group).some((it) => it.on === 'message.sent'));
  await assert.rejects(other.call('message.page', { group }), code('not_found'));

  const { people, total } = await clerk.call('member.blocked', { group });
  assert.equal(total, 1);
  assert.deepEqual(
    people.map(({ account, reason, by }) => ({ account, reason, by: by.account })),
    [{ account: cast.other.id, reason: 'Đã chuyển công tác', by: cast.clerk.id }],
  );
  const again = { group, accounts: [cast.other.id] };
  const refused = await clerk.call('member.add', again);
  assert.deepEqual([refused.added, refused.blocked], [[], [{ account: cast.other.id, name: 'Ksor H’Bích' }]]);
  assert.deepEqual(await clerk.call('member.unblock', again), { unblocked: 1 });
  assert.deepEqual(await clerk.call('member.unblock', again), { unblocked: 0 });
  assert.deepEqual((await clerk.call('member.add', again)).added, [cast.other.id]);
});

test('leaders take out members, the owner leaders too, and nobody the owner', async () => {
  const group = await house.addGroup([
    cast.leader,
    { ...cast.deputy, role: 'deputy' },
    { ...cast.clerk, role: 'clerk' },
    cast.member,
  ]);
  const [leader, deputy, member] = await Promise.all([
    house.connect('leader'),
    house.connect('deputy'),
    house.connect('member'),
  ]);
  const out = (...accounts: string[]) => ({ group, accounts });
  await assert.rejects(member.call('member.remove', out(cast.clerk.id)), code('forbidden'));
  await assert.rejects(deputy.call('member.remove', out(cast.clerk.id)), code('member.leads'));
  await assert.rejects(deputy.call('member.remove', out(cast.leader.id)), code('member.owner_stays'));
  await assert.rejects(
    deputy.call('member.remove', out(cast.member.id, cast.stranger.id)),
    code('group.unknown_person'),
  );
  assert.deepEqual(await leader.call('member.remove', out(cast.clerk.id, cast.member.id)), { removed: 2 });
});

test('leaving quietly leaves no line; the leaders alone are told by name', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader', { [group]: 0 }),
    house.connect('member', { [group]: 0 }),
    house.connect('other'),
  ]);
  await other.call('member.leave', { group, quiet: true, refuse: true });
  await told(leader, 'member.leftQuietly', group);
  assert.deepEqual(lastTold(leader, 'member.leftQuietly'), { group, account: cast.other.id, name: 'Ksor H’Bích' });
  await leader.call('message.send', { group, text: 'Còn lại hai người' });
  await member.until(() => member.of(group).some((it) => it.on === 'message.sent'));
  assert.deepEqual(await linesOf(member, group), ['Còn lại hai người']);
  assert.equal(lastTold(member, 'member.leftQuietly'), undefined);
  assert.deepEqual(
    member.of(group).map((it) => it.on),
    ['member.slipped', 'message.sent'],
  );
  assert.equal((await member.call('member.list', { group })).total, 2);

  const { added, unwilling } = await leader.call('member.add', { group, accounts: [cast.other.id] });
  assert.deepEqual([added, unwilling.map((it) => it.account)], [[], [cast.other.id]]);
});

test('what who comes in may read is decided as they come; opening more is told to the group', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('other'),
  ]);
  const readBy = async (history: 'none' | 'joining' | 'all' | number): Promise<(string | undefined | null)[]> => {
    await leader.call('group.govern', { group, history });
    await leader.call('member.add', { group, accounts: [cast.other.id] });
    const lines = await linesOf(other, group);
    await other.call('member.leave', { group });
    return lines.filter((it) => it?.startsWith('Câu'));
  };
  await leader.call('message.send', { group, text: 'Câu cũ' });
  house.pass(10 * 86_400_000);
  await leader.call('message.send', { group, text: 'Câu mới' });

  assert.deepEqual(await readBy('none'), []);
  assert.deepEqual(await readBy(3), ['Câu mới']);
  assert.deepEqual(await readBy(30), ['Câu cũ', 'Câu mới']);
  assert.deepEqual(await readBy('none'), []);
  await leader.call('message.send', { group, text: 'Câu lúc vắng mặt' });
  // All they could read when they were last in it, and what came since.
  assert.deepEqual(await readBy('joining'), ['Câu lúc vắng mặt']);
  assert.deepEqual(await readBy('all'), ['Câu cũ', 'Câu mới', 'Câu lúc vắng mặt']);

  await leader.call('group.govern', { group, history: 'none' });
  await leader.call('member.add', { group, accounts: [cast.other.id] });
  const open = { group, accounts: [cast.other.id], history: 30 };
  assert.deepEqual(await leader.call('member.openHistory', open), { opened: 1 });
  assert.deepEqual(await leader.call('member.openHistory', open), { opened: 0 });
  const lines = await linesOf(other, group);
  assert.equal(lines[0], 'Câu cũ');
  assert.equal(lines.at(-1), 'member.historyOpened');
  await assert.rejects(member.call('member.openHistory', open), code('forbidden'));
});
