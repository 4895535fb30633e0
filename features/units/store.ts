import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface UnitRow {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly area: string | null;
  readonly areaKind: string | null;
  readonly areaName: string | null;
  readonly children: number;
  readonly people: number;
  readonly closed: boolean;
}

/** The named units with the count of their active people, those of all units below included: two statements' work in one. */
function unitsWhere(condition: ReturnType<typeof sql>) {
  return sql<UnitRow>`
    with recursive chosen as (
      select id, parent, name, area, closed from units u where ${condition}
    ), down as (
      select id as top, id from chosen
      union all
      select down.top, u.id from down join units u on u.parent = down.id
    ), counted as (
      select down.top, count(a.id)::int as people from down left join accounts a on a.unit = down.id and a.state = 'active' group by down.top
    )
    select c.id, c.parent, c.name, c.area, r.kind as "areaKind", r.name as "areaName", c.closed, counted.people,
      (select count(*)::int from units b where b.parent = c.id and not b.closed) as children
    from chosen c join counted on counted.top = c.id left join areas r on r.code = c.area`;
}

export async function unitsByIds(db: Database, ids: readonly string[]): Promise<UnitRow[]> {
  return (await unitsWhere(sql`u.id = any(${ids}::uuid[])`).execute(db)).rows;
}

export async function unitsBelow(db: Database, parent: string | null, closed: boolean): Promise<UnitRow[]> {
  return (
    await unitsWhere(sql`u.parent is not distinct from ${parent}::uuid and (${closed} or not u.closed)`).execute(db)
  ).rows;
}

/** Ids of open units of which every word of the query begins a word; the exact names first. */
export async function searchUnits(db: Database, words: readonly string[], limit: number): Promise<string[]> {
  const text = words.join(' ');
  const { rows } = await sql<{ id: string }>`
    select id from units
    where not closed and ' ' || folded like all(${words.map((word) => `% ${word}%`)}::text[])
    order by case when folded = ${text} then 0 when starts_with(folded, ${text}) then 1 else 2 end, folded, id
    limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

export interface UnitStep {
  readonly leaf: string;
  readonly id: string;
  readonly name: string;
}

/** The way to each unit from the top, itself last. */
export async function unitPaths(db: Database, ids: readonly string[]): Promise<Map<string, UnitStep[]>> {
  const { rows } = await sql<UnitStep>`
    with recursive up as (
      select id as leaf, id, parent, name, 0 as height from units where id = any(${ids}::uuid[])
      union all
      select up.leaf, u.id, u.parent, u.name, up.height + 1 from up join units u on u.id = up.parent
    )
    select leaf, id, name from up order by leaf, height desc`.execute(db);
  return Map.groupBy(rows, (row) => row.leaf);
}

/** A unit and all below it with their height above it; closed ones too: people may still be listed there. */
export async function subtreeOf(db: Database, unit: string): Promise<{ id: string; height: number }[]> {
  const { rows } = await sql<{ id: string; height: number }>`
    with recursive down as (
      select id, 1 as height from units where id = ${unit}
      union all
      select u.id, down.height + 1 from down join units u on u.parent = down.id
    )
    select id, height from down`.execute(db);
  return rows;
}

/**
 * Serialises the changes of the tree: a moving and an adding that look at the same time could make a circle or too deep a tree, and
 * changes are rare.
 */
export async function takeTree(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('units'))`.execute(tx);
}

export async function openUnitNamed(tx: Database, parent: string | null, folded: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from units where parent is not distinct from ${parent}::uuid and folded = ${folded} and not closed`.execute(
    tx,
  );
  return rows[0]?.id;
}

export interface NewUnit {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly folded: string;
  readonly area: string | null;
}

export async function insertUnits(tx: Database, rows: readonly NewUnit[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into units (id, parent, name, folded, area)
    select * from unnest(${rows.map((it) => it.id)}::uuid[], ${rows.map((it) => it.parent)}::uuid[], ${rows.map((it) => it.name)}::text[],
      ${rows.map((it) => it.folded)}::text[], ${rows.map((it) => it.area)}::text[])`.execute(tx);
}

export async function saveUnit(
  tx: Database,
  it: { id: string; parent: string | null; name: string; folded: string; area: string | null; closed: boolean },
): Promise<void> {
  await sql`
    update units set parent = ${it.parent}::uuid, name = ${it.name}, folded = ${it.folded}, area = ${it.area}::text, closed = ${it.closed}
    where id = ${it.id}`.execute(tx);
}

/** The whole tree of open units, for reading a staff list. */
export async function allOpenUnits(
  db: Database,
): Promise<{ id: string; parent: string | null; name: string; folded: string; area: string | null }[]> {
  const { rows } = await sql<{ id: string; parent: string | null; name: string; folded: string; area: string | null }>`
    select id, parent, name, folded, area from units where not closed order by id`.execute(db);
  return rows;
}
