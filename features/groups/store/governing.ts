import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Exceptions, GroupKind, StoredSettings } from '../rights.ts';

export interface GovernedRow {
  readonly kind: GroupKind;
  readonly settings: StoredSettings;
  readonly approval: boolean;
  readonly approver: string | null;
}

export async function governedOf(tx: Database, group: string): Promise<GovernedRow> {
  const { rows } =
    await sql<GovernedRow>`select kind, settings, approval, approver from groups where id = ${group}`.execute(tx);
  return rows[0]!;
}

export async function saveGoverned(tx: Database, group: string, it: Omit<GovernedRow, 'kind'>): Promise<void> {
  await sql`
    update groups set settings = ${JSON.stringify(it.settings)}::jsonb, approval = ${it.approval}, approver = ${it.approver}
    where id = ${group}`.execute(tx);
}

export interface ExceptedRow {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly rights: Exceptions;
}

/** What is decided for single members, in the order of names. */
export async function exceptedIn(db: Database, group: string): Promise<ExceptedRow[]> {
  const { rows } = await sql<ExceptedRow>`
    select m.account, a.name, a.photo, m.exceptions as rights from members m join accounts a on a.id = m.account
    where m.group_id = ${group} and m.exceptions <> '{}' and m.left_at is null order by a.sort_name, a.id`.execute(db);
  return rows;
}

export async function saveArchived(tx: Database, group: string, at: Date | null): Promise<void> {
  await sql`update groups set archived_at = ${at}::timestamptz where id = ${group}`.execute(tx);
}

export async function dissolvesAtOf(tx: Database, group: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select dissolves_at as at from groups where id = ${group} and dissolved_at is null`.execute(tx);
  return rows[0]?.at ?? null;
}

export async function saveDissolvesAt(tx: Database, group: string, at: Date | null): Promise<void> {
  await sql`update groups set dissolves_at = ${at}::timestamptz where id = ${group}`.execute(tx);
}

/** Groups whose countdown is over. */
export async function dueToDissolve(db: Database, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from groups where dissolves_at <= ${now}::timestamptz and dissolved_at is null order by dissolves_at limit 20`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** The group is no more. False where it was undone, or another node has done it. */
export async function takeDissolved(tx: Database, group: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update groups set dissolved_at = ${now}::timestamptz
    where id = ${group} and dissolves_at <= ${now}::timestamptz and dissolved_at is null returning id`.execute(tx);
  return rows.length > 0;
}

/** Nobody is in it any more, and nobody is invited. Answers who was. */
export async function endAllMembers(tx: Database, group: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    with uninvited as (
      delete from invitations where group_id = ${group}
    )
    update members set left_at = ${now}::timestamptz, pinned_at = null
    where group_id = ${group} and left_at is null returning account`.execute(tx);
  return rows.map((row) => row.account);
}

export async function dissolvedNotEmptied(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from groups where dissolved_at is not null and emptied_at is null order by dissolved_at limit 20`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Removes what was said, `most` lines at a time. Answers how many. */
export async function deleteLines(db: Database, group: string, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with taken as (
      select id from messages where group_id = ${group} limit ${most}
    ), versions as (
      delete from message_versions where group_id = ${group} and message in (select id from taken)
    ), reactions as (
      delete from reactions where group_id = ${group} and message in (select id from taken)
    ), acknowledged as (
      delete from acknowledgements where group_id = ${group} and message in (select id from taken)
    ), ids as (
      delete from message_ids where id in (select id from taken)
    ), gone as (
      delete from messages where group_id = ${group} and id in (select id from taken) returning 1
    )
    select count(*) as count from gone`.execute(db);
  return rows[0]!.count;
}

/** Removes the log of a stream, `most` events at a time; nothing is left to catch up with. Answers how many. */
export async function deleteEvents(db: Database, stream: string, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from events where stream = ${stream} and seq in (
        select seq from events where stream = ${stream} order by seq limit ${most}
      ) returning 1
    ), raised as (
      update streams set floor = head where id = ${stream}
    )
    select count(*) as count from gone`.execute(db);
  return rows[0]!.count;
}

/** Removes the rest of what a group held. Its row stays: who, when and by what name is in the audit log. */
export async function emptyGroup(tx: Database, group: string, now: Date): Promise<void> {
  await sql`delete from members where group_id = ${group}`.execute(tx);
  await sql`delete from join_requests where group_id = ${group}`.execute(tx);
  await sql`delete from links where group_id = ${group}`.execute(tx);
  await sql`delete from group_names where group_id = ${group}`.execute(tx);
  await sql`delete from removals where group_id = ${group}`.execute(tx);
  await sql`delete from refusals where group_id = ${group}`.execute(tx);
  await sql`delete from message_mentions where group_id = ${group}`.execute(tx);
  await sql`delete from push_cursors where group_id = ${group}`.execute(tx);
  await sql`delete from scheduled_messages where group_id = ${group}`.execute(tx);
  await sql`delete from hidden_messages where group_id = ${group}`.execute(tx);
  await sql`delete from saved_messages where group_id = ${group}`.execute(tx);
  const { rows: regulations } = await sql<{ file: string | null }>`
    delete from regulations where group_id = ${group} returning file`.execute(tx);
  // One of a unit that was taken over is kept once, for the unit and for other groups.
  await sql`
    delete from regulation_files f where f.id = any(${regulations.flatMap((it) => it.file ?? [])}::uuid[])
      and not exists (select from regulations r where r.file = f.id)`.execute(tx);
  await sql`
    update groups set description = '', topic = '', photo = null, area = null, approver = null, settings = '{}',
      emptied_at = ${now}::timestamptz
    where id = ${group}`.execute(tx);
  await sql`delete from photos where owner = ${group}`.execute(tx);
}

// ——— Names

export async function insertName(
  tx: Database,
  it: { group: string; former: string; name: string; by: string; at: Date },
): Promise<void> {
  await sql`
    insert into group_names (group_id, former, name, by, at)
    values (${it.group}, ${it.former}, ${it.name}, ${it.by}, ${it.at}::timestamptz)`.execute(tx);
}

export interface NameRow {
  readonly from: string;
  readonly to: string;
  readonly by: { account: string; name: string } | null;
  readonly at: Date;
}

export async function namesOf(db: Database, group: string, most: number): Promise<NameRow[]> {
  const { rows } = await sql<NameRow>`
    select n.former as "from", n.name as "to", n.at,
      case when a.id is not null then jsonb_build_object('account', a.id, 'name', a.name) end as by
    from group_names n left join accounts a on a.id = n.by
    where n.group_id = ${group} order by n.number desc limit ${most}`.execute(db);
  return rows;
}
