import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../protocol/id.ts';
import { settled, TestWorld } from '../testing/world.ts';
import { Cache } from './cache.ts';
import { Connection } from './connection.ts';
import { Outbox, OUTBOX } from './outbox.ts';
import { lonePage } from './pages.ts';
import { memoryShelves } from './shelves.ts';
import type { Shelves } from './shelves.ts';

const A = newId();
const B = newId();

interface Sent {
  id: string;
  text: string;
  group: string;
}

/** A server that keeps each id once, and answers as the test wants. */
function server(world: TestWorld) {
  const kept: Sent[] = [];
  const seen: string[] = [];
  const it = {
    kept,
    seen,
    /** Before it is done: a problem, or silence. */
    refuse: (_sent: Sent): { code: string; [more: string]: unknown } | 'silence' | undefined => undefined,
    /** After it is done, the answer is lost. */
    loseAnswer: false,
  };
  world.onFrame = (socket, frame) => {
    if (frame['do'] !== 'message.send') return;
    const { group, text } = frame['with'] as { group: string; text: string };
    const sent = { id: frame['id'] as string, text, group };
    seen.push(text);
    const refusal = it.refuse(sent);
    if (refusal === 'silence') return;
    if (refusal) return socket.say({ id: sent.id, problem: refusal });
    if (!kept.some((one) => one.id === sent.id)) kept.push(sent);
    if (it.loseAnswer) return socket.break();
    socket.say({ id: sent.id, ok: { id: sent.id, seq: kept.length, ordinal: kept.length, at: 1 } });
  };
  return it;
}

async function device(world: TestWorld, shelves: Shelves = memoryShelves()) {
  const cache = new Cache(shelves, world);
  await cache.open();
  const connection = new Connection(world);
  const outbox = new Outbox(cache, connection, lonePage(), world);
  await outbox.open();
  const send = (group: string, text: string) => outbox.add('message.send', { group, text }, group);
  const goLive = async (): Promise<void> => {
    connection.open();
    world.socket.open();
    world.socket.say({ welcome: { account: A, time: 0, fetch: {}, gone: [], heads: {} } });
    await settled();
  };
  return { cache, connection, outbox, send, goLive, shelves };
}

const texts = (list: readonly { text: string }[]): string[] => list.map((it) => it.text);

test('what is written without a line is sent once there is one, in order within a group', async () => {
  const world = new TestWorld();
  const house = server(world);
  const { outbox, send, goLive } = await device(world);
  for (const text of ['1', '2', '3']) send(A, text);
  send(B, 'b');
  await settled();
  assert.equal(outbox.waiting, 4);
  await goLive();
  assert.deepEqual(texts(house.kept.filter((it) => it.group === A)), ['1', '2', '3']);
  assert.deepEqual(texts(house.kept.filter((it) => it.group === B)), ['b']);
  assert.equal(outbox.waiting, 0);
});

test('survives the end of the page, also between writing and sending', async () => {
  const world = new TestWorld();
  world.network = false;
  const first = await device(world);
  first.send(A, 'trước khi tắt máy');
  await settled();
  await first.outbox.close();
  first.connection.close();

  const again = new TestWorld();
  const house = server(again);
  const second = await device(again, first.shelves);
  assert.deepEqual(
    second.outbox.entries.value.map((it) => (it.input as { text: string }).text),
    ['trước khi tắt máy'],
  );
  await second.goLive();
  assert.deepEqual(texts(house.kept), ['trước khi tắt máy']);
  assert.deepEqual(await first.shelves.all('outbox'), []);
});

test('a lost answer does it once', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.loseAnswer = true;
  const { outbox, send, goLive } = await device(world);
  await goLive();
  send(A, 'một lần');
  await settled();
  assert.equal(outbox.waiting, 1);
  house.loseAnswer = false;
  while (world.sockets.length < 2) await world.pass(500);
  world.socket.open();
  world.socket.say({ welcome: { account: A, time: 0, fetch: {}, gone: [], heads: {} } });
  await world.pass(2_000);
  assert.deepEqual(texts(house.kept), ['một lần']);
  assert.ok(house.seen.length >= 2);
  assert.equal(outbox.waiting, 0);
});

test('waits as long as the server asks, and keeps the order meanwhile', async () => {
  const world = new TestWorld();
  const house = server(world);
  let refusals = 1;
  house.refuse = () => (refusals-- > 0 ? { code: 'too_fast', retry: true, wait: 7 } : undefined);
  const { send, goLive } = await device(world);
  await goLive();
  send(A, '1');
  await settled();
  send(A, '2');
  await world.pass(6_500);
  assert.deepEqual(texts(house.kept), []);
  await world.pass(1_000);
  assert.deepEqual(texts(house.kept), ['1', '2']);
});

test('a definite refusal stays with its reason, and what comes after it is sent', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.refuse = ({ text }) => (text === 'x' ? { code: 'forbidden', right: 'message.send' } : undefined);
  const { outbox, send, goLive, shelves } = await device(world);
  await goLive();
  send(A, 'x');
  send(A, 'y');
  await settled();
  assert.deepEqual(texts(house.kept), ['y']);
  const [refused] = outbox.entries.value;
  assert.deepEqual(refused?.refused, { code: 'forbidden', details: { right: 'message.send' } });
  assert.equal((await shelves.all('outbox')).length, 1);

  house.refuse = () => undefined;
  outbox.retry(refused.id);
  await settled();
  assert.deepEqual(texts(house.kept), ['y', 'x']);
  assert.equal(outbox.waiting, 0);
});

test('a refused one that is taken away is gone for good', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.refuse = () => ({ code: 'not_found' });
  const { outbox, send, goLive, shelves } = await device(world);
  await goLive();
  const { id } = send(A, 'x');
  await settled();
  outbox.remove(id);
  await settled();
  assert.deepEqual(await shelves.all('outbox'), []);
  assert.equal(outbox.waiting, 0);
});

test('a fault of the server is tried a few times, then left to the person', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.refuse = () => ({ code: 'fault', retry: true, id: 'F-1' });
  const { outbox, send, goLive } = await device(world);
  await goLive();
  send(A, 'x');
  await world.pass(OUTBOX.mostWaitMs * OUTBOX.faults);
  assert.equal(house.seen.length, OUTBOX.faults);
  assert.deepEqual(outbox.entries.value[0]?.refused, { code: 'fault', details: { id: 'F-1' } });
});

test('a session that ended is no fault of what waits', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.refuse = () => ({ code: 'signed_out' });
  const { outbox, send, goLive } = await device(world);
  await goLive();
  send(A, 'x');
  await settled();
  assert.equal(outbox.entries.value[0]?.refused, undefined);
});

test('one group that is held up does not hold up another', async () => {
  const world = new TestWorld();
  const house = server(world);
  house.refuse = ({ group }) => (group === A ? { code: 'busy', retry: true, wait: 30 } : undefined);
  const { send, goLive } = await device(world);
  await goLive();
  send(A, 'a');
  send(B, 'b');
  await settled();
  assert.deepEqual(texts(house.kept), ['b']);
});

test('is bounded and says so', async () => {
  const world = new TestWorld();
  world.network = false;
  const { send } = await device(world);
  for (let n = 0; n < OUTBOX.most; n += 1) send(A, `${n}`);
  assert.throws(() => send(A, 'one more'), { code: 'outbox.full' });
});

test('ids keep the order of writing within one millisecond and when the clock goes back', async () => {
  const world = new TestWorld();
  world.network = false;
  const { outbox, send } = await device(world);
  for (let n = 0; n < 30; n += 1) {
    if (n === 15) world.time -= 60_000;
    send(A, `${n}`);
  }
  const ids = outbox.entries.value.map((it) => it.id);
  assert.deepEqual(ids, [...ids].sort());
  assert.deepEqual(
    outbox.entries.value.map((it) => (it.input as { text: string }).text),
    Array.from({ length: 30 }, (_, n) => `${n}`),
  );
});

test('a disk that refuses costs the memory, not the message', async () => {
  const world = new TestWorld();
  const house = server(world);
  const shelves: Shelves = { ...memoryShelves(), write: () => Promise.reject(new Error('full')) };
  const { outbox, send, goLive } = await device(world, shelves);
  await goLive();
  send(A, 'x');
  await settled();
  assert.deepEqual(texts(house.kept), ['x']);
  assert.equal(outbox.waiting, 0);
});

test('a held one waits for its word; meanwhile those after it go, and it is sent once with what it was given', async () => {
  const world = new TestWorld();
  const house = server(world);
  const { outbox, send, goLive, shelves } = await device(world);
  const held = outbox.add('message.send', { group: A, text: 'với file' }, A, { held: true });
  send(A, 'sau');
  await goLive();
  assert.deepEqual(texts(house.kept), ['sau']);
  assert.equal(outbox.waiting, 1);
  // Also for whoever reads the store later.
  assert.deepEqual(
    ((await shelves.all('outbox')) as { held?: true }[]).map((it) => it.held),
    [true],
  );
  outbox.amend(held.id, { group: A, text: 'với hai file' });
  await settled();
  assert.deepEqual(texts(house.kept), ['sau']);
  outbox.release(held.id, { group: A, text: 'với ba file' });
  await settled();
  assert.deepEqual(texts(house.kept), ['sau', 'với ba file']);
  assert.equal(house.kept.at(-1)?.id, held.id);
  assert.equal(outbox.waiting, 0);
});

test('a held one that cannot go is refused with its reason; trying again holds it again', async () => {
  const world = new TestWorld();
  const house = server(world);
  const { outbox, goLive } = await device(world);
  const told: string[] = [];
  outbox.listen({ refused: (entry) => told.push(entry.refused!.code) });
  const { id } = outbox.add('message.send', { group: A, text: '' }, A, { held: true });
  await goLive();
  outbox.refuse(id, { code: 'file.mismatch', details: {} });
  assert.deepEqual(told, ['file.mismatch']);
  outbox.retry(id);
  await settled();
  assert.equal(outbox.entries.value[0]?.refused, undefined);
  assert.equal(outbox.entries.value[0]?.held, true);
  assert.deepEqual(house.kept, []);
});
