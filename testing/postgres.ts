import { createHash, randomUUID } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import pg from 'pg';
import { migrate, MIGRATIONS, readMigrations } from '../database/migrate.ts';
import { FolderTakenError, takeFolder } from '../server/folder.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';

export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. Called by itself at the end of the test file. */
  drop(): Promise<void>;
}

interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PREFIX = 'test_';
let server: Promise<TestServer> | undefined;
let template: Promise<string> | undefined;
const open = new Set<TestDatabase>();

/**
 * A database of one's own, migrated, in about 30 ms: cloned from a template. On the server of TEST_DATABASE_URL where
 * it is set (bin/test sets it, so that all files share one), else on an embedded one that this process starts.
 * `empty` leaves the migrations out.
 */
export async function newDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  server ??= findServer();
  const { url } = await server;
  let from = 'template0';
  if (!empty) from = await (template ??= makeTemplate(url));
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`;
  await onServer(url, (client) => client.query(`create database ${name} template ${from}`));
  const database: TestDatabase = {
    url: withDatabase(url, name),
    async drop() {
      if (!open.delete(database)) return;
      await onServer(url, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
  open.add(database);
  return database;
}

/** For programs that are no tests; a test file stops what it started by itself. */
export async function stopTestPostgres(): Promise<void> {
  for (const database of open) await database.drop();
  const running = await server;
  server = undefined;
  template = undefined;
  await running?.stop();
}

after(stopTestPostgres);

async function findServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: () => Promise.resolve() };
  return startTestPostgres();
}

/** An embedded server in the first free of a few folders under /tmp that are kept, so that the next run starts at once. */
export async function startTestPostgres(): Promise<TestServer> {
  const log = openLog('silent');
  for (let slot = 1; ; slot += 1) {
    const dataDir = join(tmpdir(), `nha-rong-tests-${userInfo().username}`, String(slot));
    try {
      const folder = await takeFolder(dataDir);
      const postgres = await startPostgres({ dataDir, log });
      await onServer(postgres.url, clearOld);
      return {
        url: postgres.url,
        async stop() {
          await postgres.stop();
          await folder.release();
        },
      };
    } catch (error) {
      if (!(error instanceof FolderTakenError)) throw error;
    }
  }
}

/** What test runs that were killed left behind. */
async function clearOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname like '${PREFIX}%'`,
  );
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
}

/** Made once per server and state of the migrations. */
async function makeTemplate(url: string): Promise<string> {
  const migrations = await readMigrations(MIGRATIONS);
  const state = createHash('sha256')
    .update(migrations.map((each) => each.checksum).join())
    .digest('hex')
    .slice(0, 16);
  const name = `template_${state}`;
  await onServer(url, async (client) => {
    // Test files run side by side: one makes it, the others wait.
    await client.query(`select pg_advisory_lock(hashtext($1))`, [name]);
    const { rowCount } = await client.query(`select from pg_database where datname = $1 and not datallowconn`, [name]);
    if (rowCount) return;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template template0`);
    await migrate(withDatabase(url, name));
    // A clone fails while somebody is connected to what it clones.
    await client.query(`alter database ${name} allow_connections false`);
  });
  return name;
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
