// A running house for measuring: its own process, database and data folder, people and groups in it, no traffic limits. Started by
// measured.ts, pinned to the server's core; its PostgreSQL goes to the core of the load. Answers what it is asked over IPC.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { sql } from 'kysely';
import pg from 'pg';

import { migrate } from '../database/migrate.ts';
import { openLog } from '../server/log.ts';
import type { OpenHouse } from '../server/open.ts';
import { startPostgres } from '../server/postgres.ts';
import { openBenchHouse } from './open.ts';
import { writeDirectly, readDirectly } from './direct.ts';
import type { Ask, HouseSize, State, Told, Usage } from './measured.ts';
import { fillHistory } from './history.ts';

const size = JSON.parse(process.argv[2]!) as HouseSize;
const { people, groups, each } = size;

let statements = 0;
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
  statements += 1;
  return (query as (...args: unknown[]) => unknown).apply(this, args);
} as typeof query;

const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-'));
const log = openLog('error');
const postgres = await startPostgres({ dataDir, log, settings: { max_connections: '150' } });
let running: OpenHouse | undefined = undefined;

// Whatever goes wrong, and whoever started this goes away: nothing of it stays behind.
async function stop(code: number): Promise<never> {
  await running?.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
  process.exit(code);
}
process.on('uncaughtException', (error) => {
  console.error(error);
  void stop(1);
});
process.on('disconnect', () => void stop(1));

const postmaster = postgres.pid!;
const children = (): number[] =>
  readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
if (size.databaseCore !== undefined)
  for (const pid of [postmaster, ...children()])
    execFileSync('taskset', ['-cp', String(size.databaseCore), String(pid)], { stdio: 'ignore' });

await migrate(postgres.url);
const open = await openBenchHouse({
  dataDir,
  databaseUrl: postgres.url,
  log,
  jobs: size.jobs ?? false,
  ...(size.nats ? { env: { NATS_URL: size.nats, NODE_NAME: 'node-1' } } : {}),
});
running = open;

const { db } = open.house;
const accounts = Array.from({ length: people }, () => randomUUIDv7());
const tokens = accounts.map(() => randomBytes(32).toString('base64url'));
const groupIds = Array.from({ length: groups + 1 }, () => randomUUIDv7());
// What is written past the server must not be in streams that devices follow: they would read it as a gap.
const aside = groupIds.map(() => randomUUIDv7());
// Thousands at once take longer than a statement of the server may.
await db.connection().execute(async (one) => {
  await sql`set statement_timeout = 0`.execute(one);
  await sql`insert into streams (id, kind) select unnest(${accounts}::uuid[]), 'account'`.execute(one);
  await sql`insert into streams (id, kind) select unnest(${[...groupIds, ...aside]}::uuid[]), 'group'`.execute(one);
  await sql`
    insert into accounts (id, name, registered_at) select id, 'Rơ Châm ' || n, now()
    from unnest(${accounts}::uuid[]) with ordinality as t(id, n)`.execute(one);
  await sql`
    insert into sessions (id, account, token) select * from unnest(${accounts.map(() => randomUUIDv7())}::uuid[], ${accounts}::uuid[],
      ${tokens.map((it) => createHash('sha256').update(it).digest())}::bytea[])`.execute(one);
  await sql`
    insert into groups (id, kind, name, created_by) select id, 'coordination', 'Nhóm ' || n, ${accounts[0]}
    from unnest(${[...groupIds, ...aside]}::uuid[]) with ordinality as t(id, n)`.execute(one);
  // The first group is everybody's; each person is in some of the others too, next to each other in the list.
  await sql`
    insert into members (group_id, account)
    select g.id, a.id from unnest(${accounts}::uuid[]) with ordinality as a(id, n)
    cross join generate_series(0, ${each}::int) as k
    join unnest(${groupIds}::uuid[]) with ordinality as g(id, n) on g.n = case k when 0 then 1 else 2 + (a.n - 1 + k - 1) % nullif(${groups}::int, 0) end`.execute(
    one,
  );
  if (size.messages > 0) await fillHistory(one, { accounts, groups: groupIds, messages: size.messages });
  await sql`vacuum analyze`.execute(one);
  await sql`reset statement_timeout`.execute(one);
  await sql`reset work_mem`.execute(one);
});

/** Seconds of processor time of PostgreSQL's processes, those that ended included. */
function postgresSeconds(): number {
  let ticks = 0;
  for (const pid of [postmaster, ...children()]) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    ticks += fields[11]! + fields[12]! + (pid === postmaster ? fields[13]! + fields[14]! : 0);
  }
  return ticks / 100;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, postgresSeconds: postgresSeconds(), rss, heapUsed, statements };
}

const late = monitorEventLoopDelay({ resolution: 10 });
late.enable();

async function state(): Promise<State> {
  const { rss, heapUsed } = process.memoryUsage();
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity where backend_type = 'client backend'`.execute(db);
  const loopP99 = late.percentile(99) / 1e6;
  late.reset();
  return { rss, heapUsed, files: readdirSync('/proc/self/fd').length, connections: rows[0]!.count, loopP99 };
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.ask) {
    case 'usage':
      return usage();
    case 'collected':
      for (let round = 0; round < 4; round += 1) {
        globalThis.gc?.();
        // Memory that a collection frees is given back in later turns of the loop.
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      return usage();
    case 'state':
      return state();
    case 'write':
      return writeDirectly(db, { ...ask, accounts, groups: aside });
    case 'read':
      return readDirectly(db, { ...ask, account: accounts[0]!, groups: groupIds });
    case 'stop':
      return stop(0);
  }
}

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (it) => process.send!({ answer: it }),
    (error: unknown) => process.send!({ failed: String(error) }),
  );
});
const told: Told = {
  address: open.address,
  cookies: tokens.map((it) => `sid=${it}`),
  accounts,
  groups: groupIds,
  databaseUrl: postgres.url,
  dataDir,
  pid: process.pid,
};
process.send!({ answer: told });
