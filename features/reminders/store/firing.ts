import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { When } from '../rules/when.ts';
import type { Schedule } from '../store.ts';

export interface DueRow extends Schedule {
  readonly id: string;
  readonly group: string;
  readonly maker: string;
  readonly title: string;
  readonly urgency: number;
  readonly timing: When;
  readonly early: readonly number[];
  readonly lookedAt: Date;
  readonly cancelledAt: Date | null;
  /** The group is neither frozen nor gone. */
  readonly open: boolean;
}

/**
 * Reminders that are due, of groups that no other node has in hand: a group is one node’s until the end of the transaction. Nobody else
 * takes these locks, so that whoever changes a reminder, and holds its group, is never waited for here.
 */
export async function claimDue(
  tx: Database,
  now: Date,
  most: number,
): Promise<readonly { readonly id: string; readonly group: string }[]> {
  const { rows } = await sql<{ id: string; group: string }>`
    select id, group_id as "group" from (
      select id, group_id from reminders where due_at <= ${now}::timestamptz order by due_at, id limit ${most * 8}
    ) due where pg_try_advisory_xact_lock(hashtextextended('reminders ' || group_id, 0)) limit ${most}`.execute(tx);
  return rows;
}

/** Those of these that are due still, held; the streams of their groups are. */
export async function takeDue(tx: Database, ids: readonly string[], now: Date): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    select r.id, r.group_id as "group", r.maker, r.title, r.urgency, r.timing, r.early, r.looked_at as "lookedAt", r.cancelled_at as "cancelledAt",
      r.due_at as "dueAt", r.next_at as "nextAt", r.over_at as "overAt", r.last_at as "lastAt", g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null as open
    from reminders r join groups g on g.id = r.group_id
    where r.id = any(${ids}::uuid[]) and r.due_at <= ${now}::timestamptz order by r.due_at, r.id for update of r`.execute(
    tx,
  );
  return rows;
}

export interface FiringRow {
  readonly reminder: string;
  readonly at: number;
  readonly start: number;
  readonly early: number;
  readonly due: number;
  readonly outcome: 'told' | 'passed' | 'missed';
  readonly message: string | null;
}

const keyOf = (it: Pick<FiringRow, 'reminder' | 'at' | 'start' | 'early'>): string =>
  `${it.reminder} ${it.at} ${it.start} ${it.early}`;

/** Writes down what is done about each; answers those of which nothing had been written before. */
export async function insertFirings(tx: Database, list: readonly FiringRow[], now: Date): Promise<FiringRow[]> {
  if (list.length === 0) return [];
  const { rows } = await sql<Pick<FiringRow, 'reminder' | 'at' | 'start' | 'early'>>`
    insert into reminder_firings (reminder, at, start, early, due_at, done_at, outcome, message)
    select t.reminder, t.at, t.start, t.early, to_timestamp(t.due / 1000.0), ${now}::timestamptz, t.outcome, t.message
    from unnest(${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.at)}::bigint[], ${list.map((it) => it.start)}::bigint[],
      ${list.map((it) => it.early)}::int[], ${list.map((it) => it.due)}::bigint[], ${list.map((it) => it.outcome)}::text[], ${list.map((it) => it.message)}::uuid[])
      as t(reminder, at, start, early, due, outcome, message)
    on conflict do nothing returning reminder, at, start, early`.execute(tx);
  const fresh = new Set(rows.map(keyOf));
  return list.filter((it) => fresh.has(keyOf(it)));
}

/** All that was due by now has been dealt with. */
export async function saveLooked(
  tx: Database,
  list: readonly (Schedule & { readonly id: string })[],
  now: Date,
): Promise<void> {
  await sql`
    update reminders r set looked_at = greatest(r.looked_at, ${now}::timestamptz), due_at = t.due_at, next_at = t.next_at, over_at = t.over_at, last_at = t.last_at
    from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.dueAt)}::timestamptz[], ${list.map((it) => it.nextAt)}::timestamptz[],
      ${list.map((it) => it.overAt)}::timestamptz[], ${list.map((it) => it.lastAt)}::timestamptz[]) as t(id, due_at, next_at, over_at, last_at)
    where r.id = t.id`.execute(tx);
}

/** The next moment at which anything is due. */
export async function nextDueAt(db: Database): Promise<Date | undefined> {
  const { rows } = await sql<{
    at: Date | null;
  }>`select min(due_at) as at from reminders where due_at is not null`.execute(db);
  return rows[0]?.at ?? undefined;
}

/**
 * The clock ran ahead when these were looked at, and was set back since: what was given up as missed and is to come after all is
 * forgotten, what was told stays told. They are looked at again at once. Answers how many.
 */
export async function lookAgain(tx: Database, now: Date, most: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from reminders where looked_at > ${now}::timestamptz + interval '1 minute' order by id limit ${most} for update skip locked`.execute(
    tx,
  );
  const ids = rows.map((it) => it.id);
  if (ids.length === 0) return 0;
  await sql`
    delete from reminder_firings where reminder = any(${ids}::uuid[]) and outcome <> 'told' and due_at > ${now}::timestamptz`.execute(
    tx,
  );
  await sql`
    update reminders set looked_at = ${now}::timestamptz, due_at = ${now}::timestamptz where id = any(${ids}::uuid[])`.execute(
    tx,
  );
  return ids.length;
}

/** What was told long ago cannot be told again, whatever a clock does; what was missed is shown for as long. */
export async function pruneFirings(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from reminder_firings where ctid in (
        select ctid from reminder_firings where done_at < ${before}::timestamptz and due_at < ${before}::timestamptz limit ${most}
      ) returning 1
    ) select count(*) as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}
