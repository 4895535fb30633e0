import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Card, Content, Quote } from '../protocol.ts';

/** What a message is beyond its text, as `message_more` answers it; null for a plain one. */
export type More = Readonly<Record<string, unknown>> | null;

/** Without what is not there. */
export function withMore<T extends object>(plain: T, more: More): T & Partial<Content> {
  if (!more) return plain;
  return { ...plain, ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== null)) };
}

/** What these messages answer, as it is now; by their ids. */
export async function quotesOf(
  db: Database,
  answers: readonly { readonly group: string; readonly id: string }[],
): Promise<Map<string, Quote>> {
  const { rows } = await sql<{ id: string; quote: Quote }>`
    select m.id, message_quote(m.group_id, (m.form->>'reply')::uuid) as quote
    from unnest(${answers.map((it) => it.group)}::uuid[], ${answers.map((it) => it.id)}::uuid[]) as t(group_id, id)
    join messages m on m.group_id = t.group_id and m.id = t.id where m.form ? 'reply'`.execute(db);
  return new Map(rows.map((row) => [row.id, row.quote]));
}

/** What a message becomes when it is written: the words of the sender, and what the server looked up for them. */
export interface Form {
  readonly reply?: string;
  readonly forwarded?: Content['forwarded'];
  /** The message it was first, where it is forwarded: never told, so that all copies of one are found. */
  readonly origin?: string;
  readonly mentions?: Content['mentions'];
  readonly files?: Content['files'];
  readonly ask?: true;
  readonly card?: Card;
  readonly handling?: Content['handling'];
}

/** The message that is carried into another chat, and the rights of its group with which that was decided. */
export interface Carried {
  readonly message: string;
  readonly group: string;
  readonly rightsVersion: number;
}

export interface Source {
  readonly seq: number;
  readonly text: string;
  readonly form: Form | null;
  readonly sender: string | null;
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly at: Date;
  /** Of its group, at the moment it was read: whoever takes it elsewhere proves it. */
  readonly rightsVersion: number;
}

/** A message of people that this member may see and that was not recalled; undefined for any other. */
export async function messageSeenBy(
  db: Database,
  account: string,
  group: string,
  message: string,
): Promise<Source | undefined> {
  const { rows } = await sql<Source>`
    select t.seq, t.text, t.form, t.sender, coalesce(a.name, '') as name, g.name as "group", g.kind,
      t.sent_at as at, s.rights_version as "rightsVersion"
    from messages t join streams s on s.id = t.group_id join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null
    join groups g on g.id = t.group_id left join accounts a on a.id = t.sender
    where t.id = ${message} and t.group_id = ${group} and t.kind = 'text' and t.seq > m.visible_from and t.recalled_at is null`.execute(
    db,
  );
  return rows[0];
}
