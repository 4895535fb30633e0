import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { newId } from '../protocol/id.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { ClientProblem, TestClient } from '../testing/client.ts';
import { addPeople } from '../testing/crowd.ts';
import type { CrowdPerson } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';
import { SOCKET_LIMITS } from './socket.ts';

/** Sockets that never read. `STALLED=500` in the long form: see docs/reliability.md. */
const STALLED = Number(process.env.STALLED ?? 60);
const SOCKETS_EACH = 10;
const WRITERS = 20;
/** The longest message of Vietnamese letters: three bytes each. */
const LONG = 'ế'.repeat(8_000);
/** So that the limit of what is written into one group does not make it last. */
const GROUPS = 10;
const ROUNDS = 4;
const PACED = 15;

let program: Program;
let people: CrowdPerson[];
let groups: string[];
const clients: TestClient[] = [];
const raw: Socket[] = [];

before(async () => {
  program = await Program.create();
  await program.start();
  people = await addPeople(program, GROUPS, Math.ceil((WRITERS + 1 + STALLED / SOCKETS_EACH) / GROUPS), {
    inAll: true,
  });
  groups = [...new Set(people.map((it) => it.group))];
  for (const it of people.slice(0, WRITERS))
    clients.push(
      await TestClient.connect(
        program.address,
        it.cookie,
        it.id,
        Object.fromEntries(groups.map((group) => [group, 0])),
      ),
    );
});

after(async () => {
  for (const it of raw) it.destroy();
  for (const it of clients) it.socket.terminate();
  await program.remove();
});

/** A client’s frame (RFC 6455 §5.2): masked, of less than 64 KiB. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}

/** A device that is welcomed, and from then on reads nothing: its machine sleeps with the line open. */
async function stall(person: CrowdPerson, at: number): Promise<void> {
  // So many at once are let in one after the other.
  while (!(await tryToStall(person, at))) await pause(500);
}

async function tryToStall(person: CrowdPerson, at: number): Promise<boolean> {
  // Of several addresses, since one may have only so many.
  const socket = connect({
    port: program.port,
    host: '127.0.0.1',
    localAddress: `127.0.1.${1 + Math.floor(at / 250)}`,
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    [
      'GET /live HTTP/1.1',
      `Host: 127.0.0.1:${program.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: ${SOCKET_PROTOCOL}`,
      `Origin: ${program.address}`,
      `Cookie: ${person.cookie}`,
      '',
      '',
    ].join('\r\n'),
  );
  let said = '';
  for (let greeted = false; !said.includes('"welcome"');) {
    const [part] = (await once(socket, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
    said += part.toString('latin1');
    if (greeted || !said.includes('\r\n\r\n')) continue;
    if (said.startsWith('HTTP/1.1 503 ')) {
      socket.destroy();
      return false;
    }
    assert.match(said, /^HTTP\/1\.1 101 /);
    greeted = true;
    socket.write(masked(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: {} } })));
  }
  socket.pause();
  raw.push(socket);
  return true;
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${program.address}/metrics`)).text();
  const line = text.split('\n').find((it) => it.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : 0;
}

const cut = (): Promise<number> => figure('nharong_sockets_cut_total{reason="catch up"}');

let sent = 0;

async function send(client: TestClient, text: string): Promise<void> {
  const id = newId();
  const group = groups[(sent += 1) % GROUPS]!;
  for (;;) {
    try {
      await client.call('message.send', { group, text }, id);
      return;
    } catch (error) {
      if (!(error instanceof ClientProblem) || error.code !== 'too_fast') throw error;
      await pause(Number(error.wire['wait']) * 250);
    }
  }
}

const heardBy = (client: TestClient): number => client.events.filter((it) => it.on === 'message.sent').length;

/** Milliseconds from sending until all who read have it: the median of many. */
async function untilHeard(): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < PACED; at += 1) {
    const goal = heardBy(clients[0]!) + 1;
    const since = performance.now();
    await send(clients[at % WRITERS]!, `tin ${at}`);
    await Promise.all(clients.map((it) => it.until(() => heardBy(it) >= goal)));
    times.push(performance.now() - since);
    await pause(20);
  }
  return times.toSorted((a, b) => a - b)[PACED >> 1]!;
}

/** Long messages until so many sockets have been cut; the most memory the program had meanwhile. */
async function fillUntilCut(count: number): Promise<{ most: number; bytes: number }> {
  let most = 0;
  let bytes = 0;
  for (const until = Date.now() + 240_000; (await cut()) < count;) {
    assert.ok(Date.now() < until, `${await cut()} of ${count} were cut`);
    await Promise.all(clients.map((it) => send(it, LONG)));
    bytes += WRITERS * LONG.length * 3;
    most = Math.max(most, await figure('process_resident_memory_bytes'));
  }
  return { most, bytes };
}

test('one socket that never reads slows nobody, and is cut', async (t) => {
  const alone: number[] = [];
  const beside: number[] = [];
  const reading = heardBy(clients[0]!);
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, so that what else the machine does falls on both.
    alone.push(await untilHeard());
    await stall(people[WRITERS]!, 0);
    beside.push(await untilHeard());
    if (round < ROUNDS - 1) raw.pop()!.destroy();
  }
  const { bytes } = await fillUntilCut(1);
  const [without, withIt] = [Math.min(...alone), Math.min(...beside)];
  t.diagnostic(
    `a message is with all ${WRITERS} in ${without.toFixed(1)} ms without it, ${withIt.toFixed(1)} ms with it (ratio ${(withIt / without).toFixed(2)}); cut after ${(bytes / 1e6).toFixed(1)} MB`,
  );
  assert.ok(heardBy(clients[0]!) > reading, 'the others hear all of it');
  // A quarter more, and what the clock of a busy machine cannot tell apart.
  assert.ok(withIt < without * 1.25 + 10);
  for (const it of clients) assert.equal(it.closed, undefined);
});

test(`${STALLED} sockets that never read cost bounded memory, and all are cut`, async (t) => {
  const already = await cut();
  const stalled = people.slice(WRITERS + 1).flatMap((it) => Array.from({ length: SOCKETS_EACH }, () => it));
  for (const [at, it] of stalled.slice(0, STALLED).entries()) await stall(it, at);
  const steady = await figure('process_resident_memory_bytes');
  const { most } = await fillUntilCut(already + STALLED);
  const bound = STALLED * SOCKET_LIMITS.queueBytes;
  t.diagnostic(
    `memory ${(steady / 1e6).toFixed(0)} MB → ${(most / 1e6).toFixed(0)} MB (ratio ${(most / steady).toFixed(2)}), ${((most - steady) / bound).toFixed(2)} of the bound of 1 MiB a socket`,
  );
  // Beside the lines, what is on its way to those who read, and what the collector has not taken yet.
  assert.ok(most - steady < bound + 100 * 1_048_576);
  for (const it of clients) assert.equal(it.closed, undefined);
  // Everybody who reads has heard all of it, in order.
  for (const it of clients) {
    for (const group of groups) {
      const numbers = it.of(group).map((event) => event.n);
      assert.deepEqual(
        numbers,
        numbers.map((_, at) => at + 1),
      );
    }
  }
});
