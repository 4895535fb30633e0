import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket from 'ws';

import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { addPeople } from '../testing/crowd.ts';
import type { CrowdPerson } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';

/** Clients that come all at once, and again at once, whatever they are told. `STORM=2000 STORM_LOOPS=10` in the long form. */
const CLIENTS = Number(process.env['STORM'] ?? 300);
const LOOPS = Number(process.env['STORM_LOOPS'] ?? 2);
/** What one client waits for an answer of any kind. */
const ANSWER_MS = 30_000;
const NORMAL_MS = 60_000;
const addressOf = (at: number): string => `127.0.0.${2 + Math.floor(at / 250)}`;

let program: Program | undefined;
after(() => program?.remove());

type Answer = 'welcome' | 'shed' | 'closed' | 'nothing' | `refused ${number}`;

function come(person: CrowdPerson, at: number): Promise<{ answer: Answer; socket: WebSocket }> {
  const socket = new WebSocket(`${program!.address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
    headers: { cookie: person.cookie, origin: program!.address },
    localAddress: addressOf(at),
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => done('nothing'), ANSWER_MS);
    function done(answer: Answer): void {
      clearTimeout(timer);
      resolve({ answer, socket });
    }
    socket.on('open', () =>
      socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: { [person.group]: 0 } } })),
    );
    socket.on('message', (data: Buffer) => {
      if (data.includes('"welcome"')) done('welcome');
    });
    socket.on('unexpected-response', (_request, response) => {
      const isShed = response.statusCode === 503 && Number(response.headers['retry-after']) > 0;
      response.destroy();
      done(isShed ? 'shed' : `refused ${response.statusCode ?? 0}`);
    });
    socket.on('close', (code) => done(code === 1013 ? 'shed' : 'closed'));
    socket.on('error', () => undefined);
  });
}

async function memory(): Promise<number> {
  const text = await (await fetch(`${program!.address}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
}

test(`${CLIENTS} clients that ignore every pacing, ${LOOPS} times: the server sheds, lives, and is as before`, async (t) => {
  program = await Program.create();
  await program.start();
  const people = await addPeople(program, CLIENTS / 50, 50);
  const before = await memory();
  const answers = new Map<Answer, number>();
  let peak = before;
  let slowest = 0;
  for (let loop = 0; loop < LOOPS; loop += 1) {
    const all = Promise.all(people.map(come));
    // Whoever is there already is answered meanwhile.
    let over = false;
    void all.then(() => (over = true));
    while (!over) {
      const since = performance.now();
      assert.ok(await program.isReady(), `ready while they come: ${program.said}`);
      slowest = Math.max(slowest, performance.now() - since);
      peak = Math.max(peak, await memory());
      await Promise.race([all, pause(100)]);
    }
    for (const { answer, socket } of await all) {
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      socket.terminate();
    }
  }
  const since = performance.now();
  // As usual again: people who come a few at a time are all let in.
  for (let at = 0; at < 20; at += 1) {
    for (;;) {
      const { answer, socket } = await come(people[at * Math.floor(people.length / 20)]!, at);
      socket.terminate();
      if (answer === 'welcome') break;
      assert.ok(performance.now() - since < NORMAL_MS, `${answer} a minute after the storm`);
      await pause(200);
    }
  }
  const normal = (performance.now() - since) / 1_000;
  t.diagnostic(
    `${JSON.stringify(Object.fromEntries(answers))}; ready within ${slowest.toFixed(0)} ms; memory ${(peak / before).toFixed(2)} × at most; as before after ${normal.toFixed(1)} s`,
  );
  assert.ok((answers.get('welcome') ?? 0) > 0);
  if (CLIENTS > 250) assert.ok((answers.get('shed') ?? 0) > 0, 'too many at once are told to come later');
  for (const answer of answers.keys()) assert.ok(['welcome', 'shed'].includes(answer), answer);
  // The figure holds for a program that is not mostly what it starts with.
  assert.ok(peak < Math.max(before * 2.5, 600 * 1_048_576), `${peak} bytes`);
});
