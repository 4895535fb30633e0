import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { File } from '../files/protocol.ts';
import { roleAt } from '../groups/rights.ts';
import type { Role } from '../groups/rights.ts';
import type { Person } from '../messages/protocol.ts';
import type { Note, NoteReader, NoteTally, NoteText, NoteVersion } from './protocol.ts';
import { BEGINNING_MOST } from './rules.ts';
import type { Editors } from './rules.ts';

const person = (alias: string): RawBuilder<unknown> => sql`
  jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)}, 'position', ${sql.ref(`${alias}.position`)},
    'unit', coalesce((select u.name from units u where u.id = ${sql.ref(`${alias}.unit`)}), ''), 'photo', ${sql.ref(`${alias}.photo`)})`;

/** A note as it stands, for who is about to change it: the group's stream is held. */
export interface NoteStanding {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly files: readonly File[] | null;
  readonly maker: string;
  readonly editors: Editors;
  readonly askVersion: number | null;
  readonly askBy: string | null;
}

export async function noteIn(db: Database, group: string, note: string): Promise<NoteStanding | undefined> {
  const { rows } = await sql<NoteStanding>`
    select n.id, n.version, v.title, v.text, v.files, n.maker, n.editors, n.ask_version as "askVersion", n.ask_by as "askBy"
    from notes n join note_versions v on v.note = n.id and v.version = n.version
    where n.id = ${note} and n.group_id = ${group}`.execute(db);
  return rows[0];
}

interface NoteRow extends Omit<Note, 'at' | 'edited' | 'ask' | 'acknowledged' | 'makerRole'> {
  readonly at: Date;
  readonly makerRole: Role | null;
  readonly makerUntil: Date | null;
  readonly editedBy: Person | null;
  readonly editedAt: Date;
  readonly askVersion: number | null;
  readonly askBy: string | null;
  readonly askAt: Date | null;
  readonly read: number;
  readonly of: number;
  readonly acknowledged: number | null;
}

/** How many members now, but who asks, have said to have read it: that version of note `n` or a later one. */
const readers = sql`(
  select count(*) from note_acknowledgements k join members m on m.group_id = n.group_id and m.account = k.account and m.left_at is null
  where k.note = n.id and k.version >= n.ask_version and k.account <> n.ask_by
)`;
const asked = sql`(
  select g.members - (select count(*) from members m where m.group_id = n.group_id and m.account = n.ask_by and m.left_at is null)
  from groups g where g.id = n.group_id
)`;

const shown = (account: string, whole: boolean): RawBuilder<unknown> => sql`
  select n.id, n.group_id as "group", (select c.seq from messages c where c.group_id = n.group_id and c.id = n.id) as seq, n.version, v.title, ${whole ? sql`v.text` : sql`left(v.text, ${sql.lit(BEGINNING_MOST)})`} as text,
    ${whole ? sql`true` : sql`length(v.text) <= ${sql.lit(BEGINNING_MOST)}`} as whole, coalesce(jsonb_array_length(v.files), 0) as files,
    ${whole ? sql`coalesce(v.files, '[]'::jsonb) as carries,` : sql``}
    ${person('a')} as maker, r.role as "makerRole", r.role_until as "makerUntil", n.made_at as at, n.editors,
    case when n.version > 1 then ${person('e')} end as "editedBy", v.at as "editedAt",
    n.ask_version as "askVersion", n.ask_by as "askBy", n.ask_at as "askAt",
    n.read, case when n.ask_version is null then 0 else ${asked} end as "of",
    (select k.version from note_acknowledgements k where k.note = n.id and k.account = ${account}) as acknowledged
  from notes n join note_versions v on v.note = n.id and v.version = n.version
  join accounts a on a.id = n.maker join accounts e on e.id = v.by
  left join members r on r.group_id = n.group_id and r.account = n.maker and r.left_at is null`;

function noteOf<T extends NoteRow>(row: T, now: Date): Note {
  const { at, makerRole, makerUntil, editedBy, editedAt, askVersion, askBy, askAt, read, of, acknowledged, ...rest } =
    row;
  return {
    ...rest,
    at: at.getTime(),
    makerRole: makerRole && roleAt({ role: makerRole, roleUntil: makerUntil?.getTime() ?? null }, now.getTime()),
    ...(editedBy ? { edited: { by: editedBy, at: editedAt.getTime() } } : {}),
    ...(askVersion !== null && askBy && askAt
      ? { ask: { version: askVersion, by: askBy, at: askAt.getTime(), read, of } }
      : {}),
    ...(acknowledged === null ? {} : { acknowledged }),
  };
}

export async function notesAmong(
  db: Database,
  { account, group, now }: { account: string; group: string; now: Date },
  ids: readonly string[],
): Promise<Note[]> {
  const { rows } = await sql<NoteRow>`
    ${shown(account, false)} where n.group_id = ${group} and n.id = any(${ids}::uuid[]) order by n.id desc`.execute(db);
  return rows.map((row) => noteOf(row, now));
}

export async function wholeNote(
  db: Database,
  { account, group, now }: { account: string; group: string; now: Date },
  note: string,
): Promise<(Note & { carries: File[] }) | undefined> {
  const { rows } = await sql<NoteRow & { carries: File[] }>`
    ${shown(account, true)} where n.group_id = ${group} and n.id = ${note}`.execute(db);
  const [row] = rows;
  return row && { ...noteOf(row, now), carries: row.carries };
}

/** One more than asked for where there are more; `total`: of all. */
export async function notesOf(
  db: Database,
  { account, group, now }: { account: string; group: string; now: Date },
  { before, limit }: { before: string | undefined; limit: number },
): Promise<{ notes: Note[]; total: number }> {
  const { rows } = await sql<NoteRow>`
    ${shown(account, false)} where n.group_id = ${group} and (${before ?? null}::uuid is null or n.id < ${before ?? null}::uuid)
    order by n.id desc limit ${limit + 1}`.execute(db);
  const { rows: all } = await sql<{ total: number }>`
    select count(*) as total from notes where group_id = ${group}`.execute(db);
  return { notes: rows.map((row) => noteOf(row, now)), total: all[0]?.total ?? 0 };
}

export interface VersionToSave {
  readonly note: string;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly files: readonly File[];
  readonly by: string;
  readonly at: Date;
  readonly restored?: number;
}

export async function insertNote(
  tx: Database,
  it: { id: string; group: string; maker: string; at: Date; editors: Editors },
): Promise<void> {
  await sql`
    insert into notes (id, group_id, version, maker, made_at, editors)
    values (${it.id}, ${it.group}, 1, ${it.maker}, ${it.at}::timestamptz, ${it.editors})`.execute(tx);
}

/** From then on it is the one that stands. */
export async function insertVersion(tx: Database, it: VersionToSave): Promise<void> {
  const files = it.files.length > 0 ? JSON.stringify(it.files) : null;
  await sql`
    with made as (
      insert into note_versions (note, version, title, text, files, by, at, restored)
      values (${it.note}, ${it.version}, ${it.title}, ${it.text}, ${files}::jsonb, ${it.by}, ${it.at}::timestamptz, ${it.restored ?? null})
    )
    update notes set version = ${it.version} where id = ${it.note}`.execute(tx);
}

export async function saveEditors(tx: Database, note: string, editors: Editors): Promise<void> {
  await sql`update notes set editors = ${editors} where id = ${note}`.execute(tx);
}

/** Null: nobody is asked any more. */
export async function saveAsk(
  tx: Database,
  note: string,
  ask: { version: number; by: string; at: Date } | null,
): Promise<void> {
  await sql`
    update notes set ask_version = ${ask?.version ?? null}, ask_by = ${ask?.by ?? null}, ask_at = ${ask?.at ?? null}::timestamptz
    where id = ${note}`.execute(tx);
  await sql`update notes n set read = ${readers} where n.id = ${note}`.execute(tx);
}

/** With its versions and who has read it. */
export async function deleteNote(tx: Database, note: string): Promise<void> {
  await sql`delete from notes where id = ${note}`.execute(tx);
}

/** Of a group that is no more; at most so many at a time. Answers how many. */
export async function deleteNotesOf(db: Database, group: string, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from notes where id in (select id from notes where group_id = ${group} limit ${most}) returning id
    ) select count(*) as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Newest first, one more than asked for where there are more. */
export async function versionsOf(
  db: Database,
  note: string,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<NoteVersion[]> {
  const { rows } = await sql<Omit<NoteVersion, 'at' | 'from'> & { at: Date; restored: number | null }>`
    select v.version, ${person('a')} as by, v.at, v.title, v.restored
    from note_versions v join accounts a on a.id = v.by
    where v.note = ${note} and (${before ?? null}::int is null or v.version < ${before ?? null}::int)
    order by v.version desc limit ${limit + 1}`.execute(db);
  return rows.map(({ at, restored, ...row }) => ({
    ...row,
    at: at.getTime(),
    ...(restored === null ? {} : { from: restored }),
  }));
}

export async function versionOf(
  db: Database,
  group: string,
  note: string,
  version: number,
): Promise<NoteText | undefined> {
  const { rows } = await sql<NoteText>`
    select v.version, v.title, v.text, coalesce(v.files, '[]'::jsonb) as files
    from note_versions v join notes n on n.id = v.note
    where v.note = ${note} and v.version = ${version} and n.group_id = ${group}`.execute(db);
  return rows[0];
}

export interface AskingNote {
  readonly id: string;
  readonly group: string;
  readonly version: number;
  readonly askVersion: number | null;
  readonly askBy: string | null;
  readonly open: boolean;
}

/** Those of these notes that are there; by id. */
export async function askingNotes(tx: Database, ids: readonly string[]): Promise<Map<string, AskingNote>> {
  const { rows } = await sql<AskingNote>`
    select n.id, n.group_id as "group", n.version, n.ask_version as "askVersion", n.ask_by as "askBy",
      g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null as open
    from notes n join groups g on g.id = n.group_id where n.id = any(${[...new Set(ids)]}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

export interface Acknowledgement {
  readonly note: string;
  readonly account: string;
  readonly version: number;
}

/** Each pair of note and account once. Answers those that say more than was known. */
export async function saveAcknowledgements(
  tx: Database,
  list: readonly Acknowledgement[],
  at: Date,
): Promise<Acknowledgement[]> {
  if (list.length === 0) return [];
  const { rows } = await sql<Acknowledgement>`
    insert into note_acknowledgements as k (note, account, version, at)
    select t.note, t.account, t.version, ${at}::timestamptz
    from unnest(${list.map((it) => it.note)}::uuid[], ${list.map((it) => it.account)}::uuid[], ${list.map((it) => it.version)}::int[])
      as t(note, account, version)
    on conflict (note, account) do update set version = excluded.version, at = excluded.at where k.version < excluded.version
    returning note, account, version`.execute(tx);
  return rows;
}

/** How many of those who are asked have read each of these notes now: counted, and kept for whoever looks at them. */
export async function saveCounts(
  tx: Database,
  notes: readonly string[],
): Promise<{ id: string; group: string; version: number; read: number; of: number }[]> {
  if (notes.length === 0) return [];
  const { rows } = await sql<{ id: string; group: string; version: number; read: number; of: number }>`
    update notes n set read = ${readers} where n.id = any(${notes}::uuid[]) and n.ask_version is not null
    returning n.id, n.group_id as "group", n.ask_version as version, n.read, ${asked} as "of"`.execute(tx);
  return rows;
}

export interface NoteReadersWish {
  readonly group: string;
  readonly note: string;
  readonly askVersion: number;
  readonly askBy: string;
  readonly show: 'all' | 'read' | 'unread';
  readonly by: 'unit' | 'time';
  readonly words: readonly string[];
  readonly after: number;
  readonly limit: number;
}

/** Those who are asked: members now, but for who asks. */
const askedOf = ({ group, note, askVersion, askBy }: NoteReadersWish): RawBuilder<unknown> => sql`
  members m join accounts a on a.id = m.account left join units u on u.id = a.unit
  left join note_acknowledgements k on k.note = ${note} and k.account = m.account and k.version >= ${askVersion}
  where m.group_id = ${group} and m.left_at is null and m.account <> ${askBy}`;

const SHOWN: Readonly<Record<NoteReadersWish['show'], RawBuilder<unknown>>> = {
  all: sql`true`,
  read: sql`k.at is not null`,
  unread: sql`k.at is null`,
};

/** How far each unit is, the one with the greatest part that has not read it first. */
export async function noteTallies(db: Database, wish: NoteReadersWish): Promise<NoteTally[]> {
  const { rows } = await sql<NoteTally>`
    select coalesce(u.name, '') as under, count(*)::int as members, count(k.at)::int as read
    from ${askedOf(wish)} group by 1 order by count(k.at)::float / count(*), 1`.execute(db);
  return rows;
}

/** A page of people in the order of `noteTallies`, within it by name; by time: the last to say so first. */
export async function noteReadersOf(
  db: Database,
  wish: NoteReadersWish,
): Promise<{ people: NoteReader[]; total: number }> {
  const { show, by, words, after, limit } = wish;
  const { rows } = await sql<Omit<NoteReader, 'at'> & { at: Date | null; total: number }>`
    with readers as (
      select a.id as account, a.name, a.photo, a.position, a.sort_name, coalesce(u.name, '') as under, k.at,
        ${SHOWN[show]} and (' ' || a.search) like all(${words.map((word) => `% ${word}%`)}::text[]) as fits
      from ${askedOf(wish)}
    ), ranked as (
      select *, avg(case when at is null then 0 else 1 end) over (partition by under) as share from readers
    )
    select account, name, photo, position, under, at, (count(*) over ())::int as total
    from ranked where fits
    order by ${by === 'time' ? sql`at desc nulls last` : sql`share, under`}, sort_name, account
    offset ${after} limit ${limit}`.execute(db);
  return {
    total: rows[0]?.total ?? 0,
    people: rows.map(({ total: _total, at, ...row }) => ({ ...row, at: at?.getTime() ?? null })),
  };
}
