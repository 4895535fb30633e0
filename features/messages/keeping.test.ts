import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { sql } from 'kysely';

import type { EventFrame } from '../../protocol/frame.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { memoryShelves } from '../../web/shelves.ts';
import { unreadOf } from '../chats/rules.ts';
import type { Message } from './protocol.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;

// As many lines as an address may have are soon open.
const on = new Set<TestDevice>();
async function allOff(): Promise<void> {
  await Promise.all([...on].map((it) => it.off()));
  on.clear();
}
afterEach(allOff);
closeBefore(allOff);

async function device(who: 'leader' | 'member', shelves = memoryShelves()): Promise<TestDevice> {
  const it = await openTestDevice(house, who, shelves);
  on.add(it);
  await it.until(() => it.device.connection.state.value === 'online' && it.chats.known.value, 'a live line');
  return it;
}

const shown = (it: TestDevice, group: string): (string | null)[] =>
  it.messages.conversation(group).shown.value.lines.map((line) => line.text);
const last = (it: TestDevice, group: string): string | null | undefined => it.chats.get(group)?.last?.text;

async function open(it: TestDevice, group: string): Promise<readonly Message[]> {
  await it.until(() => it.chats.get(group) !== undefined, 'the chat');
  await it.messages.conversation(group).open();
  await it.until(() => it.messages.conversation(group).shown.value.last, 'the newest lines');
  return it.messages.conversation(group).shown.value.lines;
}

test('deleted on one’s side: at once here, then on the person’s other devices, never on anybody else’s; undone the same way', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  for (const text of ['một', 'hai', 'ba']) await leader.call('message.send', { group, text });
  const [phone, computer, other] = [await device('member'), await device('member'), await device('leader')];
  // Has the list and nothing of the conversation.
  const list = await device('member');
  for (const it of [phone, computer, other]) await open(it, group);

  await phone.network.cut();
  const lines = await open(phone, group);
  phone.messages.hide(group, [lines[1]!, lines[2]!]);
  assert.deepEqual(shown(phone, group), ['một']);
  assert.equal(last(phone, group), 'một');
  phone.network.restore();
  await computer.until(() => shown(computer, group).length === 1, 'gone on the computer too');
  assert.equal(last(computer, group), 'một');
  await list.until(() => last(list, group) === 'một', 'the one before in the list');
  assert.deepEqual(shown(other, group), ['một', 'hai', 'ba']);

  phone.messages.show(group, [lines[1]!, lines[2]!]);
  assert.deepEqual([shown(phone, group), last(phone, group)], [['một', 'hai', 'ba'], 'ba']);
  await computer.until(
    () => shown(computer, group).length === 3 && last(computer, group) === 'ba',
    'back on the computer',
  );
  await list.until(() => last(list, group) === 'ba', 'back in the list');
  await phone.until(() => phone.device.outbox.waiting === 0, 'nothing waits');
  assert.deepEqual(shown(phone, group), ['một', 'hai', 'ba']);
});

test('undone before it was sent, and in quick turns: every device ends with what was said last', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  for (const text of ['một', 'hai']) await leader.call('message.send', { group, text });
  const [phone, computer] = [await device('member'), await device('member')];
  await open(computer, group);
  const lines = await open(phone, group);
  await phone.network.cut();
  for (let turn = 0; turn < 3; turn += 1) {
    phone.messages.hide(group, [lines[1]!]);
    phone.messages.show(group, [lines[1]!]);
  }
  phone.messages.hide(group, [lines[0]!]);
  phone.network.restore();
  await phone.until(() => phone.device.outbox.waiting === 0, 'all is sent');
  for (const it of [phone, computer]) await it.until(() => shown(it, group).join() === 'hai', 'what was said last');
});

test('unread stays what it is: one that is deleted unread is read with those above it', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const [phone, computer] = [await device('member'), await device('member')];
  await open(phone, group);
  await open(computer, group);
  for (const text of ['một', 'hai', 'ba']) await leader.call('message.send', { group, text });
  await phone.until(() => shown(phone, group).length === 3, 'three lines');
  const lines = phone.messages.conversation(group).shown.value.lines;
  phone.messages.hide(group, [lines[1]!]);
  await computer.until(() => shown(computer, group).length === 2, 'gone there too');
  assert.deepEqual([unreadOf(phone.chats.get(group)!), unreadOf(computer.chats.get(group)!)], [3, 3]);
  phone.chats.markRead(group, lines[2]!.seq, lines[2]!.ordinal);
  await computer.until(() => unreadOf(computer.chats.get(group)!) === 0, 'read there too');
});

/** What the account’s stream and the group’s have told, in the order of `streams`. */
async function framesOf(group: string, streams: readonly string[]): Promise<EventFrame[]> {
  const client = await house.connect('member', Object.fromEntries(streams.map((it) => [it, 0])));
  await client.until(() => streams.every((it) => client.events.some((frame) => frame.in === it)));
  return streams.flatMap((it) =>
    client.events.filter(
      (frame) => frame.in === it && (it === group || (frame.with as { group?: string }).group === group),
    ),
  );
}

test('heard of a line before the line, also over being switched off: it never shows, and the list has the one before', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  const member = await house.connect('member');
  const first = await leader.call('message.send', { group, text: 'một' });
  const shelves = memoryShelves();
  const phone = await device('member', shelves);
  await open(phone, group);
  const at = phone.chats.get(group)!.at;
  // From here on the device hears only what is told it by hand.
  await phone.network.cut();
  const gone = await leader.call('message.send', { group, text: 'hai' });
  const kept = await leader.call('message.send', { group, text: 'ba' });
  await member.call('message.hide', { group, messages: [gone.id] });
  await member.call('message.save', { group, messages: [kept.id, first.id] });
  const [own, lines] = [
    await framesOf(group, [cast.member.id]),
    (await framesOf(group, [group])).filter((it) => it.n > at),
  ];
  for (const it of own) phone.chats.applyEvent(it);
  assert.equal(phone.messages.conversation(group).line(first.id)?.saved, true);
  phone.chats.applyEvent(lines[0]!);
  assert.deepEqual([shown(phone, group), last(phone, group)], [['một'], 'một']);
  await phone.device.cache.flush();
  await phone.off();

  // Switched on again without a line: what it kept is all there is.
  const again = await openTestDevice(house, 'member', shelves);
  on.add(again);
  await again.network.cut();
  await again.until(() => again.chats.get(group) !== undefined, 'the chat from the shelf');
  await again.messages.conversation(group).open();
  if (again.chats.get(group)!.at < kept.seq) again.chats.applyEvent(lines[1]!);
  assert.deepEqual(shown(again, group), ['một', 'ba']);
  assert.deepEqual(
    again.messages.conversation(group).shown.value.lines.map((it) => it.saved),
    [true, true],
  );
  again.network.restore();
  await again.until(() => again.device.connection.state.value === 'online', 'the line');
  assert.deepEqual(shown(again, group), ['một', 'ba']);
});

test('marked: at once, on all own devices, refused visibly where there are too many', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  await leader.call('message.send', { group, text: 'một' });
  const [phone, computer] = [await device('member'), await device('member')];
  await open(computer, group);
  const [line] = await open(phone, group);
  phone.messages.save(group, [line!], true);
  assert.equal(phone.messages.conversation(group).line(line!.id)?.saved, true);
  await computer.until(() => computer.messages.conversation(group).line(line!.id)?.saved === true, 'marked there');
  phone.messages.save(group, [line!], false);
  await computer.until(() => computer.messages.conversation(group).line(line!.id)?.saved === undefined, 'and no more');

  let most = 0;
  phone.messages.onSaveRefused = (it) => (most = it);
  await sql`
    insert into saved_messages (account, group_id, seq, message, at)
    select ${cast.member.id}, ${group}, 1000 + n, gen_random_uuid(), now() from generate_series(1, 5000) n`.execute(
    house.db,
  );
  phone.messages.save(group, [line!], true);
  await phone.until(() => most === 5_000, 'the refusal');
  assert.equal(phone.messages.conversation(group).line(line!.id)?.saved, undefined);
  await sql`delete from saved_messages where account = ${cast.member.id}`.execute(house.db);
});
