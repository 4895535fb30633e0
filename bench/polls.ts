// A storm of votes: thousands of people vote in one poll of a group within a minute, once in a poll that keeps who chose what and once
// in an anonymous one. How many times the group is told of it, beside once for each; what somebody waits to know that theirs is
// counted, beside the pace; what one costs.
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';
import { openBenchHouse } from './open.ts';
import { ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** How often a group is told: votes are counted as reactions are, and put into the box of an anonymous poll half as often. */
const EVERY_MS = { open: 250, anonymous: 500 } as const;
const CHOICES = ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'];

export async function polls({ quick }: Scale): Promise<Row[]> {
  const people = quick ? 200 : 5_000;
  const withinMs = quick ? 1_000 : 60_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-polls-'));
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

  const rows: Row[] = [];
  for (const kind of ['open', 'anonymous'] as const) {
    const poll = randomUUIDv7();
    const input = {
      group,
      question: 'Điểm tập kết vật tư dự phòng',
      choices: CHOICES,
      anonymous: kind === 'anonymous',
    };
    await as(ids[0]!, 'poll.create', input, poll);
    const waits: number[] = [];
    const cpu = process.cpuUsage();
    const since = performance.now();
    await Promise.all(
      ids.map(async (account, at) => {
        await pause((at / people) * withinMs);
        const asked = performance.now();
        await as(account, 'poll.vote', { group, poll, choices: [at % CHOICES.length] });
        waits.push(performance.now() - asked);
      }),
    );
    const seconds = (performance.now() - since) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const { rows: found } = await sql<{ told: number; voters: number }>`
      select (select count(*) from events where stream = ${group} and name = 'poll.counted' and body->>'id' = ${poll}) as told,
        (select voters from polls where id = ${poll}) as voters`.execute(db);
    const { told, voters } = found[0]!;
    if (voters !== people) throw new Error(`${voters} of ${people} votes were counted`);
    await as(ids[0]!, 'poll.lock', { group, poll });
    const { rows: sums } = await sql<{ votes: number }>`
      select sum(votes)::int as votes from poll_choices where poll = ${poll}`.execute(db);
    if (sums[0]!.votes !== people) throw new Error(`${sums[0]!.votes} of ${people} votes stand in the result`);
    const most = Math.ceil((seconds * 1_000) / EVERY_MS[kind]) + 1;
    const what = kind === 'open' ? 'one poll' : 'one anonymous poll';
    rows.push(
      {
        bench: 'polls',
        what: `${whole(people)} people vote in ${what} in ${seconds.toFixed(0)} s: times the group is told`,
        figure: whole(told),
        limit: `${whole(people)}, one each`,
        ratio: told / people,
        aim: `≤ ${whole(most)} times`,
        met: told <= most,
        note: `server ${(((user + system) / 1e6 / people) * 1e6).toFixed(0)} µs of processor a vote`,
      },
      {
        bench: 'polls',
        what: `until one knows that theirs is counted in ${what}`,
        figure: `p50 ${ms(quantile(waits, 0.5))}, p99 ${ms(quantile(waits, 0.99))}`,
        limit: `${EVERY_MS[kind]} ms, the pace`,
        ratio: quantile(waits, 0.5) / EVERY_MS[kind],
        note: 'shown at once; this is only how long it counts as not yet sent',
      },
    );
  }
  await open.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
  return rows;
}
