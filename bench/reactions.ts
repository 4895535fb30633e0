// A storm of reactions: thousands of people answer one message of a group within a minute. How many times the group is told of it,
// beside once for each; what somebody waits to know that theirs is kept, beside the pace; what one costs.
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { QUICK } from '../features/reactions/rules.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';
import { openBenchHouse } from './open.ts';
import { ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Broadcasts of a minute's storm at most: four a second, as `server/tally.ts` paces them, and the first at once. */
const BROADCASTS_MOST = 241;
const EVERY_MS = 250;

export async function reactions({ quick }: Scale): Promise<Row[]> {
  const people = quick ? 200 : 5_000;
  const withinMs = quick ? 1_000 : 60_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-reactions-'));
  const log = openLog('error');
  const postgres = await startPostgres({ dataDir, log });
  await migrate(postgres.url);
  const open = await openBenchHouse({ dataDir, databaseUrl: postgres.url, log });
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
    select ${group}, id, case when id = ${ids[0]!}::uuid then 'owner' else 'reader' end from unnest(${ids}::uuid[]) as t(id)`.execute(
    db,
  );
  await sql`vacuum analyze`.execute(db);

  const as = (account: string, name: string, input: unknown, id = randomUUIDv7()) => {
    const actor = { account, session: id, administrator: false };
    const caller = { door: 'program', address: '127.0.0.1', device: 'bench', actor } as const;
    return open.perform({ name, id, input, caller });
  };
  const message = randomUUIDv7();
  await as(ids[0]!, 'message.send', { group, text: 'Đề nghị các thôn báo cáo trước 16:00' }, message);

  const waits: number[] = [];
  const cpu = process.cpuUsage();
  const since = performance.now();
  await Promise.all(
    ids.map(async (account, at) => {
      await pause((at / people) * withinMs);
      const asked = performance.now();
      await as(account, 'reaction.give', { group, message, emoji: QUICK[at % QUICK.length], on: true });
      waits.push(performance.now() - asked);
    }),
  );
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const { rows } = await sql<{ told: number; given: number }>`
    select (select count(*) from events where stream = ${group} and name = 'reaction.counted') as told,
      (select sum((it->>1)::int) from messages m, jsonb_array_elements(m.reactions) it where m.id = ${message}) as given`.execute(
    db,
  );
  const { told, given } = rows[0]!;
  if (given !== people) throw new Error(`${given} of ${people} reactions were counted`);
  await open.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });

  const most = quick ? Math.ceil((seconds * 1_000) / EVERY_MS) + 1 : BROADCASTS_MOST;
  return [
    {
      bench: 'reactions',
      what: `${whole(people)} people react to one message in ${seconds.toFixed(0)} s: times the group is told`,
      figure: whole(told),
      limit: `${whole(people)}, one each`,
      ratio: told / people,
      aim: `≤ ${whole(most)} times`,
      met: told <= most,
      note: `server ${(((user + system) / 1e6 / people) * 1e6).toFixed(0)} µs of processor a reaction`,
    },
    {
      bench: 'reactions',
      what: 'until one knows that theirs is kept',
      figure: `p50 ${ms(quantile(waits, 0.5))}, p99 ${ms(quantile(waits, 0.99))}`,
      limit: `${EVERY_MS} ms, the pace`,
      ratio: quantile(waits, 0.5) / EVERY_MS,
      note: 'shown at once; this is only how long it counts as not yet sent',
    },
  ];
}
