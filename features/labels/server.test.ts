import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { fingerprint } from '../../testing/fingerprint.ts';
import { openTestHouse } from '../../testing/house.ts';
import { LABELS_MOST } from './rules.ts';

const house = await openTestHouse();
const { group } = house;

const online = (device: TestDevice): Promise<void> =>
  device.until(() => device.device.connection.state.value === 'online' && device.labels.list.value !== undefined);

const post = async (name: string, input: unknown, who: 'leader' | 'member' | 'stranger' = 'leader') =>
  (await house.post(who, name, input)) as { status: number; body: Record<string, string> };

async function add(name: string, who: 'leader' | 'member' = 'leader'): Promise<string> {
  const { status, body } = await post('label.add', { name, colour: 'lake' }, who);
  assert.equal(status, 200);
  return body['label']!;
}

test('labels are made, renamed, put in order, given to chats and removed, on every device alike', async () => {
  const [phone, computer] = [await openTestDevice(house, 'leader'), await openTestDevice(house, 'leader')];
  await Promise.all([online(phone), online(computer)]);
  const urgent = await phone.labels.add('Việc gấp', 'plum');
  const villages = await computer.labels.add('Các thôn', 'moss');
  await phone.until(() => phone.labels.list.value?.length === 2);
  await phone.labels.order([villages, urgent]);
  await phone.labels.change(urgent, 'Gấp', 'earth');
  phone.labels.put(group, [urgent, villages]);
  // Shown before anybody has answered.
  assert.equal(phone.labels.of(group).length, 2);
  const names = (of: TestDevice): unknown => of.labels.of(group).map((it) => [it.name, it.colour]);
  for (const it of [phone, computer])
    await it.until(() => it.labels.of(group).length === 2 && it.labels.list.value?.[1]?.name === 'Gấp');
  const wanted = [
    ['Các thôn', 'moss'],
    ['Gấp', 'earth'],
  ];
  assert.deepEqual(names(phone), wanted);
  assert.deepEqual(names(computer), wanted);
  const fresh = await openTestDevice(house, 'leader');
  await online(fresh);
  assert.deepEqual(fresh.labels.list.value, phone.labels.list.value);
  await computer.labels.remove(urgent);
  await phone.until(() => phone.labels.of(group).length === 1);
  await Promise.all([phone.off(), computer.off(), fresh.off()]);
});

test('a chat labelled without a line carries it at once, and on the other device when the line is back', async () => {
  const label = await add('Chờ mạng');
  const [phone, computer] = [await openTestDevice(house, 'leader'), await openTestDevice(house, 'leader')];
  await Promise.all([online(phone), online(computer)]);
  await phone.network.cut();
  phone.labels.put(group, [label]);
  assert.deepEqual(
    phone.labels.of(group).map((it) => it.label),
    [label],
  );
  phone.network.restore();
  await computer.until(() => computer.labels.of(group).some((it) => it.label === label));
  await phone.until(() => phone.device.outbox.waiting === 0);
  assert.deepEqual(phone.labels.list.value, computer.labels.list.value);
  await Promise.all([phone.off(), computer.off()]);
});

test('a label that is made between the first pictures of labels and of chats is not lost', async () => {
  const phone = await openTestDevice(house, 'leader');
  const chats = Promise.withResolvers<void>();
  phone.network.holds = (path) => (path === '/api/chat.list' ? chats.promise : undefined);
  await phone.until(() => phone.labels.list.value !== undefined);
  const label = await add('Giữa hai lần');
  chats.resolve();
  await phone.until(() => phone.labels.list.value!.some((it) => it.label === label));
  await phone.off();
});

test('what is another’s is not there: neither to change, to remove, nor to put on a chat', async () => {
  const theirs = await add('Của tôi', 'member');
  const before = await fingerprint(house.db);
  for (const [name, input] of [
    ['label.change', { label: theirs, name: 'Khác', colour: 'lake' }],
    ['label.remove', { label: theirs }],
    ['label.put', { group, labels: [theirs] }],
    ['label.change', { label: newId(), name: 'Khác', colour: 'lake' }],
  ] as const) {
    const { status, body } = await post(name, input);
    assert.deepEqual([status, body['code']], [404, 'not_found'], name);
  }
  assert.equal(await fingerprint(house.db), before);
});

test('removing and changing twice is once', async () => {
  const label = await add('Một lần', 'member');
  for (const [name, input] of [
    ['label.change', { label, name: 'Hai lần', colour: 'stone' }],
    ['label.remove', { label }],
  ] as const) {
    const id = newId();
    const first = await house.post('member', name, input, id);
    const after = await fingerprint(house.db);
    assert.deepEqual(await house.post('member', name, input, id), first);
    assert.equal(first.status, 200);
    assert.equal(await fingerprint(house.db), after, name);
  }
});

test('thirty labels and no more, however many are made at once; five on a chat; names of thirty letters', async () => {
  const person = await house.addPerson('Rah Lan Thương');
  const made = await Promise.all(
    Array.from({ length: LABELS_MOST + 5 }, (_, n) =>
      house.post(person, 'label.add', { name: `Thẻ ${n}`, colour: 'pine' }),
    ),
  );
  assert.equal(made.filter((it) => it.status === 200).length, LABELS_MOST);
  for (const { status, body } of made.filter((it) => it.status !== 200))
    assert.deepEqual([status, (body as { code: string }).code], [409, 'label.too_many']);
  const ids = made.flatMap(({ status, body }) => (status === 200 ? [(body as { label: string }).label] : []));
  const own = await house.addGroup([person]);
  assert.equal((await house.post(person, 'label.put', { group: own, labels: ids.slice(0, 6) })).status, 400);
  assert.equal((await house.post(person, 'label.put', { group: own, labels: ids.slice(0, 5) })).status, 200);
  assert.equal((await house.post(person, 'label.put', { group: own, labels: ids.slice(4, 6) })).status, 200);
  const { body } = await house.post(person, 'label.list', {});
  const carried = (body as { labels: { label: string; groups: string[] }[] }).labels.filter((it) =>
    it.groups.includes(own),
  );
  assert.deepEqual(carried.map((it) => it.label).sort(), ids.slice(4, 6).sort());
  assert.equal((await post('label.add', { name: 'x'.repeat(31), colour: 'pine' })).status, 400);
});
