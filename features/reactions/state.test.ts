import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { TestWorld } from '../../testing/world.ts';
import { openDevice } from '../../web/device.ts';
import { EACH_MOST, KINDS_MOST, QUICK } from './rules.ts';
import { Reactions } from './state.ts';

const GROUP = newId();
const ACCOUNT = newId();
const LINE = { id: newId() };

/** A device whose server answers as it is told; the own stream stands at 0. */
async function live(answer: (input: { emoji: string; on: boolean }) => { at: number } | { code: string }) {
  const world = new TestWorld();
  const asked: { emoji: string; on: boolean }[] = [];
  world.onFrame = (socket, frame) => {
    if (frame['do'] !== 'reaction.give') return;
    const input = frame['with'] as { emoji: string; on: boolean };
    asked.push(input);
    const it = answer(input);
    socket.say('code' in it ? { id: frame['id'], problem: { ...it, retry: false } } : { id: frame['id'], ok: it });
  };
  const device = await openDevice(ACCOUNT, world);
  const reactions = new Reactions(device);
  await device.outbox.open();
  const connect = (): void => {
    device.connection.open();
    device.connection.inbox.place(ACCOUNT, 0);
    world.socket.open();
    world.socket.say({ welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads: { [ACCOUNT]: 0 } } });
  };
  const hear = (n: number): void =>
    world.socket.say({ on: 'reaction.given', in: ACCOUNT, n, at: 0, by: ACCOUNT, with: {} });
  return { world, device, reactions, asked, connect, hear };
}

test('it is shown at once, also without a line, and until the own stream has told it', async () => {
  const { world, device, reactions, connect, hear } = await live(() => ({ at: 1 }));
  assert.equal(reactions.toggle(GROUP, LINE, '👍️'), undefined);
  assert.deepEqual(reactions.of(LINE), [{ emoji: '👍', count: 1, own: true }], 'in the spelling in which it is kept');
  assert.deepEqual(reactions.of({ ...LINE, reactions: [['👍', 4]] }), [{ emoji: '👍', count: 5, own: true }]);
  connect();
  await world.pass(10);
  assert.equal(device.outbox.entries.value.length, 0);
  assert.deepEqual(reactions.of(LINE), [{ emoji: '👍', count: 1, own: true }], 'answered, and not told yet');
  hear(1);
  assert.deepEqual(reactions.of(LINE), [], 'from here on the line itself says it');
  assert.deepEqual(reactions.of({ ...LINE, reactions: [['👍', 1]], mine: ['👍'] }), [
    { emoji: '👍', count: 1, own: true },
  ]);
});

test('the last wish counts: what still waits is overtaken, and taken back it is nothing', async () => {
  const { world, device, reactions, asked, connect } = await live(() => ({ at: 0 }));
  for (let n = 0; n < 3; n += 1) reactions.toggle(GROUP, LINE, '🙏');
  reactions.toggle(GROUP, LINE, '👏');
  reactions.toggle(GROUP, LINE, '👏');
  assert.deepEqual(reactions.of(LINE), [{ emoji: '🙏', count: 1, own: true }]);
  assert.equal(device.outbox.entries.value.length, 2);
  connect();
  await world.pass(10);
  assert.deepEqual(
    asked.map(({ emoji, on }) => [emoji, on]),
    [
      ['🙏', true],
      ['👏', false],
    ],
  );
});

test('what is refused is taken off again, and why is said once', async () => {
  const { world, device, reactions, connect } = await live(() => ({ code: 'forbidden' }));
  reactions.toggle(GROUP, LINE, '😮');
  connect();
  await world.pass(10);
  assert.deepEqual(reactions.of(LINE), []);
  assert.equal(device.outbox.entries.value.length, 0);
  assert.equal(reactions.refused.value?.code, 'forbidden');
});

test('what cannot be is not tried: a sixth emoji, a twenty-first kind', async () => {
  const { reactions } = await live(() => ({ at: 0 }));
  for (const it of QUICK) assert.equal(reactions.toggle(GROUP, LINE, it), undefined);
  assert.equal(QUICK.length, EACH_MOST);
  assert.equal(reactions.toggle(GROUP, LINE, '🎉'), 'own');
  assert.equal(reactions.toggle(GROUP, LINE, QUICK[0]), undefined, 'taking back');
  const counts = Array.from({ length: KINDS_MOST }, (_, at): [string, number] => [
    String.fromCodePoint(0x1f600 + at),
    1,
  ]);
  const full = { id: newId(), reactions: counts };
  assert.equal(reactions.toggle(GROUP, full, '🎉'), 'kinds');
  assert.equal(reactions.toggle(GROUP, full, counts[3]![0]), undefined);
});
