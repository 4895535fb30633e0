import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { KnownPerson, WrittenPerson } from '../import/plan.ts';

/** Rows a statement writes; its parameters are arrays, so the number only bounds their size. */
const TOGETHER = 5_000;

export async function allPeople(db: Database): Promise<KnownPerson[]> {
  const { rows } = await sql<KnownPerson>`
    select id, phone, name, position, unit, area, email, state, administrator from accounts order by id`.execute(db);
  return rows;
}

/** Nobody else writes accounts until the end of the transaction; reading goes on. */
export async function takeDirectory(tx: Database): Promise<void> {
  // The file is read while the transaction waits, and thousands of rows are written by one statement.
  await sql`set local idle_in_transaction_session_timeout = '120s'`.execute(tx);
  await sql`set local statement_timeout = '60s'`.execute(tx);
  await sql`set local lock_timeout = '20s'`.execute(tx);
  await sql`lock table accounts in share row exclusive mode`.execute(tx);
}

function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < rows.length; at += TOGETHER) parts.push(rows.slice(at, at + TOGETHER));
  return parts;
}

function asTable(rows: readonly WrittenPerson[]) {
  return sql`unnest(${rows.map((it) => it.id)}::uuid[], ${rows.map((it) => it.phone)}::text[], ${rows.map((it) => it.name)}::text[],
    ${rows.map((it) => it.position)}::text[], ${rows.map((it) => it.unit)}::uuid[], ${rows.map((it) => it.area)}::text[],
    ${rows.map((it) => it.email)}::text[], ${rows.map((it) => it.search)}::text[]) as t(id, phone, name, position, unit, area, email, search)`;
}

/** New entries of the staff list; their streams are there already. */
export async function insertPeople(tx: Database, rows: readonly WrittenPerson[], at: Date): Promise<void> {
  for (const part of chunks(rows)) {
    await sql`
      insert into accounts (id, phone, name, position, unit, area, email, search, created_at)
      select t.id, t.phone, t.name, t.position, t.unit, t.area, t.email, t.search, ${at}::timestamptz from ${asTable(part)}`.execute(
      tx,
    );
  }
}

/** Whoever is on the list again is active again; who was disabled stays so. */
export async function updatePeople(tx: Database, rows: readonly WrittenPerson[]): Promise<void> {
  for (const part of chunks(rows)) {
    await sql`
      update accounts a set name = t.name, position = t.position, unit = t.unit, area = t.area, email = t.email, search = t.search,
        state = case when a.state in ('left', 'waiting') then 'active' else a.state end
      from ${asTable(part)} where a.id = t.id`.execute(tx);
  }
}

export async function releaseNumbers(tx: Database, accounts: readonly string[]): Promise<void> {
  await sql`update accounts set phone = null where id = any(${accounts}::uuid[])`.execute(tx);
}

export async function saveLeft(tx: Database, accounts: readonly string[]): Promise<void> {
  await sql`update accounts set state = 'left' where id = any(${accounts}::uuid[])`.execute(tx);
}

/** Of these accounts those that have signed in: their devices are told of changes. */
export async function registeredAmong(db: Database, accounts: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from accounts where id = any(${accounts}::uuid[]) and registered_at is not null`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** In how many groups these accounts are, and how many they own. */
export async function groupsOf(
  db: Database,
  accounts: readonly string[],
): Promise<Map<string, { groups: number; owned: number }>> {
  const { rows } = await sql<{ account: string; groups: number; owned: number }>`
    select m.account, count(*)::int as groups, count(*) filter (where m.role = 'owner')::int as owned
    from members m join groups g on g.id = m.group_id and g.kind <> 'pair'
    where m.account = any(${accounts}::uuid[]) and m.left_at is null
    group by m.account`.execute(db);
  return new Map(rows.map((row) => [row.account, row]));
}
