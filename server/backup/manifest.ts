import pg from 'pg';

import type { SealedPart } from './seal.ts';

export interface Figures {
  /** Rows of every table. */
  readonly tables: Readonly<Record<string, number>>;
  /** By stream: the number of its newest event. */
  readonly heads: Readonly<Record<string, number>>;
  /** The newest entry of the audit log and its hash, hex. */
  readonly audit: { readonly seq: number; readonly hash: string } | null;
  /** The newest migration. */
  readonly migration: number;
}

export interface Manifest {
  readonly format: 1;
  readonly name: string;
  readonly kind: 'cluster' | 'logical';
  readonly program: string;
  readonly postgres: string;
  /** Milliseconds since 1970: the moment its figures are of. */
  readonly at: number;
  readonly figures: Figures;
  readonly parts: Readonly<Record<string, SealedPart>>;
  /** The list of blobs; not sealed, since it says what the names of the blobs say. */
  readonly blobs: SealedPart & { readonly count: number };
  /** Blobs that could not be read where they lay: damaged or lost before the backup. */
  readonly lost: readonly string[];
  readonly line?: string;
  /** Segments of the log from which, and with which, the figures are reached. */
  readonly first?: string;
  readonly last?: string;
}

/** Tables that hold something: partitions by the table they are of. */
export async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
  );
  return rows.map((it) => it.name);
}

/** Within the transaction the client is in. */
export async function figuresOf(client: pg.Client): Promise<Figures> {
  const tables: Record<string, number> = {};
  for (const name of await tablesOf(client)) {
    const { rows } = await client.query<{ n: string | number }>(
      `select count(*) as n from ${pg.escapeIdentifier(name)}`,
    );
    tables[name] = Number(rows[0]!.n);
  }
  const heads: Record<string, number> = {};
  const streams = await client.query<{ id: string; head: string | number }>('select id, head from streams');
  for (const { id, head } of streams.rows) heads[id] = Number(head);
  const audit = await client.query<{ seq: string | number; hash: Buffer }>(
    'select seq, hash from audit order by seq desc limit 1',
  );
  const newest = audit.rows[0];
  const migration = await client.query<{ n: number }>('select max(number) as n from migrations');
  return {
    tables,
    heads,
    audit: newest ? { seq: Number(newest.seq), hash: newest.hash.toString('hex') } : null,
    migration: migration.rows[0]!.n,
  };
}

/** What changes only with the head of its stream, so that it is the same to the row at the mark. */
const EXACT = ['streams', 'messages', 'events'];

/** What of a restored database is not as the manifest says; `exact`: restored to the very moment of the manifest. */
export async function compare(client: pg.Client, { figures, kind }: Manifest, exact: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const found = await figuresOf(client);
  if (found.migration !== figures.migration && exact)
    wrong.push(`the newest migration is ${found.migration}, not ${figures.migration}`);
  for (const [table, count] of Object.entries(figures.tables)) {
    const now = found.tables[table];
    if (now === undefined) wrong.push(`the table ${table} is missing`);
    else if (exact && (kind === 'logical' || EXACT.includes(table)) && now !== count)
      wrong.push(`${table} has ${now} rows, not ${count}`);
  }
  for (const [stream, head] of Object.entries(figures.heads)) {
    const now = found.heads[stream];
    // Streams of groups that were removed since may be gone.
    if (now === undefined ? exact : exact ? now !== head : now < head)
      wrong.push(`stream ${stream} stands at ${now ?? 'nothing'}, not ${head}`);
  }
  if (figures.audit) {
    const { rows } = await client.query<{ hash: Buffer }>('select hash from audit where seq = $1', [figures.audit.seq]);
    if (rows[0]?.hash.toString('hex') !== figures.audit.hash)
      wrong.push(`entry ${figures.audit.seq} of the audit log is not the one that was backed up`);
  }
  return wrong;
}

/** What holds in every house at every moment, as far as it does not. */
export async function invariants(client: pg.Client): Promise<string[]> {
  const wrong: string[] = [];
  const ends = await client.query<{ id: string; head: string; last: string; n: string; first: string }>(
    `select s.id, s.head, e.last, e.n, e.first from streams s join (
       select stream, max(seq) as last, min(seq) as first, count(*) as n from events group by stream
     ) e on e.stream = s.id where e.last <> s.head or e.n <> e.last - e.first + 1 limit 20`,
  );
  for (const it of ends.rows)
    wrong.push(`stream ${it.id} stands at ${it.head}; its events are ${it.n} from ${it.first} to ${it.last}`);
  const twice = await client.query<{ id: string }>('select id from messages group by id having count(*) > 1 limit 20');
  for (const { id } of twice.rows) wrong.push(`message ${id} stands twice`);
  return wrong;
}
