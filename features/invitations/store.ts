import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import type { OutputOf } from '../../protocol/action.ts';
import type { Database } from '../../server/database.ts';
import type { GroupKind, Role } from '../groups/rights.ts';
import type { invitationActions } from './protocol.ts';

/** Holds up other invitations of the same person until the end of the transaction, so that two at once cannot pass the limit. */
export async function takeInviter(tx: Database, account: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`invitations ${account}`}, 0))`.execute(tx);
}

export async function countInvitedBy(tx: Database, account: string, since: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from invitations where invited_by = ${account} and at > ${since}::timestamptz`.execute(tx);
  return rows[0]!.count;
}

/** Invites once more whom an earlier invitation did not bring. Answers how many numbers. */
export async function insertInvitations(
  tx: Database,
  it: { group: string; phones: readonly string[]; by: string; at: Date; endsAt: Date },
): Promise<number> {
  const { rows } = await sql`
    insert into invitations (id, group_id, phone, invited_by, at, ends_at)
    select t.id, ${it.group}::uuid, t.phone, ${it.by}::uuid, ${it.at}::timestamptz, ${it.endsAt}::timestamptz
    from unnest(${it.phones.map(() => randomUUIDv7())}::uuid[], ${it.phones}::text[]) as t(id, phone)
    on conflict (group_id, phone) do update set invited_by = excluded.invited_by, at = excluded.at, ends_at = excluded.ends_at, taken_at = null
    returning phone`.execute(tx);
  return rows.length;
}

/** Open invitations of a number by those who are administrators now. */
export async function countAdministratorsInvitations(db: Database, phone: string, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from invitations i
    join accounts a on a.id = i.invited_by and a.administrator and a.state = 'active'
    where i.phone = ${phone} and i.taken_at is null and i.ends_at > ${now}::timestamptz`.execute(db);
  return rows[0]!.count;
}

/** Uses up the open invitations of a number; of two at once one gets them. Answers the groups, and who invited. */
export async function takeOpenInvitations(
  tx: Database,
  phone: string,
  now: Date,
): Promise<{ group: string; by: string }[]> {
  const { rows } = await sql<{ group: string; by: string }>`
    update invitations set taken_at = ${now}::timestamptz
    where phone = ${phone} and taken_at is null and ends_at > ${now}::timestamptz
    returning group_id as "group", invited_by as by`.execute(tx);
  return rows;
}

export async function registrationOf(db: Database): Promise<'directory' | 'approval'> {
  const { rows } = await sql<{ registration: 'directory' | 'approval' }>`select registration from agency`.execute(db);
  return rows[0]?.registration ?? 'directory';
}

// ——— Colleagues who are asked first

/** Those of the accounts who are asked before they are put into a group. */
export async function askedFirstAmong(db: Database, accounts: readonly string[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from accounts where id = any(${accounts}::uuid[]) and asked_first`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** Asks those who are not being asked already. Answers whom. */
export async function insertConsents(
  tx: Database,
  it: { group: string; accounts: readonly string[]; by: string; at: Date; endsAt: Date },
): Promise<{ id: string; account: string }[]> {
  const { rows } = await sql<{ id: string; account: string }>`
    insert into invitations (id, group_id, account, invited_by, at, ends_at)
    select t.id, ${it.group}::uuid, t.account, ${it.by}::uuid, ${it.at}::timestamptz, ${it.endsAt}::timestamptz
    from unnest(${it.accounts.map(() => randomUUIDv7())}::uuid[], ${it.accounts}::uuid[]) as t(id, account)
    on conflict (group_id, account) do update set id = excluded.id, invited_by = excluded.invited_by, at = excluded.at,
      ends_at = excluded.ends_at, taken_at = null
    where invitations.taken_at is not null or invitations.ends_at <= ${it.at}::timestamptz
    returning id, account`.execute(tx);
  return rows;
}

export interface InvitationRow {
  readonly id: string;
  readonly name: string;
  readonly kind: GroupKind;
  readonly unit: string;
  readonly leaders: readonly { name: string; position: string; role: Role }[];
  readonly members: number;
  readonly by: { account: string; name: string };
  readonly at: Date;
  readonly endsAt: Date;
}

/** What an account is invited to and has not answered, the newest first: groups that take people and in which it is not. */
export async function invitationsFor(
  db: Database,
  account: string,
  now: Date,
  invitation?: string,
): Promise<InvitationRow[]> {
  const { rows } = await sql<InvitationRow>`
    select i.id, g.name, g.kind, coalesce(u.name, '') as unit, g.members, i.at, i.ends_at as "endsAt",
      (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'position', a.position, 'role', m.role)
          order by array_position(array['owner', 'deputy', 'clerk'], m.role), a.sort_name, a.id), '[]')
        from members m join accounts a on a.id = m.account
        where m.group_id = g.id and m.left_at is null and m.role in ('owner', 'deputy', 'clerk')) as leaders,
      jsonb_build_object('account', b.id, 'name', b.name) as by
    from invitations i join groups g on g.id = i.group_id join accounts b on b.id = i.invited_by
    left join units u on u.id = g.unit
    where i.account = ${account} and i.taken_at is null and i.ends_at > ${now}::timestamptz
      ${invitation === undefined ? sql`` : sql`and i.id = ${invitation}`}
      and g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null
      and not exists (select from members m where m.group_id = g.id and m.account = i.account and m.left_at is null)
    order by i.at desc, i.id desc`.execute(db);
  return rows;
}

type Shown = OutputOf<(typeof invitationActions)['invitation.mine']>['invitations'][number];

export function shownInvitation({ at, endsAt, leaders, ...it }: InvitationRow): Shown {
  return { ...it, leaders: [...leaders], at: at.getTime(), endsAt: endsAt.getTime() };
}

/** The group of an invitation, and who invited; undefined where it is not this account's. */
export async function invitationOf(
  db: Database,
  invitation: string,
  account: string,
): Promise<{ group: string; by: string; name: string } | undefined> {
  const { rows } = await sql<{ group: string; by: string; name: string }>`
    select i.group_id as "group", i.invited_by as by, a.name from invitations i join accounts a on a.id = i.account
    where i.id = ${invitation} and i.account = ${account}`.execute(db);
  return rows[0];
}

/** An open invitation is answered. False where it is open no longer. */
export async function closeInvitation(
  tx: Database,
  it: { invitation: string; accepted: boolean; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update invitations set ${it.accepted ? sql`taken_at` : sql`ends_at`} = ${it.now}::timestamptz
    where id = ${it.invitation} and taken_at is null and ends_at > ${it.now}::timestamptz returning id`.execute(tx);
  return rows.length > 0;
}

/** Takes open invitations of a group back. Answers the colleagues who are asked no longer. */
export async function withdrawInvitations(
  tx: Database,
  it: { group: string; invitations: readonly string[]; now: Date },
): Promise<{ id: string; account: string | null }[]> {
  const { rows } = await sql<{ id: string; account: string | null }>`
    update invitations set ends_at = ${it.now}::timestamptz
    where group_id = ${it.group} and id = any(${it.invitations}::uuid[]) and taken_at is null and ends_at > ${it.now}::timestamptz
    returning id, account`.execute(tx);
  return rows;
}

export interface InvitedRow {
  readonly id: string;
  readonly account: string | null;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly phone: string | null;
  readonly by: { account: string; name: string };
  readonly at: Date;
  readonly endsAt: Date;
}

/** Who is invited into a group and has not answered: colleagues, and numbers that are not on the staff list. */
export async function invitedInto(db: Database, group: string, now: Date, most: number): Promise<InvitedRow[]> {
  const { rows } = await sql<InvitedRow>`
    select i.id, i.account, coalesce(a.name, '') as name, coalesce(a.position, '') as position, coalesce(u.name, '') as unit, a.photo,
      i.phone, jsonb_build_object('account', b.id, 'name', b.name) as by, i.at, i.ends_at as "endsAt"
    from invitations i left join accounts a on a.id = i.account left join units u on u.id = a.unit
    join accounts b on b.id = i.invited_by
    where i.group_id = ${group} and i.taken_at is null and i.ends_at > ${now}::timestamptz
      and not exists (select from members m where m.group_id = i.group_id and m.account = i.account and m.left_at is null)
    order by i.at desc, i.id desc limit ${most}`.execute(db);
  return rows;
}
