import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export async function insertWaiting(db: Database, entry: string): Promise<void> {
  await sql`insert into audit_waiting (entry) values (${entry}::json)`.execute(db);
}

// Any fixed number does; it must only never change, or two nodes would write one chain at once.
const CHAIN_LOCK = 4_694_310;

/** Nobody else adds to the chain until this transaction ends. */
export async function takeChain(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK}::bigint)`.execute(tx);
}

export interface Link {
  readonly seq: number;
  readonly hash: Buffer;
}

export async function lastLink(db: Database): Promise<Link | undefined> {
  const { rows } = await sql<Link>`select seq, hash from audit order by seq desc limit 1`.execute(db);
  return rows[0];
}

/** Those that have waited longest. */
export async function waitingEntries(db: Database, limit: number): Promise<{ place: number; entry: string }[]> {
  const { rows } = await sql<{ place: number; entry: string }>`
    select place, entry::text as entry from audit_waiting order by place limit ${limit}`.execute(db);
  return rows;
}

export async function countWaitingEntries(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from audit_waiting`.execute(db);
  return rows[0]!.count;
}

export async function insertLinks(
  tx: Database,
  links: readonly { readonly seq: number; readonly entry: string; readonly hash: Buffer }[],
): Promise<void> {
  await sql`
    insert into audit (seq, entry, hash)
    select t.seq, t.entry::json, t.hash
    from unnest(${links.map((it) => it.seq)}::bigint[], ${links.map((it) => it.entry)}::text[], ${links.map((it) => it.hash)}::bytea[])
      as t(seq, entry, hash)`.execute(tx);
}

export async function deleteWaitingEntries(tx: Database, places: readonly number[]): Promise<void> {
  await sql`delete from audit_waiting where place = any(${places}::bigint[])`.execute(tx);
}

export interface LinkRow extends Link {
  readonly entry: string;
}

/** The chain from a number on, in its order. */
export async function linksAfter(db: Database, seq: number, limit: number): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select seq, entry::text as entry, hash from audit where seq > ${seq} order by seq limit ${limit}`.execute(db);
  return rows;
}

export interface CheckpointRow {
  readonly seq: number;
  readonly at: number;
  readonly hash: Buffer;
  readonly key: Buffer;
  readonly signature: Buffer;
}

export async function lastCheckpoint(db: Database): Promise<CheckpointRow | undefined> {
  const { rows } = await sql<CheckpointRow>`
    select seq, at, hash, key, signature from audit_checkpoints order by seq desc limit 1`.execute(db);
  return rows[0];
}

export async function checkpointsAfter(db: Database, seq: number, limit: number): Promise<CheckpointRow[]> {
  const { rows } = await sql<CheckpointRow>`
    select seq, at, hash, key, signature from audit_checkpoints where seq > ${seq} order by seq limit ${limit}`.execute(
    db,
  );
  return rows;
}

export async function insertCheckpoint(tx: Database, it: CheckpointRow): Promise<void> {
  await sql`
    insert into audit_checkpoints (seq, at, hash, key, signature)
    values (${it.seq}, ${it.at}, ${it.hash}, ${it.key}, ${it.signature})`.execute(tx);
}

/** Columns of the log that are still made from the entry by the database. */
export async function generatedColumns(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = 'audit'::regclass and attgenerated = 's' and not attisdropped order by attname`.execute(db);
  return rows.map((row) => row.name);
}

export interface Filter {
  readonly group?: string | undefined;
  readonly person?: string | undefined;
  readonly topic?: string | undefined;
  readonly refused?: boolean | undefined;
  /** Milliseconds since 1970: from here on, and before there. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Place {
  readonly at: number;
  readonly seq: number;
}

function chosen({ group, person, topic, refused, from, to }: Filter) {
  return sql`
    (${group ?? null}::uuid is null or "group" = ${group ?? null}::uuid)
    and (${person ?? null}::uuid is null or people @> array[${person ?? null}::uuid])
    and (${topic ?? null}::text is null or topic = ${topic ?? null}::text)
    and (not ${refused ?? false}::boolean or result <> 'done')
    and (${from ?? null}::bigint is null or at >= ${from ?? null}::bigint)
    and (${to ?? null}::bigint is null or at < ${to ?? null}::bigint)`;
}

/** The newest first; below `before`, and of what is newer than the number `above`. */
export async function entriesOf(
  db: Database,
  filter: Filter,
  { before, above = 0, upTo, limit }: { before?: Place | undefined; above?: number; upTo?: number; limit: number },
): Promise<{ seq: number; entry: string }[]> {
  const { rows } = await sql<{ seq: number; entry: string }>`
    select seq, entry::text as entry from audit
    where ${chosen(filter)}
      and (${before?.at ?? null}::bigint is null or (at, seq) < (${before?.at ?? null}::bigint, ${before?.seq ?? null}::bigint))
      and seq > ${above} and (${upTo ?? null}::bigint is null or seq <= ${upTo ?? null}::bigint)
    order by at desc, seq desc limit ${limit}`.execute(db);
  return rows;
}

/** How many there are, counted to `most` and one. */
export async function countEntries(db: Database, filter: Filter, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from audit where ${chosen(filter)} limit ${most + 1}) as t`.execute(db);
  return rows[0]!.count;
}

/** The newest entry of an act. */
export async function lastOf(db: Database, act: string): Promise<{ seq: number; entry: string } | undefined> {
  const { rows } = await sql<{ seq: number; entry: string }>`
    select seq, entry::text as entry from audit where act = ${act} order by seq desc limit 1`.execute(db);
  return rows[0];
}

export async function accountNames(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, { name: string; photo: string | null }>> {
  const { rows } = await sql<{ id: string; name: string; photo: string | null }>`
    select id, name, photo from accounts where id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, ...it }) => [id, it]));
}

export async function groupNames(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from groups where id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Names of units and areas among these, by id or code. */
export async function placeNames(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id::text as id, name from units where id::text = any(${ids}::text[])
    union all
    select code, kind || ' ' || name from areas where code = any(${ids}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}

export interface ExportRow {
  readonly id: string;
  readonly by: string;
  readonly group: string | null;
  readonly filter: Filter;
  readonly entries: number;
  readonly head: number;
  readonly askedAt: Date;
  readonly endsAt: Date;
  readonly agreedBy: string | null;
}

const exportColumns = sql`
  id, by, "group", filter, entries, head, asked_at as "askedAt", ends_at as "endsAt", agreed_by as "agreedBy"`;

export async function insertExport(db: Database, it: ExportRow & { agreedAt: Date | null }): Promise<void> {
  await sql`
    insert into audit_exports (id, by, "group", filter, entries, head, asked_at, ends_at, agreed_by, agreed_at)
    values (${it.id}, ${it.by}, ${it.group}, ${JSON.stringify(it.filter)}::jsonb, ${it.entries}, ${it.head}, ${it.askedAt}, ${it.endsAt},
      ${it.agreedBy}, ${it.agreedAt})`.execute(db);
}

export async function exportById(db: Database, id: string, now: Date): Promise<ExportRow | undefined> {
  const { rows } = await sql<ExportRow>`
    select ${exportColumns} from audit_exports where id = ${id} and ends_at > ${now}`.execute(db);
  return rows[0];
}

/** Those that are open: of one group, or of the agency. */
export async function openExports(db: Database, group: string | null, now: Date): Promise<ExportRow[]> {
  const { rows } = await sql<ExportRow>`
    select ${exportColumns} from audit_exports
    where ends_at > ${now} and "group" is not distinct from ${group}::uuid order by asked_at desc limit 20`.execute(db);
  return rows;
}

/** False where somebody has agreed already, or it is over. */
export async function saveAgreed(db: Database, id: string, by: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update audit_exports set agreed_by = ${by}, agreed_at = ${now}
    where id = ${id} and agreed_by is null and ends_at > ${now} returning id`.execute(db);
  return rows.length > 0;
}

/** Asked for long ago; that and who agreed stand in the log. */
export async function deleteExports(db: Database, endedBefore: Date): Promise<void> {
  await sql`delete from audit_exports where ends_at < ${endedBefore}`.execute(db);
}

/** Others who could be the second person for the agency: registered, not this one. */
export async function countOtherReaders(db: Database, account: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from accounts
    where (administrator or auditor) and state = 'active' and registered_at is not null and id <> ${account}`.execute(
    db,
  );
  return rows[0]!.count;
}

export async function isReader(db: Database, account: string): Promise<boolean> {
  const { rows } = await sql`
    select id from accounts where id = ${account} and (administrator or auditor) and state = 'active'`.execute(db);
  return rows.length > 0;
}

/** Other leaders of a group, registered, not this one. */
export async function countOtherLeaders(db: Database, group: string, account: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from members m join accounts a on a.id = m.account
    where m.group_id = ${group} and m.left_at is null and m.role in ('owner', 'deputy', 'clerk')
      and a.state = 'active' and a.registered_at is not null and a.id <> ${account}`.execute(db);
  return rows[0]!.count;
}

export interface AuditorRow {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly position: string;
  readonly unit: string;
}

export async function auditorsOf(db: Database): Promise<AuditorRow[]> {
  const { rows } = await sql<AuditorRow>`
    select a.id as account, a.name, a.photo, a.position, coalesce(u.name, '') as unit
    from accounts a left join units u on u.id = a.unit where a.auditor and a.state = 'active' order by a.sort_name, a.id limit 100`.execute(
    db,
  );
  return rows;
}

/** False where there is no such person who works here. */
export async function saveAuditor(db: Database, account: string, on: boolean): Promise<boolean> {
  const { rows } = await sql`
    update accounts set auditor = ${on} where id = ${account} and (state = 'active' or not ${on}::boolean) returning id`.execute(
    db,
  );
  return rows.length > 0;
}

/** Whether a code was entered on this device since then. */
export async function provedSince(db: Database, session: string, since: Date): Promise<boolean> {
  const { rows } = await sql`
    select id from sessions where id = ${session} and ended_at is null and proved_at > ${since}`.execute(db);
  return rows.length > 0;
}

/** Whether something this program did by itself has been written down and is not chained yet. */
export async function isWaiting(db: Database, act: string): Promise<boolean> {
  const { rows } = await sql`select from audit_waiting where entry ->> 'act' = ${act} limit 1`.execute(db);
  return rows.length > 0;
}
