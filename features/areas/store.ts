import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface AreaRow {
  readonly code: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly name: string;
  readonly own: boolean;
  readonly head: string;
  readonly households: number | null;
  readonly closed: string | null;
  readonly children: number;
  readonly oldNames: string[];
}

/** Old names shown with an area; a city's commune may have a dozen. */
const OLD_NAMES_SHOWN = 12;

const columns = sql`
  a.code, a.parent, a.kind, a.name, a.own, a.head, a.households, to_char(a.valid_to, 'YYYY-MM-DD') as closed,
  (select count(*)::int from areas c where c.parent = a.code and c.valid_to is null) as children,
  array(
    select o.name from area_aliases o where o.area = a.code and o.folded <> a.folded
    group by o.name order by min(o.place), o.name limit ${OLD_NAMES_SHOWN}
  ) as "oldNames"`;

export async function areasByCode(db: Database, codes: readonly string[]): Promise<AreaRow[]> {
  const { rows } = await sql<AreaRow>`select ${columns} from areas a where a.code = any(${codes}::text[])`.execute(db);
  return rows;
}

export async function areasBelow(db: Database, parent: string | null, closed: boolean): Promise<AreaRow[]> {
  const { rows } = await sql<AreaRow>`
    select ${columns} from areas a
    where a.parent is not distinct from ${parent} and (${closed} or a.valid_to is null)`.execute(db);
  return rows;
}

export interface PathStep {
  readonly leaf: string;
  readonly code: string;
  readonly kind: string;
  readonly name: string;
}

/** The way to each area from the province down, itself last. */
export async function areaPaths(db: Database, codes: readonly string[]): Promise<Map<string, PathStep[]>> {
  const { rows } = await sql<PathStep>`
    with recursive up as (
      select code as leaf, code, parent, kind, name, 0 as height from areas where code = any(${codes}::text[])
      union all
      select up.leaf, a.code, a.parent, a.kind, a.name, up.height + 1 from up join areas a on a.code = up.parent
    )
    select leaf, code, kind, name from up order by leaf, height desc`.execute(db);
  return Map.groupBy(rows, (row) => row.leaf);
}

/** The codes of an area and of all below it, closed ones too: people may still be listed there. */
export async function subtreeOf(db: Database, code: string): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    with recursive down as (
      select code from areas where code = ${code}
      union all
      select a.code from down join areas a on a.parent = down.code
    )
    select code from down`.execute(db);
  return rows.map((row) => row.code);
}

export interface Hit {
  readonly code: string;
  readonly found: string | null;
}

/**
 * Areas of which every word of the query begins a word, in the order of what people mean: the code, the exact name, the exact old
 * name, the beginning of the name, the rest; among equals first those within `near`, then the higher level.
 */
export async function searchAreas(
  db: Database,
  {
    text,
    words,
    code,
    within,
    near,
    own,
    limit,
  }: {
    /** The whole query, toneless. */
    text: string;
    words: readonly string[];
    /** The query as a code where it could be one. */
    code: string | null;
    within: string | null;
    near: string | null;
    own: boolean;
    limit: number;
  },
): Promise<Hit[]> {
  const patterns = words.map((word) => `% ${word}%`);
  const { rows } = await sql<Hit>`
    with hits as (
      select a.code, null as found,
        case
          when a.code = ${code}::text then 0
          when a.folded = ${text} or starts_with(a.search || ' ', ${` ${text} `}) and right(${text}, length(a.folded)) = a.folded then 1
          when starts_with(a.search, ${` ${text}`}) or starts_with(a.folded, ${text}) then 3
          else 4
        end as rank
      from areas a
      where a.search like all(${patterns}::text[]) or (length(${code}::text) >= 2 and starts_with(a.code, ${code}::text))
      union all
      select o.area, o.name || case when o.place = '' then '' else ', ' || o.place end,
        case when o.folded = ${text} or starts_with(o.search || ' ', ${` ${text} `}) and right(${text}, length(o.folded)) = o.folded then 2 else 5 end
      from area_aliases o
      where o.search like all(${patterns}::text[])
    ), best as (
      select distinct on (code) code, found, rank from hits order by code, rank, found nulls first
    )
    select best.code, best.found
    from best join areas a using (code)
    where a.valid_to is null
      and (${own} or not a.own)
      and (${within}::text is null or a.code = ${within} or starts_with(a.code, ${within} || '.') or a.parent = ${within}
        or exists (select from areas c where c.code = split_part(a.code, '.', 1) and c.parent = ${within}))
    order by best.rank,
      case when ${near}::text is null then 0
        when a.code = ${near} or starts_with(a.code, ${near} || '.') then 0
        when a.parent = ${near} or exists (select from areas c where c.code = split_part(a.code, '.', 1) and c.parent = ${near}) then 1
        else 2 end,
      length(a.code), a.folded, a.code
    limit ${limit}`.execute(db);
  return rows;
}

export interface NewArea {
  readonly code: string;
  readonly parent: string;
  readonly kind: string;
  readonly name: string;
  readonly folded: string;
  readonly search: string;
  readonly head: string;
  readonly households: number | null;
  readonly from: string;
}

export async function insertOwnArea(tx: Database, it: NewArea): Promise<void> {
  await sql`
    insert into areas (code, parent, kind, name, folded, search, own, head, households, valid_from)
    values (${it.code}, ${it.parent}, ${it.kind}, ${it.name}, ${it.folded}, ${it.search}, true, ${it.head}, ${it.households}, ${it.from}::date)`.execute(
    tx,
  );
}

/** Locks the area, so that two administrators do not give out one number or change one village at once. */
export async function takeArea(tx: Database, code: string): Promise<(AreaRow & { from: string }) | undefined> {
  await sql`select from areas where code = ${code} for update`.execute(tx);
  const { rows } = await sql<AreaRow & { from: string }>`
    select ${columns}, to_char(a.valid_from, 'YYYY-MM-DD') as "from" from areas a where a.code = ${code}`.execute(tx);
  return rows[0];
}

/** The number after the highest that was ever given out below this area. */
export async function nextNumber(tx: Database, parent: string): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(substr(code, length(${parent}) + 2)::int), 0) + 1 as next from areas where parent = ${parent} and own`.execute(
    tx,
  );
  return rows[0]!.next;
}

export async function openAreaNamed(
  tx: Database,
  parent: string,
  kind: string,
  folded: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ code: string }>`
    select code from areas where parent = ${parent} and kind = ${kind} and folded = ${folded} and valid_to is null`.execute(
    tx,
  );
  return rows[0]?.code;
}

export async function saveOwnArea(
  tx: Database,
  it: { code: string; kind: string; name: string; folded: string; head: string; households: number | null },
): Promise<void> {
  await sql`
    update areas set kind = ${it.kind}, name = ${it.name}, folded = ${it.folded}, head = ${it.head}, households = ${it.households}
    where code = ${it.code}`.execute(tx);
}

export async function saveSearchTexts(tx: Database, rows: readonly { code: string; search: string }[]): Promise<void> {
  await sql`
    update areas set search = t.search from unnest(${rows.map((it) => it.code)}::text[], ${rows.map((it) => it.search)}::text[]) as t(code, search)
    where areas.code = t.code`.execute(tx);
}

export async function insertOwnAliases(
  tx: Database,
  rows: readonly { area: string; name: string; place: string; folded: string; search: string }[],
): Promise<void> {
  await sql`
    insert into area_aliases (area, name, place, folded, search, own)
    select t.*, true from unnest(${rows.map((it) => it.area)}::text[], ${rows.map((it) => it.name)}::text[], ${rows.map((it) => it.place)}::text[],
      ${rows.map((it) => it.folded)}::text[], ${rows.map((it) => it.search)}::text[]) as t
    on conflict do nothing`.execute(tx);
}

export async function saveClosed(tx: Database, code: string, on: string): Promise<void> {
  await sql`update areas set valid_to = ${on}::date where code = ${code}`.execute(tx);
}

/** The people and units of a closed area go to its only successor. */
export async function movePeople(tx: Database, from: string, to: string): Promise<number> {
  await sql`update units set area = ${to} where area = ${from}`.execute(tx);
  const { numAffectedRows } = await sql`update accounts set area = ${to} where area = ${from}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** The area of the agency that runs this house; null before it has been set up. */
export async function agencyArea(db: Database): Promise<string | null> {
  const { rows } = await sql<{ area: string }>`select area from agency`.execute(db);
  return rows[0]?.area ?? null;
}

/** Everything that a name in a staff list could mean. */
export interface AreaNames {
  readonly areas: readonly { code: string; parent: string | null; kind: string; name: string; folded: string }[];
  readonly aliases: readonly { area: string; name: string; folded: string; place: string }[];
}

export async function allAreaNames(db: Database): Promise<AreaNames> {
  const { rows: areas } = await sql<AreaNames['areas'][number]>`
    select code, parent, kind, name, folded from areas where valid_to is null order by code`.execute(db);
  const { rows: aliases } = await sql<AreaNames['aliases'][number]>`
    select o.area, o.name, o.folded, o.place from area_aliases o join areas a on a.code = o.area where a.valid_to is null order by o.area, o.name, o.place`.execute(
    db,
  );
  return { areas, aliases };
}

/** The edition of the official map in the database. */
export async function loadedMap(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ digest: string }>`select digest from official_map`.execute(db);
  return rows[0]?.digest;
}

export interface OfficialRow {
  readonly code: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly name: string;
  readonly folded: string;
  readonly search: string;
}

/** Writes the official levels: new ones come in, changed ones are corrected, those that are no longer official end today. */
export async function saveOfficialAreas(tx: Database, rows: readonly OfficialRow[], today: string): Promise<void> {
  await sql`
    insert into areas (code, parent, kind, name, folded, search)
    select * from unnest(${rows.map((it) => it.code)}::text[], ${rows.map((it) => it.parent)}::text[], ${rows.map((it) => it.kind)}::text[],
      ${rows.map((it) => it.name)}::text[], ${rows.map((it) => it.folded)}::text[], ${rows.map((it) => it.search)}::text[])
    on conflict (code) do update
      set parent = excluded.parent, kind = excluded.kind, name = excluded.name, folded = excluded.folded, search = excluded.search, valid_to = null`.execute(
    tx,
  );
  await sql`
    update areas set valid_to = ${today}::date
    where not own and valid_to is null and code <> all(${rows.map((it) => it.code)}::text[])`.execute(tx);
}

export async function saveOfficialAliases(
  tx: Database,
  rows: readonly { area: string; name: string; place: string; folded: string; search: string }[],
): Promise<void> {
  await sql`delete from area_aliases where not own`.execute(tx);
  await sql`
    insert into area_aliases (area, name, place, folded, search)
    select * from unnest(${rows.map((it) => it.area)}::text[], ${rows.map((it) => it.name)}::text[], ${rows.map((it) => it.place)}::text[],
      ${rows.map((it) => it.folded)}::text[], ${rows.map((it) => it.search)}::text[])
    on conflict do nothing`.execute(tx);
}

export async function saveLoadedMap(tx: Database, digest: string): Promise<void> {
  await sql`
    insert into official_map (digest) values (${digest})
    on conflict (one) do update set digest = excluded.digest, loaded_at = now()`.execute(tx);
}

/** So that two programs that start at once load the map one after the other. */
export async function takeMapLock(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('official_map'))`.execute(tx);
}
