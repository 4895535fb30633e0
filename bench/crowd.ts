// A group of thousands in a house of its own, and a storm in which each of them does one thing within a minute.
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { openLog } from '../server/log.ts';
import type { OpenHouse } from '../server/open.ts';
import { startPostgres } from '../server/postgres.ts';
import { openBenchHouse } from './open.ts';
import { ms, quantile, whole } from './table.ts';
import type { Row } from './table.ts';

interface Wish {
  /** Of the bench. */
  readonly name: string;
  readonly people: number;
  /** What all but the first are in the group. */
  readonly role: 'member' | 'reader';
  readonly env?: Readonly<Record<string, string>>;
}

export interface Crowd {
  readonly open: OpenHouse;
  readonly group: string;
  /** Accounts; the first owns the group. */
  readonly ids: readonly string[];
  /** Does an action as one of them. */
  as(account: string, name: string, input: unknown, id?: string): ReturnType<OpenHouse['perform']>;
  /** Nothing of it stays behind. */
  close(): Promise<void>;
}

export async function openCrowd({ name: bench, people, role, env }: Wish): Promise<Crowd> {
  const dataDir = await mkdtemp(join(tmpdir(), `nha-rong-bench-${bench}-`));
  const log = openLog('error');
  const postgres = await startPostgres({ dataDir, log });
  await migrate(postgres.url);
  const open = await openBenchHouse({ dataDir, databaseUrl: postgres.url, log, ...(env ? { env } : {}) });
  const { db } = open.house;
  const group = randomUUIDv7();
  const ids = Array.from({ length: people }, () => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${ids}::uuid[]), 'account'`.execute(db);
  await sql`insert into streams (id, kind) values (${group}, 'group')`.execute(db);
  await sql`
    insert into accounts (id, name, registered_at, search) select unnest(${ids}::uuid[]), 'Puih Thưng', now(), ''`.execute(
    db,
  );
  await sql`
    insert into groups (id, kind, name, created_by) values (${group}, 'announcement', 'Thông báo chung', ${ids[0]!})`.execute(
    db,
  );
  await sql`
    insert into members (group_id, account, role)
    select ${group}, id, case when id = ${ids[0]!}::uuid then 'owner' else ${role} end from unnest(${ids}::uuid[]) as t(id)`.execute(
    db,
  );
  return {
    open,
    group,
    ids,
    as: (account, name, input, id = randomUUIDv7()) => {
      const actor = { account, session: id, administrator: false };
      const caller = { door: 'program', address: '127.0.0.1', device: 'bench', actor } as const;
      return open.perform({ name, id, input, caller });
    },
    close: async () => {
      await open.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Storm {
  readonly people: number;
  /** What each waited, in milliseconds. */
  readonly waits: readonly number[];
  readonly seconds: number;
  /** Of processor, for each. */
  readonly microseconds: number;
}

/** Each does one thing, evenly spread over the time. */
export async function storm(
  ids: readonly string[],
  withinMs: number,
  act: (account: string, at: number) => Promise<unknown>,
): Promise<Storm> {
  const people = ids.length;
  const waits: number[] = [];
  const cpu = process.cpuUsage();
  const since = performance.now();
  await Promise.all(
    ids.map(async (account, at) => {
      await pause((at / people) * withinMs);
      const asked = performance.now();
      await act(account, at);
      waits.push(performance.now() - asked);
    }),
  );
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { people, waits, seconds, microseconds: (user + system) / people };
}

/** How often a storm's group was told of it, and what those in it waited. */
export function stormRows(
  { people, waits, seconds, microseconds }: Storm,
  it: {
    readonly bench: string;
    /** “vote in one poll” */
    readonly act: string;
    /** “a vote” */
    readonly one: string;
    /** “counted in one poll” */
    readonly known: string;
    readonly told: number;
    readonly everyMs: number;
    /** Times it may be told, where the pace alone does not say it. */
    readonly most?: number;
  },
): Row[] {
  const { bench, told, everyMs } = it;
  const most = it.most ?? Math.ceil((seconds * 1_000) / everyMs) + 1;
  return [
    {
      bench,
      what: `${whole(people)} people ${it.act} in ${seconds.toFixed(0)} s: times the group is told`,
      figure: whole(told),
      limit: `${whole(people)}, one each`,
      ratio: told / people,
      aim: `≤ ${whole(most)} times`,
      met: told <= most,
      note: `server ${microseconds.toFixed(0)} µs of processor ${it.one}`,
    },
    {
      bench,
      what: `until one knows that theirs is ${it.known}`,
      figure: `p50 ${ms(quantile(waits, 0.5))}, p99 ${ms(quantile(waits, 0.99))}`,
      limit: `${everyMs} ms, the pace`,
      ratio: quantile(waits, 0.5) / everyMs,
      note: 'shown at once; this is only how long it counts as not yet sent',
    },
  ];
}
