import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string | null;
  readonly unitName: string;
  readonly area: string | null;
  readonly areaKind: string | null;
  readonly areaName: string | null;
  readonly phone: string | null;
  readonly phoneShown: 'colleagues' | 'nobody';
  readonly photo: string | null;
  readonly registered: boolean;
  readonly state: 'active' | 'waiting' | 'left' | 'disabled';
  readonly administrator: boolean;
  readonly email: string;
  readonly sortName: string;
}

const columns = sql`
  a.id, a.name, a.position, a.unit, coalesce(u.name, '') as "unitName", a.area, r.kind as "areaKind", r.name as "areaName",
  a.phone, a.phone_shown as "phoneShown", a.photo, a.registered_at is not null as registered, a.state, a.administrator, a.email,
  a.sort_name as "sortName"`;

const joins = sql`left join units u on u.id = a.unit left join areas r on r.code = a.area`;

export interface Scope {
  /** A unit and all below it; undefined: everywhere. */
  readonly units: readonly string[] | undefined;
  /** Codes of an area and of all below it; undefined: everywhere. */
  readonly areas: readonly string[] | undefined;
  /** Those who left, wait or are disabled too. */
  readonly all: boolean;
}

function within({ units, areas, all }: Scope) {
  return sql`
    ${all ? sql`true` : sql`a.state = 'active'`}
    ${units ? sql`and a.unit = any(${units}::uuid[])` : sql``}
    ${areas ? sql`and (a.area = any(${areas}::text[]) or a.area is null and a.unit in (select id from units where area = any(${areas}::text[])))` : sql``}`;
}

export interface Place {
  readonly rank: number;
  readonly sortName: string;
  readonly id: string;
}

/** People of a scope in the order of their given names, from after a place on. */
export async function peopleIn(
  db: Database,
  scope: Scope,
  after: Place | undefined,
  limit: number,
): Promise<PersonRow[]> {
  const { rows } = await sql<PersonRow>`
    select ${columns} from accounts a ${joins}
    where ${within(scope)} ${after ? sql`and (a.sort_name, a.id) > (${after.sortName}, ${after.id}::uuid)` : sql``}
    order by a.sort_name, a.id limit ${limit}`.execute(db);
  return rows;
}

export async function countPeople(db: Database, scope: Scope): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from accounts a where ${within(scope)}`.execute(db);
  return rows[0]!.count;
}

/** One condition a word, because that is what the trigram index answers. */
function hasWords(words: readonly string[]) {
  return sql.join(
    words.map((word) => sql`a.search like ${`% ${word}%`}`),
    sql` and `,
  );
}

/**
 * People of whose name, position or unit every word of the query begins a word. Rank 0: exactly this name; 1: the given name begins like the
 * last word and the rest is in the name; 2: all of it in the name; 3: somewhere.
 */
export async function searchByWords(
  db: Database,
  { text, words }: { text: string; words: readonly string[] },
  scope: Scope,
  after: Place | undefined,
  limit: number,
): Promise<(PersonRow & { rank: number })[]> {
  const patterns = words.map((word) => `% ${word}%`);
  const given = `( |^)${words.at(-1)!}[^ ]*$`;
  const { rows } = await sql<PersonRow & { rank: number }>`
    select ${columns}, a.rank
    from (
      select a.*,
        case
          when starts_with(a.search, ${` ${text} |`}) then 0
          when not (split_part(a.search, ' | ', 1) || ' ' || split_part(a.search, ' | ', 2) like all(${patterns}::text[])) then 3
          when split_part(a.search, ' | ', 1) ~ ${given} or split_part(a.search, ' | ', 2) ~ ${given} then 1
          else 2
        end as rank
      from accounts a
      where ${hasWords(words)} and ${within(scope)}
    ) a ${joins}
    ${after ? sql`where (a.rank, a.sort_name, a.id) > (${after.rank}::int, ${after.sortName}, ${after.id}::uuid)` : sql``}
    order by a.rank, a.sort_name, a.id limit ${limit}`.execute(db);
  return rows;
}

/**
 * People by number. A number that its owner shows to nobody is found by those who know all of it, not by a part; administrators find
 * every number.
 */
export async function searchByNumber(
  db: Database,
  { prefix, part, whole }: { prefix: string; part: string; whole: string | undefined },
  administrator: boolean,
  scope: Scope,
  after: Place | undefined,
  limit: number,
): Promise<(PersonRow & { rank: number })[]> {
  const patterns = [...(prefix === '' ? [] : [`${prefix}%`]), ...(part === '' ? [] : [`%${part}%`])];
  const { rows } = await sql<PersonRow & { rank: number }>`
    select ${columns}, a.rank
    from (
      select a.*, case when a.phone = ${whole ?? null}::text then 0 when a.phone like ${patterns[0]!} then 1 else 2 end as rank
      from accounts a
      where (${sql.join(
        patterns.map((pattern) => sql`a.phone like ${pattern}`),
        sql` or `,
      )}) and (a.phone_shown = 'colleagues' or ${administrator} or a.phone = ${whole ?? null}::text) and ${within(scope)}
    ) a ${joins}
    ${after ? sql`where (a.rank, a.sort_name, a.id) > (${after.rank}::int, ${after.sortName}, ${after.id}::uuid)` : sql``}
    order by a.rank, a.sort_name, a.id limit ${limit}`.execute(db);
  return rows;
}

export async function personById(db: Database, account: string): Promise<PersonRow | undefined> {
  const { rows } = await sql<PersonRow>`select ${columns} from accounts a ${joins} where a.id = ${account}`.execute(db);
  return rows[0];
}

/** What the search texts of a unit's people are made of. */
export async function peopleOfUnit(
  tx: Database,
  unit: string,
): Promise<{ id: string; name: string; position: string; registered: boolean }[]> {
  const { rows } = await sql<{ id: string; name: string; position: string; registered: boolean }>`
    select id, name, position, registered_at is not null as registered from accounts where unit = ${unit} for update`.execute(
    tx,
  );
  return rows;
}

export async function saveSearchTexts(tx: Database, rows: readonly { id: string; search: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update accounts set search = t.search from unnest(${rows.map((it) => it.id)}::uuid[], ${rows.map((it) => it.search)}::text[]) as t(id, search)
    where accounts.id = t.id`.execute(tx);
}
