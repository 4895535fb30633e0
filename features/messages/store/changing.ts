import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Content, Mention } from '../protocol.ts';
import { withMore } from './content.ts';
import type { Form, More } from './content.ts';

/** A message of people as it stands in the table, for who is about to change it. */
export interface Standing {
  readonly seq: number;
  readonly sender: string | null;
  readonly text: string | null;
  readonly form: Form | null;
  readonly urgency: number;
  readonly at: Date;
  readonly edits: number;
  readonly editedAt: Date | null;
  readonly recalledAt: Date | null;
}

/**
 * One of the messages that this member may see, recalled or not; undefined for any other. Whoever changes it holds the group's
 * stream, so that nobody else does.
 */
export async function messageStanding(
  tx: Database,
  account: string,
  group: string,
  message: string,
): Promise<Standing | undefined> {
  const { rows } = await sql<Standing>`
    select t.seq, t.sender, t.text, t.form, t.urgency, t.sent_at as at, t.edits, t.edited_at as "editedAt", t.recalled_at as "recalledAt"
    from messages t join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null
    where t.id = ${message} and t.group_id = ${group} and t.kind = 'text' and t.seq > m.visible_from`.execute(tx);
  return rows[0];
}

/** Whether a message of the group is a card that was not recalled. */
export async function isCardIn(db: Database, group: string, message: string): Promise<boolean> {
  const { rows } = await sql<{ there: number }>`
    select 1 as there from messages
    where id = ${message} and group_id = ${group} and form ? 'card' and recalled_at is null`.execute(db);
  return rows.length > 0;
}

/** Gives a card the title of its thing. */
export async function saveTitle(tx: Database, message: string, text: string): Promise<void> {
  await sql`update messages set text = ${text} where id = ${message} and form ? 'card'`.execute(tx);
}

/** Gives a message other words; what it said goes to its versions. */
export async function saveEdit(
  tx: Database,
  it: { message: string; text: string; mentions: readonly Mention[]; at: Date },
): Promise<void> {
  const mentions = it.mentions.length > 0 ? JSON.stringify(it.mentions) : null;
  await sql`
    with kept as (
      insert into message_versions (message, version, text, mentions, at)
      select id, edits, text, form->'mentions', coalesce(edited_at, sent_at) from messages where id = ${it.message}
    ), unnamed as (
      delete from message_mentions n using messages m where m.id = ${it.message} and n.group_id = m.group_id and n.seq = m.seq
    )
    update messages set text = ${it.text}, edits = edits + 1, edited_at = ${it.at}::timestamptz,
      form = nullif(coalesce(form, '{}') - 'mentions' || case when ${mentions}::jsonb is null then '{}' else jsonb_build_object('mentions', ${mentions}::jsonb) end, '{}')
    where id = ${it.message}`.execute(tx);
  // In a statement of its own: one that deletes and inserts the same rows may do it in either order.
  if (it.mentions.length > 0) {
    await sql`
      insert into message_mentions (group_id, seq, who, target)
      select distinct m.group_id, m.seq, it.who, coalesce(it.id, '')
      from messages m, jsonb_to_recordset(${mentions}::jsonb) as it(who text, id text) where m.id = ${it.message}`.execute(
      tx,
    );
  }
}

/** What others see of a message now, but for who wrote it and its number. */
export async function contentOf(db: Database, message: string): Promise<Content> {
  const { rows } = await sql<{ id: string; ordinal: number; text: string | null; more: More }>`
    select id, ordinal, text, message_more(messages) as more from messages where id = ${message}`.execute(db);
  const { more, ...plain } = rows[0]!;
  return withMore(plain, more);
}

export interface VersionRow {
  readonly text: string;
  readonly mentions: readonly Mention[] | null;
  readonly at: Date;
}

/** What a message said before it said what it says, the first first. */
export async function formerVersions(db: Database, message: string): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    select text, mentions, at from message_versions where message = ${message} order by version`.execute(db);
  return rows;
}

/**
 * All versions of a message that this member may see and that was not recalled, the first first; undefined for any other. One
 * statement, so that none is missing or there twice while it is being edited.
 */
export async function versionsSeenBy(
  db: Database,
  account: string,
  group: string,
  message: string,
): Promise<VersionRow[] | undefined> {
  const { rows } = await sql<VersionRow>`
    with it as (
      select t.* from messages t join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null
      where t.id = ${message} and t.group_id = ${group} and t.kind = 'text' and t.seq > m.visible_from and t.recalled_at is null
    )
    select text, mentions, at from (
      select v.version, v.text, v.mentions, v.at from it join message_versions v on v.message = it.id
      union all
      select it.edits, it.text, it.form->'mentions', coalesce(it.edited_at, it.sent_at) from it
    ) versions order by version`.execute(db);
  return rows.length > 0 ? rows : undefined;
}

/** Takes everything a message said out of the tables: what stays is who wrote it and when, and who took it back. */
export async function saveRecall(tx: Database, message: string, by: string, at: Date): Promise<void> {
  await sql`
    with versions as (delete from message_versions where message = ${message}),
    named as (
      delete from message_mentions n using messages m where m.id = ${message} and n.group_id = m.group_id and n.seq = m.seq
    ),
    reactions as (delete from reactions where message = ${message}),
    saved as (
      delete from saved_messages s using messages m where m.id = ${message} and s.group_id = m.group_id and s.seq = m.seq
    ),
    acknowledgements as (delete from acknowledgements where message = ${message})
    update messages set text = null, form = null, digest = null, urgency = 0, edits = 0, edited_at = null, reactions = null,
      acknowledged = 0, recalled_at = ${at}::timestamptz, recalled_by = ${by}
    where id = ${message}`.execute(tx);
}
