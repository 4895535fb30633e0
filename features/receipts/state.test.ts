import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { TestWorld } from '../../testing/world.ts';
import { openDevice } from '../../web/device.ts';
import { newId } from '../../protocol/id.ts';
import { Chats } from '../chats/state.ts';
import { Messages } from '../messages/state.ts';
import type { Pointers } from './protocol.ts';
import { reachedBy, Receipts } from './state.ts';

const GROUP = newId();
const ACCOUNT = newId();

async function live() {
  const world = new TestWorld();
  const marks: { group: string; read?: number; received?: number }[][] = [];
  let refuse: string | undefined;
  let again = true;
  world.onFrame = (socket, frame) => {
    if (frame['do'] === 'receipt.mark') {
      marks.push((frame['with'] as { marks: (typeof marks)[number] }).marks);
      socket.say({ id: frame['id'], ...(refuse ? { problem: { code: refuse, retry: again } } : { ok: {} }) });
    }
  };
  const device = await openDevice(ACCOUNT, world);
  const receipts = new Receipts(device);
  await receipts.open();
  device.connection.open();
  world.socket.open();
  world.socket.say({ welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads: {} } });
  const refusing = (code: string | undefined, retry = true): void => {
    refuse = code;
    again = retry;
  };
  return { world, device, receipts, marks, refuse: refusing };
}

test('who has come to a number is the sum of those at or past it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 50 }),
      (each, seq) => {
        const counts = new Map<number, number>();
        for (const n of each) counts.set(n, (counts.get(n) ?? 0) + 1);
        const pointers: Pointers = [...counts].sort((a, b) => b[0] - a[0]);
        assert.equal(reachedBy(pointers, seq), each.filter((n) => n >= seq).length);
      },
    ),
  );
});

test('the actor is not counted among those who have seen it', async () => {
  const { receipts } = await live();
  receipts.applySignal({
    signal: 'receipts.moved',
    in: GROUP,
    with: {
      read: [
        [9, 2],
        [4, 3],
      ],
      received: [[9, 5]],
    },
  });
  assert.deepEqual(receipts.seenBy(GROUP, 9, 9), { seen: 1, received: 4, later: 0 });
  assert.deepEqual(receipts.seenBy(GROUP, 4, 2), { seen: 5, received: 5, later: 0 });
});

test('who came in after a message was written is not among those it was written to, nor among those who saw it', async () => {
  const { receipts } = await live();
  receipts.applySignal({
    signal: 'receipts.moved',
    in: GROUP,
    // Three came in at 7: they stand there from the first moment.
    with: {
      read: [
        [9, 1],
        [7, 3],
        [2, 4],
      ],
      received: [
        [9, 4],
        [7, 4],
      ],
      since: [[7, 3]],
    },
  });
  assert.deepEqual(receipts.seenBy(GROUP, 5, 9), { seen: 0, received: 4, later: 3 });
  assert.deepEqual(receipts.seenBy(GROUP, 8, 9), { seen: 0, received: 3, later: 0 });
});

test('marks are gathered: one request for many, only ever forward, reading includes receiving', async () => {
  const { receipts, marks, world } = await live();
  for (let seq = 1; seq <= 30; seq += 1) {
    receipts.markReceived(GROUP, seq);
    receipts.markRead(GROUP, seq);
  }
  receipts.markRead(GROUP, 12);
  await world.pass(5_000);
  assert.deepEqual(marks, [[{ group: GROUP, read: 30 }]]);
  receipts.markReceived(GROUP, 30);
  receipts.markRead(GROUP, 7);
  await world.pass(5_000);
  assert.equal(marks.length, 1);
});

test('a busy group marks at most once a second', async () => {
  const { receipts, marks, world } = await live();
  for (let seq = 1; seq <= 100; seq += 1) {
    receipts.markRead(GROUP, seq);
    await world.pass(100);
  }
  assert.ok(marks.length <= 12, `${marks.length} requests in ten seconds`);
});

test('marks made without a line are kept over the end of the page and sent when there is one', async () => {
  const first = await live();
  first.refuse('busy');
  first.receipts.markRead(GROUP, 5);
  await first.device.cache.becomeKeeper();
  first.receipts.markRead(GROUP, 6);
  await first.device.cache.flush();
  assert.deepEqual(await first.device.cache.get('meta', 'marks'), [[GROUP, { read: 6 }]]);
  first.refuse(undefined);
  await first.world.pass(60_000);
  assert.deepEqual(first.marks.at(-1), [{ group: GROUP, read: 6 }]);
  assert.equal(await first.device.cache.get('meta', 'marks'), undefined);
});

test('of a group that was left, and of marks that were refused for good, nothing is kept', async () => {
  const { device, receipts, world, marks, refuse } = await live();
  await device.cache.becomeKeeper();
  const kept = async (): Promise<unknown> => {
    await device.cache.flush();
    return device.cache.get('meta', 'marks');
  };
  const other = newId();
  receipts.markReceived(GROUP, 4);
  receipts.markReceived(other, 1);
  receipts.forget(GROUP);
  assert.deepEqual(await kept(), [[other, { received: 1 }]]);
  receipts.forget(other);
  assert.equal(await kept(), undefined);

  receipts.markRead(GROUP, 9);
  refuse('forbidden', false);
  await world.pass(5_000);
  assert.equal(marks.length, 1);
  assert.equal(await kept(), undefined);
});

test('a mark that another device moved further does not go back when the message before it is heard later', async () => {
  const { world, device, receipts } = await live();
  const chat = {
    group: GROUP,
    kind: 'coordination',
    name: 'Nhóm',
    photo: null,
    other: null,
    role: 'member',
    rights: [],
    settings: {},
    state: 'open',
    members: 2,
    messages: 1,
    readSeq: 1,
    readOrdinal: 1,
    visibleFrom: 0,
    pinnedAt: null,
    mutedUntil: null,
    notify: 'all',
    archivedUpTo: null,
    markedUnread: false,
    mentioned: [],
    urgent: [0, 0, 0],
    regulation: { version: 0, accepted: 0 },
    transfer: null,
    at: 1,
    last: null,
    lastBy: null,
  };
  const hears = world.onFrame;
  world.onFrame = (socket, frame) => {
    if (frame['do'] === 'chat.list') socket.say({ id: frame['id'], ok: { at: 0, chats: [chat] } });
    else hears(socket, frame);
  };
  const chats = new Chats(device, new Messages(device), receipts);
  await chats.open();
  await chats.fetch([GROUP]);
  // Two streams, two ways: what the person did elsewhere is heard first, then what they wrote before it.
  const event = { at: 0, by: ACCOUNT };
  const read = { group: GROUP, seq: 3, ordinal: 3 };
  chats.applyEvent({ ...event, on: 'receipt.read', in: ACCOUNT, n: 1, with: read });
  for (const [n, by] of [
    [2, ACCOUNT],
    [3, newId()],
  ] as const)
    chats.applyEvent({
      ...event,
      by,
      on: 'message.sent',
      in: GROUP,
      n,
      with: { id: newId(), ordinal: n, text: `tin ${n}` },
    });
  const { readSeq, readOrdinal } = chats.peek(GROUP)!;
  assert.deepEqual({ readSeq, readOrdinal }, { readSeq: 3, readOrdinal: 3 });
});
