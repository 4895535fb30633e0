import { sql } from 'kysely';

import { unsafeSettings } from '../database.ts';
import type { Database } from '../database.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

export interface DatabaseFacts {
  /** Reasons for which the program itself refuses it. */
  readonly unsafe: readonly string[];
  readonly checksums: boolean;
  /** `180004`. */
  readonly version: number;
  readonly trigrams: boolean;
  readonly connectionsMost: number;
  readonly connectionsReserved: number;
  /** How far its clock is ahead of this machine’s, and how long the question took. */
  readonly aheadMs: number;
  readonly askedMs: number;
  readonly passwords: string;
  readonly failedArchives: number;
  /** Undefined where there is no schema yet. */
  readonly migrations: readonly string[] | undefined;
}

/** Asks a database; changes nothing in it. */
export async function readDatabase(db: Database): Promise<DatabaseFacts> {
  const unsafe = await unsafeSettings(db);
  const began = Date.now();
  const { rows: clock } = await sql<{ at: string }>`select extract(epoch from clock_timestamp())::text as at`.execute(
    db,
  );
  const ended = Date.now();
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings where name in ('data_checksums', 'server_version_num', 'max_connections',
      'superuser_reserved_connections', 'reserved_connections', 'password_encryption')`.execute(db);
  const setting = (name: string): string => rows.find((it) => it.name === name)?.setting ?? '';
  const { rows: trigrams } = await sql`select from pg_available_extensions where name = 'pg_trgm'`.execute(db);
  const { rows: archiver } = await sql<{ failed: number }>`
    select case when last_failed_time > coalesce(last_archived_time, '-infinity') then 1 else 0 end as failed from pg_stat_archiver`.execute(
    db,
  );
  const { rows: table } = await sql<{
    there: boolean;
  }>`select to_regclass('public.migrations') is not null as there`.execute(db);
  const names = table[0]?.there
    ? (await sql<{ name: string }>`select name from migrations order by name`.execute(db)).rows.map((it) => it.name)
    : undefined;
  return {
    unsafe,
    checksums: setting('data_checksums') === 'on',
    version: Number(setting('server_version_num')),
    trigrams: trigrams.length > 0,
    connectionsMost: Number(setting('max_connections')),
    connectionsReserved:
      Number(setting('superuser_reserved_connections')) + Number(setting('reserved_connections') || 0),
    aheadMs: Math.round(Number(clock[0]!.at) * 1_000 - (began + ended) / 2),
    askedMs: ended - began,
    passwords: setting('password_encryption'),
    failedArchives: archiver[0]?.failed ?? 0,
    migrations: names,
  };
}

/** Sessions, codes and terms are compared with the clock of either. */
const CLOCK_MS = 2_000;

/** `nodes`: programs that work on it, each with `pool` connections; `known`: names of the migrations of this version. */
export function judgeDatabase(
  it: DatabaseFacts,
  { nodes, pool, known }: { readonly nodes: number; readonly pool: number; readonly known: readonly string[] },
): Finding[] {
  const about = 'database';
  const found: Finding[] = it.unsafe.map((why) =>
    broken(about, why, 'mend it in postgresql.conf, or by alter role … reset all'),
  );
  if (!it.checksums)
    found.push(
      warning(
        about,
        'data checksums are off: a rotten page is read as if it were good',
        'stop it and run pg_checksums --enable',
      ),
    );
  if (!it.trigrams) found.push(broken(about, 'the extension pg_trgm is not there', 'install postgresql-contrib'));
  const room = it.connectionsMost - it.connectionsReserved;
  // Each program takes a few more beside its pool, and the operator wants one.
  const wanted = nodes * (pool + 6) + 2;
  if (wanted > room)
    found.push(
      broken(
        about,
        `${nodes} × ${pool} connections and some do not fit into ${room}`,
        `set max_connections to ${wanted + it.connectionsReserved} or more`,
      ),
    );
  if (it.passwords !== '' && it.passwords !== 'scram-sha-256')
    found.push(
      warning(
        about,
        `passwords are kept as ${it.passwords}`,
        'set password_encryption to scram-sha-256 and the password anew',
      ),
    );
  if (it.failedArchives > 0)
    found.push(
      broken(
        about,
        'the last try to archive the write-ahead log failed',
        'look at its log and archive_command; until then the disk fills and backups end there',
      ),
    );
  if (Math.abs(it.aheadMs) > CLOCK_MS + it.askedMs)
    found.push(
      broken(
        'clock',
        `the database’s clock is ${it.aheadMs > 0 ? 'ahead of' : 'behind'} this machine’s by ${Math.abs(it.aheadMs)} ms`,
        'run chrony or systemd-timesyncd on both',
      ),
    );
  else found.push(well('clock', `within ${Math.abs(it.aheadMs)} ms of the database’s`));
  if (it.migrations === undefined)
    found.push(warning('schema', 'the database is empty', 'npm start brings it up to date'));
  else {
    const there = new Set(it.migrations);
    const missing = known.filter((name) => !there.has(name));
    const newer = it.migrations.filter((name) => !known.includes(name));
    if (newer.length > 0)
      found.push(
        broken(
          'schema',
          `the database has migrations this version does not know: ${newer.join(', ')}`,
          'bring in the newer version',
        ),
      );
    else if (missing.length > 0)
      found.push(
        warning(
          'schema',
          `${missing.length} migrations are missing: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' …' : ''}`,
          'npm start brings it up to date',
        ),
      );
    else found.push(well('schema', `${known.length} migrations, all there`));
  }
  if (!found.some((one) => one.about === about))
    found.unshift(
      well(about, `PostgreSQL ${Math.floor(it.version / 10_000)}.${it.version % 10_000}, safe settings, checksums on`),
    );
  return found;
}
