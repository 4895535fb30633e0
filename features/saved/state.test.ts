import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import { closeBefore } from '../../testing/postgres.ts';
import { SAVED_PAGE } from './rules.ts';
import { SavedList } from './state.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;

test('the list follows what is marked, unmarked, deleted and left on other devices, page by page', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, elsewhere] = await Promise.all([house.connect('leader'), house.connect('member')]);
  const ids: string[] = [];
  for (let n = 0; n < SAVED_PAGE + 3; n += 1) {
    ids.push((await leader.call('message.send', { group, text: `tin ${n}` })).id);
    house.pass(2);
    await elsewhere.call('message.save', { group, messages: [ids.at(-1)!] });
  }
  const device = await openTestDevice(house, 'member');
  closeBefore(() => device.off());
  await device.until(() => device.device.connection.state.value === 'online', 'the line');
  const saved = new SavedList(device.device.connection, cast.member.id);
  const texts = (): (string | null)[] | undefined => saved.list.value?.map((it) => it.message.text);

  await saved.fetch();
  assert.deepEqual([texts()?.length, texts()?.[0], saved.more.value], [SAVED_PAGE, `tin ${SAVED_PAGE + 2}`, true]);
  await saved.older();
  assert.deepEqual([texts()?.length, texts()?.at(-1), saved.more.value], [SAVED_PAGE + 3, 'tin 0', false]);
  assert.equal(new Set(saved.list.value!.map((it) => it.message.id)).size, SAVED_PAGE + 3);
  assert.deepEqual([...saved.people.value.keys()], [cast.leader.id]);

  await elsewhere.call('message.unsave', { group, messages: [ids[0]!] });
  await device.until(() => texts()?.includes('tin 0') === false, 'unmarked elsewhere');
  await elsewhere.call('message.hide', { group, messages: [ids[1]!] });
  await device.until(() => texts()?.includes('tin 1') === false, 'deleted elsewhere');
  const later = await leader.call('message.send', { group, text: 'sau cùng' });
  await elsewhere.call('message.save', { group, messages: [later.id] });
  await device.until(() => texts()?.[0] === 'sau cùng', 'marked elsewhere');
  await leader.call('member.remove', { group, accounts: [cast.member.id], block: false });
  await device.until(() => texts()?.length === 0, 'removed from the group');

  await device.network.cut();
  await saved.fetch();
  assert.ok(saved.trouble.value);
  assert.deepEqual(texts(), []);
  saved.close();
});
