// A running house for measuring: its own process, database and data folder, people and groups in it, no traffic limits.
// Started by the benches with `fork`; tells its address over IPC and answers what it has used.
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { actions, events } from '../features/contracts.ts';
import { openFeatures } from '../features/handlers.ts';
import { readConfig } from '../server/config.ts';
import { openLog } from '../server/log.ts';
import { openHouse } from '../server/open.ts';
import { startPostgres } from '../server/postgres.ts';

export interface BenchHouse {
  readonly address: string;
  readonly databaseUrl: string;
  /** A Cookie header a person. */
  readonly cookies: readonly string[];
  readonly accounts: readonly string[];
  readonly groups: readonly string[];
}

/** `people` are members of all `groups`. */
const { people, groups } = JSON.parse(process.argv[2] ?? '{"people":10,"groups":1}') as {
  people: number;
  groups: number;
};

const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-'));
const log = openLog('error');
const postgres = await startPostgres({ dataDir, log });
await migrate(postgres.url);
const open = await openHouse({
  config: {
    ...readConfig({ DATA_DIR: dataDir, SMS_PROVIDER: 'file', SMS_FILE: join(dataDir, 'sms') }),
    port: 0,
    host: '127.0.0.1',
  },
  databaseUrl: postgres.url,
  log,
  actions,
  events,
  openFeatures,
  jobs: false,
  limits: false,
});

const { db } = open.house;
const accounts = Array.from({ length: people }, () => randomUUIDv7());
const tokens = accounts.map(() => randomBytes(32).toString('base64url'));
const groupIds = Array.from({ length: groups }, () => randomUUIDv7());
await sql`insert into streams (id, kind) select unnest(${accounts}::uuid[]), 'account'`.execute(db);
await sql`insert into streams (id, kind) select unnest(${groupIds}::uuid[]), 'group'`.execute(db);
await sql`
  insert into accounts (id, name, registered_at) select id, 'Rơ Châm ' || n, now() from unnest(${accounts}::uuid[]) with ordinality as t(id, n)`.execute(
  db,
);
await sql`
  insert into sessions (id, account, token) select * from unnest(${accounts.map(() => randomUUIDv7())}::uuid[], ${accounts}::uuid[],
    ${tokens.map((it) => createHash('sha256').update(it).digest())}::bytea[])`.execute(db);
await sql`
  insert into groups (id, kind, name, created_by) select id, 'coordination', 'Nhóm', ${accounts[0]} from unnest(${groupIds}::uuid[]) as t(id)`.execute(
  db,
);
await sql`
  insert into members (group_id, account, role) select g, a, 'member' from unnest(${groupIds}::uuid[]) as g, unnest(${accounts}::uuid[]) as a`.execute(
  db,
);
await sql`analyze`.execute(db);

process.on('message', (message) => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage();
    globalThis.gc?.();
    process.send!({ cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage().rss });
  }
  if (message === 'stop') {
    void (async () => {
      await open.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
      process.exit(0);
    })();
  }
});
const told: BenchHouse = {
  address: open.address,
  databaseUrl: postgres.url,
  cookies: tokens.map((it) => `sid=${it}`),
  accounts,
  groups: groupIds,
};
process.send!(told);
