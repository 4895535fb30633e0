import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { EventFrame } from '../../protocol/frame.ts';
import { newId } from '../../protocol/id.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { Notifications } from './state.ts';
import type { Around, PushState } from './state/around.ts';
import { chooseSounds, FIRST_CHOICE, SCORES } from './state/sounds.ts';

let house: TestHouse;
let device: TestDevice;
let other: string;

before(async () => {
  house = await openTestHouse();
  // What is asked here does not depend on the hour at which it runs.
  other = await house.addGroup([{ id: house.cast.leader.id }, { id: house.cast.member.id }]);
  await house.post('member', 'quiet.set', { quiet: { from: '00:00', to: '00:00', days: [], through: 1 } });
  device = await openTestDevice(house, 'member');
  await device.until(() => device.chats.known.value && device.quiet.now.value !== undefined, 'the chats');
});
after(() => device.off());

/** A browser in the hands of a test. */
interface TestAround extends Around {
  seen: boolean;
  open: string | undefined;
  state: PushState;
  may: boolean;
  shown: Set<string>;
  made: number;
  went: string[];
  rung: string[];
  pressed: ((path: string, draft?: { group: string; text: string }) => void) | undefined;
  go(group: string | undefined): void;
}

function testAround(): TestAround {
  const kept = new Map<string, string>();
  const moved = new Set<() => void>();
  const around: TestAround = {
    seen: true,
    open: undefined,
    state: 'off',
    may: true,
    shown: new Set(),
    made: 0,
    went: [],
    rung: [],
    pressed: undefined,
    watched: () => around.seen,
    chat: () => around.open,
    onMoved: (listener) => {
      moved.add(listener);
      return () => moved.delete(listener);
    },
    go(group) {
      around.open = group;
      for (const it of moved) it();
    },
    ring: (sound) => void around.rung.push(sound),
    vibrate: () => void around.rung.push('vibrate'),
    pushState: () => Promise.resolve(around.state),
    ask: () => {
      if (!around.may) around.state = 'denied';
      return Promise.resolve(around.may);
    },
    subscribe: () => {
      around.state = 'on';
      around.made += 1;
      return Promise.resolve(subscribed());
    },
    subscribed: () => Promise.resolve(around.state === 'on' ? subscribed() : undefined),
    unsubscribe: () => {
      if (around.state === 'on') around.state = 'off';
      return Promise.resolve();
    },
    takeAway: (groups) => Promise.resolve(groups.filter((it) => around.shown.delete(it))),
    onOpen: (listener) => {
      around.pressed = listener;
      return () => {};
    },
    navigate: (path) => void around.went.push(path),
    remembered: (name) => kept.get(name),
    remember: (name, text) => void kept.set(name, text),
  };
  return around;
}

const subscribed = () => ({
  endpoint: `https://fcm.googleapis.com/fcm/send/${newId()}`,
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
});

function openOn(around: TestAround) {
  return new Notifications(device.device, { chats: device.chats, quiet: () => device.quiet.now.peek(), around });
}

function sent(more: object = {}, frame: Partial<EventFrame> = {}): EventFrame {
  return {
    on: 'message.sent',
    in: house.group,
    n: 1,
    at: device.device.connection.now(),
    by: house.cast.leader.id,
    with: { id: newId(), ordinal: 1, text: 'Họp lúc 14 giờ', ...more },
    ...frame,
  };
}

test('a message of another chat stands as a banner and sounds once; of the open chat it does not', () => {
  const around = testAround();
  const state = openOn(around);
  around.open = other;
  const frame = sent();
  state.applyEvent(frame);
  assert.deepEqual(
    state.banners.value.map(({ group, text, count, urgency }) => ({ group, text, count, urgency })),
    [{ group: house.group, text: 'Họp lúc 14 giờ', count: 1, urgency: 0 }],
  );
  assert.deepEqual(around.rung, ['message']);
  const second = openOn(around);
  second.applyEvent(frame);
  assert.deepEqual(around.rung, ['message'], 'another page of the same device is silent');
  state.applyEvent(sent());
  assert.equal(state.banners.value[0]!.count, 2, 'one banner a chat');
  around.go(house.group);
  assert.deepEqual(state.banners.value, [], 'gone when the chat is opened');
  state.applyEvent(sent());
  assert.deepEqual(state.banners.value, []);
  state.close();
  second.close();
});

test('nothing stands or sounds on a page that nobody has before them, nor of what came late or from oneself', () => {
  const around = testAround();
  const state = openOn(around);
  around.seen = false;
  state.applyEvent(sent());
  around.seen = true;
  state.applyEvent(sent({}, { at: device.device.connection.now() - 60_000 }));
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  assert.deepEqual(state.banners.value, []);
  assert.deepEqual(around.rung, []);
  state.close();
});

test('a call that begins is no message beside its ringing', () => {
  const around = testAround();
  const state = openOn(around);
  state.applyEvent(sent({ text: 'Cuộc gọi nhóm', card: { kind: 'call', id: newId() } }));
  assert.deepEqual([state.banners.value, around.rung], [[], []]);
  state.close();
});

test('urgent ones and mentions sound otherwise, and an urgent one is not pushed away by others', async () => {
  const around = testAround();
  const state = openOn(around);
  state.applyEvent(sent({ urgency: 3 }));
  state.applyEvent(sent({ mentions: [{ from: 0, to: 2, who: 'all' }] }, { in: other }));
  assert.deepEqual(around.rung, ['urgent', 'vibrate', 'mention']);
  const more = await Promise.all(
    [1, 2, 3].map(() => house.addGroup([{ id: house.cast.leader.id }, { id: house.cast.member.id }])),
  );
  await device.chats.fetch(more);
  for (const group of more) state.applyEvent(sent({}, { in: group }));
  assert.equal(state.banners.value.length, 3, 'bounded');
  assert.ok(state.banners.value.some((it) => it.group === house.group));
  around.go(house.group);
  state.applyEvent(sent({ urgency: 1 }));
  assert.equal(around.rung.at(-2), 'urgent', 'what is urgent sounds in the open chat too');
  state.close();
});

test('a muted chat is silent, hỏa tốc is not', async () => {
  const around = testAround();
  const state = openOn(around);
  await house.post('member', 'chat.mute', { group: house.group, until: 253_402_300_799_999 });
  await device.until(() => device.chats.get(house.group)!.mutedUntil !== null, 'the mute');
  state.applyEvent(sent());
  assert.deepEqual(state.banners.value, []);
  state.applyEvent(sent({ urgency: 3 }));
  assert.equal(state.banners.value.length, 1);
  await house.post('member', 'chat.mute', { group: house.group, until: null });
  await device.until(() => device.chats.get(house.group)!.mutedUntil === null, 'no mute');
  state.close();
});

test('one’s own sending is silent until chosen', () => {
  const around = testAround();
  const state = openOn(around);
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  chooseSounds({ sent: true, message: false });
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  state.applyEvent(sent());
  assert.deepEqual(around.rung, ['sent']);
  chooseSounds(FIRST_CHOICE);
  state.close();
});

test('after the first message it is asked, never before; later means later', async () => {
  const around = testAround();
  const state = openOn(around);
  await state.open();
  assert.equal(state.asking.value, 'no');
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  assert.equal(state.asking.value, 'ask');
  state.later();
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  assert.equal(state.asking.value, 'no');
  state.close();
});

test('turned on, the server knows where to; refused, it is said how to allow it; off again, nothing is left', async () => {
  const around = testAround();
  const state = openOn(around);
  await state.open();
  around.may = false;
  state.applyEvent(sent({}, { by: house.cast.member.id }));
  assert.equal(await state.turnOn(), 'denied');
  assert.equal(state.asking.value, 'denied');
  around.may = true;
  assert.equal(await state.turnOn(), 'on');
  assert.equal(state.asking.value, 'no');
  const mine = () => state.reach.value!.devices.find((it) => it.id === state.reach.value!.current)!.push;
  assert.deepEqual(mine(), { names: false, rings: true, sentAt: null, arrivedAt: null });
  await state.choose({ names: true });
  assert.equal(mine()!.names, true);
  await state.choose({ digest: false });
  assert.equal(state.reach.value!.digest, false);

  // The server has lost it: the next start tells it again, without asking anybody.
  await house.post('member', 'notification.unsubscribe', {});
  const again = openOn(around);
  await again.open();
  await again.fetch();
  assert.notEqual(again.reach.value!.devices.find((it) => it.id === again.reach.value!.current)!.push, null);
  assert.equal(around.made, 1);
  await again.turnOff();
  assert.equal(again.push.value, 'off');
  assert.equal(again.reach.value!.devices.find((it) => it.id === again.reach.value!.current)!.push, null);
  state.close();
  again.close();
});

test('read elsewhere or here, what this device shows of it is taken away', async () => {
  const around = testAround();
  const state = openOn(around);
  around.shown.add(house.group).add(other);
  const body = { group: house.group, seq: 3, ordinal: 3 };
  state.applyEvent({ on: 'receipt.read', in: house.cast.member.id, n: 1, at: 1, with: body });
  assert.deepEqual([...around.shown], [other]);
  around.go(other);
  assert.deepEqual([...around.shown], []);
  around.pressed!(`/chats/${other}`, { group: other, text: 'Chưa gửi được' });
  assert.deepEqual(around.went, [`/chats/${other}`]);
  assert.equal(device.chats.draft(other), 'Chưa gửi được', 'a reply that did not get through is not lost');
  around.state = 'on';
  await state.leave();
  assert.equal(around.state, 'off', 'signed out: nothing comes here any more');
});

test('no sound is longer than 700 ms, and what is urgent has three strokes', () => {
  for (const [name, strokes] of Object.entries(SCORES))
    for (const it of strokes) assert.ok(it.at + it.seconds <= 0.7 + 1e-9, name);
  assert.equal(SCORES.urgent.length, 3);
});
