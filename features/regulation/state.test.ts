import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import { linesOf } from './state/acceptance.ts';
import type { Acceptance } from './protocol.ts';

const house = await openTestHouse({ limits: false });
const { cast } = house;
const open: TestDevice[] = [];
after(async () => {
  for (const device of open) await device.off();
});

async function device(who: 'leader' | 'member' | 'other', shelves?: TestDevice['shelves']): Promise<TestDevice> {
  const it = await openTestDevice(house, who, shelves);
  open.push(it);
  await it.until(() => it.device.connection.state.value === 'online' && it.chats.known.value, 'a live line');
  return it;
}

async function publish(group: string): Promise<void> {
  const post = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const { status, body } = await house.post('leader', name, { group, ...input });
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, unknown>;
  };
  const { document } = await post('regulation.template', {});
  const { revision } = await post('regulation.save', {
    revision: 0,
    document: { ...(document as object), agency: 'UBND xã', title: 'Quy chế' },
  });
  await post('regulation.publish', { revision });
}

const texts = (of: TestDevice, group: string): (string | null)[] =>
  of.messages
    .conversation(group)
    .shown.value.lines.filter((it) => it.kind === 'text')
    .map((it) => it.text);

const group = (...people: TestPerson[]): Promise<string> => house.addGroup([cast.leader, ...people]);

test('what was written without a line waits for the regulation, and is sent in its order once it is accepted elsewhere', async () => {
  const place = await group(cast.member);
  const [phone, computer] = [await device('member'), await device('member')];
  await phone.until(() => phone.chats.get(place) !== undefined);
  await phone.network.cut();
  phone.messages.send(place, 'một');
  phone.messages.send(place, 'hai');
  await publish(place);
  await computer.until(() => computer.regulations.asks(place), 'asked to accept');

  phone.network.restore();
  await phone.until(() => phone.regulations.waiting(place) === 2, 'both wait for it');
  assert.deepEqual(
    phone.messages.pendingIn(place).value.map((it) => [it.text, it.state]),
    [
      ['một', 'waiting'],
      ['hai', 'waiting'],
    ],
  );
  assert.ok(phone.regulations.asks(place));

  await computer.regulations.accept(place, 1);
  assert.ok(!computer.regulations.asks(place), 'at once where it was accepted');
  await phone.until(() => !phone.regulations.asks(place), 'and soon on the other device');
  await phone.until(() => phone.messages.pendingIn(place).value.length === 0, 'all is sent');
  await phone.messages.conversation(place).open(undefined);
  await phone.until(() => texts(phone, place).length === 2);
  assert.deepEqual(texts(phone, place), ['một', 'hai']);
});

test('a new version asks again; who publishes is not asked; what was read can be read without a line', async () => {
  const place = await group(cast.other);
  const [leader, other] = [await device('leader'), await device('other')];
  await other.until(() => other.chats.get(place) !== undefined);
  await leader.until(() => leader.chats.get(place) !== undefined);
  await publish(place);
  await other.until(() => other.regulations.asks(place));
  await leader.until(() => leader.chats.get(place)?.regulation.version === 1);
  assert.ok(!leader.regulations.asks(place));
  await other.regulations.fetch(place);
  await other.regulations.accept(place, 1);
  assert.equal(other.regulations.get(place)?.accepted, 1);
  await publish(place);
  await other.until(() => other.regulations.asks(place), 'asked again');
  await other.until(() => other.regulations.get(place)?.current?.version === 2, 'what is shown is the new one');
  await assert.rejects(other.regulations.accept(place, 1));
  assert.ok(other.regulations.asks(place));
  await leader.regulations.fetch(place);
  assert.deepEqual(
    [leader.regulations.get(place)?.governing?.members, leader.regulations.get(place)?.governing?.accepted],
    [2, 1],
  );

  await other.device.cache.flush();
  await other.off();
  const later = await openTestDevice(house, 'other', other.shelves);
  open.push(later);
  await later.network.cut();
  await later.regulations.fetch(place);
  assert.equal(later.regulations.get(place)?.current?.document?.title, 'Quy chế');
});

test('nothing of it stays on the device of who is in the group no longer', async () => {
  const place = await group(cast.other);
  await publish(place);
  const other = await device('other');
  await other.until(() => other.chats.get(place) !== undefined);
  await other.regulations.fetch(place);
  assert.equal((await house.post('other', 'member.leave', { group: place })).status, 200);
  await other.until(() => other.chats.get(place) === undefined);
  assert.equal(other.regulations.get(place), undefined);
  await other.device.cache.flush();
  assert.equal(await other.device.cache.get('meta', `regulation ${place}`), undefined);
});

test('people stand under their units, each with how far it is', () => {
  const person = (account: string, unit: string): Acceptance => ({
    account,
    unit,
    name: account,
    photo: null,
    position: '',
    at: null,
    version: 0,
  });
  const units = [
    { unit: 'A', members: 2, accepted: 1 },
    { unit: '', members: 1, accepted: 0 },
  ];
  const lines = linesOf([person('1', 'A'), person('2', 'A'), person('3', '')], units);
  assert.deepEqual(
    lines.map((it) => (it.kind === 'unit' ? it.of : it.person.account)),
    [units[0], '1', '2', units[1], '3'],
  );
});
