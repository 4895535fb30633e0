import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Named, Report } from './protocol.ts';
import type { ReportState } from './rules.ts';

/** A message as it stands, for who is about to report it. */
export interface Reportable {
  readonly seq: number;
  readonly sender: string | null;
  readonly at: Date;
  readonly kind: Report['kind'];
  readonly recalled: boolean;
}

/** One of the messages of people that this member may see; undefined for any other. */
export async function reportable(
  tx: Database,
  account: string,
  group: string,
  message: string,
): Promise<Reportable | undefined> {
  const { rows } = await sql<Reportable>`
    select t.seq, t.sender, t.sent_at as at, coalesce(t.form->'card'->>'kind', t.form->'files'->0->>'kind', 'text') as kind,
      t.recalled_at is not null as recalled
    from messages t join members m on m.group_id = t.group_id and m.account = ${account} and m.left_at is null
    where t.id = ${message} and t.group_id = ${group} and t.kind = 'text' and t.seq > m.visible_from`.execute(tx);
  return rows[0];
}

/**
 * Adds a member’s voice to the report of a message, which is made with the first one and waits again with each further one.
 * Answers the report, and whether the voice is new.
 */
export async function addVoice(
  tx: Database,
  it: Omit<Reportable, 'at' | 'recalled'> & {
    readonly report: string;
    readonly message: string;
    readonly group: string;
    readonly sentAt: Date;
    readonly account: string;
    readonly reason: string;
    readonly at: Date;
  },
): Promise<{ report: string; fresh: boolean }> {
  await sql`
    insert into reports (id, message, group_id, seq, sender, sent_at, kind, first_at, last_at)
    values (${it.report}, ${it.message}, ${it.group}, ${it.seq}, ${it.sender}, ${it.sentAt}::timestamptz, ${it.kind}, ${it.at}::timestamptz, ${it.at}::timestamptz)
    on conflict (message) do nothing`.execute(tx);
  const { rows } = await sql<{ id: string }>`select id from reports where message = ${it.message} for update`.execute(
    tx,
  );
  const report = rows[0]!.id;
  const { rows: added } = await sql`
    insert into report_voices (report, account, reason, at) values (${report}, ${it.account}, ${it.reason}, ${it.at}::timestamptz)
    on conflict do nothing returning report`.execute(tx);
  if (added.length > 0) {
    await sql`
      update reports set reporters = reporters + 1, last_at = ${it.at}::timestamptz, state = 'open',
        decided_by = null, decided_at = null
      where id = ${report} and state <> 'withdrawn'`.execute(tx);
  }
  return { report, fresh: added.length > 0 };
}

/** Of an account `alias`: who it is, as lists name people; null where there is none. */
const named = (account: string) => sql`
  (select jsonb_build_object('id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''))
    from accounts a left join units u on u.id = a.unit where a.id = ${sql.ref(account)})`;

export interface ReportRow {
  readonly id: string;
  readonly state: ReportState;
  readonly group: { readonly id: string; readonly name: string; readonly pair: boolean };
  readonly message: string;
  readonly sender: Named | null;
  readonly sentAt: Date;
  readonly kind: Report['kind'];
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly reporters: number;
  readonly opened: number;
  readonly recalled: boolean;
  readonly decidedBy: Named | null;
  readonly decidedAt: Date | null;
  readonly note: string;
  readonly withdrawal: string | null;
}

const columns = sql`
  r.id, r.state, jsonb_build_object('id', g.id, 'name', g.name, 'pair', g.kind = 'pair') as "group", r.message,
  ${named('r.sender')} as sender, r.sent_at as "sentAt", r.kind, r.first_at as "firstAt", r.last_at as "lastAt", r.reporters, r.opened,
  coalesce((select m.recalled_at is not null and m.withdrawn is null from messages m where m.group_id = r.group_id and m.id = r.message), true) as recalled,
  ${named('r.decided_by')} as "decidedBy", r.decided_at as "decidedAt", r.note, r.withdrawal`;

/** Those that wait, or those that were decided, the latest first; one more than asked for where there are more. */
export async function reportsBefore(
  db: Database,
  wish: { which: 'open' | 'decided'; before: { at: Date; report: string } | null; limit: number },
): Promise<ReportRow[]> {
  const { which, before, limit } = wish;
  const at = which === 'open' ? sql`r.last_at` : sql`r.decided_at`;
  const { rows } = await sql<ReportRow>`
    select ${columns} from reports r join groups g on g.id = r.group_id
    where ${which === 'open' ? sql`r.state = 'open'` : sql`r.state <> 'open'`}
      and ${before === null ? sql`true` : sql`(${at}, r.id) < (${before.at}::timestamptz, ${before.report}::uuid)`}
    order by ${at} desc, r.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

export async function reportById(db: Database, report: string): Promise<ReportRow | undefined> {
  const { rows } = await sql<ReportRow>`
    select ${columns} from reports r join groups g on g.id = r.group_id where r.id = ${report}`.execute(db);
  return rows[0];
}

export async function countOpen(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from reports where state = 'open'`.execute(db);
  return rows[0]!.count;
}

interface Said {
  readonly by: Named | null;
  readonly at: Date;
}

export async function voicesOf(db: Database, report: string, most: number): Promise<(Said & { reason: string })[]> {
  const { rows } = await sql<Said & { reason: string }>`
    select ${named('v.account')} as by, v.at, v.reason from report_voices v where v.report = ${report} order by v.at, v.account limit ${most}`.execute(
    db,
  );
  return rows;
}

export async function openingsOf(db: Database, message: string, most: number): Promise<Said[]> {
  const { rows } = await sql<Said>`
    select ${named('o.account')} as by, o.at from report_openings o where o.message = ${message} order by o.at desc limit ${most}`.execute(
    db,
  );
  return rows;
}

export interface Held {
  readonly message: string;
  readonly group: string;
  readonly state: ReportState;
  readonly sender: string | null;
}

/** Without holding it: whoever decides holds the group first. */
export async function reportStanding(db: Database, report: string, hold = false): Promise<Held | undefined> {
  const { rows } = await sql<Held>`
    select message, group_id as "group", state, sender from reports where id = ${report} ${hold ? sql`for update` : sql``}`.execute(
    db,
  );
  return rows[0];
}

export async function insertOpening(
  tx: Database,
  it: { id: string; report: string; message: string; account: string; at: Date },
): Promise<void> {
  await sql`
    with counted as (update reports set opened = opened + 1 where id = ${it.report})
    insert into report_openings (id, report, message, account, at)
    values (${it.id}, ${it.report}, ${it.message}, ${it.account}, ${it.at}::timestamptz)`.execute(tx);
}

/** The message that this person has opened with this act since then; undefined for any other. */
export async function messageOpened(
  db: Database,
  it: { act: string; report: string; account: string; since: Date },
): Promise<{ group: string; message: string } | undefined> {
  const { rows } = await sql<{ group: string; message: string }>`
    select r.group_id as "group", o.message from report_openings o join reports r on r.id = o.report
    where o.id = ${it.act} and o.report = ${it.report} and o.account = ${it.account} and o.at > ${it.since}::timestamptz`.execute(
    db,
  );
  return rows[0];
}

export interface ReadRow {
  readonly versions: readonly { readonly text: string; readonly at: number }[];
  readonly files: unknown[] | null;
  readonly card: { readonly kind: 'note' | 'reminder' | 'poll'; readonly id: string } | null;
}

/** All a message says; undefined where it was recalled. */
export async function wordsOf(db: Database, group: string, message: string): Promise<ReadRow | undefined> {
  const { rows } = await sql<ReadRow>`
    select coalesce((
        select jsonb_agg(jsonb_build_object('text', v.text, 'at', (extract(epoch from v.at) * 1000)::bigint) order by v.version)
        from message_versions v where v.group_id = m.group_id and v.message = m.id), '[]'::jsonb)
      || jsonb_build_object('text', coalesce(m.text, ''), 'at', (extract(epoch from coalesce(m.edited_at, m.sent_at)) * 1000)::bigint) as versions,
      m.form->'files' as files, m.form->'card' as card
    from messages m where m.group_id = ${group} and m.id = ${message} and m.recalled_at is null`.execute(db);
  return rows[0];
}

/** What a thing of the board says, in the order in which it is shown, and what it carries. */
export async function thingWords(
  db: Database,
  kind: 'note' | 'reminder' | 'poll',
  id: string,
): Promise<{ texts: string[]; files: unknown[] }> {
  const query =
    kind === 'note'
      ? sql`select array[v.title, v.text] as texts, v.files from notes n join note_versions v on v.note = n.id and v.version = n.version where n.id = ${id}`
      : kind === 'reminder'
        ? sql`select array[r.title, r.text, r.place, r.link] as texts, r.files from reminders r where r.id = ${id}`
        : sql`
          select array[p.question] || array(select c.text from poll_choices c where c.poll = p.id order by c.id) as texts, null::jsonb as files
          from polls p where p.id = ${id}`;
  const { rows } = await sql<{ texts: string[]; files: unknown[] | null }>`${query}`.execute(db);
  return { texts: (rows[0]?.texts ?? []).filter((it) => it !== ''), files: rows[0]?.files ?? [] };
}

/** Everybody whom a report is told to. */
export async function officers(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from accounts where (officer or administrator) and state = 'active' order by id limit 500`.execute(db);
  return rows.map((it) => it.id);
}

export async function saveDismissed(
  tx: Database,
  it: { report: string; by: string; at: Date; note: string },
): Promise<void> {
  await sql`
    update reports set state = 'dismissed', decided_by = ${it.by}, decided_at = ${it.at}::timestamptz, note = ${it.note}
    where id = ${it.report}`.execute(tx);
}

/** Who reported it: they are told what became of it. */
export async function reportersOf(
  db: Database,
  reports: readonly string[],
): Promise<{ account: string; group: string; message: string }[]> {
  const { rows } = await sql<{ account: string; group: string; message: string }>`
    select v.account, r.group_id as "group", r.message from report_voices v join reports r on r.id = v.report
    join accounts a on a.id = v.account and a.state = 'active'
    where r.id = any(${reports}::uuid[]) order by v.account, r.id limit 2000`.execute(db);
  return rows;
}
