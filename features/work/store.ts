import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { When } from '../reminders/rules/when.ts';
import { ASKED_DAYS, WORK_MOST } from './rules.ts';

/** The group takes changes: in one that is frozen nothing waits for anybody. */
const open = sql`g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null`;

interface ReminderRow {
  readonly id: string;
  readonly group: string;
  readonly timing: When;
  readonly given: readonly { readonly at: number; readonly answer: string; readonly again: boolean }[];
}

/** Reminders to come that concern a person, in all groups they are in: the next first. Called off ones wait for nobody. */
export async function remindersFor(db: Database, account: string): Promise<ReminderRow[]> {
  const { rows } = await sql<ReminderRow>`
    select r.id, r.group_id as "group", r.timing,
      coalesce((select jsonb_agg(jsonb_build_object('at', x.at, 'answer', x.answer, 'again', x.again))
        from reminder_answers x where x.account = m.account and x.reminder = r.id), '[]') as given
    from members m join accounts a on a.id = m.account
    join reminders r on r.group_id = m.group_id and r.next_at is not null and r.cancelled_at is null
    join groups g on g.id = m.group_id and ${open}
    where m.account = ${account} and m.left_at is null and reminder_concerns(r, a.id, a.unit, m.role)
    order by r.next_at, r.id limit ${WORK_MOST}`.execute(db);
  return rows;
}

interface PollRow {
  readonly id: string;
  readonly group: string;
  readonly endsAt: Date | null;
  readonly voted: boolean;
}

/** Polls that are open in the groups of a person: those that end first, then the newest. */
export async function pollsFor(db: Database, account: string, now: Date): Promise<PollRow[]> {
  const { rows } = await sql<PollRow>`
    select p.id, p.group_id as "group", p.ends_at as "endsAt",
      exists (select from poll_votes v where v.poll = p.id and v.account = m.account and cardinality(v.choices) > 0)
        or exists (select from poll_boxes b where b.poll = p.id and m.account = any(b.voters)) as voted
    from members m join groups g on g.id = m.group_id and ${open}
    join polls p on p.group_id = m.group_id and p.ended_at is null and p.locked_at is null
      and (p.ends_at is null or p.ends_at > ${now}::timestamptz)
    where m.account = ${account} and m.left_at is null
    order by p.ends_at nulls last, p.id desc limit ${WORK_MOST}`.execute(db);
  return rows;
}

interface NoteRow {
  readonly id: string;
  readonly group: string;
}

/** Notes whose readers are asked to say so, and this one has not: the newest first. */
export async function notesFor(db: Database, account: string): Promise<NoteRow[]> {
  const { rows } = await sql<NoteRow>`
    select n.id, n.group_id as "group"
    from members m join groups g on g.id = m.group_id and ${open}
    join notes n on n.group_id = m.group_id and n.ask_version is not null and n.ask_by <> m.account
    where m.account = ${account} and m.left_at is null
      and not exists (select from note_acknowledgements k where k.note = n.id and k.account = m.account and k.version >= n.ask_version)
    order by n.id desc limit ${WORK_MOST}`.execute(db);
  return rows;
}

interface MessageRow {
  readonly id: string;
  readonly group: string;
  readonly seq: number;
  readonly by: string;
  readonly at: Date;
  readonly text: string;
}

const SHOWN_MOST = 300;

/** Messages that ask to be acknowledged, which were written to this person and are not: the newest first. */
export async function messagesFor(db: Database, account: string, now: Date): Promise<MessageRow[]> {
  const since = new Date(now.getTime() - ASKED_DAYS * 86_400_000);
  const { rows } = await sql<MessageRow>`
    select t.id, t.group_id as "group", t.seq, coalesce(a.name, '') as by, t.sent_at as at, left(coalesce(t.text, ''), ${SHOWN_MOST}) as text
    from members m join groups g on g.id = m.group_id and ${open}
    join messages t on t.group_id = m.group_id and t.form->'ask' is not null and t.recalled_at is null and t.sent_at > ${since}::timestamptz
      and t.seq > m.visible_from and t.seq > m.addressed_from and t.sender is distinct from m.account
    left join accounts a on a.id = t.sender
    where m.account = ${account} and m.left_at is null
      and not exists (select from acknowledgements k where k.group_id = t.group_id and k.message = t.id and k.account = m.account)
      and not exists (select from hidden_messages h where h.account = m.account and h.group_id = t.group_id and h.seq = t.seq)
    order by t.id desc limit ${WORK_MOST}`.execute(db);
  return rows;
}
