import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { WebSocket, WebSocketServer } from 'ws';

import { Problem } from '../../../protocol/problem.ts';
import { openLog } from '../../../server/log.ts';
import { openTestJanus } from '../../../testing/janus.ts';
import type { TestJanus } from '../../../testing/janus.ts';
import { TestPeer } from '../../../testing/peer.ts';
import type { Ask } from '../protocol.ts';
import { openJanus } from './janus.ts';
import type { MediaSeat, MediaServer } from './sfu.ts';

let janus: TestJanus;

before(async () => {
  janus = await openTestJanus();
});

after(async () => {
  await janus?.stop();
});

interface Node {
  readonly server: MediaServer;
  /** Seats of which was told that they send something else, and that they are lost. */
  readonly changed: string[];
  readonly gone: string[];
}

/** One node of the program; closed at the end of the test. */
function openNode(t: { after(what: () => Promise<void>): void }, at = { url: janus.url, secret: janus.secret }): Node {
  const changed: string[] = [];
  const gone: string[] = [];
  const server = openJanus(at, {
    log: openLog('silent'),
    news: {
      changed: (_call, seat) => void changed.push(seat),
      gone: (seats) => void gone.push(...seats.map((it) => it.seat)),
    },
  });
  t.after(() => server.close());
  return { server, changed, gone };
}

function peerIn(t: { after(what: () => Promise<void>): void }, call: string, { server }: Node): TestPeer {
  const seat = randomUUID();
  const peer = new TestPeer(seat, (ask) => server.ask({ call, seat }, ask));
  t.after(() => peer.drop());
  return peer;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await wait(20);
  }
}

/** In the call, all of them hear each other. */
async function together(peers: readonly TestPeer[]): Promise<void> {
  for (const peer of peers) await peer.publish(['mic', 'camera']);
  await watchAll(peers);
}

const watchAll = (peers: readonly TestPeer[]): Promise<unknown> =>
  Promise.all(peers.map((peer) => hears(peer, peers.filter((it) => it !== peer).map((it) => it.seat)))); // prettier-ignore

/** As devices do that are told of every change: watches until it hears all of these. */
async function hears(peer: TestPeer, seats: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { lines } = await peer.watch(seats);
    if (seats.every((seat) => lines.some((it) => it.seat === seat))) break;
    assert.ok(Date.now() < deadline, 'never offered everybody');
    await wait(50);
  }
  await until('pictures come', () => seats.every((seat) => peer.heard(seat, 'camera') > 0));
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

test('five devices hear and see each other; who leaves is not sent any more', async (t) => {
  const node = openNode(t);
  const call = randomUUID();
  const peers = [1, 2, 3, 4, 5].map(() => peerIn(t, call, node));
  await together(peers);
  const [first, second, ...others] = peers as [TestPeer, TestPeer, ...TestPeer[]];
  for (const peer of peers) {
    await until('pictures come', () => peers.every((other) => other === peer || peer.heard(other.seat, 'camera') > 0));
    assert.ok(!peer.got.has('unknown'), 'every packet belongs to a line that was named');
    assert.equal(peer.heard(peer.seat), 0, 'nobody hears themselves');
  }
  await until('the others are told of each', () => peers.every((it) => node.changed.includes(it.seat)));

  node.changed.length = 0;
  await node.server.putOut([{ call, seat: first.seat }]);
  await until('the others are told', () => node.changed.includes(first.seat));
  const { lines } = await second.watch(peers.map((it) => it.seat));
  assert.deepEqual(new Set(lines.map((it) => it.seat)), new Set(others.map((it) => it.seat)));
  assert.deepEqual(node.gone, [], 'it was put out, not lost');
  await node.server.end(call);
});

test('who is put out hears nothing within a second, and nobody hears them; whichever node says so', async (t) => {
  const node = openNode(t);
  const other = openNode(t);
  const call = randomUUID();
  const peers = [peerIn(t, call, node), peerIn(t, call, node), peerIn(t, call, other)];
  await together(peers);
  const [stays, out, far] = peers as [TestPeer, TestPeer, TestPeer];
  for (const [said, seat] of [
    [other, out],
    [node, far],
  ] as const) {
    const since = performance.now();
    await said.server.putOut([{ call, seat: seat.seat }]);
    // Time for packets to come that should not.
    await wait(1_500);
    const late = (peer: TestPeer, from: string): number => peer.lastFrom(from) - since;
    assert.ok(late(stays, seat.seat) < 1_000, `heard ${late(stays, seat.seat)} ms later`);
    assert.ok(late(seat, stays.seat) < 1_000, `heard somebody ${late(seat, stays.seat)} ms later`);
    assert.ok((stays.sent.get('mic') ?? 0) > 0);
    const watch = { ask: 'watch' as const, seats: [], anew: true };
    assert.equal(
      await codeOf(said.server.ask({ call, seat: seat.seat }, watch)),
      'call.media_gone',
      'nor by what comes late',
    );
    assert.equal(
      await codeOf(said.server.ask({ call, seat: seat.seat }, { ask: 'answer', sdp: 'v=0' })),
      'call.media_gone',
    );
  }
  await node.server.end(call);
});

test('a microphone that is silenced is not passed on, until it is again; also after its device began anew', async (t) => {
  const node = openNode(t);
  const call = randomUUID();
  const peers = [peerIn(t, call, node), peerIn(t, call, node)];
  await together(peers);
  const [loud, ear] = peers as [TestPeer, TestPeer];
  const at: MediaSeat = { call, seat: loud.seat };

  const quiet = async (): Promise<void> => {
    ear.forget();
    // By what is seen of it one knows that packets had the time to come.
    await until('pictures go on', () => ear.heard(loud.seat, 'camera') > 25);
  };
  await node.server.silence(at, true);
  await quiet();
  await quiet();
  assert.equal(ear.heard(loud.seat), 0);

  node.changed.length = 0;
  await loud.publish(['mic', 'camera']);
  await until('the others are told that it went and came', () => node.changed.length === 2);
  ear.forget();
  await hears(ear, [loud.seat]);
  await quiet();
  assert.equal(ear.heard(loud.seat), 0, 'a new connection is no way round it');

  // From a node that knows nothing of the seat.
  const other = openNode(t);
  await other.server.silence(at, false);
  await until('it is heard again', () => ear.heard(loud.seat) > 0);
  await node.server.end(call);
});

test('a media server that is killed and comes back loses the seats, which are told; within 10 s they hear each other again', async (t) => {
  const own = await openTestJanus();
  t.after(() => own.stop());
  const node = openNode(t, own);
  const call = randomUUID();
  const peers = [1, 2, 3].map(() => peerIn(t, call, node));
  await together(peers);
  const killed = Date.now();
  await own.kill();
  await until('all are told', () => node.gone.length === peers.length);
  assert.deepEqual(new Set(node.gone), new Set(peers.map((it) => it.seat)));
  assert.equal(
    await codeOf(node.server.ask({ call, seat: randomUUID() }, { ask: 'watch', seats: [] })),
    'call.no_media_server',
  );
  await node.server.putOut([{ call, seat: randomUUID() }]);
  await own.start();
  for (const peer of peers) {
    peer.forget();
    await peer.drop();
  }
  await together(peers);
  assert.ok(Date.now() - killed < 10_000, `${Date.now() - killed} ms`);
  assert.equal(node.gone.length, peers.length, 'once');
});

test('a seat that is not known, or in another call, is told to begin anew; what is no description is refused', async (t) => {
  const node = openNode(t);
  const call = randomUUID();
  const seat = randomUUID();
  const ask = (what: Ask, at: MediaSeat = { call, seat }): Promise<string> => codeOf(node.server.ask(at, what));
  const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', mid: '0', line: 0 };
  assert.equal(await ask({ ask: 'answer', sdp: 'v=0' }), 'call.media_gone');
  assert.equal(await ask({ ask: 'candidates', on: 'watch', list: [candidate], last: false }), 'call.media_gone');
  assert.equal(await ask({ ask: 'candidates', on: 'publish', list: [], last: true }), 'call.media_gone');
  assert.equal(await ask({ ask: 'watch', seats: [], anew: true }), 'none', 'nothing to watch is no fault');
  for (const sdp of [
    'v=0',
    'hello\u0000',
    'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n',
    `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n${'m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(40)}`,
    'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n',
  ])
    assert.equal(await ask({ ask: 'publish', sdp, lines: [] }), 'malformed', JSON.stringify(sdp));

  const twice = new TestPeer(randomUUID(), (what) => {
    const lines = what.ask === 'publish' ? [...what.lines, { mid: '9', what: 'mic' as const }] : [];
    return node.server.ask({ call, seat: twice.seat }, what.ask === 'publish' ? { ...what, lines } : what);
  });
  t.after(() => twice.drop());
  assert.equal(await codeOf(twice.publish(['mic'])), 'malformed', 'two microphones');

  const peer = peerIn(t, call, node);
  await peer.publish(['mic']);
  const elsewhere = { call: randomUUID(), seat: peer.seat };
  assert.equal(
    await ask({ ask: 'candidates', on: 'publish', list: [candidate], last: false }, elsewhere),
    'call.media_gone',
  );
  assert.equal(
    await ask({ ask: 'candidates', on: 'publish', list: [candidate], last: true }, { call, seat: peer.seat }),
    'none',
  );
  await node.server.end(call);
  assert.equal(
    await ask({ ask: 'candidates', on: 'publish', list: [], last: true }, { call, seat: peer.seat }),
    'call.media_gone',
  );
});

test('a camera that is turned on and off needs no new connection, and is offered again; a new way is looked for where it is asked', async (t) => {
  const node = openNode(t);
  const call = randomUUID();
  const peers = [peerIn(t, call, node), peerIn(t, call, node)];
  const [shows, sees] = peers as [TestPeer, TestPeer];
  for (const peer of peers) await peer.publish(['mic']);
  const watched = async (what: readonly string[]): Promise<string> => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { lines, sdp } = await sees.watch([shows.seat]);
      if (JSON.stringify(lines.map((it) => it.what)) === JSON.stringify(what)) return sdp ?? '';
      assert.ok(Date.now() < deadline, `never offered ${what.join()}`);
      await wait(50);
    }
  };
  await watched(['mic']);
  await shows.change(['mic', 'camera']);
  await watched(['mic', 'camera']);
  await until('the camera is seen', () => sees.heard(shows.seat, 'camera') > 5);
  await shows.change(['mic']);
  await watched(['mic']);
  sees.forget();
  await until('the voice goes on', () => sees.heard(shows.seat) > 25);
  assert.equal(sees.heard(shows.seat, 'camera') + (sees.got.get('unknown') ?? 0), 0);
  await shows.change(['mic', 'camera']);
  await watched(['mic', 'camera']);
  assert.deepEqual(node.gone, []);
  const wanted = { seat: shows.seat, sound: true, camera: 'low' as const, screen: false };
  const restarted = await node.server.ask({ call, seat: sees.seat }, { ask: 'watch', seats: [wanted], restart: true });
  assert.deepEqual(new Set(restarted.lines.map((it) => it.what)), new Set(['mic', 'camera']));
  assert.match(restarted.sdp ?? '', /a=ice-ufrag:/);
  await node.server.end(call);
});

test('an offer that is not answered is given again; what was wanted since comes with the answer', async (t) => {
  const node = openNode(t);
  const call = randomUUID();
  const peers = [peerIn(t, call, node), peerIn(t, call, node)];
  for (const peer of peers) await peer.publish(['mic', 'camera']);
  await until('both are told', () => peers.every((it) => node.changed.includes(it.seat)));
  const [one, two] = peers.map((it) => it.seat) as [string, string];
  const at = { call, seat: randomUUID() };
  const watch = (seats: readonly string[], more: object = {}): ReturnType<MediaServer['ask']> =>
    node.server.ask(at, {
      ask: 'watch',
      seats: seats.map((seat) => ({ seat, sound: true, camera: 'none', screen: true })),
      ...more,
    });
  const first = await watch([one]);
  assert.deepEqual(
    first.lines.map(({ seat, what }) => [seat, what]),
    [[one, 'mic']],
  );
  assert.deepEqual(await watch([one, two]), first);
  assert.deepEqual(await watch([one, two], { restart: true }), first);
  const anew = await watch([one, two], { anew: true });
  assert.notEqual(anew.sdp, first.sdp);
  assert.deepEqual(
    anew.lines.map(({ seat, what }) => [seat, what]),
    [
      [one, 'mic'],
      [two, 'mic'],
    ],
  );
  await node.server.end(call);
});

test('an answer that comes too late is no answer, and does not stand in the way of the next', async (t) => {
  const door = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'janus-protocol' });
  await once(door, 'listening');
  let swallows = 1;
  door.on('connection', (here) => {
    const there = new WebSocket(janus.url, 'janus-protocol');
    const early: string[] = [];
    there.on('open', () => early.forEach((it) => there.send(it)));
    here.on('message', (part: Buffer) => {
      if (there.readyState === WebSocket.OPEN) there.send(part.toString());
      else early.push(part.toString());
    });
    there.on('message', (part: Buffer) => {
      const text = part.toString();
      if (text.includes('"jsep"') && swallows > 0) swallows -= 1;
      else here.send(text);
    });
    here.on('close', () => there.terminate());
    there.on('close', () => here.terminate());
  });
  t.after(() => {
    door.close();
    for (const it of door.clients) it.terminate();
  });
  const { port } = door.address() as AddressInfo;
  const node = openNode(t, { url: `ws://127.0.0.1:${port}`, secret: janus.secret });
  const call = randomUUID();
  const peer = peerIn(t, call, node);
  assert.equal(await codeOf(peer.publish(['mic'])), 'call.no_media_server');
  assert.equal(swallows, 0);
  assert.equal(await codeOf(peer.publish(['mic'])), 'none');
  const ear = peerIn(t, call, node);
  await ear.publish(['mic']);
  await until('what it sends is told', () => node.changed.includes(peer.seat));
  const { lines } = await ear.watch([peer.seat]);
  assert.deepEqual(
    lines.map((it) => [it.seat, it.what]),
    [[peer.seat, 'mic']],
  );
  await node.server.end(call);
});

test('a secret that is wrong opens nothing', async (t) => {
  const node = openNode(t, { url: janus.url, secret: 'not the secret at all' });
  assert.equal(
    await codeOf(node.server.ask({ call: randomUUID(), seat: randomUUID() }, { ask: 'watch', seats: [] })),
    'call.no_media_server',
  );
});
