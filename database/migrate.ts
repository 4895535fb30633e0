import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { splitStatements } from './statements.ts';

export const MIGRATIONS = join(import.meta.dirname, 'migrations');

/** How a migration runs: all of it or nothing; statement by statement outside a transaction; or one statement until nothing is left to change. */
export type Way = 'whole' | 'outside a transaction' | 'in batches';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  readonly way: Way;
  /** Programs that end at this number or later may run on a database that has this migration. Its own number where it says nothing. */
  readonly beside: number;
}

export interface MigrateOptions {
  /** Gives up: what was begun and does not stand as a whole is undone, or gone on with by the next start. */
  readonly signal?: AbortSignal | undefined;
  /** How long one migration tries to get its locks, in milliseconds; each try waits for `LOCK_WAIT_MS` only. */
  readonly lockPatienceMs?: number;
}

/** What stands between this program and this database, in words for the operator. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

// Any fixed number does; it must only never change, or two programs of different versions would migrate at once.
const LOCK = 4_694_694;
/** Whoever waits for a table holds up everybody who comes after: so a try is given up soon, and begun again a little later. */
const LOCK_WAIT_MS = 500;
const LOCK_PATIENCE_MS = 300_000;
const TURN_MS = 200;
const LOCK_NOT_THERE = '55P03';

/** The files `NNNN-noun.sql` of a folder in their order. Numbers count up from 0001 without a gap. */
export async function readMigrations(folder: string = MIGRATIONS): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    const match = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/.exec(name);
    if (!match) throw new MigrationError(`${name}: a migration is named like 0001-streams.sql`);
    const number = Number(match[1]);
    if (number !== migrations.length + 1) {
      throw new MigrationError(
        `${name}: the number after ${migrations.length} is ${migrations.length + 1}, not ${number}`,
      );
    }
    const sql = await readFile(join(folder, name), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    migrations.push({ number, name, sql, checksum, way: wayOf(sql), beside: besideOf(name, number, sql) });
  }
  return migrations;
}

function wayOf(sql: string): Way {
  const found = /^-- (outside a transaction|in batches)\.?\s*$/m.exec(sql)?.[1];
  return (found as Way | undefined) ?? 'whole';
}

/** `-- beside: 0034`: programs whose last migration is 0034 do not mind this one. */
function besideOf(name: string, number: number, sql: string): number {
  const mark = /^-- beside: (\d{4})\s*$/m.exec(sql)?.[1];
  if (mark === undefined) return number;
  if (Number(mark) > number) throw new MigrationError(`${name}: programs after it cannot be the first beside it`);
  return Number(mark);
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly beside: number | null;
}

/**
 * Brings the database up to this program's migrations and answers the names it applied. Two programs that start at once take
 * turns; one that finds nothing to do waits for nobody. A database that is newer is left as it is, and served, as long as all that
 * it has more says that this program may run beside it. Fails with `MigrationError` and changes nothing where it does not, or
 * where an applied file was changed afterwards.
 */
export async function migrate(
  url: string,
  folder: string = MIGRATIONS,
  { signal, lockPatienceMs = LOCK_PATIENCE_MS }: MigrateOptions = {},
): Promise<string[]> {
  const known = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'nharong migrate' });
  // An error of an idle connection arrives here; the statement after it fails and tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set statement_timeout = 0; set client_min_messages = warning`);
    if (waitingOf(known, await appliedIn(client)).length === 0) return [];
    await takeTurn(client, signal);
    await client.query(`
      create table if not exists migrations (
        number     integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now(),
        beside     integer
      )`);
    if (!(await hasMarks(client))) await client.query('alter table migrations add column beside integer');
    const waiting = waitingOf(known, await appliedIn(client));
    for (const migration of waiting) await apply(client, migration, { signal, lockPatienceMs });
    return waiting.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/**
 * By asking again and again: a session that waits for the lock inside a statement would hold a snapshot, and an index that is built
 * concurrently by whoever has the turn waits for all older snapshots.
 */
async function takeTurn(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
    if (rows[0]!.taken) return;
    await pause(TURN_MS, undefined, { signal });
  }
}

async function hasMarks(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_attribute where attrelid = to_regclass('migrations') and attname = 'beside' and not attisdropped`,
  );
  return rows.length > 0;
}

async function appliedIn(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('migrations') is not null as there`);
  if (!rows[0]!.there) return [];
  const mark = (await hasMarks(client)) ? 'beside' : 'null::integer as beside';
  return (await client.query<Applied>(`select number, name, checksum, ${mark} from migrations order by number`)).rows;
}

/** What is to be applied. Fails where this program and this database do not belong together. */
function waitingOf(known: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const [index, row] of applied.entries()) {
    const migration = known[index];
    if (!migration) {
      if ((row.beside ?? row.number) <= known.length) continue;
      throw new MigrationError(
        `the database is newer than this program: it has ${row.name}, the program ends at ${known.at(-1)?.name ?? 'nothing'}. Start the newer program.`,
      );
    }
    if (row.number !== migration.number || row.name !== migration.name) {
      throw new MigrationError(`the database has ${row.name} where this program has ${migration.name}`);
    }
    if (row.checksum !== migration.checksum) {
      throw new MigrationError(
        `${row.name} was changed after it was applied. Restore the file and write a new migration.`,
      );
    }
  }
  return known.slice(applied.length);
}

async function apply(
  client: pg.Client,
  migration: Migration,
  { signal, lockPatienceMs }: { signal: AbortSignal | undefined; lockPatienceMs: number },
): Promise<void> {
  const until = performance.now() + lockPatienceMs;
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      if (migration.way === 'whole') await applyWhole(client, migration);
      else if (migration.way === 'in batches') await applyInBatches(client, migration, signal);
      else await applyOutside(client, migration);
      return;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      const isLock = error instanceof pg.DatabaseError && error.code === LOCK_NOT_THERE;
      // Between two tries everybody who queued behind this one comes in.
      if (isLock && performance.now() < until) await pause(Math.min(100 * 2 ** tries, 5_000), undefined, { signal });
      else if (signal?.aborted) throw error;
      else throw explained(migration, error);
    }
  }
}

async function applyWhole(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  await client.query('begin');
  await client.query(migration.sql);
  await noteApplied(client, migration);
  await client.query('commit');
}

/** Each statement by itself. Begun again from its first where it was interrupted, so each must bear being done twice. */
async function applyOutside(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of splitStatements(migration.sql)) {
    const index = /\bcreate\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?([a-z0-9_]+)/i.exec(
      statement,
    )?.[1];
    // Nobody waits behind an index that is built concurrently: it may wait for whoever is writing.
    await client.query(`set lock_timeout = ${index ? 0 : LOCK_WAIT_MS}`);
    if (index) {
      const { rows } = await client.query(
        'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
        [index],
      );
      // Left by a program that was ended in the middle: it is kept up and never used.
      if (rows.length > 0) await client.query(`drop index concurrently ${index}`);
    }
    await client.query(statement);
  }
  await noteApplied(client, migration);
}

/** Its one statement, each time in a transaction of its own, until it finds nothing more. Interrupted, it goes on with what is left. */
async function applyInBatches(client: pg.Client, migration: Migration, signal: AbortSignal | undefined): Promise<void> {
  const [statement, ...others] = splitStatements(migration.sql);
  if (statement === undefined || others.length > 0)
    throw new MigrationError('a migration in batches is one statement, which is done again until it finds nothing');
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  for (;;) {
    signal?.throwIfAborted();
    const { rowCount } = await client.query(statement);
    if (!rowCount) break;
  }
  await noteApplied(client, migration);
}

async function noteApplied(client: pg.Client, { number, name, checksum, beside }: Migration): Promise<void> {
  await client.query('insert into migrations (number, name, checksum, beside) values ($1, $2, $3, $4)', [
    number,
    name,
    checksum,
    beside,
  ]);
}

function explained(migration: Migration, error: unknown): MigrationError {
  const at =
    migration.way === 'whole' && error instanceof pg.DatabaseError && error.position
      ? ` line ${migration.sql.slice(0, Number(error.position)).split('\n').length}`
      : '';
  const what = error instanceof Error ? error.message : String(error);
  return new MigrationError(`${migration.name}${at}: ${what}`, { cause: error });
}
