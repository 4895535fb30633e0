import type { Socket } from 'node:net';

import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';

/** Untyped on purpose: shapes are declared at each statement (`sql<Row>`), where the eye needs them. */
export type Database = Kysely<unknown>;

export const POOL_SIZE = 24;

/** int8 as a number: sequence numbers stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

/**
 * A pool of connections with the time limits of docs/operating.md. Errors of idle connections are handed to `onError`;
 * `onStatement` is told of every statement that ran.
 */
export function openDatabase(
  url: string,
  onError: (error: Error) => void,
  size: number = POOL_SIZE,
  onStatement?: () => void,
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 5_000,
    query_timeout: 10_000,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'nharong',
  });
  pool.on('error', onError);
  // The pool hears the errors of idle connections only. One in use that breaks fails its statement, and tells it here too:
  // unheard, it would end the program.
  pool.on('connect', (client) => {
    client.on('error', onError);
    breakWhenLate(client);
    prepareMarked(client);
  });
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), log: onStatement });
}

const LATE = 'Query read timeout';

/**
 * A database that does not answer at all, not even that a statement took too long: its machine stands still, or the network
 * between swallows everything. The connection is given up, since whoever used it next would wait behind that statement.
 */
function breakWhenLate(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  Object.assign(client, {
    query: (...args: unknown[]) =>
      query(...args).catch((error: unknown) => {
        if (error instanceof Error && error.message === LATE) stream.destroy();
        throw error;
      }),
  });
}

/** `/* prepared noun.verb *\/` before a statement: read and planned once a connection, which for the busiest is most of their time. */
const PREPARED = /^\/\* prepared ([a-z.]+) \*\//;

function prepareMarked(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  Object.assign(client, {
    query(text: unknown, values: unknown, ...rest: unknown[]) {
      const name = typeof text === 'string' ? PREPARED.exec(text)?.[1] : undefined;
      return name ? query({ name, text, values }, ...rest) : query(text, values, ...rest);
    },
  });
}

/** Settings without which a commit is not on the disk when it is acknowledged. */
const NEEDED: Readonly<Record<string, string>> = { fsync: 'on', full_page_writes: 'on' };

/** The reasons why this database must not be used, in words for the operator; empty where it is safe. */
export async function unsafeSettings(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num', 'server_encoding')`.execute(
    db,
  );
  const found = new Map(rows.map((row) => [row.name, row.setting]));
  const reasons: string[] = [];
  for (const [name, value] of Object.entries(NEEDED)) {
    if (found.get(name) !== value) reasons.push(`${name} is ${found.get(name)}, must be ${value}`);
  }
  const commit = found.get('synchronous_commit');
  if (commit === 'off') reasons.push('synchronous_commit is off: an acknowledged message could be lost');
  if (Number(found.get('server_version_num')) < 150_000) reasons.push('PostgreSQL is older than 15');
  if (found.get('server_encoding') !== 'UTF8')
    reasons.push(`the encoding is ${found.get('server_encoding')}, must be UTF8`);
  return reasons;
}

const RETRY_STATES = new Set(['40001', '40P01']);

/** A deadlock or a serialisation failure: nothing was written, and doing it again is safe. */
export function isTransient(error: unknown): boolean {
  return error instanceof pg.DatabaseError && RETRY_STATES.has(error.code ?? '');
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505';
}

/** A statement, or its wait for a lock, took longer than it may. */
const OUT_OF_TIME = new Set(['57014', '55P03']);

/** The database found no room: on its disk, in a quota, or under a limit on the size of files, of which it only says so in words. */
export function isOutOfRoom(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return (
    error.code === '53100' ||
    /^could not .*: (?:No space left on device|Disk quota exceeded|File too large)/.test(error.message)
  );
}

/** The database went away, is starting, stopping, full or overloaded: an answer of “busy”, not a fault of ours. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    return (
      code.startsWith('08') ||
      code.startsWith('53') ||
      code.startsWith('57P') ||
      code === '25006' ||
      OUT_OF_TIME.has(code)
    );
  }
  if (!(error instanceof Error)) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    // Of its socket; any other file that is missing is our fault.
    (code === 'ENOENT' && syscall === 'connect') ||
    error.message === LATE ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  );
}
