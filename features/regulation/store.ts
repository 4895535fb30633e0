import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { GroupKind } from '../groups/rights.ts';
import type { Form, RegulationDocument } from './rules.ts';

/** Whose regulation it is: a group's, or the default of a unit. */
export type Owner = { readonly group: string } | { readonly unit: string };

const ownedBy = (owner: Owner) =>
  'group' in owner ? sql`r.group_id = ${owner.group}::uuid` : sql`r.unit = ${owner.unit}::uuid`;

export interface FileRow {
  readonly name: string;
  readonly form: Form;
  readonly size: number;
  readonly sha256: string;
}

export interface RegulationRow {
  readonly id: string;
  /** Null for the draft. */
  readonly version: number | null;
  readonly revision: number;
  readonly title: string;
  readonly at: Date;
  readonly by: string;
  readonly from: string | null;
  readonly takenFrom: string | null;
  readonly remindedAt: Date | null;
  readonly document: RegulationDocument | null;
  readonly file: FileRow | null;
}

const columns = (withText: boolean) => sql`
  r.id, r.version, r.revision, r.title, r.at, a.name as by, fu.name as "from", r.taken_from as "takenFrom", r.reminded_at as "remindedAt",
  ${withText ? sql`r.document` : sql`null::jsonb`} as document,
  case when f.id is not null then jsonb_build_object('name', f.name, 'form', f.form, 'size', f.size, 'sha256', encode(f.sha256, 'hex')) end as file
  from regulations r join accounts a on a.id = r.by left join regulation_files f on f.id = r.file
  left join regulations d on d.id = r.taken_from left join units fu on fu.id = d.unit`;

/** The version in force and the draft, with what they say; at most one of each. */
export async function standingTexts(
  db: Database,
  owner: Owner,
): Promise<{ current: RegulationRow | undefined; draft: RegulationRow | undefined }> {
  const { rows } = await sql<RegulationRow>`
    select ${columns(true)} where ${ownedBy(owner)} and (r.version is null
      or r.version = (select max(version) from regulations r where ${ownedBy(owner)}))`.execute(db);
  return { current: rows.find((it) => it.version !== null), draft: rows.find((it) => it.version === null) };
}

/** The newest published version, with what it says. */
export async function currentOf(db: Database, owner: Owner): Promise<RegulationRow | undefined> {
  const { rows } = await sql<RegulationRow>`
    select ${columns(true)} where ${ownedBy(owner)} and r.version is not null order by r.version desc limit 1`.execute(
    db,
  );
  return rows[0];
}

export async function draftOf(db: Database, owner: Owner): Promise<RegulationRow | undefined> {
  const { rows } =
    await sql<RegulationRow>`select ${columns(true)} where ${ownedBy(owner)} and r.version is null`.execute(db);
  return rows[0];
}

export async function versionOf(db: Database, group: string, version: number): Promise<RegulationRow | undefined> {
  const { rows } = await sql<RegulationRow>`
    select ${columns(true)} where r.group_id = ${group} and r.version = ${version}`.execute(db);
  return rows[0];
}

/** Published versions without what they say, the newest first. */
export async function versionsOf(db: Database, group: string): Promise<RegulationRow[]> {
  const { rows } = await sql<RegulationRow>`
    select ${columns(false)} where r.group_id = ${group} and r.version is not null order by r.version desc`.execute(db);
  return rows;
}

export interface Written {
  readonly title: string;
  readonly document: RegulationDocument | null;
  /** Id of a file that has been kept. */
  readonly file: string | null;
}

export async function insertDraft(
  tx: Database,
  it: Written & { id: string; owner: Owner; by: string; at: Date },
): Promise<void> {
  const group = 'group' in it.owner ? it.owner.group : null;
  const unit = 'unit' in it.owner ? it.owner.unit : null;
  await sql`
    insert into regulations (id, group_id, unit, title, document, file, by, at)
    values (${it.id}, ${group}::uuid, ${unit}::uuid, ${it.title}, ${it.document && JSON.stringify(it.document)}::jsonb, ${it.file}::uuid,
      ${it.by}, ${it.at}::timestamptz)`.execute(tx);
}

export async function saveDraft(tx: Database, it: Written & { id: string; by: string; at: Date }): Promise<void> {
  await sql`
    update regulations set revision = revision + 1, title = ${it.title}, document = ${it.document && JSON.stringify(it.document)}::jsonb,
      file = ${it.file}::uuid, by = ${it.by}, at = ${it.at}::timestamptz
    where id = ${it.id}`.execute(tx);
}

export async function deleteRegulation(tx: Database, id: string): Promise<void> {
  await sql`delete from regulations where id = ${id}`.execute(tx);
}

/** The draft becomes this version. */
export async function publishDraft(
  tx: Database,
  it: { id: string; version: number; document: RegulationDocument | null; by: string; at: Date },
): Promise<void> {
  await sql`
    update regulations set version = ${it.version}, document = ${it.document && JSON.stringify(it.document)}::jsonb, by = ${it.by},
      at = ${it.at}::timestamptz
    where id = ${it.id}`.execute(tx);
}

/** A group's next version is the unit's, word by word; a file is kept once. */
export async function copyVersion(
  tx: Database,
  it: { id: string; group: string; version: number; source: string; by: string; at: Date },
): Promise<void> {
  await sql`
    insert into regulations (id, group_id, version, title, document, file, taken_from, by, at)
    select ${it.id}::uuid, ${it.group}::uuid, ${it.version}::integer, d.title, d.document, d.file, d.id, ${it.by}::uuid, ${it.at}::timestamptz
    from regulations d where d.id = ${it.source}`.execute(tx);
}

export async function insertFile(
  tx: Database,
  it: { id: string; name: string; form: Form; sha256: Buffer; bytes: Buffer },
): Promise<void> {
  await sql`
    insert into regulation_files (id, name, form, size, sha256, bytes)
    values (${it.id}, ${it.name}, ${it.form}, ${it.bytes.length}, ${it.sha256}, ${it.bytes})`.execute(tx);
}

/** Files that no regulation has any more: those of drafts that were replaced. */
export async function deleteFilesUnused(tx: Database, ids: readonly string[]): Promise<void> {
  await sql`
    delete from regulation_files f where f.id = any(${ids}::uuid[])
      and not exists (select from regulations r where r.file = f.id)`.execute(tx);
}

export async function fileIdOf(tx: Database, regulation: string): Promise<string | null> {
  const { rows } = await sql<{ file: string | null }>`select file from regulations where id = ${regulation}`.execute(
    tx,
  );
  return rows[0]?.file ?? null;
}

// ——— In force, and accepted

/** From now on this version is in force; who published it has accepted it. */
export async function putInForce(
  tx: Database,
  it: { group: string; version: number; by: string; at: Date },
): Promise<void> {
  await sql`
    with moved as (update groups set regulation = ${it.version} where id = ${it.group})
    update members set regulation = ${it.version}, regulation_at = ${it.at}::timestamptz where group_id = ${it.group} and account = ${it.by}`.execute(
    tx,
  );
}

export interface Acceptor {
  /** In force; 0 for none. */
  readonly version: number;
  readonly accepted: number;
  readonly acceptedAt: Date | null;
}

/** How a member stands to the regulation; undefined for who is none. */
export async function acceptorOf(db: Database, group: string, account: string): Promise<Acceptor | undefined> {
  const { rows } = await sql<Acceptor>`
    select g.regulation as version, m.regulation as accepted, m.regulation_at as "acceptedAt"
    from members m join groups g on g.id = m.group_id
    where m.group_id = ${group} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0];
}

export async function saveAcceptance(
  tx: Database,
  it: { group: string; account: string; version: number; at: Date },
): Promise<void> {
  await sql`
    update members set regulation = ${it.version}, regulation_at = ${it.at}::timestamptz
    where group_id = ${it.group} and account = ${it.account}`.execute(tx);
}

export async function progressOf(db: Database, group: string): Promise<{ members: number; accepted: number }> {
  const { rows } = await sql<{ members: number; accepted: number }>`
    select count(*)::int as members, count(*) filter (where m.regulation >= g.regulation)::int as accepted
    from members m join groups g on g.id = m.group_id where m.group_id = ${group} and m.left_at is null`.execute(db);
  return rows[0]!;
}

export async function saveReminder(tx: Database, regulation: string, at: Date): Promise<void> {
  await sql`update regulations set reminded_at = ${at}::timestamptz where id = ${regulation}`.execute(tx);
}

export interface AcceptanceWish {
  readonly group: string;
  readonly show: 'all' | 'accepted' | 'waiting';
  readonly words: readonly string[];
  readonly after: number;
  readonly limit: number;
}

export interface AcceptanceRow {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly position: string;
  readonly unit: string;
  readonly at: Date | null;
  readonly version: number;
}

/** Members in the order of their units, each with the version they accepted; and how many the wish fits. */
export async function acceptanceOf(
  db: Database,
  it: AcceptanceWish,
): Promise<{ people: AcceptanceRow[]; total: number }> {
  const fits = sql`
    m.group_id = ${it.group} and m.left_at is null
      and (${it.show} = 'all' or (m.regulation >= g.regulation) = (${it.show} = 'accepted'))
      and (' ' || a.search) like all(${it.words.map((word) => `% ${word}%`)}::text[])`;
  const [people, counted] = await Promise.all([
    sql<AcceptanceRow>`
      select a.id as account, a.name, a.photo, a.position, coalesce(u.name, '') as unit, m.regulation as version,
        case when m.regulation >= g.regulation then m.regulation_at end as at
      from members m join groups g on g.id = m.group_id join accounts a on a.id = m.account left join units u on u.id = a.unit
      where ${fits}
      order by u.name is null, u.folded, u.name, a.sort_name, a.id offset ${it.after} limit ${it.limit}`.execute(db),
    sql<{ total: number }>`
      select count(*)::int as total from members m join groups g on g.id = m.group_id join accounts a on a.id = m.account
      where ${fits}`.execute(db),
  ]);
  return { people: people.rows, total: counted.rows[0]!.total };
}

/** How far each unit is, in the order of `acceptanceOf`. Units of one name count as one, as people see them. */
export async function acceptanceByUnit(
  db: Database,
  group: string,
): Promise<{ unit: string; members: number; accepted: number }[]> {
  const { rows } = await sql<{ unit: string; members: number; accepted: number }>`
    select coalesce(u.name, '') as unit, count(*)::int as members, count(*) filter (where m.regulation >= g.regulation)::int as accepted
    from members m join groups g on g.id = m.group_id join accounts a on a.id = m.account left join units u on u.id = a.unit
    where m.group_id = ${group} and m.left_at is null
    group by u.name, u.folded order by u.name is null, u.folded, u.name`.execute(db);
  return rows;
}

// ——— Defaults of units

export interface OfferRow {
  readonly id: string;
  readonly unitId: string;
  readonly unit: string;
  readonly version: number;
  readonly title: string;
}

/** The default of the group's unit or of the nearest above it. */
export async function offerFor(db: Database, group: string): Promise<OfferRow | undefined> {
  const { rows } = await sql<OfferRow>`
    with recursive up as (
      select u.id, u.parent, u.name, 0 as height from groups g join units u on u.id = g.unit where g.id = ${group}
      union all
      select u.id, u.parent, u.name, up.height + 1 from up join units u on u.id = up.parent
    )
    select r.id, up.id as "unitId", up.name as unit, r.version, r.title
    from up join lateral (
      select * from regulations r where r.unit = up.id and r.version is not null order by r.version desc limit 1
    ) r on true
    order by up.height limit 1`.execute(db);
  return rows[0];
}

/** The unit whose default a version of a group's is. */
export async function unitTakenFrom(db: Database, regulation: string): Promise<string | undefined> {
  const { rows } = await sql<{ unit: string }>`select unit from regulations where id = ${regulation}`.execute(db);
  return rows[0]?.unit;
}

const inForceFrom = (unit: ReturnType<typeof sql>) => sql`
  from regulations d join regulations t on t.taken_from = d.id join groups g on g.id = t.group_id and g.regulation = t.version
  where d.unit = ${unit} and g.dissolved_at is null`;

/** Groups in which a version of this unit's default is in force. */
export async function groupsUnder(db: Database, unit: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select g.id ${inForceFrom(sql`${unit}::uuid`)} order by g.id`.execute(db);
  return rows.map((it) => it.id);
}

export interface DefaultRow {
  readonly unit: string;
  readonly version: number | null;
  readonly title: string;
  readonly at: Date;
  readonly draft: boolean;
  readonly groups: number;
}

/** Every unit that has one, by its newest published version, or by its draft where there is no other. */
export async function defaultsOf(db: Database): Promise<DefaultRow[]> {
  const { rows } = await sql<DefaultRow>`
    select distinct on (r.unit) r.unit, r.version, r.title, r.at,
      exists (select from regulations b where b.unit = r.unit and b.version is null) as draft,
      (select count(*)::int ${inForceFrom(sql`r.unit`)}) as groups
    from regulations r where r.unit is not null order by r.unit, r.version desc nulls last`.execute(db);
  return rows;
}

/** Serialises what is done to the default of one unit; groups have their stream for that. Undefined where there is no such unit. */
export async function takeUnit(tx: Database, unit: string): Promise<{ name: string } | undefined> {
  const { rows } = await sql<{ name: string }>`select name from units where id = ${unit} for update`.execute(tx);
  return rows[0];
}

// ——— Facts to begin with

export interface GroupFacts {
  readonly name: string;
  readonly kind: GroupKind;
  readonly announcing: boolean | null;
  readonly unit: string | null;
  readonly area: string | null;
  readonly leaderName: string | null;
  readonly leaderPosition: string | null;
}

export async function groupFacts(db: Database, group: string): Promise<GroupFacts> {
  const { rows } = await sql<GroupFacts>`
    select g.name, g.kind, (g.settings ->> 'announcing')::boolean as announcing, g.unit, g.area, a.name as "leaderName",
      a.position as "leaderPosition"
    from groups g left join members m on m.group_id = g.id and m.role = 'owner' and m.left_at is null left join accounts a on a.id = m.account
    where g.id = ${group}`.execute(db);
  return rows[0]!;
}

/** The names of a unit and of what lies above it, from the top, and the nearest area on that way: “Ia Grai”. */
export async function unitFacts(db: Database, unit: string): Promise<{ path: string[]; place: string | null }> {
  const { rows } = await sql<{ name: string; place: string | null }>`
    with recursive up as (
      select id, parent, name, area, 0 as height from units where id = ${unit}
      union all
      select u.id, u.parent, u.name, u.area, up.height + 1 from up join units u on u.id = up.parent
    )
    select up.name, r.name as place from up left join areas r on r.code = up.area order by height desc`.execute(db);
  return { path: rows.map((it) => it.name), place: rows.findLast((it) => it.place !== null)?.place ?? null };
}

/** Name and place of the agency; empty before it has been set up. */
export async function agencyFacts(db: Database): Promise<{ name: string; place: string }> {
  const { rows } = await sql<{ name: string; place: string }>`
    select g.name, r.name as place from agency g join areas r on r.code = g.area`.execute(db);
  return rows[0] ?? { name: '', place: '' };
}

// ——— Handing out

export interface HandedOut {
  readonly title: string;
  readonly version: number | null;
  readonly at: Date;
  readonly document: RegulationDocument | null;
  readonly name: string | null;
  readonly form: Form | null;
  readonly bytes: Buffer | null;
}

/**
 * A regulation for somebody who may have it: every version for the members of its group, the draft for its leaders; a published one of a
 * unit's for administrators and for members of groups of the unit and of those below it. Undefined for others.
 */
export async function handedOutTo(
  db: Database,
  id: string,
  who: { account: string; administrator: boolean; now: Date },
): Promise<HandedOut | undefined> {
  const { rows } = await sql<HandedOut>`
    select r.title, r.version, r.at, r.document, f.name, f.form, f.bytes
    from regulations r left join regulation_files f on f.id = r.file
    where r.id = ${id} and (
      exists (
        select from members m where m.group_id = r.group_id and m.account = ${who.account} and m.left_at is null
          and (r.version is not null or (m.role in ('owner', 'deputy', 'clerk') and (m.role_until is null or m.role_until > ${who.now}::timestamptz)))
      ) or (r.unit is not null and r.version is not null and ${who.administrator}::boolean)
      or (r.unit is not null and r.version is not null and exists (
        with recursive down as (
          select r.unit as id union all select u.id from down join units u on u.parent = down.id
        )
        select from members m join groups g on g.id = m.group_id join down on down.id = g.unit
        where m.account = ${who.account} and m.left_at is null
      ))
    )`.execute(db);
  return rows[0];
}
