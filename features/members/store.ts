import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Exceptions, Role } from '../groups/rights.ts';

export interface NamedAccount {
  readonly id: string;
  readonly name: string;
}

/** Those of the accounts who are on the staff list or registered, in the order of names. */
export async function activeAmong(db: Database, accounts: readonly string[]): Promise<NamedAccount[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<NamedAccount>`
    select id, name from accounts where id = any(${accounts}::uuid[]) and state = 'active' order by sort_name, id`.execute(
    db,
  );
  return rows;
}

export interface NumberRow {
  readonly id: string;
  readonly phone: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly active: boolean;
  readonly member: boolean;
}

/** Who has these numbers, and whether they are members of the group. */
export async function accountsByPhone(
  db: Database,
  phones: readonly string[],
  group: string | null,
): Promise<NumberRow[]> {
  if (phones.length === 0) return [];
  const { rows } = await sql<NumberRow>`
    select a.id, a.phone, a.name, a.position, coalesce(u.name, '') as unit, a.state = 'active' as active,
      exists (select from members m where m.group_id = ${group}::uuid and m.account = a.id and m.left_at is null) as member
    from accounts a left join units u on u.id = a.unit where a.phone = any(${phones}::text[])`.execute(db);
  return rows;
}

export async function countMembers(db: Database, group: string): Promise<number> {
  const { rows } = await sql<{ members: number }>`select members from groups where id = ${group}`.execute(db);
  return rows[0]!.members;
}

/** Those of the accounts who are members. */
export async function membersAmong(db: Database, group: string, accounts: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ account: string }>`
    select account from members where group_id = ${group} and account = any(${accounts}::uuid[]) and left_at is null`.execute(
    db,
  );
  return new Set(rows.map((it) => it.account));
}

/** The first members of a group, who see it from its first line on. */
export async function insertFirstMembers(
  tx: Database,
  it: { group: string; accounts: readonly string[]; owner: string | null; by: string; at: Date },
): Promise<void> {
  await sql`
    insert into members (group_id, account, role, joined_at, added_by)
    select ${it.group}::uuid, t.account, case when t.account = ${it.owner}::uuid then 'owner' else 'member' end, ${it.at}::timestamptz, ${it.by}::uuid
    from unnest(${it.accounts}::uuid[]) as t(account)`.execute(tx);
}

/**
 * Puts accounts into a group whose stream is locked, also those who left it before. They see what comes after the number
 * `from`, its present head where that is null; with `again`, those who were in it before see all that they saw then and what
 * came since. Nothing is unread. Answers who was not in it.
 */
export async function insertMembers(
  tx: Database,
  it: {
    group: string;
    accounts: readonly string[];
    by: string | null;
    at: Date;
    from: number | null;
    again: boolean;
  },
): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    insert into members (group_id, account, role, joined_at, added_by, visible_from, read_seq, read_ordinal, received_seq, addressed_from)
    select s.id, t.account, 'member', ${it.at}::timestamptz, ${it.by}::uuid, coalesce(${it.from}::bigint, s.head), s.head, s.messages, s.head, s.head
    from streams s, unnest(${it.accounts}::uuid[]) as t(account) where s.id = ${it.group}
    on conflict (group_id, account) do update set
      -- Who may only read, or not do this or that, does not become free of it by leaving and coming back.
      role = case when members.role = 'reader' then 'reader' else 'member' end,
      role_until = case when members.role = 'reader' then members.role_until end,
      exceptions = (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(members.exceptions) e where not (e.value ->> 'allowed')::boolean),
      exceptions_until = (
        select to_timestamp(min((e.value ->> 'until')::double precision) / 1000) from jsonb_each(members.exceptions) e
        where not (e.value ->> 'allowed')::boolean
      ),
      joined_at = excluded.joined_at, added_by = excluded.added_by,
      left_at = null, visible_from = case when ${it.again}::boolean then least(members.visible_from, excluded.visible_from) else excluded.visible_from end, read_seq = excluded.read_seq, read_ordinal = excluded.read_ordinal,
      received_seq = excluded.received_seq, addressed_from = excluded.addressed_from, pinned_at = null, muted_until = null, notify = 'all', archived_at = null, archived_ordinal = 0,
      marked_unread_at = null
    where members.left_at is not null
    returning account`.execute(tx);
  return rows.map((row) => row.account);
}

export async function endMember(tx: Database, group: string, account: string, at: Date): Promise<void> {
  await sql`
    update members set left_at = ${at}::timestamptz, pinned_at = null where group_id = ${group} and account = ${account}`.execute(
    tx,
  );
}

/**
 * Takes these accounts out of all their groups, except conversations of two and groups they own, and from the post of approver.
 * Answers who was in which group.
 */
export async function endMemberships(
  tx: Database,
  accounts: readonly string[],
  at: Date,
): Promise<{ group: string; account: string; name: string }[]> {
  const { rows } = await sql<{ group: string; account: string; name: string }>`
    with ended as (
      update members m set left_at = ${at}::timestamptz, pinned_at = null
      from groups g
      where g.id = m.group_id and g.kind <> 'pair' and m.role <> 'owner' and m.left_at is null and m.account = any(${accounts}::uuid[])
      returning m.group_id, m.account
    ), freed as (
      update groups set approver = null where approver = any(${accounts}::uuid[])
    )
    select e.group_id as "group", e.account, a.name from ended e join accounts a on a.id = e.account order by a.sort_name, a.id`.execute(
    tx,
  );
  return rows;
}

/**
 * Raises the version of the rights of every group these accounts are still in: no message of theirs that was allowed before commits after
 * this. Locked in the order of their ids.
 */
export async function withdrawRights(tx: Database, accounts: readonly string[]): Promise<void> {
  await sql`
    with taken as (
      select id from streams
      where id in (select group_id from members where account = any(${accounts}::uuid[]) and left_at is null) order by id for update
    )
    update streams s set rights_version = rights_version + 1 from taken where s.id = taken.id`.execute(tx);
}

export interface Standing {
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly roleUntil: Date | null;
  readonly exceptions: Exceptions;
  /** False for who is no longer on the staff list. */
  readonly active: boolean;
}

const standing = sql`m.account, a.name, m.role, m.role_until as "roleUntil", m.exceptions, a.state = 'active' as active`;

/** Those of the accounts who are members, in the order of names. */
export async function standingsAmong(tx: Database, group: string, accounts: readonly string[]): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select ${standing} from members m join accounts a on a.id = m.account
    where m.group_id = ${group} and m.account = any(${accounts}::uuid[]) and m.left_at is null
    order by a.sort_name, a.id`.execute(tx);
  return rows;
}

export async function ownerIn(tx: Database, group: string): Promise<Standing | undefined> {
  const { rows } = await sql<Standing>`
    select ${standing} from members m join accounts a on a.id = m.account
    where m.group_id = ${group} and m.role = 'owner' and m.left_at is null`.execute(tx);
  return rows[0];
}

export async function saveRoles(
  tx: Database,
  it: { group: string; accounts: readonly string[]; role: Role; until: Date | null },
): Promise<void> {
  await sql`
    update members set role = ${it.role}, role_until = ${it.until}::timestamptz
    where group_id = ${it.group} and account = any(${it.accounts}::uuid[])`.execute(tx);
}

/** What is decided for these people, in place of what was. */
export async function saveExceptions(
  tx: Database,
  group: string,
  list: readonly { account: string; exceptions: Exceptions }[],
): Promise<void> {
  await sql`
    update members m set exceptions = t.exceptions, exceptions_until = (
      select to_timestamp(min((e.value ->> 'until')::double precision) / 1000) from jsonb_each(t.exceptions) e
    )
    from unnest(${list.map((it) => it.account)}::uuid[], ${list.map((it) => JSON.stringify(it.exceptions))}::jsonb[]) as t(account, exceptions)
    where m.group_id = ${group} and m.account = t.account`.execute(tx);
}

/** Groups in which a term of office or an exception has ended. */
export async function groupsWithEnds(db: Database, now: Date): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select distinct group_id as "group" from members
    where left_at is null and (role_until <= ${now}::timestamptz or exceptions_until <= ${now}::timestamptz) limit 100`.execute(
    db,
  );
  return rows.map((row) => row.group);
}

/** Members of a group whose term, or one of whose exceptions, has ended. */
export async function endedIn(tx: Database, group: string, now: Date): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select ${standing} from members m join accounts a on a.id = m.account
    where m.group_id = ${group} and m.left_at is null
      and (m.role_until <= ${now}::timestamptz or m.exceptions_until <= ${now}::timestamptz)
    order by a.sort_name, a.id`.execute(tx);
  return rows;
}

/** Members who can still take something over, besides this one. */
export async function countActiveOthers(db: Database, group: string, account: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from members m join accounts a on a.id = m.account and a.state = 'active'
    where m.group_id = ${group} and m.account <> ${account} and m.left_at is null`.execute(db);
  return rows[0]!.count;
}

export async function nameOf(db: Database, account: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from accounts where id = ${account}`.execute(db);
  return rows[0]!.name;
}

/** Where the group's stream stands; undefined where the account is no member. */
export async function headForMember(db: Database, group: string, account: string): Promise<number | undefined> {
  const { rows } = await sql<{ head: number }>`
    select s.head from streams s join members m on m.group_id = s.id
    where s.id = ${group} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0]?.head;
}

export interface MemberRow {
  readonly account: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly role: Role;
  readonly roleUntil: Date | null;
  readonly joinedAt: Date;
  readonly registered: boolean;
  readonly active: boolean;
}

/** A page of the members, leaders first, then in the order of names; `words` begin words of name, position or unit. */
export async function membersOf(
  db: Database,
  it: { group: string; words: readonly string[]; after: number; limit: number },
): Promise<{ members: MemberRow[]; total: number }> {
  const found = sql`
    from members m join accounts a on a.id = m.account
    where m.group_id = ${it.group} and m.left_at is null
      and (' ' || a.search) like all(${it.words.map((word) => `% ${word}%`)}::text[])`;
  // Found and counted in one walk over the members; what is shown of them is then looked up for the page alone.
  const { rows } = await sql<MemberRow & { count: number }>`
    with page as (
      select m.account, m.role, m.role_until, m.joined_at, a.sort_name, count(*) over () as count ${found}
      order by coalesce(array_position(array['owner', 'deputy', 'clerk'], m.role), 4), a.sort_name, a.id
      limit ${it.limit} offset ${it.after}
    )
    select p.account, a.name, a.position, coalesce(u.name, '') as unit, a.photo, p.role, p.role_until as "roleUntil", p.joined_at as "joinedAt",
      a.registered_at is not null as registered, a.state = 'active' as active, p.count
    from page p join accounts a on a.id = p.account left join units u on u.id = a.unit
    order by coalesce(array_position(array['owner', 'deputy', 'clerk'], p.role), 4), p.sort_name, p.account`.execute(
    db,
  );
  const members = rows.map(({ count: _count, ...row }) => row);
  if (rows[0] || it.after === 0) return { members, total: rows[0]?.count ?? 0 };
  // Beyond the end: how many there are is still asked.
  const { rows: counted } = await sql<{ count: number }>`select count(*) as count ${found}`.execute(db);
  return { members, total: counted[0]!.count };
}
