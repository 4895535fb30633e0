import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { ToxicLine } from './toxic.ts';

/** Says back what it is told. */
let echo: Server;
let line: ToxicLine;
const heardThere: Buffer[] = [];
const there = new Set<Socket>();

before(async () => {
  echo = createServer((socket) => {
    there.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => there.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      heardThere.push(bytes);
      socket.write(bytes);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});

after(() => {
  for (const it of there) it.destroy();
  echo.close();
});

beforeEach(async () => {
  heardThere.length = 0;
  line = await ToxicLine.open({ port: (echo.address() as AddressInfo).port }, { seed: 7 });
});

afterEach(() => line.close());

class Talk {
  readonly socket: Socket;
  heard = Buffer.alloc(0);
  error: string | undefined;
  ended = false;
  readonly #parts: number[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.heard = Buffer.concat([this.heard, bytes]);
      this.#parts.push(bytes.length);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
    socket.on('close', () => (this.ended = true));
  }

  get parts(): readonly number[] {
    return this.#parts;
  }

  static async open(): Promise<Talk> {
    const socket = connect(line.port, '127.0.0.1');
    const talk = new Talk(socket);
    await once(socket, 'connect');
    return talk;
  }

  async until(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + 30_000; !holds();) {
      assert.ok(Date.now() < end, `never came to hold: ${holds.toString()}`);
      await pause(5);
    }
  }
}

test('without a toxic everything passes as it is, both ways, to the end', async () => {
  const talk = await Talk.open();
  const bytes = randomBytes(3_000_000);
  talk.socket.write(bytes);
  await talk.until(() => talk.heard.length === bytes.length);
  assert.ok(talk.heard.equals(bytes));
  talk.socket.end();
  await talk.until(() => talk.ended && line.open === 0);
  assert.equal(talk.error, undefined);
});

test('latency: late, in order', async () => {
  await line.set({ kind: 'latency', ms: 60, jitterMs: 60 });
  const talk = await Talk.open();
  const since = performance.now();
  for (let n = 0; n < 10; n += 1) {
    talk.socket.write(Buffer.from([n]));
    await pause(5);
  }
  await talk.until(() => talk.heard.length === 10);
  assert.ok(performance.now() - since >= 110);
  assert.deepEqual([...talk.heard], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('bandwidth: not more than so many bytes a second, and whoever sends is held back', async () => {
  await line.set({ kind: 'bandwidth', bytesPerSecond: 20_000, way: 'up' });
  const talk = await Talk.open();
  const since = performance.now();
  talk.socket.write(Buffer.alloc(10_000, 'x'));
  await talk.until(() => talk.heard.length === 10_000);
  assert.ok(performance.now() - since >= 400);
  // Far more than it takes: the line holds a little, the system a few megabytes, the rest waits with the sender.
  talk.socket.write(Buffer.alloc(64_000_000));
  await pause(300);
  assert.ok(talk.socket.writableLength > 32_000_000, String(talk.socket.writableLength));
});

test('slices of one byte', async () => {
  await line.set({ kind: 'slices', bytes: 1, ms: 2, way: 'down' });
  const talk = await Talk.open();
  talk.socket.write('một tin nhắn');
  await talk.until(() => talk.heard.toString() === 'một tin nhắn');
  assert.ok(talk.parts.length > 5, String(talk.parts));
});

test('half open: one direction is swallowed, nothing closes, and it stays so when the line is whole again', async () => {
  const talk = await Talk.open();
  talk.socket.write('a');
  await talk.until(() => talk.heard.length === 1);
  await line.set({ kind: 'half-open', way: 'down' });
  talk.socket.write('b');
  await talk.until(() => Buffer.concat(heardThere).toString() === 'ab');
  await line.set(undefined);
  talk.socket.write('c');
  await talk.until(() => Buffer.concat(heardThere).toString() === 'abc');
  const other = await Talk.open();
  other.socket.write('d');
  await other.until(() => other.heard.toString() === 'd');
  assert.deepEqual([talk.heard.toString(), talk.ended], ['a', false]);
});

test('reset: RST in the middle of what is sent', async () => {
  await line.set({ kind: 'reset', within: 1_000, way: 'up' });
  const talk = await Talk.open();
  talk.socket.write(Buffer.alloc(5_000));
  await talk.until(() => talk.ended);
  assert.equal(talk.error, 'ECONNRESET');
  assert.ok(Buffer.concat(heardThere).length <= 1_000);
  assert.deepEqual([line.broken, line.open], [1, 0]);
});

test('timeout: taken, and then nothing, until it is taken away', async () => {
  await line.set({ kind: 'timeout' });
  const talk = await Talk.open();
  talk.socket.write('chào');
  await pause(100);
  assert.deepEqual([heardThere.length, talk.ended], [0, false]);
  await line.set(undefined);
  await talk.until(() => talk.heard.toString() === 'chào');
});

test('limit: ends after so many bytes', async () => {
  const limits = [100, undefined];
  await line.set({ kind: 'limit', bytes: () => limits.shift(), way: 'up' });
  const [cut, whole] = [await Talk.open(), await Talk.open()];
  for (const it of [cut, whole]) it.socket.write(Buffer.alloc(5_000));
  await cut.until(() => cut.ended);
  await whole.until(() => whole.heard.length === 5_000);
  await whole.until(() => Buffer.concat(heardThere).length === 5_100);
});

test('down and up again, at the same place', async () => {
  const talk = await Talk.open();
  const { port } = line;
  await line.set({ kind: 'down' });
  await talk.until(() => talk.ended);
  await assert.rejects(Talk.open(), { code: 'ECONNREFUSED' });
  await line.set(undefined);
  assert.equal(line.port, port);
  const again = await Talk.open();
  again.socket.write('đây');
  await again.until(() => again.heard.toString() === 'đây');
});
