import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import type { Person } from '../directory/protocol.ts';
import type { Groups } from './state.ts';
import { NewGroup } from './state.ts';

const house = await openTestHouse();
const { cast } = house;

async function open(who: 'leader' | 'member' | 'other' | TestPerson): Promise<{ device: TestDevice; groups: Groups }> {
  const device = await openTestDevice(house, who);
  await device.until(
    () => device.device.connection.state.value === 'online' && device.chats.known.value,
    'a live line',
  );
  return { device, groups: device.groups };
}

const person = (id: string): Person => ({
  id,
  name: 'Puih Thưng',
  position: '',
  unit: null,
  unitName: '',
  area: null,
  areaName: '',
  phone: null,
  photo: null,
  registered: true,
  state: 'active',
});

test('a wish keeps its action id until it is another wish', () => {
  const draft = new NewGroup();
  draft.name.value = 'Phòng chống bão lũ';
  draft.take([person(cast.member.id), person(cast.other.id)]);
  draft.area.value = { code: '23764', title: 'Xã Ia Grai' };
  const first = draft.actionId(cast.leader.id);
  assert.equal(draft.actionId(cast.leader.id), first);
  draft.by.value = 'work';
  assert.notEqual(draft.actionId(cast.leader.id), first);
  assert.equal(draft.input(cast.leader.id).area, null, 'by work it has no area');

  // Who approves must be in the group.
  draft.approver.value = cast.other.id;
  draft.drop(cast.other.id);
  assert.deepEqual(draft.input(cast.leader.id).members, [cast.member.id]);
  assert.equal(draft.input(cast.leader.id).approver, null);
  draft.invite(['+84912345678', '+84912345678']);
  assert.equal(draft.count, 2);
  draft.clear();
  assert.equal(draft.count, 0);
});

test('what is shown of a group follows what happens to it', async () => {
  const [{ device: leader, groups: mine }, { device: member, groups: theirs }] = await Promise.all([
    open('leader'),
    open('member'),
  ]);
  const { group } = await mine.call('group.create', { name: 'Ban đầu', kind: 'directive', members: [cast.member.id] });
  await mine.whenListed(group);
  assert.equal(leader.chats.get(group)?.name, 'Ban đầu');
  await member.until(() => member.chats.get(group) !== undefined);
  await theirs.fetch(group);
  const turn = theirs.turn(group);

  await mine.call('group.change', { group, name: 'Tên mới', area: '23764' });
  await member.until(() => theirs.get(group)?.name === 'Tên mới');
  assert.deepEqual(theirs.get(group)?.area, { code: '23764', name: 'Xã Ia Grai, tỉnh Gia Lai' });

  await mine.call('member.add', { group, accounts: [cast.other.id] });
  await member.until(() => theirs.get(group)?.members === 3);
  assert.ok(theirs.turn(group) > turn);

  // The owner hands over and leaves: the new one may do what an owner may, at once and as fetched afresh.
  await mine.call('transfer.offer', { group, to: cast.member.id, leaves: true });
  await member.until(() => member.chats.get(group)?.transfer?.to === cast.member.id, 'the offer');
  await theirs.call('transfer.answer', { group, accept: true });
  await leader.until(() => leader.chats.get(group) === undefined);
  await member.until(() => theirs.get(group)?.role === 'owner' && member.chats.get(group)?.role === 'owner');
  const [fresh] = (await theirs.call('chat.list', { groups: [group] })).chats;
  assert.deepEqual(member.chats.get(group)?.rights, fresh?.rights);
  assert.equal(member.chats.get(group)?.members, fresh?.members);
  assert.equal(member.chats.get(group)?.transfer, null);
  assert.deepEqual(theirs.get(group)?.rights, fresh?.rights);

  // An answer that was lost on the way: asked again, it is done and no refusal.
  await mine.leave(group);
  await Promise.all([leader.off(), member.off()]);
});

test('settings are shown at once, and taken back where they are refused', async () => {
  const group = await house.addGroup([cast.leader, cast.member]);
  const { device: leader, groups: mine } = await open('leader');
  await leader.until(() => leader.chats.get(group) !== undefined, 'the chat');
  const chat = leader.chats.get(group)!;
  const done = mine.govern(chat, { slow: 30, rights: { 'message.send': 'leaders' } });
  assert.equal(mine.governed(chat).settings.slow, 30, 'before any answer');
  assert.deepEqual(mine.governed(chat).settings.rights, { 'message.send': 'leaders' });
  const undo = await done;
  assert.deepEqual(undo, { slow: 0, rights: { 'message.send': 'all' } });
  await leader.until(() => leader.chats.get(group)!.settings.slow === 30, 'the event');
  await mine.govern(leader.chats.get(group)!, undo);
  await leader.until(() => leader.chats.get(group)!.settings.slow === 0);
  assert.deepEqual(leader.chats.get(group)!.settings.rights, {});

  await leader.network.cut();
  const refused = mine.govern(leader.chats.get(group)!, { marking: false });
  assert.equal(mine.governed(leader.chats.get(group)!).settings.marking, false);
  await assert.rejects(refused);
  assert.equal(mine.governed(leader.chats.get(group)!).settings.marking, true);
  await leader.off();
});

test('a conversation with one person is opened once, whoever asks', async () => {
  const [{ device: a, groups: first }, { device: b, groups: second }] = await Promise.all([
    open('member'),
    open('other'),
  ]);
  const [one, two] = await Promise.all([first.openPair(cast.other.id), second.openPair(cast.member.id)]);
  assert.equal(one, two);
  assert.equal(a.chats.get(one)?.other?.id, cast.other.id);
  assert.equal(b.chats.get(one)?.other?.id, cast.member.id);
  await Promise.all([a.off(), b.off()]);
});
