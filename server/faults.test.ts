import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { check } from '../testing/checker.ts';
import type { SendRecord } from '../testing/checker.ts';
import { ClientProblem, TestClient } from '../testing/client.ts';
import { Program } from '../testing/program.ts';
import { openDatabase } from './database.ts';
import { runningPostgres } from './postgres.ts';

/** Real processes, killed without warning under load. `FAULT_CYCLES=100` for the long mode. */
const CYCLES = Number(process.env.FAULT_CYCLES ?? 5);
const SENDERS = 24;

let program: Program;
const people: { id: string; cookie: string }[] = [];
const group = randomUUIDv7();

async function withDatabase<T>(use: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const url = await runningPostgres(program.dataDir);
  assert.ok(url, 'the database runs');
  const db = openDatabase(url, () => undefined, 2);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

before(async () => {
  program = await Program.create();
  await program.start();
  await withDatabase(async (db) => {
    await sql`insert into streams (id, kind) values (${group}, 'group')`.execute(db);
    for (let at = 0; at < SENDERS; at += 1) {
      const id = randomUUIDv7();
      const token = randomBytes(32).toString('base64url');
      await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(db);
      await sql`insert into accounts (id, name, registered_at) values (${id}, ${`Người ${at}`}, now())`.execute(db);
      await sql`insert into sessions (id, account, token) values (${randomUUIDv7()}, ${id}, ${createHash('sha256').update(token).digest()})`.execute(
        db,
      );
      people.push({ id, cookie: `sid=${token}` });
    }
    await sql`insert into groups (id, kind, name, created_by) values (${group}, 'coordination', 'Nhóm', ${people[0]!.id})`.execute(
      db,
    );
    await sql`
      insert into members (group_id, account, role) select ${group}, id, 'member' from unnest(${people.map((it) => it.id)}::uuid[]) as t(id)`.execute(
      db,
    );
  });
});

after(() => program.remove());

/** Writes until told to stop, and sends again under the same id what was not acknowledged, as a phone's outbox does. */
class Sender {
  readonly sends: (SendRecord & { ackedAt?: number; seq?: number })[] = [];
  readonly heard: number[] = [];
  readonly #person: { id: string; cookie: string };
  #cursor = 0;
  #client: TestClient | undefined;
  #read = 0;

  constructor(person: { id: string; cookie: string }) {
    this.#person = person;
  }

  #take(): void {
    const list = this.#client?.of(group) ?? [];
    for (; this.#read < list.length; this.#read += 1) {
      const { n } = list[this.#read]!;
      if (n <= this.#cursor) continue;
      this.heard.push(n);
      this.#cursor = n;
    }
  }

  async #connect(): Promise<boolean> {
    if (this.#client && !this.#client.closed) return true;
    this.#take();
    try {
      this.#client = await TestClient.connect(program.address, this.#person.cookie, this.#person.id, {
        [group]: this.#cursor,
      });
      this.#read = 0;
      return true;
    } catch {
      return false;
    }
  }

  async write(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const record: (typeof this.sends)[number] = {
        id: newId(),
        sender: this.#person.id,
        startedAt: performance.now(),
      };
      this.sends.push(record);
      // What was begun before the end is brought to its end; the rest of the check would be weaker without it.
      for (let tries = 0; !(await this.#sendOnce(record)) && tries < 200; tries += 1)
        await pause(100 + Math.random() * 200);
      // A person does not write faster than their rate limit.
      await pause(300 + Math.random() * 400);
    }
  }

  async #sendOnce(record: (typeof this.sends)[number]): Promise<boolean> {
    if (!(await this.#connect())) return false;
    try {
      const answer = await this.#client!.call('message.send', { group, text: `tin ${record.id}` }, record.id);
      record.ackedAt = performance.now();
      record.seq = answer.seq;
      return true;
    } catch (error) {
      assert.ok(error instanceof ClientProblem, String(error));
      assert.ok(['closed', 'busy', 'too_fast', 'fault'].includes(error.code), error.code);
      return false;
    }
  }

  async catchUp(head: number): Promise<void> {
    while (!(await this.#connect())) await pause(100);
    await this.#client!.until(() => {
      this.#take();
      return this.#cursor >= head;
    });
    this.#client!.socket.terminate();
  }
}

async function underLoad(fault: () => Promise<void>): Promise<{ acked: number }> {
  const stop = new AbortController();
  const senders = people.map((it) => new Sender(it));
  const { start } = await withDatabase(async (db) => {
    const { rows } = await sql<{ start: number }>`select head as start from streams where id = ${group}`.execute(db);
    return rows[0]!;
  });
  const writing = Promise.all(senders.map((it) => it.write(stop.signal)));
  try {
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      await pause(300 + Math.random() * 1_200);
      await fault();
    }
    await pause(500);
  } catch (error) {
    throw new Error(`the program said:\n${program.said}`, { cause: error });
  } finally {
    stop.abort();
  }
  await writing;
  const rows = await withDatabase(async (db) => {
    const found = await sql<{ seq: number; message: string; by: string }>`
      select seq, message, by from events where stream = ${group} and seq > ${start} order by seq`.execute(db);
    return found.rows;
  });
  for (const sender of senders) await sender.catchUp(rows.at(-1)?.seq ?? 0);
  const sends = senders.flatMap((it) => it.sends);
  const wrong = check({
    sends,
    numbers: rows.map((it) => it.seq),
    lines: rows.map((it) => ({ id: it.message, seq: it.seq, sender: it.by })),
    heard: senders.map((it, at) => ({ device: String(at), numbers: it.heard.filter((n) => n > start) })),
  });
  assert.deepEqual(wrong, []);
  return { acked: sends.filter((it) => it.ackedAt !== undefined).length };
}

test(
  `the program killed ${CYCLES} times under load: nothing acknowledged is lost, doubled or disordered`,
  { timeout: 1_200_000 },
  async (t) => {
    const { acked } = await underLoad(async () => {
      await program.kill('SIGKILL');
      await program.start();
    });
    t.diagnostic(`${acked} acknowledged`);
    assert.ok(acked > SENDERS * CYCLES, 'there was load');
  },
);

test(
  `PostgreSQL killed ${CYCLES} times under load: no false acknowledgement, and it comes back by itself`,
  { timeout: 1_200_000 },
  async (t) => {
    const { acked } = await underLoad(async () => {
      const pid = await program.postgresPid();
      process.kill(pid, 'SIGKILL');
      for (;;) {
        const answer = await fetch(`${program.address}/readyz`);
        if (answer.status === 200 && (await program.postgresPid().catch(() => pid)) !== pid) break;
        await pause(50);
      }
    });
    t.diagnostic(`${acked} acknowledged`);
    assert.ok(acked > SENDERS * CYCLES, 'there was load');
  },
);
