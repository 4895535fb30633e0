import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export const MIGRATIONS = join(import.meta.dirname, 'migrations');

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** What stands between this program and this database, in words for the operator. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

// Any fixed number does; it must only never change, or two programs of different versions would migrate at once.
const LOCK = 4_694_694;

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
    migrations.push({ number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

/**
 * Brings the database up to this program's migrations, each in a transaction of its own, and answers the names it
 * applied. Two programs that start at once take turns. Fails with `MigrationError` and changes nothing where an
 * applied file was changed afterwards or the database is newer than the program.
 */
export async function migrate(url: string, folder: string = MIGRATIONS): Promise<string[]> {
  const known = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'nharong migrate' });
  // An error of an idle connection arrives here; the statement after it fails and tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set statement_timeout = 0; set lock_timeout = 0; set client_min_messages = warning`);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    // So that a migration that waits for a table does not hold up everybody who queues behind it.
    await client.query(`set lock_timeout = '30s'`);
    await client.query(`
      create table if not exists migrations (
        number     integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now()
      )`);
    const { rows: applied } = await client.query<{ number: number; name: string; checksum: string }>(
      'select number, name, checksum from migrations order by number',
    );
    refuseStrangers(known, applied);
    const waiting = known.slice(applied.length);
    for (const migration of waiting) await apply(client, migration);
    return waiting.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

function refuseStrangers(known: Migration[], applied: { number: number; name: string; checksum: string }[]): void {
  const newest = applied.at(-1);
  if (newest && newest.number > known.length) {
    throw new MigrationError(
      `the database is newer than this program: it has ${newest.name}, the program ends at ${known.at(-1)?.name ?? 'nothing'}. Start the newer program.`,
    );
  }
  for (const [index, row] of applied.entries()) {
    const migration = known[index]!;
    if (row.number !== migration.number || row.name !== migration.name) {
      throw new MigrationError(`the database has ${row.name} where this program has ${migration.name}`);
    }
    if (row.checksum !== migration.checksum) {
      throw new MigrationError(
        `${row.name} was changed after it was applied. Restore the file and write a new migration.`,
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const at =
      error instanceof pg.DatabaseError && error.position
        ? ` line ${migration.sql.slice(0, Number(error.position)).split('\n').length}`
        : '';
    const what = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${migration.name}${at}: ${what}`, { cause: error });
  }
}
