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

/** Those of these messages of the group that are cards and were not recalled, in their order. */
export async function cardsAmong(db: Database, group: string, messages: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from messages where id = any(${messages}::uuid[]) and group_id = ${group} and form ? 'card' and recalled_at is null
    order by seq`.execute(db);
  return rows.map((it) => it.id);
}

/** Gives cards the title of their thing. */
export async function saveTitle(tx: Database, messages: readonly string[], text: string): Promise<void> {
  await sql`update messages set text = ${text} where id = any(${messages}::uuid[]) and form ? 'card'`.execute(tx);
}

/** Gives a message other words; what it said goes to its versions. */
export async function saveEdit(
  tx: Database,
  it: { message: string; text: string; mentions: readonly Mention[]; at: Date; handling?: Content['handling'] },
): Promise<void> {
  const handling = it.handling ?? null;
  const mentions = it.mentions.length > 0 ? JSON.stringify(it.mentions) : null;
  await sql`
    with kept as (
      insert into message_versions (message, version, text, mentions, at)
      select id, edits, text, form->'mentions', coalesce(edited_at, sent_at) from messages where id = ${it.message}
    ), unnamed as (
      delete from message_mentions n using messages m where m.id = ${it.message} and n.group_id = m.group_id and n.seq = m.seq
    )
    update messages set text = ${it.text}, edits = edits + 1, edited_at = ${it.at}::timestamptz,
      form = nullif(coalesce(form, '{}') - 'mentions' - 'handling'
        || case when ${handling}::text is null then '{}' else jsonb_build_object('handling', ${handling}::text) end || case when ${mentions}::jsonb is null then '{}' else jsonb_build_object('mentions', ${mentions}::jsonb) end, '{}')
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
  return (await contentsOf(db, [message]))[0]!;
}

/** The same of several, in their order. */
export async function contentsOf(db: Database, messages: readonly string[]): Promise<Content[]> {
  const { rows } = await sql<{ id: string; ordinal: number; text: string | null; more: More }>`
    select id, ordinal, text, message_more(messages) as more from messages where id = any(${messages}::uuid[]) order by seq`.execute(
    db,
  );
  return rows.map(({ more, ...plain }) => withMore(plain, more));
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

/** Takes everything messages said out of the tables: what stays is who wrote them and when, and who took them back. */
export async function saveRecall(
  tx: Database,
  messages: readonly string[],
  by: string | null,
  at: Date,
): Promise<void> {
  const these = sql`any(${messages}::uuid[])`;
  await sql`
    with versions as (delete from message_versions where message = ${these}),
    named as (
      delete from message_mentions n using messages m where m.id = ${these} and n.group_id = m.group_id and n.seq = m.seq
    ),
    reactions as (delete from reactions where message = ${these}),
    saved as (
      delete from saved_messages s using messages m where m.id = ${these} and s.group_id = m.group_id and s.seq = m.seq
    ),
    acknowledgements as (delete from acknowledgements where message = ${these})
    update messages set text = null, form = null, digest = null, urgency = 0, edits = 0, edited_at = null, reactions = null,
      acknowledged = 0, recalled_at = ${at}::timestamptz, recalled_by = ${by}
    where id = ${these}`.execute(tx);
}
