import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { GroupKind, Role, StoredSettings } from '../groups/rights.ts';

export interface LinkRow {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly by: { account: string; name: string };
  readonly at: Date;
  readonly endsAt: Date | null;
  readonly quota: number | null;
  readonly used: number;
  readonly area: string | null;
  readonly unit: { id: string; name: string } | null;
}

const columns = sql`
  l.id, l.name, l.code, l.at, l.ends_at as "endsAt", l.quota, l.used, l.area, jsonb_build_object('account', b.id, 'name', b.name) as by,
  case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as unit`;
const joins = sql`join accounts b on b.id = l.by left join units u on u.id = l.unit`;

/** The links of a group that are not revoked, the newest first. */
export async function linksOf(db: Database, group: string, link?: string): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select ${columns} from links l ${joins}
    where l.group_id = ${group} and l.revoked_at is null ${link === undefined ? sql`` : sql`and l.id = ${link}`}
    order by l.at desc, l.id desc`.execute(db);
  return rows;
}

export async function insertLink(
  tx: Database,
  it: {
    id: string;
    group: string;
    code: string;
    name: string;
    by: string;
    at: Date;
    endsAt: Date | null;
    quota: number | null;
    area: string | null;
    unit: string | null;
  },
): Promise<void> {
  await sql`
    insert into links (id, group_id, code, name, by, at, ends_at, quota, area, unit)
    values (${it.id}, ${it.group}, ${it.code}, ${it.name}, ${it.by}, ${it.at}::timestamptz, ${it.endsAt}::timestamptz, ${it.quota}, ${it.area}, ${it.unit})`.execute(
    tx,
  );
}

export async function revokeLink(tx: Database, link: string, at: Date): Promise<void> {
  await sql`update links set revoked_at = ${at}::timestamptz where id = ${link} and revoked_at is null`.execute(tx);
}

/** What a code opens: the group as it is shown before joining, and how the account stands to it. */
export interface OpenedRow {
  readonly link: string;
  readonly group: string;
  readonly area: string | null;
  readonly unit: string | null;
  readonly name: string;
  readonly kind: GroupKind;
  readonly photo: string | null;
  readonly unitName: string;
  readonly leaders: readonly { name: string; position: string; role: Role }[];
  readonly members: number;
  readonly approval: boolean;
  readonly settings: StoredSettings;
  readonly inside: boolean;
  readonly request: { id: string; at: number } | null;
  /** Where the account belongs. */
  readonly ownArea: string | null;
  readonly ownUnit: string | null;
  readonly ownName: string;
  /** A place is left of those the link has. */
  readonly free: boolean;
}

/**
 * The link with this code that takes people now; undefined where there is none, whatever the reason. In a transaction that holds the
 * group's stream it stays so until the commit. A member, and who waits already, needs no place.
 */
export async function openedBy(db: Database, code: string, account: string, now: Date): Promise<OpenedRow | undefined> {
  const { rows } = await sql<OpenedRow>`
    select l.id as link, l.group_id as "group", l.area, l.unit, g.name, g.kind, g.photo, coalesce(gu.name, '') as "unitName",
      (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'position', a.position, 'role', m.role)
          order by array_position(array['owner', 'deputy', 'clerk'], m.role), a.sort_name, a.id), '[]')
        from members m join accounts a on a.id = m.account
        where m.group_id = g.id and m.left_at is null and m.role in ('owner', 'deputy', 'clerk')) as leaders,
      g.members, g.approval, g.settings, me.account is not null as inside,
      case when r.id is not null then jsonb_build_object('id', r.id, 'at', (extract(epoch from r.at) * 1000)::bigint) end as request,
      coalesce(i.area, iu.area) as "ownArea", i.unit as "ownUnit", i.name as "ownName", (l.quota is null or l.used < l.quota) as free
    from links l join groups g on g.id = l.group_id
    join accounts i on i.id = ${account} and i.state = 'active' left join units iu on iu.id = i.unit
    left join units gu on gu.id = g.unit
    left join members me on me.group_id = g.id and me.account = i.id and me.left_at is null
    left join join_requests r on r.group_id = g.id and r.account = i.id and r.state = 'waiting' and r.way <> 'added'
    where l.code = ${code} and l.revoked_at is null and (l.ends_at is null or l.ends_at > ${now}::timestamptz)
      and g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null
      and coalesce((g.settings ->> 'links')::boolean, true)
      and (l.quota is null or l.used < l.quota or me.account is not null or r.id is not null)
      and not exists (select from removals x where x.group_id = g.id and x.account = i.id and x.blocked)`.execute(db);
  return rows[0];
}

/** The group of a code, whether it takes people or not: so that its stream can be locked. */
export async function groupOfCode(db: Database, code: string): Promise<string | undefined> {
  const { rows } = await sql<{ group: string }>`select group_id as "group" from links where code = ${code}`.execute(db);
  return rows[0]?.group;
}

/** A place of the link is taken. */
export async function takePlace(tx: Database, link: string): Promise<void> {
  await sql`update links set used = used + 1 where id = ${link}`.execute(tx);
}

export async function photoBytes(db: Database, photo: string): Promise<Buffer | undefined> {
  const { rows } = await sql<{ small: Buffer }>`select small from photos where id = ${photo}`.execute(db);
  return rows[0]?.small;
}
