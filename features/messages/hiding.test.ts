import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { Message } from './protocol.ts';

const house = await openTestHouse({ limits: false });
const node = await openTestHouse({ beside: house, limits: false });
const { cast } = house;

const heard = (client: TestClient, name: string): EventFrame[] => client.events.filter((it) => it.on === name);
const texts = (lines: readonly Message[]): (string | null)[] => lines.map((it) => it.text);

test('what a person deletes on their own side is gone from their pages and their list, and from nobody else’s', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member] = await Promise.all([house.connect('leader'), node.connect('member')]);
  const sent = [];
  for (const text of ['một', 'hai', 'ba', 'bốn']) sent.push(await leader.call('message.send', { group, text }));
  const [one, two, three, four] = sent;

  await member.call('message.hide', { group, messages: [two!.id, four!.id] });
  await member.until(() => heard(member, 'message.hidden').length === 1);
  assert.deepEqual(heard(member, 'message.hidden')[0]!.with, {
    group,
    messages: [
      { id: two!.id, seq: two!.seq },
      { id: four!.id, seq: four!.seq },
    ],
  });
  assert.deepEqual(texts((await member.call('message.page', { group })).messages), ['một', 'ba']);
  assert.deepEqual(texts((await member.call('message.page', { group, around: four!.seq })).messages), ['một', 'ba']);
  assert.equal((await member.call('message.page', { group, before: four!.seq, limit: 1 })).messages[0]?.id, three!.id);
  const mine = await member.call('chat.list', { groups: [group] });
  assert.equal(mine.chats[0]?.last?.id, three!.id);
  assert.equal(mine.chats[0]?.messages, 4);

  assert.equal((await leader.call('message.page', { group })).messages.length, 4);
  assert.equal((await leader.call('chat.list', { groups: [group] })).chats[0]?.last?.id, four!.id);
  assert.equal(heard(leader, 'message.hidden').length, 0);

  await member.call('message.show', { group, messages: [one!.id, four!.id] });
  await member.until(() => heard(member, 'message.shown').length === 1);
  assert.deepEqual(heard(member, 'message.shown')[0]!.with, { group, messages: [{ id: four!.id, seq: four!.seq }] });
  assert.deepEqual(texts((await member.call('message.page', { group })).messages), ['một', 'ba', 'bốn']);
});

test('once: doing it again announces nothing; messages that are not theirs to see are passed over', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const other = await house.addGroup([cast.leader, cast.other]);
  const [leader, member] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const ours = await leader.call('message.send', { group, text: 'của ta' });
  const theirs = await leader.call('message.send', { group: other, text: 'của người' });
  const id = newId();
  await member.call('message.hide', { group, messages: [ours.id, theirs.id] }, id);
  await member.call('message.hide', { group, messages: [ours.id, theirs.id] }, id);
  await member.call('message.hide', { group, messages: [ours.id, theirs.id] });
  await member.until(() => heard(member, 'message.hidden').length === 1);
  const last = await member.call('message.send', { group, text: 'sau đó' });
  await member.until(() => heard(member, 'message.sent').some((it) => (it.with as { id: string }).id === last.id));
  assert.equal(heard(member, 'message.hidden').length, 1);
  assert.deepEqual((heard(member, 'message.hidden')[0]!.with as { messages: unknown[] }).messages, [
    { id: ours.id, seq: ours.seq },
  ]);
});
