import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../testing/device.ts';
import type { TestDevice } from '../testing/device.ts';
import { openTestHouse } from '../testing/house.ts';
import { memoryShelves } from '../web/shelves.ts';

const house = await openTestHouse();
const { group } = house;

const texts = (device: TestDevice, of = group): (string | null)[] =>
  device.messages
    .conversation(of)
    .shown.value.lines.filter((it) => it.kind === 'text')
    .map((it) => it.text);

const online = (device: TestDevice): Promise<void> =>
  device.until(() => device.device.connection.state.value === 'online' && device.chats.known.value, 'a live line');

/** What is live is what somebody would get who came now. */
async function assertFresh(device: TestDevice): Promise<void> {
  await device.receipts.flush();
  const fresh = await openTestDevice(house, {
    id: device.device.account,
    session: '',
    cookie: Object.values(house.cast).find((it) => it.id === device.device.account)!.cookie,
  });
  await online(fresh);
  const names = device.chats.order.value;
  await device.until(
    () => names.every((it) => device.chats.get(it)?.at === fresh.chats.get(it)?.at),
    'the same numbers',
  );
  const plain = (of: TestDevice) =>
    of.chats.snapshot().chats.map(({ last, lastBy, ...chat }) => ({
      ...chat,
      last: last && { ...last, id: last.kind === 'notice' ? '' : last.id },
      lastBy: of.messages.people.get(last?.by)?.name ?? lastBy?.name,
    }));
  assert.deepEqual(plain(device), plain(fresh));
  assert.deepEqual(device.chats.order.value, fresh.chats.order.value);
  for (const name of names) {
    const conversation = fresh.messages.conversation(name);
    await conversation.open();
    while (!conversation.shown.value.first) await conversation.older();
    const whole = new Map(conversation.shown.value.lines.map((it) => [it.seq, it]));
    for (const stretch of device.messages.conversation(name).stretches) {
      const inside = [...whole.values()].filter((it) => it.seq >= stretch.from && it.seq <= stretch.to);
      assert.deepEqual(stretch.lines, inside, `lines ${stretch.from} to ${stretch.to}`);
    }
  }
  await fresh.off();
}

test('two people write to each other, live', async () => {
  const leader = await openTestDevice(house, 'leader');
  const member = await openTestDevice(house, 'member');
  await Promise.all([online(leader), online(member)]);
  await Promise.all([leader, member].map((it) => it.messages.conversation(group).open()));

  leader.messages.send(group, 'Bão số 13 gây mưa lớn, các thôn báo cáo.');
  assert.equal(leader.messages.pendingIn(group).value.length, 1);
  await member.until(() => texts(member).includes('Bão số 13 gây mưa lớn, các thôn báo cáo.'));
  await leader.until(() => texts(leader).length === 1 && leader.messages.pendingIn(group).value.length === 0);
  await member.until(() => member.messages.people.get(house.cast.leader.id) !== undefined, 'the name of the writer');

  // Unread with the one, nothing unread with the other; read, both see it.
  assert.equal(member.chats.get(group)!.messages - member.chats.get(group)!.readOrdinal, 1);
  assert.equal(leader.chats.get(group)!.messages - leader.chats.get(group)!.readOrdinal, 0);
  leader.receipts.want(group);
  const [line] = leader.messages.conversation(group).shown.value.lines.filter((it) => it.kind === 'text');
  member.chats.markRead(group, line!.seq, line!.ordinal);
  await leader.until(
    () => leader.receipts.seenBy(group, line!.seq, leader.chats.get(group)!.readSeq)?.seen === 1,
    'the mark of the reader',
  );

  member.chats.type(group);
  await leader.until(() => leader.chats.typing(group).includes(house.cast.member.id), 'typing');
  member.messages.send(group, 'Thôn 2 đã rõ.');
  await leader.until(() => texts(leader).length === 2);
  await leader.until(() => leader.messages.people.get(house.cast.member.id) !== undefined, 'the name of who answered');
  assert.deepEqual(leader.chats.typing(group), []);
  await assertFresh(leader);
  await assertFresh(member);
  await Promise.all([leader.off(), member.off()]);
});

test('written without a line, the device turned off and on: sent once, in order', async () => {
  const shelves = memoryShelves();
  const first = await openTestDevice(house, 'deputy', shelves);
  await online(first);
  await first.network.cut();
  for (let n = 1; n <= 5; n += 1) first.messages.send(group, `đợi mạng ${n}`);
  await first.until(() => first.device.outbox.waiting === 5);
  await first.off();

  const reader = await openTestDevice(house, 'member');
  await online(reader);
  await reader.messages.conversation(group).open();
  const second = await openTestDevice(house, 'deputy', shelves);
  // What the device knew is there before any line is.
  assert.ok(second.chats.known.value);
  assert.equal(second.messages.pendingIn(group).value.length, 5);
  await reader.until(() => texts(reader).filter((it) => it?.startsWith('đợi mạng')).length === 5);
  assert.deepEqual(
    texts(reader).filter((it) => it?.startsWith('đợi mạng')),
    [1, 2, 3, 4, 5].map((n) => `đợi mạng ${n}`),
  );
  await second.until(() => second.messages.pendingIn(group).value.length === 0);
  await assertFresh(second);
  await Promise.all([second.off(), reader.off()]);
});

test('opens from what the device kept, and asks the server for nothing it has', async () => {
  const shelves = memoryShelves();
  const first = await openTestDevice(house, 'clerk', shelves);
  await online(first);
  const conversation = first.messages.conversation(group);
  await conversation.open();
  const before = texts(first);
  assert.ok(before.length > 0);
  await first.off();

  const offline = await openTestDevice(house, 'clerk', shelves);
  await offline.network.cut();
  await offline.messages.conversation(group).open();
  assert.deepEqual(texts(offline), before);
  assert.equal(offline.chats.get(group)?.name, 'Phòng chống bão lũ xã Ia Grai');
  await offline.off();

  const again = await openTestDevice(house, 'clerk', shelves);
  await online(again);
  const { call } = again.device.connection;
  const asked: string[] = [];
  again.device.connection.call = (name: string, ...rest: unknown[]) => {
    asked.push(name);
    return Reflect.apply(call, again.device.connection, [name, ...rest]) as never;
  };
  await again.messages.conversation(group).open();
  assert.deepEqual(texts(again), before);
  assert.deepEqual(
    asked.filter((it) => it === 'message.page' || it === 'chat.list'),
    [],
  );
  await again.off();
});

test('far behind: comes back by a picture, and what lies between is fetched when it is looked at', async () => {
  const shelves = memoryShelves();
  const first = await openTestDevice(house, 'member', shelves);
  await online(first);
  await first.messages.conversation(group).open();
  const last = texts(first).at(-1);
  await first.off();

  const writer = await openTestDevice(house, 'leader');
  await online(writer);
  // More than a hello catches up with.
  for (let n = 0; n < 340; n += 1) {
    const { status } = await house.post(n % 2 ? 'leader' : 'deputy', 'message.send', { group, text: `dòng ${n}` });
    if (status !== 200) house.pass(60_000);
  }
  const second = await openTestDevice(house, 'member', shelves);
  await online(second);
  await second.until(() => second.chats.get(group)!.last?.text?.startsWith('dòng') ?? false);
  const conversation = second.messages.conversation(group);
  await conversation.open();
  assert.equal(conversation.shown.value.last, true);
  while (!conversation.shown.value.first) await conversation.older();
  const all = texts(second);
  assert.equal(
    new Set(all.filter((it) => it?.startsWith('dòng'))).size,
    all.filter((it) => it?.startsWith('dòng')).length,
  );
  assert.ok(all.indexOf(last!) < all.indexOf('dòng 0'));
  await assertFresh(second);
  await Promise.all([second.off(), writer.off()]);
});

test('put out of the group: nothing of it stays, and what was waiting is handed back', async () => {
  const other = await house.addGroup([house.cast.leader, house.cast.member]);
  const shelves = memoryShelves();
  const member = await openTestDevice(house, 'member', shelves);
  await online(member);
  await member.until(() => member.chats.get(other) !== undefined);
  await member.messages.conversation(other).open();
  member.chats.saveDraft(other, 'nháp');
  await member.device.connection.call('member.leave', { group: other });
  await member.until(() => member.chats.gone.value.has(other));
  assert.equal(member.chats.get(other), undefined);
  assert.equal(member.chats.gone.value.get(other), 'left');
  member.messages.send(other, 'còn kịp không');
  await member.until(() => member.messages.pendingIn(other).value[0]?.state === 'refused', 'the refusal');
  assert.equal(member.messages.pendingIn(other).value[0]?.refused?.code, 'not_found');
  member.messages.discard(member.messages.pendingIn(other).value[0]!.id);
  await member.device.cache.flush();
  const kept = JSON.stringify([await shelves.all('chats'), await shelves.all('messages'), await shelves.all('kept')]);
  assert.ok(!kept.includes(other));
  await member.off();
});

test('pins, marks and reading follow a person from device to device', async () => {
  const phone = await openTestDevice(house, 'leader');
  const computer = await openTestDevice(house, 'leader');
  await Promise.all([online(phone), online(computer)]);
  phone.chats.pin(group, true);
  await computer.until(() => computer.chats.get(group)?.pinnedAt !== null, 'the pin');
  await house.post('deputy', 'message.send', { group, text: 'cho hai máy' });
  await computer.until(() => computer.chats.get(group)?.last?.text === 'cho hai máy');
  await phone.until(() => phone.chats.get(group)?.last?.text === 'cho hai máy');
  phone.chats.markAllRead(group);
  await computer.until(() => {
    const chat = computer.chats.get(group)!;
    return chat.messages === chat.readOrdinal;
  }, 'the reading mark');
  await assertFresh(phone);
  await assertFresh(computer);
  phone.chats.pin(group, false);
  await Promise.all([phone.off(), computer.off()]);
});

test('through cuts at any moment nothing is lost, doubled or out of order', async () => {
  const reader = await openTestDevice(house, 'clerk');
  const writer = await openTestDevice(house, 'member');
  await Promise.all([online(reader), online(writer)]);
  await reader.messages.conversation(group).open();
  const sent: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    for (let n = 0; n < 4; n += 1) {
      const text = `cắt ${round}-${n}`;
      sent.push(text);
      writer.messages.send(group, text);
      if (n === round % 4) await writer.network.cut();
      if (n === (round + 2) % 4) await reader.network.cut();
    }
    writer.network.restore();
    reader.network.restore();
    if (round % 3 === 0) await writer.until(() => writer.device.outbox.waiting === 0, 'an empty outbox');
  }
  await writer.until(() => writer.device.outbox.waiting === 0, 'an empty outbox');
  await reader.until(() => texts(reader).includes(sent.at(-1)!), 'the last message');
  assert.deepEqual(
    texts(reader).filter((it) => it?.startsWith('cắt')),
    sent,
  );
  await assertFresh(reader);
  await assertFresh(writer);
  await Promise.all([reader.off(), writer.off()]);
});
