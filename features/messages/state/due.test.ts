import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../../protocol/id.ts';
import { TestWorld } from '../../../testing/world.ts';
import { openDevice } from '../../../web/device.ts';
import { memoryShelves } from '../../../web/shelves.ts';
import type { Shelves } from '../../../web/shelves.ts';
import { Chats } from '../../chats/state.ts';
import { Receipts } from '../../receipts/state.ts';
import { Messages } from '../state.ts';
import { Due, DUE_MOST } from './due.ts';

const GROUP = newId();
const ACCOUNT = newId();
const OTHER = newId();
const [FIRST, SECOND] = [newId(), newId()];

const CHAT = {
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
  messages: 0,
  readSeq: 0,
  readOrdinal: 0,
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
  at: 0,
  last: null,
  lastBy: null,
};

async function opened(shelves: Shelves, keeper = true) {
  const world = new TestWorld();
  world.onFrame = (socket, frame) => {
    if (frame['do'] === 'chat.list') socket.say({ id: frame['id'], ok: { at: 0, chats: [CHAT] } });
  };
  const device = await openDevice(ACCOUNT, world, shelves);
  const messages = new Messages(device);
  const receipts = new Receipts(device);
  const chats = new Chats(device, messages, receipts);
  await Promise.all([messages.open(), receipts.open()]);
  await chats.open();
  if (keeper) await device.cache.becomeKeeper();
  device.connection.open();
  world.socket.open();
  world.socket.say({ welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads: {} } });
  const hear = (n: number, on: string, body: unknown): void =>
    chats.applyEvent({ on, in: GROUP, n, at: n, by: OTHER, with: body });
  const texts = async (): Promise<(string | null)[]> => {
    await messages.conversation(GROUP).recall();
    return messages.conversation(GROUP).stretches.flatMap((it) => it.lines.map((line) => line.text));
  };
  return { device, chats, messages, hear, texts };
}

/** A device that has two lines. */
async function written(): Promise<Shelves> {
  const shelves = memoryShelves();
  const { device, chats, hear } = await opened(shelves);
  await chats.fetch([GROUP]);
  hear(1, 'message.sent', { id: FIRST, ordinal: 1, text: 'một' });
  hear(2, 'message.sent', { id: SECOND, ordinal: 2, text: 'hai' });
  await device.cache.flush();
  return shelves;
}

test('a device that dies while it reads the lines that an event changes makes up for it', async () => {
  const shelves = await written();
  const asked = Promise.withResolvers<void>();
  const dying = await opened({
    ...shelves,
    messages: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  dying.hear(3, 'message.edited', { id: FIRST, ordinal: 1, text: 'một, sửa', edited: { count: 1, at: 3 } });
  dying.hear(4, 'message.recalled', { id: SECOND });
  await asked.promise;
  await dying.device.cache.flush();

  const next = await opened(shelves);
  assert.equal(next.chats.peek(GROUP)?.at, 4, 'the cursor is past what was changed');
  assert.deepEqual(await next.texts(), ['một, sửa', null]);
  await next.device.cache.flush();
  assert.equal(await shelves.get('meta', 'due'), undefined);
  assert.deepEqual(await (await opened(shelves)).texts(), ['một, sửa', null]);
});

test('what changed before this page wrote is written when it does', async () => {
  const shelves = await written();
  const page = await opened(shelves, false);
  await page.texts();
  page.hear(3, 'message.edited', { id: FIRST, ordinal: 1, text: 'một, sửa', edited: { count: 1, at: 3 } });
  await page.device.cache.becomeKeeper();
  await page.device.cache.flush();
  const next = await opened(shelves);
  assert.equal(next.chats.peek(GROUP)?.at, 3);
  assert.deepEqual(await next.texts(), ['một, sửa', 'hai']);
});

test('beyond a bound nothing more waits: the lines are given up', async () => {
  const shelves = await written();
  const { device } = await opened(shelves);
  const due = new Due(device);
  await due.open();
  for (let n = 0; n <= DUE_MOST; n += 1) due.add({ on: 'message.recalled', in: GROUP, n, at: 0, with: {} }, GROUP);
  assert.equal(due.frames.length, DUE_MOST);
  await device.cache.flush();
  assert.equal(device.cache.keptOf(GROUP), undefined);
  for (const it of due.frames) due.done(it);
  await device.cache.flush();
  assert.equal(await shelves.get('meta', 'due'), undefined);
});
