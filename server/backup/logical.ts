import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

import { tablesOf } from './manifest.ts';

const quoted = pg.escapeIdentifier;

async function columnsOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attname`,
    [`public.${quoted(table)}`],
  );
  return rows.map((it) => quoted(it.name)).join(', ');
}

/** The rows of a table as COPY writes them, of the snapshot the client's transaction has. Columns stand in the order of their names. */
export async function copyOut(client: pg.Client, table: string): Promise<Readable> {
  const columns = await columnsOf(client, table);
  return client.query(copyTo(`copy (select ${columns} from public.${quoted(table)}) to stdout`));
}

export interface SequenceState {
  readonly name: string;
  readonly value: string | null;
}

export async function sequencesOf(client: pg.Client): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceState>(
    `select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public'`,
  );
  return rows;
}

/**
 * Fills a database that is at the same migration and that nobody uses. Rules between tables rest meanwhile; they are laid anew at the
 * end, which proves every row by them. All of it or nothing.
 */
export async function copyIn(
  client: pg.Client,
  tables: readonly string[],
  rowsOf: (table: string) => Promise<Readable>,
  sequences: readonly SequenceState[],
): Promise<void> {
  await client.query('begin');
  try {
    const rules = await client.query<{ table: string; name: string; rule: string }>(
      `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as rule
       from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace`,
    );
    for (const it of rules.rows) await client.query(`alter table ${it.table} drop constraint ${quoted(it.name)}`);
    const there = (await tablesOf(client)).filter((it) => it !== 'migrations');
    for (const table of there) await client.query(`alter table ${quoted(table)} disable trigger user`);
    await client.query(`truncate ${there.map(quoted).join(', ')}`);
    for (const table of tables) {
      if (table === 'migrations') continue;
      const columns = await columnsOf(client, table);
      await pipeline(
        await rowsOf(table),
        client.query(copyFrom(`copy public.${quoted(table)} (${columns}) from stdin`)),
      );
    }
    for (const { name, value } of sequences) {
      if (value !== null) await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), value]);
    }
    for (const table of there) await client.query(`alter table ${quoted(table)} enable trigger user`);
    for (const it of rules.rows)
      await client.query(`alter table ${it.table} add constraint ${quoted(it.name)} ${it.rule}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
