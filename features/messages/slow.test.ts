import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { writesAgainAt } from '../chats/state/standing.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast } = house;

const waits = (error: unknown): number => {
  assert.ok(error instanceof ClientProblem && error.code === 'message.slow', String(error));
  assert.equal(error.wire.retry, true);
  return error.wire['wait'] as number;
};

test('members wait between two messages, leaders do not; the answer says how long', async () => {
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    node.connect('other'),
  ]);
  await member.call('message.send', { group, text: 'trước khi bật' });
  await leader.call('group.govern', { group, slow: 60 });
  // What was written before it was turned on does not count.
  const id = newId();
  const first = await member.call('message.send', { group, text: 'một' }, id);
  const wait = await member.call('message.send', { group, text: 'hai' }).then(() => 0, waits);
  assert.ok(wait > 50 && wait <= 60, String(wait));
  // The first again, as after an answer that was lost: answered alike.
  assert.deepEqual(await member.call('message.send', { group, text: 'một' }, id), first);
  await other.call('message.send', { group, text: 'mỗi người một lượt' });
  for (let n = 0; n < 3; n += 1) await leader.call('message.send', { group, text: `trưởng nhóm ${n}` });

  house.pass(60_000);
  await member.call('message.send', { group, text: 'hai' });
  await leader.call('group.govern', { group, slow: 0 });
  await member.call('message.send', { group, text: 'ba' });
  house.pass(-60_000);
});

test('twenty at once from all devices of a person, over two nodes: one gets through', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, ...devices] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect('member'),
    node.connect('member'),
    node.connect('member'),
  ]);
  await leader.call('group.govern', { group, slow: 30 });
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        devices[n % devices.length]!.call('message.send', { group, text: `${round} ${n}` }).then(() => 0, waits),
      ),
    );
    assert.equal(answers.filter((it) => it === 0).length, 1, answers.join(' '));
    house.pass(31_000);
    node.pass(31_000);
  }
});

test('what is written without a line, or too soon, waits in the outbox and is sent in its order', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await openTestDevice(house, 'leader');
  const member = await openTestDevice(house, 'member');
  for (const it of [leader, member]) {
    closeBefore(() => it.off());
    await it.until(() => it.chats.get(group) !== undefined, 'the chat');
  }
  await leader.device.connection.call('group.govern', { group, slow: 10 });
  await member.until(() => member.chats.get(group)!.settings.slow === 10, 'slow mode');
  assert.equal(writesAgainAt(member.chats.get(group)!), undefined, 'nothing written yet');
  await member.network.cut();
  for (const text of ['một', 'hai', 'ba']) member.messages.send(group, text);
  member.network.restore();
  await member.until(() => member.messages.pendingIn(group).value.length === 2, 'the first');
  await member.until(() => writesAgainAt(member.chats.get(group)!) !== undefined, 'the countdown');
  assert.ok(
    member.messages.pendingIn(group).value.every((it) => it.state === 'waiting'),
    'none is refused',
  );
  const [fresh] = (await member.device.connection.call('chat.list', { groups: [group] })).chats;
  assert.equal(fresh!.wroteAt, member.chats.get(group)!.wroteAt);

  // Turned off: what waits goes as soon as it is tried again.
  await leader.device.connection.call('group.govern', { group, slow: 0 });
  await member.until(() => member.chats.get(group)!.settings.slow === 0, 'the end of slow mode');
  await member.network.cut();
  member.network.restore();
  await member.until(() => member.messages.pendingIn(group).value.length === 0, 'all that waited');
  const { messages } = await leader.device.connection.call('message.page', { group });
  assert.deepEqual(
    messages.flatMap((it) => (it.text === null ? [] : [it.text])),
    ['một', 'hai', 'ba'],
  );
});
