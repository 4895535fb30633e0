import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket from 'ws';

import { newId } from '../protocol/id.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { addPeople } from '../testing/crowd.ts';
import type { CrowdPerson } from '../testing/crowd.ts';
import { newDatabase } from '../testing/postgres.ts';
import { Program } from '../testing/program.ts';

/** Everybody comes back at once after a restart. `RETURNING=1000` in the long form: see docs/reliability.md. */
const SOCKETS = Number(process.env.RETURNING ?? 100);
const SHORT = SOCKETS < 1_000;
/** The longest that one waits to try again; the web client waits longer. */
const AGAIN_MOST_MS = SHORT ? 3_000 : 8_000;
const EACH = 50;
const GROUPS = SOCKETS / EACH;
const MISSED = 5;
/** As many as one address may have is less than all. */
const addressOf = (at: number): string => `127.0.0.${2 + Math.floor(at / 250)}`;

let program: Program | undefined;
const phones: Phone[] = [];

after(async () => {
  for (const phone of phones) phone.stop();
  await program?.remove();
});

/** Comes back by itself as the web client does, only sooner, and counts what it hears. */
class Phone {
  readonly person: CrowdPerson;
  readonly heard: number[] = [];
  cursor = 0;
  /** Times it was welcomed. */
  welcomes = 0;
  fetched = 0;
  readonly #at: number;
  readonly #address: string;
  #socket: WebSocket | undefined;
  #stopped = false;
  #failures = 0;

  constructor(person: CrowdPerson, at: number, address: string) {
    this.person = person;
    this.#at = at;
    this.#address = address;
  }

  connect(): void {
    const socket = new WebSocket(`${this.#address.replace(/^http/, 'ws')}/live`, SOCKET_PROTOCOL, {
      headers: { cookie: this.person.cookie, origin: this.#address },
      localAddress: addressOf(this.#at),
    });
    this.#socket = socket;
    socket.on('open', () => {
      const streams = { [this.person.group]: this.cursor, [this.person.id]: 0 };
      socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams } }));
    });
    socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString()) as ServerFrame));
    socket.on('error', () => undefined);
    socket.on('close', () => void this.#again());
  }

  async #again(): Promise<void> {
    this.#failures += 1;
    // From 0 to 2 s at first, then longer: a crowd spreads itself.
    await pause(Math.random() * Math.min(2_000 * 2 ** (this.#failures - 1), AGAIN_MOST_MS));
    if (!this.#stopped) this.connect();
  }

  #hear(frame: ServerFrame): void {
    if ('welcome' in frame) {
      this.welcomes += 1;
      this.#failures = 0;
      if (frame.welcome.fetch[this.person.group] !== undefined) this.fetched += 1;
    } else if ('on' in frame && frame.in === this.person.group && frame.n > this.cursor) {
      this.heard.push(frame.n);
      this.cursor = frame.n;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.terminate();
  }
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${program!.address}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}

async function send(person: CrowdPerson): Promise<void> {
  const response = await fetch(`${program!.address}/api/message.send`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': newId(),
      origin: program!.address,
      cookie: person.cookie,
    },
    body: JSON.stringify({ group: person.group, text: 'tin' }),
  });
  assert.equal(response.status, 200, await response.text());
}

test(`${SOCKETS} sockets come back after a restart: all are there, two statements each, nothing missed`, async (t) => {
  // The short form on a PostgreSQL that runs already.
  program = await Program.create(SHORT ? { DATABASE_URL: (await newDatabase()).url } : {});
  await program.start();
  const people = await addPeople(program, GROUPS, EACH);
  const writers = people.filter((_, at) => at % EACH === 0);
  phones.push(...people.map((it, at) => new Phone(it, at, program!.address)));
  for (const phone of phones) phone.connect();
  await program.comesTo(() => phones.every((it) => it.welcomes === 1));
  for (const writer of writers) await send(writer);
  await program.comesTo(() => phones.every((it) => it.cursor === 1));
  const steady = await figure('process_resident_memory_bytes');

  await program.kill('SIGKILL');
  // All are without a line before the first comes back, and are told of what is written meanwhile.
  await program.start();
  const before = await figure('nharong_statements_total');
  const already = phones.filter((it) => it.welcomes === 2).length;
  const since = Date.now();
  await program.comesTo(() => phones.every((it) => it.welcomes === 2));
  const took = Date.now() - since;
  const all = (await figure('nharong_statements_total')) - before;
  // What jobs do every now and then is not theirs: so much is done in as long a time in which nobody comes.
  await pause(took);
  const jobs = (await figure('nharong_statements_total')) - before - all;
  const statements = (all - jobs) / (SOCKETS - already);
  const seconds = took / 1_000;
  const memory = (await figure('process_resident_memory_bytes')) / steady;
  t.diagnostic(
    `all back in ${seconds.toFixed(1)} s, ${statements.toFixed(2)} statements each, memory ${memory.toFixed(2)} × as before`,
  );
  assert.ok(SOCKETS - already > SOCKETS / 2, 'most came back while it was measured');
  assert.ok(statements <= 2.1, `${statements} statements each`);
  assert.ok(memory < 2);

  // Again, with something missed: written by one who is back before the others.
  await program.kill('SIGKILL');
  await program.start();
  for (let time = 0; time < MISSED; time += 1) for (const writer of writers) await send(writer);
  await program.comesTo(() => phones.every((it) => it.welcomes === 3 && it.cursor === 1 + MISSED));
  for (const phone of phones) {
    assert.deepEqual(
      phone.heard,
      phone.heard.map((_, at) => at + 1),
    );
    assert.equal(phone.fetched, 0);
  }
});
