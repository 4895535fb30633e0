import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { EventFrame } from '../protocol/frame.ts';
import { CLOSE } from '../protocol/frame.ts';
import { newId } from '../protocol/id.ts';
import { Problem } from '../protocol/problem.ts';
import { settled, TestWorld } from '../testing/world.ts';
import { Connection, LINE } from './connection.ts';

const ACCOUNT = newId();
const GROUP = newId();

const welcome = (more: object = {}) => ({
  welcome: { account: ACCOUNT, time: 0, fetch: {}, gone: [], heads: {}, ...more },
});
const sent = (n: number, stream = GROUP): EventFrame => ({
  on: 'message.sent',
  in: stream,
  n,
  at: n,
  by: ACCOUNT,
  with: { id: newId(), ordinal: n, text: `${n}` },
});

function open(world = new TestWorld()) {
  const connection = new Connection(world);
  const applied: number[] = [];
  const told = { signedOut: 0, gone: [] as string[], fetched: [] as string[] };
  connection.listen({
    event: (it) => void applied.push(it.n),
    signedOut: () => void (told.signedOut += 1),
    gone: (streams) => void told.gone.push(...streams),
    fetch: async (streams) => {
      told.fetched.push(...streams);
      for (const it of streams) connection.inbox.place(it, 10);
    },
  });
  return { world, connection, applied, told };
}

async function live(world = new TestWorld()) {
  const it = open(world);
  it.connection.inbox.place(GROUP, 0);
  it.connection.open();
  world.socket.open();
  world.socket.say(welcome());
  await settled();
  assert.equal(it.connection.state.value, 'online');
  return it;
}

test('says hello with what this device has and becomes live with the welcome', async () => {
  const { world, connection } = open();
  connection.inbox.place(GROUP, 7);
  connection.open();
  assert.equal(connection.state.value, 'connecting');
  world.socket.open();
  assert.deepEqual(world.socket.sent, [{ hello: { version: 1, streams: { [GROUP]: 7 } } }]);
  world.socket.say(welcome());
  assert.equal(connection.state.value, 'online');
});

test('events of one frame or of an array are applied in order', async () => {
  const { world, applied } = await live();
  world.socket.say(sent(1));
  world.socket.say([sent(2), sent(3)]);
  world.socket.say(sent(2));
  assert.deepEqual(applied, [1, 2, 3]);
});

test('a call goes by the socket while it is open', async () => {
  const { world, connection } = await live();
  const answer = connection.call('chat.pin', { group: GROUP, on: true }, { id: GROUP });
  const frame = world.socket.sent.at(-1)!;
  assert.deepEqual(frame, { id: GROUP, do: 'chat.pin', with: { group: GROUP, on: true } });
  world.socket.say({ id: GROUP, ok: {} });
  assert.deepEqual(await answer, {});
  assert.equal(world.posted.length, 0);
});

test('a problem in a frame is thrown with its code, its details and whether to try again', async () => {
  const { world, connection } = await live();
  const answer = connection.call('message.send', { group: GROUP, text: 'a' }, { id: GROUP });
  world.socket.say({ id: GROUP, problem: { code: 'too_fast', retry: true, wait: 3 } });
  await assert.rejects(answer, (error: Problem) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.code, error.retry, error.details], ['too_fast', true, { wait: 3 }]);
    return true;
  });
});

test('a line that dies before the answer is asked again by HTTP under the same id', async () => {
  const { world, connection } = await live();
  world.onPost = () => ({ status: 200, body: { id: GROUP, seq: 4, ordinal: 2, at: 1 } });
  const answer = connection.call('message.send', { group: GROUP, text: 'a' });
  const { id } = world.socket.sent.at(-1)!;
  world.socket.break();
  assert.deepEqual(await answer, { id: GROUP, seq: 4, ordinal: 2, at: 1 });
  assert.deepEqual(world.posted, [{ name: 'message.send', id, input: { group: GROUP, text: 'a' } }]);
});

test('an answer that does not come in time is asked for by HTTP, and the line is put to the test', async () => {
  const { world, connection } = await live();
  world.onPost = () => ({ status: 200, body: {} });
  const answer = connection.call('chat.pin', { group: GROUP, on: true });
  await world.pass(LINE.answerMs);
  assert.deepEqual(await answer, {});
  assert.ok('ping' in world.socket.sent.at(-1)!);
});

test('what the socket refuses as the wrong door goes by HTTP', async () => {
  const { world, connection } = await live();
  world.onPost = () => ({ status: 200, body: {} });
  const answer = connection.call('chat.pin', { group: GROUP, on: true }, { id: GROUP });
  world.socket.say({ id: GROUP, problem: { code: 'wrong_door' } });
  assert.deepEqual(await answer, {});
});

test('without a line a call goes by HTTP; a problem document becomes the same problem', async () => {
  const { world, connection } = open();
  world.onPost = () => ({
    status: 403,
    body: {
      type: 'about:blank#forbidden',
      title: 'forbidden',
      status: 403,
      code: 'forbidden',
      right: 'message.send',
    },
  });
  await assert.rejects(connection.call('message.send', { group: GROUP, text: 'a' }), (error: Problem) => {
    assert.deepEqual(
      [error.code, error.status, error.retry, error.details],
      ['forbidden', 403, false, { right: 'message.send' }],
    );
    return true;
  });
});

test('nothing that answers, or a page of a proxy, is “unreachable”', async () => {
  const { world, connection } = open();
  await assert.rejects(connection.call('chat.list', {}), { code: 'unreachable', retry: true });
  world.onPost = () => ({ status: 502, body: undefined });
  await assert.rejects(connection.call('chat.list', {}), { code: 'unreachable' });
});

test('comes back with doubling waits and jitter, never more than a minute apart', async () => {
  const { world, connection } = open();
  connection.open();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const before = world.sockets.length;
    const from = world.time;
    world.socket.break();
    while (world.sockets.length === before) await world.pass(50);
    waits.push(world.time - from);
  }
  assert.ok(waits[0]! <= LINE.firstWaitMs);
  for (const [at, wait] of waits.entries()) {
    const full = Math.min(LINE.mostWaitMs, LINE.firstWaitMs * 2 ** at);
    assert.ok(wait >= full / 2 && wait <= full + 50, `attempt ${at} waited ${wait}`);
  }
  assert.equal(connection.state.value, 'offline');
});

test('a short break shows nothing; a longer one is called offline', async () => {
  const { world, connection } = await live();
  await world.pass(LINE.goodAfterMs);
  world.socket.break();
  assert.equal(connection.state.value, 'connecting');
  await world.pass(LINE.graceMs - 100);
  assert.equal(connection.state.value, 'connecting');
  await world.pass(200);
  assert.equal(connection.state.value, 'offline');
  world.socket.open();
  world.socket.say(welcome());
  assert.equal(connection.state.value, 'online');
});

test('comes back at once when the network does', async () => {
  const { world, connection } = await live();
  world.network = false;
  world.socket.break();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await world.pass(LINE.mostWaitMs);
    world.socket.break();
  }
  const before = world.sockets.length;
  world.network = true;
  world.wake();
  assert.equal(world.sockets.length, before + 1);
  assert.equal(connection.state.value, 'offline');
});

test('the server says how long to stay away, and waking up does not shorten it', async () => {
  const { world } = await live();
  world.socket.say({ bye: { wait: 8_000, why: 'restart' } });
  world.socket.break(1012);
  await world.pass(7_900);
  world.wake();
  assert.equal(world.sockets.length, 1);
  await world.pass(1_200);
  assert.equal(world.sockets.length, 2);
});

test('a restart that was announced shows nothing, and what is asked meanwhile waits for the line', async () => {
  const { world, connection } = await live();
  world.socket.say({ bye: { wait: 4_000, why: 'restart' } });
  const asked = connection.call('chat.list', { groups: [] });
  world.socket.break(1012);
  await world.pass(3_900);
  assert.equal(connection.state.value, 'connecting');
  // It is late: the first tries to come back fail.
  for (let tries = 0; world.sockets.length < 4; tries += 1) {
    assert.ok(tries < 40);
    const before = world.sockets.length;
    await world.pass(200);
    if (world.sockets.length > before && world.sockets.length < 4) world.socket.break();
    assert.equal(connection.state.value, 'connecting');
  }
  world.onFrame = (socket, frame) => {
    if (frame['do'] === 'chat.list') socket.say({ id: frame['id'], ok: { chats: [] } });
  };
  world.socket.open();
  world.socket.say(welcome());
  assert.deepEqual(await asked, { chats: [] });
  assert.equal(connection.state.value, 'online');
});

test('a server that announced a restart and stays away is called offline', async () => {
  const { world, connection } = await live();
  world.socket.say({ bye: { wait: 1_000, why: 'restart' } });
  world.socket.break(1012);
  for (let seconds = 0; seconds < 12; seconds += 1) {
    await world.pass(1_000);
    if (!world.socket.closed) world.socket.break();
  }
  assert.equal(connection.state.value, 'offline');
});

test('a quiet line is asked for a sign of life and let go without one', async () => {
  const { world, connection } = await live();
  await world.pass(LINE.quietMs + 1_000);
  assert.ok('ping' in world.socket.sent.at(-1)!);
  world.socket.say({ pong: 1 });
  await world.pass(LINE.pongMs + 1);
  assert.equal(connection.state.value, 'online');
  await world.pass(LINE.quietMs + LINE.pongMs + 1_000);
  assert.ok(world.sockets[0]!.closed);
  assert.notEqual(connection.state.value, 'online');
});

test('after a sleep the line is tested before anybody waits for it', async () => {
  const { world } = await live();
  await world.pass(10_000);
  world.wake();
  assert.ok('ping' in world.socket.sent.at(-1)!);
  await world.pass(4_000);
  assert.ok(world.sockets[0]!.closed);
});

test('a machine that lost its network says so within seconds', async () => {
  const { world, connection } = await live();
  world.network = false;
  world.wake();
  await world.pass(LINE.goneMs);
  assert.equal(connection.state.value, 'offline');
});

test('a gap that stays is read from the log', async () => {
  const { world, applied } = await live();
  world.onFrame = (socket, frame) => {
    if (frame['do'] !== 'stream.read') return;
    assert.deepEqual(frame['with'], { stream: GROUP, after: 1 });
    socket.say({ id: frame['id'], ok: { events: [sent(2), sent(3)], fetch: false, head: 3 } });
  };
  world.socket.say(sent(1));
  world.socket.say(sent(4));
  assert.deepEqual(applied, [1]);
  await world.pass(LINE.gapMs);
  assert.deepEqual(applied, [1, 2, 3, 4]);
});

test('a gap that closes by itself asks nothing', async () => {
  const { world, applied } = await live();
  world.socket.say(sent(2));
  world.socket.say(sent(1));
  await world.pass(LINE.gapMs * 2);
  assert.deepEqual(applied, [1, 2]);
  assert.equal(world.socket.sent.length, 1);
});

test('too far behind: a new picture is fetched, and only what came after it is applied', async () => {
  const { world, connection, applied, told } = open();
  connection.inbox.place(GROUP, 2);
  connection.open();
  world.socket.open();
  world.socket.say(sent(11));
  world.socket.say(welcome({ fetch: { [GROUP]: 10 } }));
  await settled();
  assert.deepEqual(told.fetched, [GROUP]);
  assert.deepEqual(applied, [11]);
});

test('a picture that could not be fetched is fetched again while the line holds', async () => {
  const world = new TestWorld();
  const connection = new Connection(world);
  let tries = 0;
  connection.listen({
    fetch: async (streams) => {
      tries += 1;
      if (tries < 3) throw new Problem('busy', { status: 503, retry: true, summary: '' });
      for (const it of streams) connection.inbox.place(it, 5);
    },
  });
  connection.open();
  world.socket.open();
  world.socket.say(welcome({ fetch: { [GROUP]: 5 } }));
  await world.pass(5_000);
  assert.equal(tries, 3);
  assert.equal(connection.inbox.cursors.get(GROUP), 5);
});

test('streams that may no longer be read are told and forgotten', async () => {
  const { world, connection, told } = open();
  connection.inbox.place(GROUP, 2);
  connection.open();
  world.socket.open();
  world.socket.say(welcome({ gone: [GROUP] }));
  assert.deepEqual(told.gone, [GROUP]);
  assert.equal(connection.inbox.cursors.has(GROUP), false);
});

test('a session that ended is told once and no line is sought again', async () => {
  const { world, told } = await live();
  world.socket.break(CLOSE.signedOut);
  await world.pass(LINE.mostWaitMs * 3);
  assert.equal(told.signedOut, 1);
  assert.equal(world.sockets.length, 1);
});

test('a refused upgrade is found out by an ordinary request', async () => {
  const { world, connection, told } = open();
  world.onPost = () => ({ status: 401, body: { code: 'signed_out', status: 401 } });
  connection.open();
  world.socket.break();
  await settled();
  assert.equal(told.signedOut, 1);
});

test('a version that is no longer served asks for a reload and does not hammer', async () => {
  const { world, connection } = await live();
  world.socket.break(CLOSE.outdated);
  assert.equal(connection.outdated.value, true);
  await world.pass(LINE.mostWaitMs - 1_000);
  assert.equal(world.sockets.length, 1);
});

test('a listener that breaks does not keep the others from hearing', async () => {
  const { world, connection, applied } = await live();
  connection.listen({
    event: () => {
      throw new Error('mine');
    },
  });
  world.socket.say(sent(1));
  world.socket.say(sent(2));
  assert.deepEqual(applied, [1, 2]);
  assert.equal(world.faults.length, 2);
});

test('asked for once more while the answer is on its way: it is asked for again, once', async () => {
  const { connection } = await live();
  const answers: (() => void)[] = [];
  connection.listen({ fetch: () => new Promise<void>((resolve) => answers.push(resolve)) });
  void connection.fetch([GROUP]);
  await settled();
  void connection.fetch([GROUP]);
  void connection.fetch([GROUP]);
  assert.equal(answers.length, 1);
  answers[0]!();
  await settled();
  assert.equal(answers.length, 2);
  answers[1]!();
  await settled();
  assert.equal(answers.length, 2);
});

for (const ending of ['fails', 'comes'] as const)
  test(`asked for without a line, once more by the hello, and then the first answer ${ending}: it is asked for again`, async () => {
    const world = new TestWorld();
    const connection = new Connection(world);
    const answers: PromiseWithResolvers<void>[] = [];
    connection.listen({
      fetch: () => {
        const answer = Promise.withResolvers<void>();
        answers.push(answer);
        return answer.promise;
      },
    });
    void connection.fetch([GROUP]);
    await settled();
    connection.open();
    world.socket.open();
    world.socket.say(welcome({ fetch: { [GROUP]: 7 } }));
    await settled();
    assert.equal(answers.length, 1);
    if (ending === 'comes') answers[0]!.resolve();
    else answers[0]!.reject(new Problem('unreachable', { status: 0, summary: '', retry: true }));
    await world.pass(LINE.mostWaitMs);
    assert.equal(answers.length, 2);
    answers[1]!.resolve();
    await world.pass(LINE.mostWaitMs);
    assert.equal(answers.length, 2);
  });
