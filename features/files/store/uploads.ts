import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { File, Finding } from '../protocol.ts';
import type { Size, Wish } from '../rules.ts';

/** What only the sender knows of a file. */
export interface Given {
  readonly seconds?: number;
  readonly wave?: string;
  readonly poster?: string;
}

export type State = 'uploading' | 'checking' | 'ready' | 'refused';

export interface UploadRow {
  readonly id: string;
  readonly owner: string;
  readonly wish: Wish;
  readonly state: State;
  readonly name: string;
  readonly bytes: number;
  readonly given: Given;
  readonly partKey: Buffer | null;
  readonly shape: File | null;
  readonly problem: Finding | null;
  readonly endsAt: Date;
  /** Where what has come lies; null: on the only node there was. */
  readonly node: string | null;
  /** How much has come, as its node told the others. */
  readonly came: number;
}

const columns = sql`id, owner, wish, state, name, bytes, given, part_key as "partKey", shape, problem, ends_at as "endsAt", node, came`;

/** How much somebody has under way and keeps here; until the transaction ends nobody else asks for them. */
export async function usageOf(
  tx: Database,
  account: string,
  since: Date,
): Promise<{ uploading: number; checking: number; day: number; kept: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`files ${account}`}, 0))`.execute(tx);
  const { rows } = await sql<{ uploading: number; checking: number; day: number; kept: number }>`
    select count(*) filter (where state = 'uploading') as uploading, count(*) filter (where state = 'checking') as checking,
      coalesce(sum(bytes) filter (where created_at > ${since}::timestamptz), 0)::bigint as day,
      coalesce(sum(bytes) filter (where state in ('uploading', 'checking', 'ready')), 0)::bigint as kept
    from files where owner = ${account}`.execute(tx);
  return rows[0]!;
}

export async function insertUpload(
  tx: Database,
  it: {
    id: string;
    owner: string;
    wish: Wish;
    name: string;
    bytes: number;
    given: Given;
    partKey: Buffer;
    node: string;
    at: Date;
    endsAt: Date;
  },
): Promise<void> {
  await sql`
    insert into files (id, owner, wish, name, bytes, given, part_key, node, created_at, ends_at)
    values (${it.id}, ${it.owner}, ${it.wish}, ${it.name}, ${it.bytes}, ${JSON.stringify(it.given)}::jsonb, ${it.partKey},
      ${it.node}, ${it.at}::timestamptz, ${it.endsAt}::timestamptz)`.execute(tx);
}

/** Those of these that this person uploaded. */
export async function uploadsOf(db: Database, account: string, ids: readonly string[]): Promise<UploadRow[]> {
  const { rows } = await sql<UploadRow>`/* prepared file.uploads */
    select ${columns} from files where id = any(${ids}::uuid[]) and owner = ${account} and state <> 'gone'`.execute(db);
  return rows;
}

export async function uploadById(db: Database, id: string): Promise<UploadRow | undefined> {
  const { rows } = await sql<UploadRow>`select ${columns} from files where id = ${id} and state <> 'gone'`.execute(db);
  return rows[0];
}

/** How far it has come, for nodes that do not have it. */
export async function saveCame(db: Database, id: string, came: number): Promise<void> {
  await sql`update files set came = ${came} where id = ${id} and state = 'uploading'`.execute(db);
}

/** All of it has come. Answers whether it was this call that said so. */
export async function saveArrived(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql`
    update files set state = 'checking' where id = ${id} and state = 'uploading' returning id`.execute(db);
  return rows.length > 0;
}

/** Answers whether it still waited for it. */
export async function saveRefused(tx: Database, id: string, problem: Finding): Promise<boolean> {
  const { rows } = await sql`
    update files set state = 'refused', part_key = null, problem = ${JSON.stringify(problem)}::jsonb
    where id = ${id} and state = 'checking' returning id`.execute(tx);
  return rows.length > 0;
}

export async function saveReady(
  tx: Database,
  it: { id: string; shape: File; sha256: Buffer; bytes: number; endsAt: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update files set state = 'ready', part_key = null, shape = ${JSON.stringify(it.shape)}::jsonb, sha256 = ${it.sha256},
      bytes = ${it.bytes}, ends_at = ${it.endsAt}::timestamptz
    where id = ${it.id} and state = 'checking' returning id`.execute(tx);
  return rows.length > 0;
}

/** Gives up what nothing carries; `came`: how much of it had come. Answers the state it was in. */
export async function saveGone(
  tx: Database,
  account: string,
  id: string,
  came: number,
): Promise<'uploading' | 'checking' | 'ready' | 'refused' | undefined> {
  // Held first and looked at then: a message that is just being sent with it holds it too, and is there when it lets go.
  await sql`select from files where id = ${id} and owner = ${account} for update`.execute(tx);
  const { rows } = await sql<{ state: State }>`
    with it as (
      select id, state from files f where id = ${id} and owner = ${account} and state <> 'gone'
        and not exists (select from message_files m where m.file = f.id) and not exists (select from board_files b where b.file = f.id) for update
    ), gone as (
      update files f set state = 'gone', part_key = null, bytes = case when it.state = 'uploading' then greatest(${came}::bigint, 1) else f.bytes end
      from it where f.id = it.id
    )
    select state from it`.execute(tx);
  return rows[0]?.state;
}

export interface BlobRow {
  readonly id: string;
  readonly file: string;
  readonly size: Size | 'whole';
  readonly type: string;
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly key: Buffer;
}

export async function insertBlobs(db: Database, list: readonly BlobRow[]): Promise<void> {
  await sql`
    insert into blobs (id, file, size, type, bytes, sha256, key)
    select * from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.file)}::uuid[], ${list.map((it) => it.size)}::text[],
      ${list.map((it) => it.type)}::text[], ${list.map((it) => it.bytes)}::bigint[], ${list.map((it) => it.sha256)}::bytea[],
      ${list.map((it) => it.key)}::bytea[])`.execute(db);
}

export async function blobsOf(db: Database, file: string): Promise<{ id: string; size: Size | 'whole' }[]> {
  const { rows } = await sql<{ id: string; size: Size | 'whole' }>`
    select id, size from blobs where file = ${file}`.execute(db);
  return rows;
}

export async function deleteBlobs(db: Database, ids: readonly string[]): Promise<void> {
  await sql`delete from blobs where id = any(${ids}::uuid[])`.execute(db);
}

/**
 * A poster’s pictures become those of the film it was uploaded for, and the poster is no more. Answers whether there was one: of this
 * person, ready, and of no other film.
 */
export async function takePoster(tx: Database, account: string, poster: string, film: string): Promise<boolean> {
  const { rows } = await sql<{ id: string; size: Size }>`
    with taken as (
      update files set state = 'gone' where id = ${poster} and owner = ${account} and wish = 'poster' and state = 'ready' returning id
    )
    select b.id, b.size from blobs b join taken on b.file = taken.id`.execute(tx);
  if (rows.length === 0) return false;
  const of = (size: Size): string | undefined => rows.find((it) => it.size === size)?.id;
  const screen = of('screen') ?? of('large');
  const thumb = of('thumb');
  await sql`
    update blobs b set file = ${film}, size = t.size
    from unnest(${[screen, thumb].filter((it) => it !== undefined)}::uuid[], ${['screen', 'thumb'].slice(0, thumb ? 2 : 1)}::text[]) as t(id, size)
    where b.id = t.id`.execute(tx);
  return true;
}

// ——— What the clock does.

/** Uploads whose time is over; answers which. */
export async function endUploads(db: Database, now: Date, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update files set state = 'gone', part_key = null
    where id in (
      select id from files where state in ('uploading', 'checking') and ends_at < ${now}::timestamptz order by ends_at limit ${most}
    ) returning id`.execute(db);
  return rows.map((it) => it.id);
}

/** Ready ones whose time is over: those that a message or the board carries stay for good, the others go. Answers how many were looked at. */
export async function endUnsent(db: Database, now: Date, most: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // Held first and looked at then, as in `saveGone`.
    const { rows } = await sql<{ id: string }>`
      select id from files where state = 'ready' and ends_at < ${now}::timestamptz order by ends_at limit ${most} for update`.execute(
      tx,
    );
    if (rows.length === 0) return 0;
    await sql`
      with due as (
        select f.id, exists (select from message_files m where m.file = f.id) or exists (select from board_files b where b.file = f.id) as carried
        from files f
        where f.id = any(${rows.map((it) => it.id)}::uuid[])
      ), kept as (
        update files f set ends_at = 'infinity' from due where f.id = due.id and due.carried
      )
      update files f set state = 'gone' from due where f.id = due.id and not due.carried`.execute(tx);
    return rows.length;
  });
}

/** Blobs of files that are gone. */
export async function blobsToRemove(db: Database, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select b.id from files f join blobs b on b.file = f.id where f.state = 'gone' limit ${most}`.execute(db);
  return rows.map((it) => it.id);
}

/** What is left of those that are gone or were refused counts for the day’s limit, and no longer. */
export async function deleteGone(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with over as (
      select id from files f where state in ('gone', 'refused') and created_at < ${before}::timestamptz
        and not exists (select from blobs b where b.file = f.id) and not exists (select from message_files m where m.file = f.id)
        and not exists (select from board_files b where b.file = f.id)
      limit ${most}
    ), deleted as (delete from files where id in (select id from over) returning id)
    select count(*) as count from deleted`.execute(db);
  return rows[0]?.count ?? 0;
}

/** All that has come to this node and waits to be looked at, the oldest first. */
export async function arrived(db: Database, node: string, most: number): Promise<{ id: string; owner: string }[]> {
  const { rows } = await sql<{ id: string; owner: string }>`
    select id, owner from files where state = 'checking' and (node is null or node = ${node}) order by created_at limit ${most}`.execute(
    db,
  );
  return rows;
}

/** Of these ids those whose parts are still needed. */
export async function withParts(db: Database, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from files where id = any(${ids}::uuid[]) and state in ('uploading', 'checking')`.execute(db);
  return rows.map((it) => it.id);
}

/** Nodes that have something on its way, beside this one. */
export async function nodesWithParts(db: Database, beside: string): Promise<string[]> {
  const { rows } = await sql<{ node: string }>`
    select distinct node from files where state in ('uploading', 'checking') and node <> ${beside}`.execute(db);
  return rows.map((it) => it.node);
}

/** Gives up what was on its way on a node that is gone. Answers how many. */
export async function endOrphans(db: Database, node: string, most: number): Promise<number> {
  const { rows } = await sql`
    update files set state = 'gone', part_key = null, bytes = case when state = 'uploading' then greatest(came, 1) else bytes end
    where id in (select id from files where state in ('uploading', 'checking') and node = ${node} limit ${most} for update skip locked)
    returning id`.execute(db);
  return rows.length;
}
