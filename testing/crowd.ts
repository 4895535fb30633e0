import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { openDatabase } from '../server/database.ts';
import type { Database } from '../server/database.ts';
import { check } from './checker.ts';
import type { SendRecord } from './checker.ts';
import { ClientProblem, TestClient } from './client.ts';

export interface CrowdPerson {
  readonly id: string;
  readonly cookie: string;
  readonly group: string;
}

/** What people write at: a program, several nodes, or a house in this process. */
export interface Place {
  readonly address: string;
  /** Of several nodes: whoever finds one gone goes to the next. */
  readonly addresses?: readonly string[];
  /** What it printed, for whoever looks at a failure. */
  readonly said: string;
  /** Of the one database; fails while none runs. */
  databaseUrl(): Promise<string>;
}

/** One message as one device got it. */
export interface Arrival {
  /** Milliseconds of the monotonic clock: when its sender had the acknowledgement, and when it came. */
  readonly ackedAt: number;
  readonly at: number;
}

/** How people write. */
export interface Manner {
  /** How long each waits for an answer before sending again on a new line. */
  readonly patienceMs: number;
  /** Between an answer and the next message: from this to two thirds more. Short times under load may have less than the usual. */
  readonly paceMs: number;
}

/** What came of one time under load. */
export interface Outcome {
  readonly acked: number;
  /** Of every acknowledged message at every device that did not write it, live or caught up. */
  readonly arrivals: readonly Arrival[];
  /** Sends under an id that had been sent before. */
  readonly repeated: number;
  /** How often each problem was the answer. */
  readonly refused: Readonly<Record<string, number>>;
}

/** How it stands while it goes on. */
export interface CrowdState {
  readonly acked: number;
  /** Acknowledged sends of each person, in the order of `people`. */
  readonly ackedEach: readonly number[];
  /** Sends that had no answer at all within the patience of who sent them, nor saw their line end. */
  readonly unanswered: number;
  refused(code: string): number;
}

/** How long a client waits for an answer before it gives its socket up and sends again on another. */
const PATIENCE_MS = 3_000;
/** Between an answer and the next message: at least this, and up to two thirds more. Not faster than a person may for long. */
const PACE_MS = 900;
/** What may come of a send while things break: never a fault, since none of this is our bug. */
const ALLOWED = new Set(['closed', 'busy', 'too_fast', 'server.storage_full']);
/** Tries of one message before it is said that it is never taken. */
const TRIES_MOST = 500;

export async function withDatabase<T>(place: Place, use: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(await place.databaseUrl(), () => undefined, 2);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}

/**
 * Puts groups of people into the database of a running program; every person is signed in and in one group, or where asked
 * in all.
 */
export async function addPeople(
  place: Place,
  groups: number,
  each: number,
  { inAll = false }: { inAll?: boolean } = {},
): Promise<CrowdPerson[]> {
  const people: (CrowdPerson & { token: string })[] = [];
  for (let at = 0; at < groups; at += 1) {
    const group = randomUUIDv7();
    for (let one = 0; one < each; one += 1) {
      const token = randomBytes(32).toString('base64url');
      people.push({ id: randomUUIDv7(), token, cookie: `sid=${token}`, group });
    }
  }
  const ids = people.map((it) => it.id);
  const groupIds = [...new Set(people.map((it) => it.group))];
  await withDatabase(place, async (db) => {
    await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(db);
    await sql`insert into streams (id, kind) select unnest(${groupIds}::uuid[]), 'group'`.execute(db);
    await sql`
      insert into accounts (id, name, registered_at) select id, 'Rơ Châm ' || n, now() from unnest(${ids}::uuid[]) with ordinality as t(id, n)`.execute(
      db,
    );
    await sql`
      insert into sessions (id, account, token) select * from unnest(${ids.map(() => randomUUIDv7())}::uuid[], ${ids}::uuid[],
        ${people.map((it) => createHash('sha256').update(it.token).digest())}::bytea[])`.execute(db);
    await sql`
      insert into groups (id, kind, name, created_by) select id, 'coordination', 'Nhóm', ${ids[0]} from unnest(${groupIds}::uuid[]) as t(id)`.execute(
      db,
    );
    await sql`
      insert into members (group_id, account, role)
      select g, a, 'member' from unnest(${people.map((it) => it.group)}::uuid[], ${ids}::uuid[]) as t(own, a), unnest(${groupIds}::uuid[]) as g
      where ${inAll} or g = own`.execute(db);
  });
  return people;
}

/**
 * People who write at a real program while it and its database are broken. Each sends again under the same id what was not
 * acknowledged, as a phone's outbox does, and afterwards the whole of it is checked.
 */
export class Crowd<P extends Place = Place> {
  readonly program: P;
  readonly people: readonly CrowdPerson[];
  readonly #manner: Manner;

  private constructor(program: P, people: readonly CrowdPerson[], manner: Manner) {
    this.program = program;
    this.people = people;
    this.#manner = manner;
  }

  static async create<P extends Place>(
    program: P,
    groups: number,
    each: number,
    { patienceMs = PATIENCE_MS, paceMs = PACE_MS }: Partial<Manner> = {},
  ): Promise<Crowd<P>> {
    return new Crowd(program, await addPeople(program, groups, each), { patienceMs, paceMs });
  }

  /** Writes while `faults` happen; then everything that was begun is brought to its end, read back and checked. */
  async underLoad(faults: (state: CrowdState) => Promise<void>): Promise<Outcome> {
    const stop = new AbortController();
    const senders = this.people.map((it) => new Sender(this.program, it, this.#manner));
    const groups = [...new Set(this.people.map((it) => it.group))];
    const starts = await withDatabase(this.program, async (db) => {
      const { rows } = await sql<{ id: string; head: number }>`
        select id, head from streams where id = any(${groups}::uuid[])`.execute(db);
      return new Map(rows.map((row) => [row.id, row.head]));
    });
    for (const sender of senders) sender.cursor = starts.get(sender.person.group)!;
    const acked = (): number => senders.reduce((sum, it) => sum + it.acked, 0);
    const writing = Promise.all(senders.map((it) => it.write(stop.signal)));
    try {
      await Promise.race([
        faults({
          get acked() {
            return acked();
          },
          get ackedEach() {
            return senders.map((it) => it.acked);
          },
          get unanswered() {
            return senders.reduce((sum, it) => sum + it.unanswered, 0);
          },
          refused: (code) => senders.reduce((sum, it) => sum + (it.refused.get(code) ?? 0), 0),
        }),
        // A sender that fails ends it at once.
        writing.then(() => new Promise<never>(() => undefined)),
      ]);
    } catch (error) {
      throw new Error(`${String(error)}; the program said:\n${this.program.said}`, { cause: error });
    } finally {
      stop.abort();
    }
    await writing;
    const arrivals: Arrival[] = [];
    for (const group of groups) arrivals.push(...(await this.#check(group, starts.get(group)!, senders)));
    const refused: Record<string, number> = {};
    for (const sender of senders) {
      for (const [code, times] of sender.refused) refused[code] = (refused[code] ?? 0) + times;
    }
    return { acked: acked(), arrivals, repeated: senders.reduce((sum, it) => sum + it.repeated, 0), refused };
  }

  async #check(group: string, start: number, all: readonly Sender[]): Promise<Arrival[]> {
    const senders = all.filter((it) => it.person.group === group);
    const rows = await withDatabase(this.program, async (db) => {
      const found = await sql<{ seq: number; message: string; by: string }>`
        select seq, message, by from events where stream = ${group} and seq > ${start} order by seq`.execute(db);
      return found.rows;
    });
    const head = rows.at(-1)?.seq ?? start;
    for (const sender of senders) await sender.catchUp(head);
    const wrong = check({
      sends: senders.flatMap((it) => it.sends),
      numbers: rows.map((it) => it.seq),
      lines: rows.map((it) => ({ id: it.message, seq: it.seq, sender: it.by })),
      heard: senders.map((it, at) => ({ device: String(at), numbers: it.heard })),
    });
    assert.deepEqual(wrong, []);
    // Everybody has heard all of it, live or by catching up.
    for (const sender of senders) assert.equal(sender.heard.length, rows.length);
    const ackedAt = new Map(
      senders.flatMap(({ sends }) => sends.map((it) => [it.seq, { at: it.ackedAt!, by: it.sender }] as const)),
    );
    return senders.flatMap(({ person, heard, heardAt }) =>
      heard.flatMap((n, at) => {
        const sent = ackedAt.get(n);
        return sent && sent.by !== person.id ? [{ ackedAt: sent.at, at: heardAt[at]! }] : [];
      }),
    );
  }
}

class Sender {
  readonly person: CrowdPerson;
  readonly sends: (SendRecord & { ackedAt?: number; seq?: number })[] = [];
  readonly heard: number[] = [];
  readonly heardAt: number[] = [];
  readonly refused = new Map<string, number>();
  cursor = 0;
  acked = 0;
  repeated = 0;
  unanswered = 0;
  readonly #place: Place;
  readonly #manner: Manner;
  /** Which of the nodes it is at. */
  #node = Math.floor(Math.random() * 1_000);
  #client: TestClient | undefined;
  #read = 0;
  /** Seconds it was last told to wait. */
  #wait = 0;

  constructor(place: Place, person: CrowdPerson, manner: Manner) {
    this.#place = place;
    this.person = person;
    this.#manner = manner;
  }

  #take(): void {
    const list = this.#client?.events ?? [];
    for (; this.#read < list.length; this.#read += 1) {
      const event = list[this.#read]!;
      if (event.in !== this.person.group || event.n <= this.cursor) continue;
      this.heard.push(event.n);
      this.heardAt.push(this.#client!.heardAt[this.#read]!);
      this.cursor = event.n;
    }
  }

  async #connect(): Promise<boolean> {
    if (this.#client && !this.#client.closed) return true;
    this.#take();
    try {
      const streams = { [this.person.group]: this.cursor };
      const addresses = this.#place.addresses ?? [this.#place.address];
      this.#node += 1;
      this.#client = await TestClient.connect(
        addresses[this.#node % addresses.length]!,
        this.person.cookie,
        this.person.id,
        streams,
        this.#manner.patienceMs,
      );
      this.#read = 0;
      return true;
    } catch {
      return false;
    }
  }

  async write(until: AbortSignal): Promise<void> {
    // Not all at once, and not faster than a person may.
    const { paceMs } = this.#manner;
    await pause(Math.random() * paceMs * 1.3);
    while (!until.aborted) {
      const record: (typeof this.sends)[number] = {
        id: newId(),
        sender: this.person.id,
        startedAt: performance.now(),
      };
      this.sends.push(record);
      // What was begun before the end is brought to its end; the rest of the check would be weaker without it.
      for (let tries = 1; !(await this.#sendOnce(record)); tries += 1) {
        assert.ok(tries < TRIES_MOST, `${record.id} is never taken: ${JSON.stringify([...this.refused])}`);
        this.repeated += 1;
        await pause(this.#wait * 1_000 + 200 + Math.random() * 400);
      }
      this.acked += 1;
      await pause(paceMs * (1 + Math.random() * 0.66));
    }
  }

  async #sendOnce(record: (typeof this.sends)[number]): Promise<boolean> {
    this.#wait = 0;
    if (!(await this.#connect())) return false;
    const client = this.#client!;
    const patience = setTimeout(() => {
      this.unanswered += 1;
      client.socket.terminate();
    }, this.#manner.patienceMs);
    try {
      const answer = await client.call(
        'message.send',
        { group: this.person.group, text: `tin ${record.id}` },
        record.id,
      );
      record.ackedAt = performance.now();
      record.seq = answer.seq;
      return true;
    } catch (error) {
      if (!(error instanceof ClientProblem) || !ALLOWED.has(error.code)) throw error;
      this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
      // As long as they are told to, though no longer than a few seconds: so that much happens in a short time.
      this.#wait = Math.min(Number(error.wire['wait'] ?? 0), 2);
      return false;
    } finally {
      clearTimeout(patience);
    }
  }

  async catchUp(head: number): Promise<void> {
    while (this.cursor < head) {
      while (!(await this.#connect())) await pause(100);
      await this.#client!.until(() => {
        this.#take();
        return this.cursor >= head || this.#client!.closed !== undefined;
      });
    }
    this.#client?.socket.terminate();
  }
}
