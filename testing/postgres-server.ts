import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, statfs } from 'node:fs/promises';
import { availableMemory } from 'node:process';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, readMigrations } from '../database/migrate.ts';
import { FolderTakenError, takeFolder } from '../server/folder.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';
import type { PostgresProgram } from '../server/postgres-program.ts';

export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const PREFIX = 'test_';
const INSUFFICIENT_PRIVILEGE = '42501';

/** The server of TEST_DATABASE_URL (bin/test sets it, so that all files share one), else an embedded one of our own. */
export async function findTestServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (!given) return startTestPostgres({ loose: true });
  await onServer(given, clearOld);
  return { url: given, stop: () => Promise.resolve() };
}

/** Clones `from` (a template's name) into a new database. */
export async function cloneDatabase(server: TestServer, from: string): Promise<TestDatabase> {
  const name = `${PREFIX}${process.pid}_${randomUUID().replaceAll('-', '')}`;
  await onServer(server.url, (client) => client.query(`create database ${name} template ${from} strategy file_copy`));
  return {
    url: withDatabase(server.url, name),
    drop: () =>
      onServer(server.url, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

const MEMORY = '/dev/shm';
/** What the databases of a whole run have taken at most, twice over; and what is left to everything else. */
const TAKES_BYTES = 4 * 1024 ** 3;
const LEAVES_BYTES = 4 * 1024 ** 3;

/** Hundreds of databases are made and dropped in a run: where there is room for them, they never touch a disk. */
async function inMemory(): Promise<boolean> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize > TAKES_BYTES && availableMemory() > TAKES_BYTES + LEAVES_BYTES;
}

/**
 * An embedded server, or another `program`, in the first free of a few folders: under /tmp, which are kept, so that the
 * next one starts at once; or, for a whole run, in memory, which are not.
 */
export async function startTestPostgres({
  program,
  loose = false,
}: { program?: PostgresProgram; loose?: boolean } = {}): Promise<TestServer> {
  const log = openLog('silent');
  const kind = program ? `postgres-${program.major}` : 'embedded';
  const fleeting = !loose && (await inMemory());
  for (let slot = 1; ; slot += 1) {
    const place = join(fleeting ? MEMORY : tmpdir(), `nha-rong-tests-${userInfo().username}`);
    const dataDir = join(place, `${kind}-${slot}`);
    if (program) {
      // An old PostgreSQL must be able to walk to its folder.
      await mkdir(dataDir, { recursive: true });
      for (const open of [place, dataDir]) await chmod(open, 0o711);
    }
    let folder;
    try {
      folder = await takeFolder(dataDir);
    } catch (error) {
      if (error instanceof FolderTakenError) continue;
      throw error;
    }
    // Several test files with a few pools each share it.
    const postgres = await startPostgres({
      dataDir,
      log,
      program,
      loose,
      settings: { max_connections: '300', shared_buffers: '128MB', max_wal_size: '512MB' },
    });
    await onServer(postgres.url, clearOld);
    if (loose) endWithUs(postgres.pid!);
    return {
      url: postgres.url,
      async stop() {
        await postgres.stop();
        await folder.release();
        if (fleeting) await rm(dataDir, { recursive: true, force: true });
      },
    };
  }
}

/**
 * Told to end when this process ends; the next one in its folder waits for it. Not in a hook of the tests: theirs come
 * after ours, and close what is connected.
 */
function endWithUs(pid: number): void {
  process.once('exit', () => {
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      // It ended before us.
    }
  });
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

/** The databases of processes that have ended: a test drops nothing while somebody may still be connected. */
async function clearOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname like '${PREFIX}%'`,
  );
  for (const { name } of rows) {
    const pid = /^test_(\d+)_/.exec(name)?.[1];
    if (pid && existsSync(`/proc/${pid}`)) continue;
    await client.query(`drop database if exists ${name} with (force)`).catch((error: { code?: string }) => {
      // The server is tidying in it just now, which an older PostgreSQL does not let us end: the next file drops it.
      if (error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    });
  }
}

/** Made once per server and state of the migrations. */
export async function makeTemplate(server: TestServer): Promise<string> {
  const migrations = await readMigrations();
  const state = createHash('sha256')
    .update(migrations.map((each) => each.checksum).join())
    .digest('hex')
    .slice(0, 16);
  const name = `template_new_${state}`;
  await makeOnce(server, { name, from: 'template0', fill: (url) => migrate(url) });
  return name;
}

/** Makes a database to be cloned, from another one, where the server has none of this name. */
export async function makeOnce(
  { url }: TestServer,
  { name, from, fill }: { name: string; from: string; fill: (databaseUrl: string) => Promise<unknown> },
): Promise<void> {
  await onServer(url, async (client) => {
    // Test files run side by side: one makes it, the others wait.
    await client.query(`select pg_advisory_lock(hashtext($1))`, [name]);
    const { rowCount } = await client.query(`select from pg_database where datname = $1 and not datallowconn`, [name]);
    if (rowCount) return;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template ${from}`);
    await fill(withDatabase(url, name));
    // Else the server would tidy in each of its clones, at any moment of a test. What is empty stays as in a new house, never
    // counted: what is counted as empty is walked from end to end for as long as the connection remembers it so.
    await onServer(withDatabase(url, name), async (filled) => {
      const { rows } = await filled.query<{ name: string }>(
        "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0",
      );
      if (rows.length > 0) await filled.query(`vacuum (freeze) ${rows.map((it) => it.name).join(', ')}`);
    });
    // A clone fails while somebody is connected to what it clones.
    await client.query(`alter database ${name} allow_connections false`);
  });
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
