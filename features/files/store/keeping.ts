import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Person } from '../../messages/protocol.ts';
import type { File } from '../protocol.ts';
import type { Entry } from '../protocol/keeping.ts';
import type { Shelf, Size } from '../rules.ts';
import type { BlobRow } from './uploads.ts';

export interface SeenBlob extends BlobRow {
  readonly name: string;
  readonly kind: File['kind'];
}

/** Where a size is missing, the picture is no larger than the next one. */
const INSTEAD: Readonly<Record<Size | 'whole', readonly string[]>> = {
  whole: ['whole', 'large'],
  large: ['large', 'whole'],
  screen: ['screen', 'large'],
  thumb: ['thumb', 'screen', 'large'],
};

/**
 * A file in this size, for who may see it now: whoever sees a message that carries it, members where the board carries it, who opened the original of one that was
 * recalled, or one that was reported as secret, since `opened` and still may, and who uploaded it as long as nothing carries it. Undefined for all others.
 */
export async function blobSeenBy(
  db: Database,
  account: string,
  file: string,
  size: Size | 'whole',
  opened: Date,
): Promise<SeenBlob | undefined> {
  const { rows } = await sql<SeenBlob>`/* prepared file.blob */
    select b.id, b.file, b.size, b.type, b.bytes, b.sha256, b.key, f.name as "name", f.shape->>'kind' as kind from files f
    join blobs b on b.file = f.id and b.size = any(${INSTEAD[size]}::text[])
    where f.id = ${file} and f.state = 'ready' and (
      exists (
        select from message_files c join members m on m.group_id = c.group_id and m.account = ${account} and m.left_at is null and c.seq > m.visible_from
        join messages t on t.group_id = c.group_id and t.id = c.message and t.recalled_at is null
        where c.file = f.id
          and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = c.group_id and h.seq = c.seq)
      ) or exists (
        select from message_files c join sealed_openings o on o.message = c.message and o.account = ${account} and o.at > ${opened}::timestamptz
        join accounts a on a.id = o.account and (a.administrator or a.auditor)
        where c.file = f.id
      ) or exists (
        select from message_files c join report_openings o on o.message = c.message and o.account = ${account} and o.at > ${opened}::timestamptz
        join accounts a on a.id = o.account and (a.administrator or a.officer)
        where c.file = f.id
      ) or exists (
        select from board_files c join members m on m.group_id = c.group_id and m.account = ${account} and m.left_at is null
        where c.file = f.id
      ) or (f.owner = ${account} and f.ends_at > now() and not exists (select from message_files c where c.file = f.id)
        and not exists (select from board_files c where c.file = f.id))
    )
    order by array_position(${INSTEAD[size]}::text[], b.size) limit 1`.execute(db);
  return rows[0];
}

const ZONE = sql.lit('Asia/Ho_Chi_Minh');
const begins = (month: string): RawBuilder<unknown> => sql`(${`${month}-01`}::timestamp at time zone ${ZONE})`;
const ends = (month: string): RawBuilder<unknown> =>
  sql`((${`${month}-01`}::timestamp + interval '1 month') at time zone ${ZONE})`;

interface Wish {
  readonly group: string;
  readonly account: string;
  readonly shelf: Shelf;
  readonly month?: string | undefined;
  readonly sender?: string | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly before?: { readonly seq: number; readonly place: number } | undefined;
  readonly after?: { readonly seq: number; readonly place: number } | undefined;
  readonly limit: number;
}

/** What stands on a shelf for this member, from `alias` `c`. */
const seen = (account: string): RawBuilder<unknown> => sql`
  join members m on m.group_id = c.group_id and m.account = ${account} and m.left_at is null and c.seq > m.visible_from
  join messages t on t.group_id = c.group_id and t.id = c.message and t.recalled_at is null
    and not exists (select from hidden_messages h where h.account = ${account} and h.group_id = c.group_id and h.seq = c.seq)`;

const rowsOf = (shelf: Shelf, group: string): RawBuilder<unknown> =>
  shelf === 'link'
    ? sql`(select * from message_links where group_id = ${group}) c`
    : sql`(select * from message_files where group_id = ${group} and shelf = ${shelf}) c`;

/** Newest first, with `after` oldest first; one more than asked for where there are more. */
export async function entriesOf(db: Database, wish: Wish): Promise<Entry[]> {
  const { group, account, shelf, month, sender, extensions, before, after, limit } = wish;
  const way = after ? sql`asc` : sql`desc`;
  const isLink = shelf === 'link';
  const { rows } = await sql<{
    seq: number;
    place: number;
    message: string;
    by: string;
    at: Date;
    file: File | null;
    link: string | null;
  }>`
    select c.seq, c.place, c.message, c.sender as by, c.at, ${isLink ? sql`null::jsonb` : sql`f.shape`} as file,
      ${isLink ? sql`c.link` : sql`null::text`} as link
    from ${rowsOf(shelf, group)} ${seen(account)} ${isLink ? sql`` : sql`join files f on f.id = c.file and f.state = 'ready'`}
    where true
      ${before ? sql`and (c.seq, c.place) < (${before.seq}, ${before.place})` : sql``}
      ${after ? sql`and (c.seq, c.place) > (${after.seq}, ${after.place})` : sql``}
      ${month ? sql`and c.at >= ${begins(month)} and c.at < ${ends(month)}` : sql``}
      ${sender ? sql`and c.sender = ${sender}` : sql``}
      ${extensions && !isLink ? sql`and c.extension = any(${extensions}::text[])` : sql``}
    order by c.seq ${way}, c.place ${way} limit ${limit + 1}`.execute(db);
  return rows.map(({ file, link, at, ...row }) => ({
    ...row,
    at: at.getTime(),
    ...(file ? { file } : {}),
    ...(link === null ? {} : { link }),
  }));
}

export async function monthsOf(
  db: Database,
  group: string,
  account: string,
  shelf: Shelf,
): Promise<{ month: string; count: number }[]> {
  const { rows } = await sql<{ month: string; count: number }>`
    select to_char(c.at at time zone ${ZONE}, 'YYYY-MM') as month, count(*) as count
    from ${rowsOf(shelf, group)} ${seen(account)} group by 1 order by 1 desc`.execute(db);
  return rows;
}

export async function sendersOf(
  db: Database,
  group: string,
  account: string,
  shelf: Shelf,
  most: number,
): Promise<(Person & { count: number })[]> {
  const { rows } = await sql<Person & { count: number }>`
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo, s.count from (
      select c.sender, count(*) as count from ${rowsOf(shelf, group)} ${seen(account)} group by 1 order by 2 desc, 1 limit ${most}
    ) s join accounts a on a.id = s.sender left join units u on u.id = a.unit order by s.count desc, a.name`.execute(
    db,
  );
  return rows;
}

export async function peopleNamed(db: Database, accounts: readonly string[]): Promise<Person[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<Person>`
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo
    from accounts a left join units u on u.id = a.unit where a.id = any(${accounts}::uuid[])`.execute(db);
  return rows;
}
