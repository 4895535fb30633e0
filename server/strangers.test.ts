import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import type { Socket } from 'node:net';
import { before, test } from 'node:test';

import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';

/** What somebody who is not signed in can send to the doors, byte by byte. */
let house: TestHouse;

before(async () => {
  house = await openTestHouse();
});

async function line(): Promise<Socket> {
  const socket = dial({ port: Number(new URL(house.address).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** The head of the answer to some bytes, as text. */
async function answerTo(bytes: string | Buffer): Promise<string> {
  const socket = await line();
  let answer = '';
  socket.write(bytes);
  for await (const part of socket) {
    answer += (part as Buffer).toString('latin1');
    if (answer.includes('\r\n\r\n')) break;
  }
  return answer;
}

const upgradeTo = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

test('a line that is reset while it asks for a socket ends nothing but itself', async () => {
  const faults: unknown[] = [];
  const hear = (error: unknown): void => void faults.push(error);
  process.on('uncaughtException', hear);
  for (const path of ['/nowhere', '/live']) {
    for (let round = 0; round < 50; round += 1) {
      const socket = await line();
      socket.write(upgradeTo(path));
      socket.write('x'.repeat(50_000));
      socket.resetAndDestroy();
    }
  }
  // Asked after all of them, so answered after all of them.
  for (let round = 0; round < 5; round += 1) assert.equal((await fetch(`${house.address}/healthz`)).status, 200);
  process.off('uncaughtException', hear);
  assert.deepEqual(faults, []);
});

test('who was refused a socket and does not hang up is hung up on', async () => {
  for (const path of ['/nowhere', '/live']) {
    const socket = await line();
    let closed = false;
    socket.on('close', () => (closed = true));
    socket.resume();
    socket.write(upgradeTo(path));
    await once(socket, 'end');
    // The program has said its last; only if it has let go of the line too is what we say now refused.
    const deadline = Date.now() + 30_000;
    while (!closed && Date.now() < deadline) {
      socket.write('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(closed, `${path}: the program still holds the line`);
  }
});

test('a large body is not read from somebody who may not do anything with it', async () => {
  for (const [name, cookie, status] of [
    ['import.check', '', 401],
    ['import.apply', `Cookie: ${house.cast.member.cookie}\r\n`, 403],
    ['account.setPhoto', '', 401],
  ] as const) {
    // Announced, but never sent: the answer must not wait for it.
    const answer = await answerTo(
      `POST /api/${name} HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n${cookie}` +
        'Content-Type: application/json\r\nContent-Length: 600000\r\n\r\n{',
    );
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), name);
  }
});

test('bytes that are no UTF-8 are not read as something else', async () => {
  const body = Buffer.from('{"query":"\xff"}', 'latin1');
  const head = `POST /api/area.search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  assert.match(await answerTo(Buffer.concat([Buffer.from(head), body])), /^HTTP\/1.1 400 /);
});

test('every answer carries the headers that keep a browser safe, also one to an address that is none', async () => {
  for (const path of [
    '/',
    '/%zz',
    '/%00',
    '/nowhere',
    '/api/nothing',
    '/assets/..%2f..%2fpackage.json',
    '/huong-dan',
    '/healthz',
  ]) {
    const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    for (const header of [
      "content-security-policy: default-src 'none'",
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
      'cross-origin-opener-policy: same-origin',
      'cross-origin-resource-policy: same-origin',
      'permissions-policy: camera=(self)',
      'cache-control: no',
    ])
      assert.ok(answer.toLowerCase().includes(header), `${path} has no ${header}: ${answer.slice(0, 300)}`);
    assert.doesNotMatch(answer, /"private"|FST_/, path);
  }
});

test('what is no request, or too much of one, is refused with safe headers too', async () => {
  for (const [bytes, status] of [
    ['nonsense\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    [upgradeTo('/nowhere'), 404],
    [upgradeTo('/live'), 401],
  ] as const) {
    const answer = await answerTo(bytes);
    const what = `${bytes.slice(0, 40)}: ${answer.slice(0, 400)}`;
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), what);
    for (const header of [
      "content-security-policy: default-src 'none'",
      'x-content-type-options: nosniff',
      'cache-control: no-store',
    ])
      assert.ok(answer.toLowerCase().includes(header), what);
    assert.doesNotMatch(answer, /FST_|HPE_|Client Error/, what);
  }
});

test('limits of an address hold for the whole /64 of IPv6 that it lies in', async () => {
  const search = (address: string): Promise<Response> =>
    fetch(`${house.address}/api/area.search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: house.address, 'x-forwarded-for': address },
      body: JSON.stringify({ query: 'ia grai' }),
    });
  const live = (address: string): Promise<string> =>
    answerTo(
      upgradeTo('/live').replace(
        '\r\n\r\n',
        `\r\nOrigin: http://x\r\nCookie: sid=${'a'.repeat(43)}\r\nX-Forwarded-For: ${address}\r\n\r\n`,
      ),
    );
  const hosts = Array.from({ length: 200 }, (_, n) => `2402:800:6310:1::${n}`);
  const searches = await Promise.all(hosts.map(async (it) => (await search(it)).status));
  assert.deepEqual([...new Set(searches)].sort(), [200, 429]);
  assert.ok(searches.filter((it) => it === 200).length >= 60);
  const sockets = await Promise.all(hosts.map(async (it) => (await live(it)).slice(9, 12)));
  assert.deepEqual([...new Set(sockets)].sort(), ['401', '429']);
  assert.equal((await search('2402:800:6310:2::1')).status, 200, 'the neighbours are somebody else');
  assert.match(await live('2402:800:6310:2::1'), /^HTTP\/1\.1 401 /);
});
