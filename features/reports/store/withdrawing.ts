import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { Named, Removed } from '../protocol.ts';
import type { Cause } from '../rules.ts';

// Messages known by their ids alone, found in the partitions in which they are.
const these = (messages: readonly string[]) => sql`(
  select t.* from message_ids i join messages t on t.group_id = i.group_id and t.id = i.id where i.id = any(${messages}::uuid[])
)`;

// What withdrawing touches lies in the tables of many features: to take something away everywhere is this one act, and what
// it leaves out would stay. A new table that keeps what messages say is added here, and to the test that looks for residue.

/** Copies of texts shorter than this are looked for by the message they come from only: others say the same by chance. */
export const NEEDLE_LEAST = 20;

export interface Place {
  readonly message: string;
  readonly group: string;
  readonly seq: number;
}

export interface Origin extends Place {
  readonly sender: string | null;
  readonly at: Date;
  /** Of the board, for which it stands. */
  readonly thing: string | null;
}

/** A message of people, whatever became of it. */
export async function originOf(tx: Database, group: string, message: string): Promise<Origin | undefined> {
  const { rows } = await sql<Origin>`
    select id as message, group_id as "group", seq, sender, sent_at as at, form->'card'->>'id' as thing from messages
    where id = ${message} and group_id = ${group} and kind = 'text'`.execute(tx);
  return rows[0];
}

/** Everything the message, or the thing it stands for, has said that is long enough to be known again elsewhere. */
export async function needlesOf(
  tx: Database,
  messages: readonly string[],
  things: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select distinct btrim(text, E' \\n\\t') as text from (
      select text from ${these(messages)} m
      union all select v.text from message_ids i join message_versions v on v.group_id = i.group_id and v.message = i.id
        where i.id = any(${messages}::uuid[])
      union all select unnest(array[title, text]) from note_versions where note = any(${things}::uuid[])
      union all select unnest(array[title, text, place, link]) from reminders where id = any(${things}::uuid[])
      union all select question from polls where id = any(${things}::uuid[])
      union all select text from poll_choices where poll = any(${things}::uuid[])
    ) said where length(btrim(text, E' \\n\\t')) >= ${NEEDLE_LEAST}`.execute(tx);
  return rows.map((it) => it.text);
}

/** Where the originals lie of those of these messages that were recalled. */
export async function boxesOf(
  tx: Database,
  messages: readonly string[],
): Promise<{ readonly message: string; readonly box: Buffer }[]> {
  const { rows } = await sql<{ message: string; box: Buffer }>`
    select message, box from sealed_messages where message = any(${messages}::uuid[])`.execute(tx);
  return rows;
}

/** These, what these messages carry, and every other file that holds the same bytes. */
export async function filesLike(
  tx: Database,
  files: readonly string[],
  messages: readonly string[],
  things: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with carried as (
      select id as file from files where id = any(${files}::uuid[])
      union select file from message_files where message = any(${messages}::uuid[])
      union select file from board_files where thing = any(${things}::uuid[])
    )
    select file as id from carried
    union
    select same.id from carried c join files f on f.id = c.file join files same on same.sha256 = f.sha256 and same.state = 'ready'`.execute(
    tx,
  );
  return rows.map((it) => it.id);
}

/** Messages that are the same one forwarded, and those that carry one of these files. */
export async function copiesOf(tx: Database, messages: readonly string[], files: readonly string[]): Promise<Place[]> {
  const { rows } = await sql<Place>`
    with roots as (
      select unnest(${messages}::uuid[])::text as root
      union select form->>'origin' from ${these(messages)} m where form ? 'origin'
    )
    select m.id as message, m.group_id as "group", m.seq from (
      select x.group_id, x.id from roots join messages x on x.form ? 'origin' and x.form->>'origin' = roots.root
      union select o.group_id, o.id from roots join message_ids o on o.id = roots.root::uuid
      union select c.group_id, c.message from message_files c where c.file = any(${files}::uuid[])
    ) found(group_id, id) join messages m on m.group_id = found.group_id and m.id = found.id where m.kind = 'text'`.execute(
    tx,
  );
  return rows;
}

export type ThingKind = 'note' | 'reminder' | 'poll';
export interface ThingAt {
  readonly kind: ThingKind;
  readonly id: string;
  readonly group: string;
}

/** Things of the board that these messages stand for, that carry one of these files, or that say what was said. */
export async function thingsLike(
  tx: Database,
  messages: readonly string[],
  files: readonly string[],
  needles: readonly string[],
): Promise<ThingAt[]> {
  const says = (...texts: string[]) =>
    sql`exists (select from unnest(${needles}::text[]) as n(needle) where strpos(concat_ws(E'\\n', ${sql.join(texts.map((it) => sql.ref(it)))}), n.needle) > 0)`;
  const { rows } = await sql<ThingAt>`
    with things as (
      select 'note' as kind, id, group_id from notes union all select 'reminder', id, group_id from reminders
      union all select 'poll', id, group_id from polls
    ), chosen as (
      select (form->'card'->>'id')::uuid as id from ${these(messages)} m where form ? 'card'
      union select thing from board_files where file = any(${files}::uuid[])
      ${
        needles.length === 0
          ? sql``
          : sql`
      union select v.note from note_versions v where ${says('v.title', 'v.text')}
      union select r.id from reminders r where ${says('r.title', 'r.text', 'r.place', 'r.link')}
      union select p.id from polls p where ${says('p.question')}
      union select c.poll from poll_choices c where ${says('c.text')}`
      }
    )
    select t.kind, t.id, t.group_id as "group" from things t join chosen c on c.id = t.id`.execute(tx);
  return rows;
}

/** The cards by which these things stand in conversations. */
export async function cardsOfThings(tx: Database, things: readonly string[]): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select m.id as message, m.group_id as "group", m.seq from message_ids i
    join messages m on m.group_id = i.group_id and m.id = i.id
    where i.id = any(${things}::uuid[] || array(select message from reminder_cards where reminder = any(${things}::uuid[])))`.execute(
    tx,
  );
  return rows;
}

/** Answers that quote them, in words of their own, which stay. */
export async function countQuotes(tx: Database, places: readonly Place[]): Promise<number> {
  const groups = [...new Set(places.map((it) => it.group))];
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from messages m where m.group_id = any(${groups}::uuid[]) and m.form ? 'reply'
      and m.form->>'reply' = any(${places.map((it) => it.message)}::text[]) and m.recalled_at is null`.execute(tx);
  return rows[0]!.count;
}

export async function countSavedAndVersions(
  tx: Database,
  messages: readonly string[],
): Promise<{ saved: number; versions: number }> {
  const { rows } = await sql<{ saved: number; versions: number }>`
    select (select count(*) from saved_messages where message = any(${messages}::uuid[])) as saved,
      (select count(*) from message_ids i join message_versions v on v.group_id = i.group_id and v.message = i.id
        where i.id = any(${messages}::uuid[])) as versions`.execute(tx);
  return rows[0]!;
}

/** Originals that were sealed when somebody recalled them. Answers how many. */
export async function deleteSealed(tx: Database, messages: readonly string[]): Promise<number> {
  const { rows } = await sql`
    delete from sealed_messages where message = any(${messages}::uuid[]) returning message`.execute(tx);
  return rows.length;
}

/** What was fetched of the pages they name. Must come before the links are dropped. Answers how many. */
export async function deletePreviews(tx: Database, messages: readonly string[]): Promise<number> {
  const { rows } = await sql`
    delete from link_previews p using message_links l where l.message = any(${messages}::uuid[]) and p.link = l.link returning p.id`.execute(
    tx,
  );
  return rows.length;
}

/** What was told to those who uploaded these files names them. */
export async function clearUploads(tx: Database, files: readonly string[]): Promise<void> {
  await sql`
    update events e set body = jsonb_build_object('id', e.body->'id', 'state', 'refused', 'name', '', 'bytes', e.body->'bytes', 'offset', e.body->'offset')
    from (select distinct owner from files where id = any(${files}::uuid[])) o
    where e.stream = o.owner and e.name = 'file.checked' and e.body->>'id' = any(${files}::text[])`.execute(tx);
}

/** Texts to telephones that have not gone out: they name nothing, and nothing is there to be read any more. */
export async function endTexts(tx: Database, messages: readonly string[]): Promise<void> {
  await sql`delete from urgent_texts where message = any(${messages}::uuid[]) and ended_at is null`.execute(tx);
}

/** Things of the board with all their versions, answers and votes. */
export async function deleteThings(tx: Database, things: readonly string[]): Promise<void> {
  await sql`delete from notes where id = any(${things}::uuid[])`.execute(tx);
  await sql`delete from reminders where id = any(${things}::uuid[])`.execute(tx);
  await sql`delete from poll_votes where poll = any(${things}::uuid[])`.execute(tx);
  await sql`delete from polls where id = any(${things}::uuid[])`.execute(tx);
}

/**
 * Waiting messages that carry one of these files or say what was said. One that is being sent at this moment is left: whoever sends
 * it waits for the group, and is refused for its files.
 */
export async function deleteScheduled(
  tx: Database,
  files: readonly string[],
  needles: readonly string[],
): Promise<{ id: string; account: string; group: string }[]> {
  const { rows } = await sql<{ id: string; account: string; group: string }>`
    with found as (
      select id from scheduled_messages s
      where s.content->'files' ?| ${files}::text[]
        or exists (select from unnest(${needles}::text[]) as n(needle) where strpos(s.content->>'text', n.needle) > 0)
      for update skip locked
    )
    delete from scheduled_messages s using found where s.id = found.id returning s.id, s.account, s.group_id as "group"`.execute(
    tx,
  );
  return rows;
}

/** Phrases people keep that say it. */
export async function dropPhrases(tx: Database, needles: readonly string[]): Promise<void> {
  if (needles.length === 0) return;
  await sql`
    update phrases p set list = array(
      select x.phrase from unnest(p.list) with ordinality as x(phrase, place)
      where not exists (select from unnest(${needles}::text[]) as n(needle) where strpos(x.phrase, n.needle) > 0) order by x.place)
    where exists (
      select from unnest(p.list) as x(phrase), unnest(${needles}::text[]) as n(needle) where strpos(x.phrase, n.needle) > 0)`.execute(
    tx,
  );
}

export async function markWithdrawn(tx: Database, withdrawal: string, places: readonly Place[]): Promise<void> {
  await sql`
    update messages m set withdrawn = ${withdrawal}
    from unnest(${places.map((it) => it.group)}::uuid[], ${places.map((it) => it.message)}::uuid[]) as t(group_id, id)
    where m.group_id = t.group_id and m.id = t.id`.execute(tx);
  await sql`
    insert into withdrawal_messages (withdrawal, message, group_id)
    select ${withdrawal}, * from unnest(${places.map((it) => it.message)}::uuid[], ${places.map((it) => it.group)}::uuid[])`.execute(
    tx,
  );
}

export interface NewWithdrawal {
  readonly id: string;
  readonly cause: Cause;
  readonly origin: Origin;
  readonly by: string | null;
  readonly at: Date;
  readonly year: number;
  readonly note: string;
  readonly removed: Removed;
  readonly files: readonly string[];
}

/** With the next number of its year: minutes are cited by it, so that none is missing. Answers it. */
export async function insertWithdrawal(tx: Database, it: NewWithdrawal): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('withdrawals', 0))`.execute(tx);
  await sql`
    insert into withdrawals (id, year, number, cause, message, group_id, sender, sent_at, by, at, note, removed, files, told)
    select ${it.id}, ${it.year}, coalesce(max(number), 0) + 1, ${it.cause}, ${it.origin.message}, ${it.origin.group}, ${it.origin.sender},
      ${it.origin.at}::timestamptz, ${it.by}, ${it.at}::timestamptz, ${it.note}, ${JSON.stringify(it.removed)}::jsonb, ${it.files}::uuid[], 0
    from withdrawals where year = ${it.year}`.execute(tx);
}

/** Every device that is signed in for a member of these groups is to forget it. */
export async function tellDevices(
  tx: Database,
  it: { withdrawal: string; groups: readonly string[]; used: Date; created: Date },
): Promise<void> {
  await sql`
    with told as (
      insert into withdrawal_devices (withdrawal, session)
      select distinct ${it.withdrawal}::uuid, s.id from members m join sessions s on s.account = m.account and s.ended_at is null
      where m.group_id = any(${it.groups}::uuid[]) and m.left_at is null and s.used_at > ${it.used}::timestamptz and s.created_at > ${it.created}::timestamptz
      returning 1
    )
    update withdrawals set told = (select count(*) from told) where id = ${it.withdrawal}`.execute(tx);
}

/** Reports of these messages are decided with it; the reasons may quote what they said. Answers those that were open. */
export async function closeReports(
  tx: Database,
  it: { withdrawal: string; messages: readonly string[]; by: string | null; at: Date; note: string },
): Promise<string[]> {
  await sql`
    update report_voices v set reason = '' from reports r
    where r.id = v.report and r.message = any(${it.messages}::uuid[]) and v.reason <> ''`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    with open as (select id from reports where message = any(${it.messages}::uuid[]) and state = 'open' for update)
    update reports r set state = 'withdrawn', decided_by = ${it.by}, decided_at = ${it.at}::timestamptz, note = ${it.note},
      withdrawal = ${it.withdrawal}
    from open where r.id = open.id returning r.id`.execute(tx);
  return rows.map((it) => it.id);
}

// ——— What devices say.

export interface PendingRow {
  readonly withdrawal: string;
  readonly messages: readonly { readonly group: string; readonly message: string }[];
  readonly files: readonly string[];
}

/** What this device has not said to have forgotten, the oldest first. */
export async function pendingFor(
  db: Database,
  device: { readonly session: string; readonly account: string },
  most: { withdrawals: number; each: number },
): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select w.id as withdrawal, w.files[1:${sql.lit(most.each)}] as files, coalesce((
        select jsonb_agg(jsonb_build_object('group', x.group_id, 'message', x.message)) from (
          select t.group_id, t.message from withdrawal_messages t
          join members m on m.group_id = t.group_id and m.account = ${device.account} and m.left_at is null
          where t.withdrawal = w.id limit ${most.each}) x
      ), '[]'::jsonb) as messages
    from withdrawal_devices d join withdrawals w on w.id = d.withdrawal
    where d.session = ${device.session} and d.purged_at is null order by w.at limit ${most.withdrawals}`.execute(db);
  return rows;
}

/** Once each; others are not touched. */
export async function saveConfirmed(
  db: Database,
  list: readonly { readonly session: string; readonly withdrawal: string }[],
  at: Date,
): Promise<void> {
  await sql`
    update withdrawal_devices d set purged_at = ${at}::timestamptz
    from (select distinct * from unnest(${list.map((it) => it.session)}::uuid[], ${list.map((it) => it.withdrawal)}::uuid[])) as t(session, withdrawal)
    where d.session = t.session and d.withdrawal = t.withdrawal and d.purged_at is null`.execute(db);
}

/** Of withdrawals before this the counts stay, and the rows by device go. Answers how many were looked at. */
export async function countUp(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with old as (
      select id from withdrawals where counted is null and at < ${before}::timestamptz order by at limit ${most} for update skip locked
    ), counts as (
      select o.id, count(d.purged_at) as confirmed,
        count(*) filter (where d.session is not null and d.purged_at is null and (s.id is null or s.ended_at is not null)) as signed_out
      from old o left join withdrawal_devices d on d.withdrawal = o.id left join sessions s on s.id = d.session group by o.id
    ), saved as (
      update withdrawals w set counted = jsonb_build_object('confirmed', c.confirmed, 'signedOut', c.signed_out) from counts c where w.id = c.id
      returning w.id
    ), gone as (
      delete from withdrawal_devices d using old where d.withdrawal = old.id
    )
    select count(*) as count from saved`.execute(db);
  return rows[0]!.count;
}

// ——— The minute.

export interface MinuteRow {
  readonly number: number;
  readonly year: number;
  readonly agency: string | null;
  readonly cause: Cause;
  readonly at: Date;
  readonly by: Named | null;
  readonly note: string;
  readonly message: string;
  readonly sender: Named | null;
  readonly sentAt: Date;
  readonly group: { readonly id: string; readonly name: string; readonly pair: boolean };
  readonly removed: Removed;
  readonly firstReportAt: Date | null;
  readonly reporters: number;
  readonly piecesLeft: number;
  readonly told: number;
  readonly confirmed: number;
  readonly signedOut: number;
}

const named = (account: string) => sql`
  (select jsonb_build_object('id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''))
    from accounts a left join units u on u.id = a.unit where a.id = ${sql.ref(account)})`;

export async function minuteRow(db: Database, withdrawal: string): Promise<MinuteRow | undefined> {
  const { rows } = await sql<MinuteRow>`
    select w.number, w.year, (select name from agency) as agency, w.cause, w.at, ${named('w.by')} as by, w.note, w.message,
      ${named('w.sender')} as sender, w.sent_at as "sentAt",
      jsonb_build_object('id', g.id, 'name', g.name, 'pair', g.kind = 'pair') as "group", w.removed,
      r.first_at as "firstReportAt", coalesce(r.reporters, 0) as reporters,
      (select count(*) from blobs b where b.file = any(w.files)) as "piecesLeft", w.told,
      coalesce((w.counted->>'confirmed')::int, d.confirmed) as confirmed, coalesce((w.counted->>'signedOut')::int, d.signed_out) as "signedOut"
    from withdrawals w join groups g on g.id = w.group_id left join reports r on r.message = w.message
    cross join lateral (
      select count(x.purged_at)::int as confirmed,
        (count(*) filter (where x.purged_at is null and (s.id is null or s.ended_at is not null)))::int as signed_out
      from withdrawal_devices x left join sessions s on s.id = x.session where x.withdrawal = w.id
    ) d
    where w.id = ${withdrawal}`.execute(db);
  return rows[0];
}

/** Groups in which something was withdrawn, those with most first. */
export async function groupsOf(
  db: Database,
  withdrawal: string,
): Promise<{ group: { id: string; name: string; pair: boolean }; messages: number; members: number }[]> {
  const { rows } = await sql<{
    group: { id: string; name: string; pair: boolean };
    messages: number;
    members: number;
  }>`
    select jsonb_build_object('id', g.id, 'name', g.name, 'pair', g.kind = 'pair') as "group", count(*) as messages, g.members
    from withdrawal_messages x join groups g on g.id = x.group_id where x.withdrawal = ${withdrawal}
    group by g.id order by count(*) desc, g.id limit 500`.execute(db);
  return rows;
}
