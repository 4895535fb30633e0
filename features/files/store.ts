import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { File } from './protocol.ts';
import { extensionOf } from './rules.ts';
import type { Wish } from './rules.ts';

export interface UploadedRow {
  readonly id: string;
  readonly wish: Wish;
  readonly state: 'uploading' | 'checking' | 'ready' | 'refused';
  readonly file: File;
}

/** These files of this person; those that are ready are kept for another day at least, so that none goes while it is sent. */
export async function takeUploaded(db: Database, account: string, ids: readonly string[]): Promise<UploadedRow[]> {
  const { rows } = await sql<UploadedRow>`/* prepared file.take */
    with kept as (
      update files set ends_at = now() + interval '1 day'
      where id = any(${ids}::uuid[]) and owner = ${account} and state = 'ready' and ends_at < now() + interval '12 hours'
    )
    select id, wish, state, shape as file from files
    where id = any(${ids}::uuid[]) and owner = ${account} and state <> 'gone'`.execute(db);
  return rows;
}

/** Of these files those that are still there, held: until the transaction ends none of them goes. */
export async function holdReady(tx: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`/* prepared file.hold */
    select id from files where id = any(${ids}::uuid[]) and state = 'ready' for key share`.execute(tx);
  return new Set(rows.map((it) => it.id));
}

export async function holdUnsent(db: Database, account: string, ids: readonly string[], until: Date): Promise<void> {
  await sql`
    update files set ends_at = greatest(ends_at, ${until}::timestamptz + interval '7 days')
    where id = any(${ids}::uuid[]) and owner = ${account} and state = 'ready'`.execute(db);
}

/** From `message_files f`: those of messages that `account` may read now. */
const seenBy = (account: string): RawBuilder<unknown> => sql`
  join members m on m.group_id = f.group_id and m.account = ${account} and m.left_at is null and f.seq > m.visible_from
  join messages t on t.group_id = f.group_id and t.id = f.message and t.recalled_at is null
    and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = f.group_id and h.seq = f.seq)`;

export async function filesSeenIn(db: Database, account: string, group: string, message: string): Promise<File[]> {
  const { rows } = await sql<{ file: File }>`
    select x.shape as file from message_files f ${seenBy(account)} join files x on x.id = f.file and x.state = 'ready'
    where f.message = ${message} and f.group_id = ${group} order by f.place`.execute(db);
  return rows.map((it) => it.file);
}

export async function carriedBeside(db: Database, group: string, files: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select from message_files where file = any(${files}::uuid[]) and group_id <> ${group}
    union all select from board_files where file = any(${files}::uuid[]) and group_id <> ${group} limit 1`.execute(db);
  return rows.length > 0;
}

export interface MessageFileRow {
  readonly group: string;
  readonly seq: number;
  readonly place: number;
  readonly message: string;
  readonly sender: string;
  readonly at: Date;
  readonly file: File;
}

export async function insertMessageFiles(tx: Database, list: readonly MessageFileRow[]): Promise<void> {
  await sql`/* prepared file.carry */
    insert into message_files (group_id, seq, place, message, file, kind, extension, sender, at)
    select * from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.seq)}::bigint[], ${list.map((it) => it.place)}::smallint[],
      ${list.map((it) => it.message)}::uuid[], ${list.map((it) => it.file.id)}::uuid[], ${list.map((it) => it.file.kind)}::text[],
      ${list.map((it) => extensionOf(it.file.name))}::text[], ${list.map((it) => it.sender)}::uuid[], ${list.map((it) => it.at)}::timestamptz[])`.execute(
    tx,
  );
}

/** Gives up what these messages carried; the files go when no other message carries them. */
export async function dropFiles(tx: Database, messages: readonly string[]): Promise<void> {
  await sql`
    with dropped as (delete from message_files where message = any(${messages}::uuid[]) returning file)
    update files set ends_at = now() where id in (select file from dropped)`.execute(tx);
}

/**
 * These files are no more, whoever carries them and whoever they belong to: nothing of what they are called stays, and their pieces are
 * removed from the store next. Answers how many pieces.
 */
export async function removeContents(tx: Database, files: readonly string[]): Promise<number> {
  const these = sql`any(${files}::uuid[])`;
  await sql`delete from message_files where file = ${these}`.execute(tx);
  await sql`delete from board_files where file = ${these}`.execute(tx);
  const { rows } = await sql<{ count: number }>`
    with gone as (
      update files set state = 'gone', name = '', given = '{}', shape = null, sha256 = null, problem = null, part_key = null, ends_at = now()
      where id = ${these}
    )
    select count(*) as count from blobs where file = ${these}`.execute(tx);
  return rows[0]!.count;
}

/** Carried by a thing of the board from now on: whoever is a member may have them. Those it carries already stay. */
export async function insertBoardFiles(
  tx: Database,
  it: { readonly thing: string; readonly group: string; readonly files: readonly string[] },
): Promise<void> {
  await sql`
    insert into board_files (thing, file, group_id) select ${it.thing}, unnest(${it.files}::uuid[]), ${it.group}
    on conflict do nothing`.execute(tx);
}

/** Those of these files that the thing carries, in one of its versions. */
export async function boardFilesAmong(db: Database, thing: string, files: readonly string[]): Promise<File[]> {
  const { rows } = await sql<{ file: File }>`
    select f.shape as file from board_files b join files f on f.id = b.file and f.state = 'ready'
    where b.thing = ${thing} and b.file = any(${files}::uuid[])`.execute(db);
  return rows.map((it) => it.file);
}

/** Gives up what a thing of the board carried; the files go when nothing else carries them. */
export async function dropBoardFiles(tx: Database, thing: string): Promise<void> {
  await sql`
    with dropped as (delete from board_files where thing = ${thing} returning file)
    update files set ends_at = now() where id in (select file from dropped)`.execute(tx);
}

/**
 * Gives up what messages and the board of a group carried and the addresses in them, `most` rows of each at a time; what lies sealed is kept with
 * it. Answers whether there may be more.
 */
export async function dropAllOf(db: Database, group: string, most: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with rest as (
      select f.seq, f.place from message_files f where f.group_id = ${group}
        and not exists (select from sealed_messages s where s.message = f.message) limit ${most}
    ), dropped as (
      delete from message_files f using rest where f.group_id = ${group} and f.seq = rest.seq and f.place = rest.place returning f.file
    ), board as (
      delete from board_files where (thing, file) in (
        select thing, file from board_files where group_id = ${group} limit ${most}
      ) returning file
    ), ended as (
      update files set ends_at = now() where id in (select file from dropped union select file from board)
    ), links as (
      delete from message_links where group_id = ${group} and (seq, place) in (
        select seq, place from message_links where group_id = ${group} limit ${most}
      ) returning 1
    )
    select greatest((select count(*) from dropped), (select count(*) from board), (select count(*) from links)) as count`.execute(
    db,
  );
  return rows[0]!.count >= most;
}

export interface MessageLinkRow {
  readonly group: string;
  readonly seq: number;
  readonly place: number;
  readonly message: string;
  readonly sender: string;
  readonly at: Date;
  readonly link: string;
}

export async function insertLinks(tx: Database, list: readonly MessageLinkRow[]): Promise<void> {
  await sql`/* prepared file.links */
    insert into message_links (group_id, seq, place, message, link, sender, at)
    select * from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.seq)}::bigint[], ${list.map((it) => it.place)}::smallint[],
      ${list.map((it) => it.message)}::uuid[], ${list.map((it) => it.link)}::text[], ${list.map((it) => it.sender)}::uuid[], ${list.map((it) => it.at)}::timestamptz[])`.execute(
    tx,
  );
}

/** For a message that was recalled or whose text was changed. */
export async function dropLinks(tx: Database, messages: readonly string[]): Promise<void> {
  await sql`delete from message_links where message = any(${messages}::uuid[])`.execute(tx);
}
