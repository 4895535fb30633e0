import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Exceptions, GroupKind, GroupState, Role, StandingColumns, StoredSettings } from './rights.ts';

export interface StandingRow extends StandingColumns {
  readonly rightsVersion: number;
  /** The regulation in force is accepted, or there is none. */
  readonly accepted: boolean;
}

/** The state of group `g`. */
const stateColumn = sql`case when g.dissolves_at is not null then 'dissolving' when g.archived_at is not null then 'archived' else 'open' end`;

/** How an active account stands in a group, together with the version of the rights it was read under. */
export async function standingOf(db: Database, group: string, account: string): Promise<StandingRow | undefined> {
  const { rows } = await sql<StandingRow>`
    select m.role, m.role_until as "roleUntil", m.exceptions, g.kind, coalesce(g.approver = m.account, false) as approver, g.approval,
      g.settings, ${stateColumn} as state, s.rights_version as "rightsVersion", m.regulation >= g.regulation as accepted
    from members m join groups g on g.id = m.group_id join streams s on s.id = g.id
    join accounts a on a.id = m.account and a.state = 'active'
    where m.group_id = ${group} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0];
}

export interface GroupRow {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly description: string;
  readonly photo: string | null;
  readonly area: string | null;
  readonly topic: string;
  readonly unit: string;
  readonly approval: boolean;
  readonly approver: string | null;
  readonly approverName: string;
  readonly settings: StoredSettings;
  readonly state: GroupState;
  readonly dissolvesAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly members: number;
  readonly leaders: readonly { account: string; name: string; role: Role }[];
  readonly role: Role;
  readonly roleUntil: Date | null;
  /** The actor’s own. */
  readonly exceptions: Exceptions;
  readonly at: number;
}

/** A group as one of its members sees it; undefined where the account is none. */
export async function groupOf(db: Database, group: string, account: string): Promise<GroupRow | undefined> {
  const { rows } = await sql<GroupRow>`
    select g.id, g.kind, g.name, g.description, g.photo, g.area, g.topic, coalesce(u.name, '') as unit, g.approval, g.approver,
      coalesce(p.name, '') as "approverName", g.settings, ${stateColumn} as state, g.dissolves_at as "dissolvesAt", g.created_by as "createdBy", g.created_at as "createdAt", g.members,
      (select coalesce(jsonb_agg(jsonb_build_object('account', l.account, 'name', a.name, 'role', l.role)
          order by array_position(array['owner', 'deputy', 'clerk'], l.role), a.sort_name, a.id), '[]')
        from members l join accounts a on a.id = l.account
        where l.group_id = g.id and l.left_at is null and l.role in ('owner', 'deputy', 'clerk')) as leaders,
      m.role, m.role_until as "roleUntil", m.exceptions, s.head as at
    from members m join groups g on g.id = m.group_id join streams s on s.id = g.id
    left join units u on u.id = g.unit left join accounts p on p.id = g.approver
    where m.group_id = ${group} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0];
}

export interface NewGroup {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly description: string;
  readonly area: string | null;
  readonly topic: string;
  readonly approval: boolean;
  readonly approver: string | null;
  /** The pair's key, for a conversation of two. */
  readonly pair: string | null;
  readonly by: string;
  readonly at: Date;
}

/** The group belongs to the unit of who made it. */
export async function insertGroup(tx: Database, it: NewGroup): Promise<void> {
  await sql`
    insert into groups (id, kind, name, description, area, topic, unit, approval, approver, pair, created_by, created_at)
    select ${it.id}::uuid, ${it.kind}, ${it.name}, ${it.description}, ${it.area}::text, ${it.topic}, a.unit, ${it.approval}::boolean,
      ${it.approver}::uuid, ${it.pair}::text, a.id, ${it.at}::timestamptz
    from accounts a where a.id = ${it.by}`.execute(tx);
}

export async function pairOf(db: Database, key: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from groups where pair = ${key}`.execute(db);
  return rows[0]?.id;
}

export interface GroupInfo {
  readonly name: string;
  readonly description: string;
  readonly area: string | null;
  readonly topic: string;
}

export async function infoOf(tx: Database, group: string): Promise<GroupInfo & { readonly photo: string | null }> {
  const { rows } = await sql<GroupInfo & { photo: string | null }>`
    select name, description, area, topic, photo from groups where id = ${group}`.execute(tx);
  return rows[0]!;
}

export async function saveInfo(tx: Database, group: string, it: GroupInfo): Promise<void> {
  await sql`
    update groups set name = ${it.name}, description = ${it.description}, area = ${it.area}, topic = ${it.topic}
    where id = ${group}`.execute(tx);
}

export async function savePhotoOf(tx: Database, group: string, photo: string | null): Promise<void> {
  await sql`update groups set photo = ${photo} where id = ${group}`.execute(tx);
}

/** Nobody is named to admit members any more, where it was this account. Answers whether it was. */
export async function dropApprover(tx: Database, group: string, account: string): Promise<boolean> {
  const { rows } = await sql`
    update groups set approver = null where id = ${group} and approver = ${account} returning id`.execute(tx);
  return rows.length > 0;
}

/** Undefined where there is no such group, or it was dissolved. */
export async function stateOf(db: Database, group: string): Promise<GroupState | undefined> {
  const { rows } = await sql<{ state: GroupState }>`
    select ${stateColumn} as state from groups g where g.id = ${group} and g.dissolved_at is null`.execute(db);
  return rows[0]?.state;
}

/** Undefined where there is no such group, or it was dissolved. */
export async function kindOf(db: Database, group: string): Promise<GroupKind | undefined> {
  const { rows } = await sql<{ kind: GroupKind }>`
    select kind from groups where id = ${group} and dissolved_at is null`.execute(db);
  return rows[0]?.kind;
}
