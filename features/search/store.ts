import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Person } from '../messages/protocol.ts';
import type { Content } from './words.ts';

/** A group the account may read, and how far its words are in the index. */
export interface Own {
  readonly group: string;
  readonly visibleFrom: number;
  readonly head: number;
  /** Null where nothing of it is in the index yet. */
  readonly number: number | null;
  readonly upto: number;
}

/** The groups of an account, or the one that is named. */
export async function ownGroups(db: Database, account: string, group: string | undefined): Promise<Own[]> {
  const { rows } = await sql<Own>`/* prepared search.own */
    select m.group_id as "group", m.visible_from as "visibleFrom", s.head, p.number, coalesce(p.upto, 0) as upto
    from members m join streams s on s.id = m.group_id left join search_groups p on p.group_id = m.group_id
    where m.account = ${account} and m.left_at is null and (${group ?? null}::uuid is null or m.group_id = ${group ?? null}::uuid)`.execute(
    db,
  );
  return rows;
}

export interface Part {
  readonly group: string;
  readonly first: number;
  readonly last: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly hit: boolean;
}

export interface Looked {
  readonly group: string;
  readonly visibleFrom: number;
  /** Of this group's words. */
  readonly tsquery: string;
  /** Only parts that begin before this number. */
  readonly before: number;
}

/** What a message is found by, from `alias` `t`: of a note’s card all that the note says. */
const wordsOfLine = sql`case when t.form ? 'card' then coalesce(
  (select v.title || E'\\n' || v.text from notes n join note_versions v on v.note = n.id and v.version = n.version where n.id = t.id), t.text
) else t.text end`;

const columns = sql`c.group_id as "group", c.first_seq as first, c.last_seq as last, c.first_at as "firstAt", c.last_at as "lastAt"`;

interface Span {
  readonly from: Date | null;
  readonly to: Date;
}

/** The newest parts of each group, and which of them hold the words. */
export async function newestParts(db: Database, groups: readonly Looked[], span: Span, each: number): Promise<Part[]> {
  if (groups.length === 0) return [];
  const { rows } = await sql<Part>`
    select ${columns}, c.words @@ o.tsquery as hit
    from unnest(${groups.map((it) => it.group)}::uuid[], ${groups.map((it) => it.visibleFrom)}::bigint[], ${groups.map((it) => it.tsquery)}::tsquery[])
      as o(id, visible_from, tsquery)
    cross join lateral (
      select * from search_parts where group_id = o.id and last_seq > o.visible_from and first_at <= ${span.to}::timestamptz
        and (${span.from}::timestamptz is null or last_at >= ${span.from}::timestamptz)
      order by last_seq desc limit ${each}
    ) c`.execute(db);
  return rows;
}

/** Older parts of each group that hold the words, newest first; found by the words. */
export async function partsWith(db: Database, groups: readonly Looked[], span: Span, each: number): Promise<Part[]> {
  if (groups.length === 0) return [];
  const { rows } = await sql<Part>`
    select ${columns}, true as hit
    from unnest(${groups.map((it) => it.group)}::uuid[], ${groups.map((it) => it.visibleFrom)}::bigint[], ${groups.map((it) => it.before)}::bigint[],
      ${groups.map((it) => it.tsquery)}::tsquery[]) as o(id, visible_from, before, tsquery)
    cross join lateral (
      select * from search_parts where words @@ o.tsquery and group_id = o.id and first_seq < o.before and last_seq > o.visible_from
        and first_at <= ${span.to}::timestamptz and (${span.from}::timestamptz is null or last_at >= ${span.from}::timestamptz)
      -- The sum keeps the planner from walking all parts in order where only the words find them quickly.
      order by last_seq + 0 desc limit ${each}
    ) c`.execute(db);
  return rows;
}

export interface Found {
  readonly id: string;
  readonly group: string;
  readonly seq: number;
  readonly by: string | null;
  readonly at: Date;
  readonly text: string;
  readonly files:
    | readonly { id: string; kind: 'photo' | 'video' | 'voice' | 'document'; name: string; bytes: number }[]
    | null;
}

/**
 * The messages between these numbers that the account may see now: in a group it is in, after what it sees from, neither
 * recalled nor deleted on its own side. Whatever the index says, nothing is found that does not come out of here.
 */
export async function messagesIn(
  db: Database,
  account: string,
  ranges: readonly { readonly group: string; readonly first: number; readonly last: number }[],
  most: number,
): Promise<Found[]> {
  if (ranges.length === 0) return [];
  const { rows } = await sql<Found>`/* prepared search.messages */
    select t.id, t.group_id as "group", t.seq, t.sender as by, t.sent_at as at, ${wordsOfLine} as text, t.form->'files' as files
    from unnest(${ranges.map((it) => it.group)}::uuid[], ${ranges.map((it) => it.first)}::bigint[], ${ranges.map((it) => it.last)}::bigint[]) as r(id, first, last)
    join members m on m.group_id = r.id and m.account = ${account} and m.left_at is null
    cross join lateral (
      select * from messages where group_id = r.id and seq >= r.first and seq <= r.last and seq > m.visible_from
        and kind = 'text' and recalled_at is null
      order by seq desc limit ${most}
    ) t
    where not exists (select from hidden_messages h where h.account = ${account} and h.group_id = t.group_id and h.seq = t.seq)`.execute(
    db,
  );
  return rows;
}

/** Those who wrote what was found. */
export async function peopleNamed(db: Database, accounts: readonly string[]): Promise<Person[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<Person>`/* prepared search.people */
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo
    from accounts a left join units u on u.id = a.unit where a.id = any(${accounts}::uuid[])`.execute(db);
  return rows;
}

// The job's side.

/** Every group that people can be in has its number before its first word is taken. */
export async function numberGroups(db: Database): Promise<void> {
  await sql`
    insert into search_groups (group_id)
    select g.id from groups g where g.dissolved_at is null and not exists (select from search_groups p where p.group_id = g.id)
    on conflict do nothing`.execute(db);
}

/** Where nobody is any more nothing is searched. Answers whether there was something. */
export async function deleteParts(db: Database, most: number): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`
    delete from search_parts where (group_id, first_seq) in (
      select c.group_id, c.first_seq from search_parts c join groups g on g.id = c.group_id where g.dissolved_at is not null limit ${most}
    ) returning 1 as one`.execute(db);
  return rows.length > 0;
}

export interface Behind {
  readonly group: string;
  readonly number: number;
  readonly head: number;
  readonly upto: number;
  /** Of the stream: where it stands, and below which its events are gone. */
  readonly newest: number;
  readonly floor: number;
}

/** Groups in which more has happened than the index knows, of which no other node takes care just now. */
export async function takeBehind(tx: Database, most: number): Promise<Behind[]> {
  const { rows } = await sql<Behind>`
    select p.group_id as "group", p.number, p.head, p.upto, s.head as newest, s.floor
    from search_groups p join streams s on s.id = p.group_id join groups g on g.id = p.group_id and g.dissolved_at is null
    where s.head > p.head order by p.group_id limit ${most} for update of p skip locked`.execute(tx);
  return rows;
}

/** The number of a group in the index, held: no run of the job writes its words until the transaction ends. Undefined where it has none. */
export async function holdGroup(tx: Database, group: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select number from search_groups where group_id = ${group} for update`.execute(tx);
  return rows[0]?.number;
}

/** Numbers of messages that were edited or recalled between these numbers of the stream. */
export async function changedBetween(tx: Database, group: string, after: number, upto: number): Promise<number[]> {
  const { rows } = await sql<{ seq: number }>`
    select distinct m.seq from events e join messages m on m.id = coalesce(e.message, (e.body->>'id')::uuid) and m.group_id = ${group}
    where e.stream = ${group} and e.seq > ${after} and e.seq <= ${upto} and e.name in ('message.edited', 'message.recalled', 'note.changed')`.execute(
    tx,
  );
  return rows.map((row) => row.seq);
}

export interface PartRow {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly size: number;
}

const partColumns = sql`first_seq as first, last_seq as last, count, size`;

export async function partsOver(tx: Database, group: string, seqs: readonly number[]): Promise<PartRow[]> {
  const { rows } = await sql<PartRow>`
    select distinct c.first_seq as first, c.last_seq as last, c.count, c.size from unnest(${seqs}::bigint[]) as q(seq)
    join lateral (select * from search_parts where group_id = ${group} and last_seq >= q.seq order by last_seq limit 1) c
      on c.first_seq <= q.seq`.execute(tx);
  return rows;
}

export async function newestPart(tx: Database, group: string): Promise<PartRow | undefined> {
  const { rows } = await sql<PartRow>`
    select ${partColumns} from search_parts where group_id = ${group} order by last_seq desc limit 1`.execute(tx);
  return rows[0];
}

/** What there is to be found of a group between two numbers, in order. */
export async function contentsOf(
  tx: Database,
  group: string,
  { first, last, most }: { first: number; last: number; most: number },
): Promise<Content[]> {
  const { rows } = await sql<Omit<Content, 'files'> & { files: Content['files'] | null }>`
    select seq, sent_at as at, sender as by, coalesce(${wordsOfLine}, '') as text, form->'files' as files from messages t
    where group_id = ${group} and seq >= ${first} and seq <= ${last} and kind = 'text' and recalled_at is null order by seq limit ${most}`.execute(
    tx,
  );
  return rows.map((row) => ({ ...row, files: row.files ?? [] }));
}

export interface PartToSave extends PartRow {
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly vector: string;
}

export async function saveParts(tx: Database, group: string, parts: readonly PartToSave[]): Promise<void> {
  if (parts.length === 0) return;
  await sql`
    insert into search_parts (group_id, first_seq, last_seq, first_at, last_at, count, size, words)
    select ${group}, * from unnest(${parts.map((it) => it.first)}::bigint[], ${parts.map((it) => it.last)}::bigint[],
      ${parts.map((it) => it.firstAt)}::timestamptz[], ${parts.map((it) => it.lastAt)}::timestamptz[],
      ${parts.map((it) => it.count)}::int[], ${parts.map((it) => it.size)}::int[], ${parts.map((it) => it.vector)}::tsvector[])
    on conflict (group_id, first_seq) do update set last_seq = excluded.last_seq, last_at = excluded.last_at,
      count = excluded.count, size = excluded.size, words = excluded.words`.execute(tx);
}

export async function deletePart(tx: Database, group: string, first: number | undefined): Promise<void> {
  await sql`
    delete from search_parts where group_id = ${group} and (${first ?? null}::bigint is null or first_seq = ${first ?? null}::bigint)`.execute(
    tx,
  );
}

export async function saveProgress(tx: Database, group: string, at: { head: number; upto: number }): Promise<void> {
  await sql`update search_groups set head = ${at.head}, upto = ${at.upto} where group_id = ${group}`.execute(tx);
}
