import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { File } from '../files/protocol.ts';
import type { Content, Person } from '../messages/protocol.ts';
import type { PinKind } from './rules.ts';
import { EXCERPT_MOST } from './rules.ts';

/** What somebody wants to pin, as it stands in the conversation. */
export interface Pinnable {
  /** The message itself; of a card the thing it stands for. */
  readonly thing: string;
  readonly kind: PinKind;
  readonly seq: number;
  readonly files: readonly File[];
  readonly gone: boolean;
}

/**
 * The message that this member may see, or the first card of the thing; undefined for any other. Cards are seen by every member,
 * as the board is. The group's stream is held, so that nobody recalls it meanwhile.
 */
export async function pinnableBy(
  tx: Database,
  it: { account: string; group: string; thing: string },
): Promise<Pinnable | undefined> {
  const { rows } = await sql<Pinnable>`
    select f.id as thing, coalesce(f.form#>>'{card,kind}', 'message') as kind, f.seq, coalesce(f.form->'files', '[]') as files,
      t.recalled_at is not null or f.recalled_at is not null as gone
    from messages t
    join members m on m.group_id = t.group_id and m.account = ${it.account} and m.left_at is null
    join messages f on f.id = coalesce((t.form#>>'{card,id}')::uuid, t.id) and f.group_id = t.group_id and f.kind = 'text'
    where t.id = ${it.thing} and t.group_id = ${it.group} and t.kind = 'text' and (t.form#>>'{card,kind}') is distinct from 'call'
      and (t.seq > m.visible_from or coalesce(t.form ? 'card', false))`.execute(tx);
  return rows[0];
}

export interface PinPlace {
  readonly thing: string;
  readonly kind: PinKind;
  readonly until: Date | null;
}

/** All pins of a group in their order, also those whose time is over. Who changes them holds the group's stream. */
export async function pinsIn(db: Database, group: string): Promise<PinPlace[]> {
  const { rows } = await sql<PinPlace>`
    select thing, kind, until from pins where group_id = ${group} order by place, thing`.execute(db);
  return rows;
}

/** Before all others. */
export async function insertPin(
  tx: Database,
  it: { group: string; thing: string; kind: PinKind; by: string; at: Date; until: Date | null },
): Promise<void> {
  await sql`
    insert into pins (group_id, thing, kind, place, by, at, until)
    select ${it.group}, ${it.thing}, ${it.kind}, coalesce(min(place), 0) - 1, ${it.by}, ${it.at}::timestamptz, ${it.until}::timestamptz
    from pins where group_id = ${it.group}`.execute(tx);
}

/** What kind of thing it was; undefined where it was not pinned. */
export async function deletePin(tx: Database, group: string, thing: string): Promise<PinKind | undefined> {
  const { rows } = await sql<{ kind: PinKind }>`
    delete from pins where group_id = ${group} and thing = ${thing} returning kind`.execute(tx);
  return rows[0]?.kind;
}

export async function saveUntil(tx: Database, group: string, thing: string, until: Date | null): Promise<void> {
  await sql`update pins set until = ${until}::timestamptz where group_id = ${group} and thing = ${thing}`.execute(tx);
}

export async function savePlaces(tx: Database, group: string, things: readonly string[]): Promise<void> {
  await sql`
    update pins p set place = t.place from unnest(${things}::uuid[]) with ordinality as t(thing, place)
    where p.group_id = ${group} and p.thing = t.thing and p.place <> t.place`.execute(tx);
}

/** Groups in which the time of a pin is over. */
export async function groupsDue(db: Database, now: Date, most: number): Promise<string[]> {
  const { rows } = await sql<{ group: string }>`
    select distinct group_id as group from pins where until <= ${now}::timestamptz limit ${most}`.execute(db);
  return rows.map((row) => row.group);
}

/** Of a group that is gone. */
export async function deletePinsOf(tx: Database, group: string): Promise<void> {
  await sql`delete from pins where group_id = ${group}`.execute(tx);
}

export interface PinRow {
  readonly thing: string;
  readonly kind: PinKind;
  readonly until: Date | null;
  readonly pinnedBy: string;
  readonly pinnedName: string;
  readonly pinnedAt: Date;
  readonly seq: number;
  readonly at: Date;
  readonly text: string;
  readonly urgency: number;
  readonly files: readonly Pick<File, 'kind' | 'name' | 'seconds'>[] | null;
  readonly by: Person | null;
}

/** The first pins of a group in their order, how many there are, and the number of its stream they are true at. One statement. */
export async function pinList(
  db: Database,
  it: { group: string; now: Date; limit: number },
): Promise<{ pins: PinRow[]; total: number; at: number }> {
  const { rows } = await sql<PinRow & { total: number; head: number; none: boolean }>`
    select s.head, p.thing is null as none, p.* from streams s
    left join lateral (
      select p.thing, p.kind, p.until, p.by as "pinnedBy", b.name as "pinnedName", p.at as "pinnedAt", t.seq, t.sent_at as at,
        left(coalesce(t.text, ''), ${EXCERPT_MOST}) as text, t.urgency, count(*) over () as total, p.place,
        (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', f->'kind', 'name', f->'name', 'seconds', f->'seconds'))) from jsonb_array_elements(t.form->'files') f) as files,
        case when a.id is not null then jsonb_build_object(
          'id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''), 'photo', a.photo) end as by
      from pins p join messages t on t.id = p.thing and t.group_id = p.group_id and t.recalled_at is null
      join accounts b on b.id = p.by left join accounts a on a.id = t.sender left join units u on u.id = a.unit
      where p.group_id = s.id and (p.until is null or p.until > ${it.now}::timestamptz)
      order by p.place, p.thing limit ${it.limit}
    ) p on true
    where s.id = ${it.group} order by p.place, p.thing`.execute(db);
  const pins = rows.filter((row) => !row.none);
  return { pins, total: pins[0]?.total ?? 0, at: rows[0]?.head ?? 0 };
}

export interface WholeRow {
  readonly id: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly by: string | null;
  readonly at: Date;
  readonly text: string;
  readonly more: Readonly<Record<string, unknown>> | null;
  /** Nothing at or before this number is the member's to read in the conversation. */
  readonly visibleFrom: number;
}

/** What is pinned, with all it says, for a member. */
export async function pinnedMessage(
  db: Database,
  it: { group: string; account: string; thing: string; now: Date },
): Promise<WholeRow | undefined> {
  const { rows } = await sql<WholeRow & { more: Partial<Content> | null }>`
    select t.id, t.seq, t.ordinal, t.sender as by, t.sent_at as at, t.text, message_more(t) as more, m.visible_from as "visibleFrom"
    from pins p join messages t on t.id = p.thing and t.group_id = p.group_id and t.recalled_at is null
    join members m on m.group_id = p.group_id and m.account = ${it.account} and m.left_at is null
    where p.group_id = ${it.group} and p.thing = ${it.thing} and (p.until is null or p.until > ${it.now}::timestamptz)`.execute(
    db,
  );
  return rows[0];
}
