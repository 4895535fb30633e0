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

/** The whole answer to some bytes, as text; the other side must close. */
async function answerTo(bytes: string): Promise<string> {
  const socket = await line();
  let answer = '';
  socket.on('data', (part: Buffer) => (answer += part.toString('latin1')));
  socket.write(bytes);
  await once(socket, 'end');
  socket.destroy();
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
    const deadline = Date.now() + 2_000;
    while (!closed && Date.now() < deadline) {
      socket.write('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(closed, `${path}: the program still holds the line`);
  }
});
