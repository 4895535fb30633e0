import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { RECENT_MOST, Search } from './state.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;

test('what is typed is found in all kinds, page by page; narrowed; forgotten when the box is empty', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  for (let n = 0; n < 45; n += 1) {
    await leader.call('message.send', { group, text: `kế hoạch tiêm chủng đợt ${n}` });
    house.pass(1);
  }
  await leader.call('message.send', { group, text: 'theo 35-CT/TW' });
  const device = await openTestDevice(house, 'member');
  closeBefore(() => device.off());
  await device.until(() => device.chats.known.value && device.device.connection.state.value === 'online', 'the line');
  const search = new Search(device.device, device.chats);
  const { results } = search;
  const settled = (): boolean => !search.busy.value && results.value !== undefined;

  search.type('ke hoach tiem');
  await device.until(settled, 'an answer');
  assert.equal(results.value!.messages.length, 20);
  assert.equal(search.more.value, true);
  search.choose('message');
  await device.until(settled, 'an answer');
  while (search.more.value) await search.older();
  assert.equal(new Set(results.value!.messages.map((it) => it.id)).size, 45);
  assert.equal(search.writer(results.value!.messages[0]!.by)?.name, 'Nguyễn Hoàng Phúc');

  search.filter({ by: cast.member.id });
  await device.until(settled, 'an answer');
  assert.deepEqual(results.value!.messages, []);
  search.filter({});
  search.choose('all');
  search.type('35 ct');
  await device.until(() => settled() && results.value!.query === '35 ct', 'the number');
  assert.deepEqual(
    results.value!.numbers.map((it) => it.text),
    ['theo 35-CT/TW'],
  );
  search.type('phuc');
  await device.until(() => settled() && results.value!.query === 'phuc', 'people');
  assert.deepEqual(
    results.value!.people.map((it) => it.name),
    ['Nguyễn Hoàng Phúc'],
  );

  search.type('   ');
  assert.equal(results.value, undefined);
  search.close();
});

test('what was typed last is what is shown, however the answers come', async () => {
  const device = await openTestDevice(house, 'member');
  closeBefore(() => device.off());
  await device.until(() => device.device.connection.state.value === 'online', 'the line');
  const search = new Search(device.device, device.chats);
  for (const text of ['k', 'ke', 'ke h', 'khong co gi nhu vay']) search.type(text);
  await device.until(() => !search.busy.value, 'an answer');
  assert.equal(search.results.value?.query, 'khong co gi nhu vay');
  search.close();
});

test('without a line: names and what the device has kept, and it says so; recent searches are few and can be cleared', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const leader = await house.connect('leader');
  await leader.call('message.send', { group, text: 'Mai sửa cầu treo làng Yam' });
  const gone = await leader.call('message.send', { group, text: 'Cầu treo làng Bồ' });
  const device = await openTestDevice(house, 'member');
  closeBefore(() => device.off());
  await device.until(() => device.chats.get(group) !== undefined, 'the chat');
  const conversation = device.messages.conversation(group);
  await conversation.open();
  await leader.call('message.recall', { group, message: gone.id });
  await device.until(() => conversation.line(gone.id)?.recalled !== undefined, 'the recall');
  await device.device.cache.flush();
  await device.network.cut();
  await device.until(() => device.device.connection.state.value !== 'online', 'no line');

  const search = new Search(device.device, device.chats, group);
  search.type('cau treo');
  await device.until(() => !search.busy.value, 'an answer');
  const { results } = search;
  assert.equal(results.value!.here, true);
  assert.deepEqual(
    results.value!.messages.map((it) => it.marks.map(([a, b]) => it.text.slice(a, b))),
    [['cầu treo']],
  );
  search.type('phong chong');
  assert.ok(search.chats().some((it) => it.group === group));

  for (let n = 0; n < RECENT_MOST + 3; n += 1) {
    search.type(`lần ${n}`);
    search.remember();
  }
  assert.deepEqual([search.recent.value.length, search.recent.value[0]], [RECENT_MOST, `lần ${RECENT_MOST + 2}`]);
  search.forget();
  assert.deepEqual(search.recent.value, []);
  search.close();
});
