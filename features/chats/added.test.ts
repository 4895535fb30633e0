import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../protocol/id.ts';
import { settled, TestWorld } from '../../testing/world.ts';
import { openDevice } from '../../web/device.ts';
import { Messages } from '../messages/state.ts';
import { Receipts } from '../receipts/state.ts';
import { Chats } from './state.ts';

const GROUP = newId();
const ACCOUNT = newId();

test('read in the log before it is told, an added group is looked at once more when it is told', async () => {
  const world = new TestWorld();
  let head = 6;
  let asked = 0;
  world.onFrame = (socket, frame) => {
    if (frame['do'] !== 'chat.list') return;
    asked += 1;
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
      messages: head,
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
      at: head,
      last: null,
      lastBy: null,
    };
    socket.say({ id: frame['id'], ok: { at: 1, chats: [chat] } });
  };
  const device = await openDevice(ACCOUNT, world);
  const messages = new Messages(device);
  const receipts = new Receipts(device);
  const chats = new Chats(device, messages, receipts);
  await Promise.all([messages.open(), receipts.open()]);
  await chats.open();
  device.connection.inbox.place(ACCOUNT, 0);
  device.connection.open();
  world.socket.open();
  world.socket.say({ welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads: {} } });

  const added = { on: 'chat.added', in: ACCOUNT, n: 1, at: 1, with: { group: GROUP, kind: 'coordination' } };
  device.connection.inbox.take(added);
  await settled();
  assert.equal(chats.peek(GROUP)?.at, 6);
  // Two more are written before the server hears that the person is in it; it tells only what comes after.
  head = 8;
  world.socket.say(added);
  await settled();
  assert.equal(chats.peek(GROUP)?.at, 8);
  assert.equal(device.connection.inbox.cursors.get(GROUP), 8);
  assert.equal(asked, 2);
  // Of a group that the person has left meanwhile nothing is asked.
  world.socket.say({ on: 'chat.removed', in: ACCOUNT, n: 2, at: 2, with: { group: GROUP, why: 'left' } });
  world.socket.say(added);
  await settled();
  assert.equal(asked, 2);
});
