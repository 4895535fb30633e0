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
export async function saveTitle(tx: Database, group: string, messages: readonly string[], text: string): Promise<void> {
  await sql`update messages set text = ${text} where group_id = ${group} and id = any(${messages}::uuid[]) and form ? 'card'`.execute(
    tx,
  );
}

/** Gives a message other words; what it said goes to its versions. */
export async function saveEdit(
  tx: Database,
  it: {
    group: string;
    message: string;
    text: string;
    mentions: readonly Mention[];
    at: Date;
    handling?: Content['handling'];
  },
): Promise<void> {
  const handling = it.handling ?? null;
  const mentions = it.mentions.length > 0 ? JSON.stringify(it.mentions) : null;
  await sql`
    with kept as (
      insert into message_versions (group_id, message, version, text, mentions, at)
      select group_id, id, edits, text, form->'mentions', coalesce(edited_at, sent_at) from messages
      where group_id = ${it.group} and id = ${it.message}
    ), unnamed as (
      delete from message_mentions where group_id = ${it.group}
        and seq = (select m.seq from messages m where m.group_id = ${it.group} and m.id = ${it.message})
    )
    update messages set text = ${it.text}, edits = edits + 1, edited_at = ${it.at}::timestamptz,
      form = nullif(coalesce(form, '{}') - 'mentions' - 'handling'
        || case when ${handling}::text is null then '{}' else jsonb_build_object('handling', ${handling}::text) end || case when ${mentions}::jsonb is null then '{}' else jsonb_build_object('mentions', ${mentions}::jsonb) end, '{}')
    where group_id = ${it.group} and id = ${it.message}`.execute(tx);
  // In a statement of its own: one that deletes and inserts the same rows may do it in either order.
  if (it.mentions.length > 0) {
    await sql`
      insert into message_mentions (group_id, seq, who, target)
      select distinct m.group_id, m.seq, it.who, coalesce(it.id, '')
      from messages m, jsonb_to_recordset(${mentions}::jsonb) as it(who text, id text)
      where m.group_id = ${it.group} and m.id = ${it.message}`.execute(tx);
  }
}

/** What others see of a message now, but for who wrote it and its number. */
export async function contentOf(db: Database, group: string, message: string): Promise<Content> {
  return (await contentsOf(db, group, [message]))[0]!;
}

/** The same of several of a group, in their order. */
export async function contentsOf(db: Database, group: string, messages: readonly string[]): Promise<Content[]> {
  const { rows } = await sql<{ id: string; ordinal: number; text: string | null; more: More }>`
    select id, ordinal, text, message_more(messages) as more from messages
    where group_id = ${group} and id = any(${messages}::uuid[]) order by seq`.execute(db);
  return rows.map(({ more, ...plain }) => withMore(plain, more));
}

export interface VersionRow {
  readonly text: string;
  readonly mentions: readonly Mention[] | null;
  readonly at: Date;
}

/** What a message said before it said what it says, the first first. */
export async function formerVersions(db: Database, group: string, message: string): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    select text, mentions, at from message_versions where group_id = ${group} and message = ${message} order by version`.execute(
    db,
  );
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
      select v.version, v.text, v.mentions, v.at from it join message_versions v on v.group_id = ${group} and v.message = it.id
      union all
      select it.edits, it.text, it.form->'mentions', coalesce(it.edited_at, it.sent_at) from it
    ) versions order by version`.execute(db);
  return rows.length > 0 ? rows : undefined;
}

/** Takes everything these messages of a group said out of the tables: what stays is who wrote them and when, and who took them back. */
export async function saveRecall(
  tx: Database,
  group: string,
  messages: readonly string[],
  by: string | null,
  at: Date,
): Promise<void> {
  const these = sql`any(${messages}::uuid[])`;
  const places = sql`any(array(select m.seq from messages m where m.group_id = ${group} and m.id = ${these}))`;
  await sql`
    with versions as (delete from message_versions where group_id = ${group} and message = ${these}),
    named as (delete from message_mentions where group_id = ${group} and seq = ${places}),
    reactions as (delete from reactions where group_id = ${group} and message = ${these}),
    saved as (delete from saved_messages where group_id = ${group} and seq = ${places}),
    acknowledgements as (delete from acknowledgements where group_id = ${group} and message = ${these})
    update messages set text = null, form = null, digest = null, urgency = 0, edits = 0, edited_at = null, reactions = null,
      acknowledged = 0, recalled_at = ${at}::timestamptz, recalled_by = ${by}
    where group_id = ${group} and id = ${these}`.execute(tx);
}
