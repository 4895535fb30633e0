import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Way } from './rules.ts';

export type EndState = 'approved' | 'refused' | 'withdrawn' | 'expired' | 'void';

export interface QueueRow {
  readonly waiting: number;
  readonly oldest: Date | null;
}

/** The waiting requests of who is still on the staff list. */
const waitingIn = (group: string) => sql`
  from join_requests r join accounts a on a.id = r.account and a.state = 'active'
  where r.group_id = ${group} and r.state = 'waiting'`;

export async function queueOf(db: Database, group: string): Promise<QueueRow> {
  const { rows } = await sql<QueueRow>`
    select count(*) as waiting, min(r.at) as oldest ${waitingIn(group)}`.execute(db);
  return rows[0]!;
}

export interface RequestRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly listed: boolean;
  readonly phone: string | null;
  readonly way: Way;
  readonly link: string;
  readonly by: { account: string; name: string } | null;
  readonly answer: string;
  readonly at: Date;
}

export async function requestsOf(
  db: Database,
  it: { group: string; after: number; limit: number },
): Promise<RequestRow[]> {
  const { rows } = await sql<RequestRow>`
    select q.id, q.account, a.name, a.position, coalesce(u.name, '') as unit, a.photo, a.unit is not null as listed, a.phone,
      q.way, coalesce(l.name, '') as link, q.answer, q.at,
      case when b.id is not null then jsonb_build_object('account', b.id, 'name', b.name) end as by
    from (select r.* ${waitingIn(it.group)} order by r.at, r.id offset ${it.after} limit ${it.limit}) q
    join accounts a on a.id = q.account left join units u on u.id = a.unit
    left join links l on l.id = q.link left join accounts b on b.id = q.by
    order by q.at, q.id`.execute(db);
  return rows;
}

/** How many wait in each group whose members this account may admit: its leaders, and who is named to. */
export async function queuesFor(
  db: Database,
  account: string,
  now: Date,
): Promise<({ readonly group: string } & QueueRow)[]> {
  const { rows } = await sql<{ group: string } & QueueRow>`
    select m.group_id as "group", count(*) as waiting, min(r.at) as oldest
    from members m join groups g on g.id = m.group_id
    join join_requests r on r.group_id = g.id and r.state = 'waiting'
    join accounts a on a.id = r.account and a.state = 'active'
    where m.account = ${account} and m.left_at is null and g.archived_at is null and g.dissolves_at is null and (
      m.role = 'owner' or m.role in ('deputy', 'clerk') and (m.role_until is null or m.role_until > ${now}::timestamptz)
      or g.approver = m.account and m.role <> 'reader')
    group by m.group_id`.execute(db);
  return rows;
}

/** Who is told about requests: the leaders, and who is named to admit members. */
export async function admittersOf(db: Database, group: string): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    select m.account from members m join groups g on g.id = m.group_id
    where m.group_id = ${group} and m.left_at is null
      and (m.role in ('owner', 'deputy', 'clerk') or g.approver = m.account and m.role <> 'reader')`.execute(db);
  return rows.map((row) => row.account);
}

export interface OwnRow {
  readonly id: string;
  readonly name: string;
  readonly at: Date;
}

/** What an account has asked for and waits for. */
export async function ownRequests(db: Database, account: string): Promise<OwnRow[]> {
  const { rows } = await sql<OwnRow>`
    select r.id, g.name, r.at from join_requests r join groups g on g.id = r.group_id
    where r.account = ${account} and r.state = 'waiting' and r.way <> 'added' order by r.at, r.id`.execute(db);
  return rows;
}

/** Makes requests for who does not wait already. Answers the accounts for whom there is a new one. */
export async function insertRequests(
  tx: Database,
  it: {
    group: string;
    accounts: readonly string[];
    way: Way;
    link: string | null;
    by: string | null;
    answer: string;
    at: Date;
    endsAt: Date;
  },
): Promise<{ id: string; account: string }[]> {
  const { rows } = await sql<{ id: string; account: string }>`
    insert into join_requests (id, group_id, account, way, link, by, answer, at, ends_at)
    select t.id, ${it.group}::uuid, t.account, ${it.way}, ${it.link}::uuid, ${it.by}::uuid, ${it.answer}, ${it.at}::timestamptz, ${it.endsAt}::timestamptz
    from unnest(${it.accounts.map(() => randomUUIDv7())}::uuid[], ${it.accounts}::uuid[]) as t(id, account)
    on conflict (group_id, account) where state = 'waiting' do nothing
    returning id, account`.execute(tx);
  return rows;
}

export interface EndedRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** Who asked: the person, or the member who wanted to add them. */
  readonly asker: string;
  readonly added: boolean;
  /** Is asked before being put into a group. */
  readonly askedFirst: boolean;
}

/**
 * Ends requests of a group whose stream is locked: those named, or those of these accounts, or those that are due; all of them
 * where none of this is said. A place of a link is given back where nobody came in by it.
 */
export async function endRequests(
  tx: Database,
  it: {
    group: string;
    requests?: readonly string[];
    accounts?: readonly string[];
    dueAt?: Date;
    state: EndState;
    by: string | null;
    at: Date;
    reason?: string;
  },
): Promise<EndedRow[]> {
  const { rows } = await sql<EndedRow>`
    with ended as (
      update join_requests set state = ${it.state}, decided_by = ${it.by}::uuid, decided_at = ${it.at}::timestamptz, reason = ${it.reason ?? ''}
      where group_id = ${it.group} and state = 'waiting'
        ${it.requests ? sql`and id = any(${it.requests}::uuid[])` : sql``}
        ${it.accounts ? sql`and account = any(${it.accounts}::uuid[])` : sql``}
        ${it.dueAt ? sql`and ends_at <= ${it.dueAt}::timestamptz` : sql``}
      returning *
    ), freed as (
      update links l set used = l.used - e.count
      from (select link, count(*)::int as count from ended where link is not null group by link) e
      where l.id = e.link and ${it.state} <> 'approved'
    )
    select e.id, e.account, a.name, coalesce(e.by, e.account) as asker, e.by is not null as added, a.asked_first as "askedFirst"
    from ended e join accounts a on a.id = e.account order by e.at, e.id`.execute(tx);
  return rows;
}

export interface DecidedRow {
  readonly request: string;
  readonly state: EndState | 'waiting';
  readonly by: { account: string; name: string } | null;
}

/** How these requests of a group stand; those of other groups are none. */
export async function statesOf(db: Database, group: string, requests: readonly string[]): Promise<DecidedRow[]> {
  const { rows } = await sql<DecidedRow>`
    select r.id as request, r.state, case when a.id is not null then jsonb_build_object('account', a.id, 'name', a.name) end as by
    from join_requests r left join accounts a on a.id = r.decided_by
    where r.group_id = ${group} and r.id = any(${requests}::uuid[])`.execute(db);
  return rows;
}

/** The waiting requests named whose people are still on the staff list, with who they are. */
export async function waitingAmong(
  tx: Database,
  group: string,
  requests: readonly string[],
): Promise<{ request: string; account: string; askedFirst: boolean; added: boolean }[]> {
  const { rows } = await sql<{ request: string; account: string; askedFirst: boolean; added: boolean }>`
    select r.id as request, r.account, a.asked_first as "askedFirst", r.by is not null as added
    ${waitingIn(group)} and r.id = any(${requests}::uuid[])`.execute(tx);
  return rows;
}

/** A request the account made itself. */
export async function ownRequest(
  db: Database,
  request: string,
  account: string,
): Promise<{ group: string; state: EndState | 'waiting' } | undefined> {
  const { rows } = await sql<{ group: string; state: EndState | 'waiting' }>`
    select group_id as "group", state from join_requests
    where id = ${request} and account = ${account} and way <> 'added'`.execute(db);
  return rows[0];
}

export async function nameOfGroup(db: Database, group: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from groups where id = ${group}`.execute(db);
  return rows[0]!.name;
}

export async function namedAccount(db: Database, account: string): Promise<{ account: string; name: string }> {
  const { rows } = await sql<{ name: string }>`select name from accounts where id = ${account}`.execute(db);
  return { account, name: rows[0]!.name };
}

/** Groups in which a request is due to end. */
export async function groupsDue(db: Database, now: Date): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select distinct group_id as "group" from join_requests
    where state = 'waiting' and ends_at <= ${now}::timestamptz limit 100`.execute(db);
  return rows.map((row) => row.group);
}

/** Whether a group approves its members. */
export async function approves(db: Database, group: string): Promise<boolean> {
  const { rows } = await sql<{ approval: boolean }>`select approval from groups where id = ${group}`.execute(db);
  return rows[0]!.approval;
}
