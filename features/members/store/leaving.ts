import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

export interface RemovalRow {
  readonly group: string;
  readonly accounts: readonly string[];
  readonly by: string;
  readonly reason: string;
  readonly blocked: boolean;
  readonly at: Date;
}

/** Ends these memberships and keeps why. Who is blocked already stays so. */
export async function removeMembers(tx: Database, it: RemovalRow): Promise<void> {
  await sql`
    with ended as (
      update members set left_at = ${it.at}::timestamptz, pinned_at = null
      where group_id = ${it.group} and account = any(${it.accounts}::uuid[]) and left_at is null
    )
    insert into removals (group_id, account, by, reason, blocked, at)
    select ${it.group}::uuid, t.account, ${it.by}::uuid, ${it.reason}, ${it.blocked}::boolean, ${it.at}::timestamptz
    from unnest(${it.accounts}::uuid[]) as t(account)
    on conflict (group_id, account) do update set by = excluded.by, reason = excluded.reason, at = excluded.at,
      blocked = removals.blocked or excluded.blocked`.execute(tx);
}

export interface BlockedRow {
  readonly account: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly by: { readonly account: string; readonly name: string };
  readonly reason: string;
  readonly at: Date;
}

/** Who may not come back, the newest first, and how many in all. */
export async function blockedIn(
  db: Database,
  it: { group: string; after: number; limit: number },
): Promise<{ people: BlockedRow[]; total: number }> {
  const { rows } = await sql<BlockedRow>`
    select r.account, a.name, a.position, coalesce(u.name, '') as unit, a.photo, r.reason, r.at,
      jsonb_build_object('account', b.id, 'name', b.name) as by
    from removals r join accounts a on a.id = r.account join accounts b on b.id = r.by left join units u on u.id = a.unit
    where r.group_id = ${it.group} and r.blocked
    order by r.at desc, r.account offset ${it.after} limit ${it.limit}`.execute(db);
  const counted = await sql<{ total: number }>`
    select count(*) as total from removals where group_id = ${it.group} and blocked`.execute(db);
  return { people: rows, total: counted.rows[0]!.total };
}

/** Answers who was blocked before. */
export async function unblock(tx: Database, group: string, accounts: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    update removals set blocked = false
    where group_id = ${group} and account = any(${accounts}::uuid[]) and blocked returning account`.execute(tx);
  return rows.map((row) => row.account);
}

/** Those of the accounts who may not come back into the group. */
export async function blockedAmong(db: Database, group: string, accounts: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ account: string }>`
    select account from removals
    where group_id = ${group} and account = any(${accounts}::uuid[]) and blocked`.execute(db);
  return new Set(rows.map((row) => row.account));
}

/** Those of the accounts who asked not to be put into the group again. */
export async function refusingAmong(db: Database, group: string, accounts: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ account: string }>`
    select account from refusals where group_id = ${group} and account = any(${accounts}::uuid[])`.execute(db);
  return new Set(rows.map((row) => row.account));
}

export async function insertRefusal(tx: Database, account: string, group: string, at: Date): Promise<void> {
  await sql`
    insert into refusals (account, group_id, at) values (${account}, ${group}, ${at}::timestamptz)
    on conflict do nothing`.execute(tx);
}

/** Who comes in by their own will refuses no longer. */
export async function dropRefusals(tx: Database, group: string, accounts: readonly string[]): Promise<void> {
  await sql`delete from refusals where group_id = ${group} and account = any(${accounts}::uuid[])`.execute(tx);
}

/** Owner, deputies and clerks whose term is not over. */
export async function leadersOf(db: Database, group: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    select account from members
    where group_id = ${group} and left_at is null and role in ('owner', 'deputy', 'clerk')
      and (role_until is null or role_until > ${now}::timestamptz)`.execute(db);
  return rows.map((row) => row.account);
}

/**
 * The number of the last line older than a moment; 0 where there is none. Lines are numbered in the order of time, so that the walk
 * back ends at the first older one.
 */
export async function lastBefore(db: Database, group: string, at: Date): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from messages where group_id = ${group} and sent_at < ${at}::timestamptz order by seq desc limit 1`.execute(
    db,
  );
  return rows[0]?.seq ?? 0;
}

/** Lets these members read from after this number on, where they could not yet. Answers who can read more now. */
export async function openFrom(
  tx: Database,
  it: { group: string; accounts: readonly string[]; from: number },
): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    update members set visible_from = ${it.from}
    where group_id = ${it.group} and account = any(${it.accounts}::uuid[]) and left_at is null and visible_from > ${it.from}
    returning account`.execute(tx);
  return rows.map((row) => row.account);
}
