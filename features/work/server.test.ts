import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import type { WorkItem } from './protocol.ts';
import { openWork } from './state.ts';
import { WorkItems } from './state/list.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;

const HOUR_MS = 3_600_000;
const soon = (hours: number): number => Math.ceil((Date.now() + hours * HOUR_MS) / 60_000) * 60_000;

const names = (items: readonly WorkItem[]): string[] => items.map((it) => `${it.kind} ${it.id}`);

test('what waits stands in one list over all groups, what is due first; done, it waits no more', async () => {
  const person = await house.addPerson('Ksor H’Lê');
  const [a, b] = [await house.addGroup([cast.leader, person]), await house.addGroup([cast.leader, person])];
  const theirs = await house.addGroup([cast.leader, cast.member]);
  const [leader, reader] = [await house.connect('leader'), await house.connect(person)];
  const remind = (group: string, hours: number, more: object = {}): Promise<{ id: string }> =>
    leader.call('reminder.create', { group, title: `Họp sau ${hours} giờ`, start: soon(hours), ...more });
  const { id: later } = await remind(a, 30);
  const { id: sooner } = await remind(b, 3);
  const { id: others } = await remind(b, 2, { whom: { accounts: [cast.leader.id], units: [], roles: [] } });
  const { id: off } = await remind(a, 4);
  await leader.call('reminder.cancel', { group: a, reminder: off });
  await remind(theirs, 1);
  const ask = (group: string, more: object = {}): Promise<{ id: string }> =>
    leader.call('poll.create', { group, question: 'Chọn ngày', choices: ['Thứ Hai', 'Thứ Ba'], ...more });
  const { id: dated } = await ask(a, { endsAt: soon(20) });
  const { id: open } = await ask(b);
  const { id: anonymous } = await ask(b, { anonymous: true });
  const { id: locked } = await ask(b);
  await leader.call('poll.lock', { group: b, poll: locked });
  const { note } = await leader.call('note.create', { group: a, title: 'Quy chế', text: 'Đọc kỹ', ask: true });
  const { id: message } = await leader.call('message.send', { group: a, text: 'Đề nghị xác nhận', ask: true });
  await leader.call('message.send', { group: a, text: 'Tin thường' });
  const { id: recalled } = await leader.call('message.send', { group: a, text: 'Gửi nhầm', ask: true });
  await leader.call('message.recall', { group: a, message: recalled });

  const todo = await reader.call('work.list', {});
  assert.deepEqual(names(todo.items), [
    `reminder ${sooner}`,
    `poll ${dated}`,
    `reminder ${later}`,
    ...[`poll ${open}`, `poll ${anonymous}`, `note ${note}`, `message ${message}`].sort((x, y) =>
      x.split(' ')[1]! < y.split(' ')[1]! ? 1 : -1,
    ),
  ]);
  assert.ok(todo.items.every((it) => it.waiting && it.id !== others));
  assert.deepEqual(todo.counts, { todo: 7, reminder: 2, poll: 3, reading: 2 });
  assert.deepEqual(await reader.call('work.count', {}), todo.counts);
  const asked = todo.items.find((it) => it.kind === 'message')!;
  assert.deepEqual([asked.message!.text, asked.group], ['Đề nghị xác nhận', a]);

  // Page by page it is the same.
  const paged: WorkItem[] = [];
  for (let more = true; more;) {
    const last = paged.at(-1);
    const page = await reader.call('work.list', {
      limit: 2,
      ...(last ? { after: { due: last.due, id: last.id } } : {}),
    });
    paged.push(...page.items);
    more = page.more;
  }
  assert.deepEqual(names(paged), names(todo.items));

  await reader.call('reminder.answer', { group: b, reminder: sooner, at: null, answer: 'accepted' });
  await reader.call('poll.vote', { group: a, poll: dated, choices: [1] });
  await reader.call('poll.vote', { group: b, poll: anonymous, choices: [0] });
  await reader.call('note.acknowledge', { group: a, note, version: 1 });
  await reader.call('receipt.acknowledge', { group: a, message });
  assert.deepEqual(await reader.call('work.count', {}), { todo: 2, reminder: 2, poll: 3, reading: 0 });
  const reminders = await reader.call('work.list', { list: 'reminder' });
  assert.deepEqual(
    reminders.items.map((it) => [it.id, it.waiting]),
    [
      [sooner, false],
      [later, true],
    ],
  );
  const polls = await reader.call('work.list', { list: 'poll' });
  assert.deepEqual(
    polls.items.map((it) => [it.id, it.waiting]).sort(),
    [
      [dated, false],
      [open, true],
      [anonymous, false],
    ].sort(),
  );

  // A vote that was taken back waits again.
  await reader.call('poll.vote', { group: a, poll: dated, choices: [] });
  assert.equal((await reader.call('work.count', {})).todo, 3);
  // Of a group one has left nothing waits, nor of one that is frozen.
  await sql`update groups set archived_at = now() where id = ${a}`.execute(db);
  assert.deepEqual(await reader.call('work.count', {}), { todo: 1, reminder: 1, poll: 2, reading: 0 });
  await leader.call('member.remove', { group: b, accounts: [person.id], block: false });
  assert.deepEqual(await reader.call('work.count', {}), { todo: 0, reminder: 0, poll: 0, reading: 0 });
});

test('nobody is asked for what was written before they could read it', async () => {
  const group = await house.addGroup([cast.leader]);
  const leader = await house.connect('leader');
  await leader.call('message.send', { group, text: 'Trước khi vào', ask: true });
  const person = await house.addPerson();
  await sql`
    insert into members (group_id, account, role, visible_from, addressed_from)
    select ${group}, ${person.id}, 'member', head, head from streams where id = ${group}`.execute(db);
  const newcomer = await house.connect(person);
  assert.equal((await newcomer.call('work.count', {})).todo, 0);
});

test('the badge follows what is made and answered; a list that is open keeps what was just done in its place', async (t) => {
  // Devices of a group ask one after the other; this one first.
  t.mock.method(Math, 'random', () => 0);
  const person = await house.addPerson();
  const group = await house.addGroup([cast.leader, person]);
  const leader = await house.connect('leader');
  const device = await openTestDevice(house, person);
  closeBefore(() => device.off());
  const work = await openWork(device.device, () => {});
  await device.until(() => work.counts.value?.todo === 0, 'the first counts');
  const { id } = await leader.call('reminder.create', { group, title: 'Họp', start: soon(5) });
  await device.until(() => work.counts.value?.todo === 1, 'the badge');

  const list = new WorkItems(work, 'todo');
  await list.open();
  assert.deepEqual(names(list.items.value!), [`reminder ${id}`]);
  device.device.outbox.add('reminder.answer', { group, reminder: id, at: null, answer: 'accepted' }, 'reminder');
  await device.until(() => work.counts.value?.todo === 0, 'the answer');
  assert.deepEqual(
    list.items.value!.map((it) => [it.id, it.waiting]),
    [[id, false]],
  );
  // With the list open what is new comes soon.
  const { id: poll } = await leader.call('poll.create', { group, question: 'Ngày nào?', choices: ['Hai', 'Ba'] });
  await device.until(() => list.items.value!.some((it) => it.id === poll), 'the poll');
  list.close();
  const again = new WorkItems(work, 'todo');
  await again.open();
  assert.deepEqual(names(again.items.value!), [`poll ${poll}`]);

  // Without a line it is as it was.
  again.close();
  await device.device.cache.becomeKeeper();
  const kept = new WorkItems(work, 'todo');
  await kept.open();
  kept.close();
  await device.device.cache.flush();
  await device.network.cut();
  const offline = new WorkItems(work, 'todo');
  await offline.open();
  assert.deepEqual(names(offline.items.value!), [`poll ${poll}`]);
  assert.ok(offline.trouble.value);
  offline.close();
});
