import { createHash, randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';

export interface PreviewRow {
  readonly id: string;
  readonly at: Date;
  readonly title: string;
  readonly description: string;
  readonly site: string;
  readonly picture: boolean;
}

const digestOf = (link: string): Buffer => createHash('sha256').update(link).digest();

/** Is this a link of that message, and may this member see it? */
export async function isLinkSeenBy(
  db: Database,
  it: { group: string; account: string; message: string; link: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from message_links l join messages t on t.group_id = l.group_id and t.id = l.message
    join members m on m.group_id = l.group_id and m.account = ${it.account} and m.left_at is null
    where l.message = ${it.message} and l.group_id = ${it.group} and l.link = ${it.link} and l.seq > m.visible_from and t.recalled_at is null
    limit 1`.execute(db);
  return rows.length > 0;
}

export async function previewOf(db: Database, link: string): Promise<PreviewRow | undefined> {
  const { rows } = await sql<PreviewRow>`
    select id, fetched_at as at, title, description, site, picture is not null as picture
    from link_previews where digest = ${digestOf(link)}`.execute(db);
  return rows[0];
}

export async function savePreview(
  db: Database,
  link: string,
  it: { title: string; description: string; site: string; picture: Buffer | null },
  at: Date,
): Promise<PreviewRow> {
  const { rows } = await sql<PreviewRow>`
    insert into link_previews (id, link, digest, fetched_at, title, description, site, picture)
    values (${randomUUID()}, ${link}, ${digestOf(link)}, ${at}::timestamptz, ${it.title}, ${it.description}, ${it.site}, ${it.picture})
    on conflict (digest) do update set
      -- Another picture has another address.
      id = excluded.id, fetched_at = excluded.fetched_at, title = excluded.title, description = excluded.description, site = excluded.site,
      picture = excluded.picture
    returning id, fetched_at as at, title, description, site, picture is not null as picture`.execute(db);
  return rows[0]!;
}

/** For who may see a message that links there. */
export async function pictureSeenBy(db: Database, id: string, account: string): Promise<Buffer | undefined> {
  const { rows } = await sql<{ picture: Buffer | null }>`
    select p.picture from link_previews p where p.id = ${id} and exists (
      select from members m join message_links l on l.group_id = m.group_id and l.seq > m.visible_from 
        join messages t on t.group_id = l.group_id and t.id = l.message
      where m.account = ${account} and m.left_at is null and l.link = p.link and t.recalled_at is null
    )`.execute(db);
  return rows[0]?.picture ?? undefined;
}

/** Those that are old, and those to whose page no message links any more: of what was recalled nothing stays. */
export async function prunePreviews(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql`
    delete from link_previews where id in (
      select p.id from link_previews p
      where p.fetched_at < ${before}::timestamptz or not exists (select from message_links l where l.link = p.link) limit ${most}
    ) returning id`.execute(db);
  return rows.length;
}
