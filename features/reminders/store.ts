import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { File } from '../files/protocol.ts';
import type { Role } from '../groups/rights.ts';
import type { Person } from '../messages/protocol.ts';
import type { Whom } from './protocol.ts';
import type { Answer, Counts } from './rules.ts';
import type { When } from './rules/when.ts';

export type Change = 'time' | 'place' | 'title' | 'whom';

/** What somebody makes of it. */
export interface Content {
  readonly title: string;
  readonly text: string;
  readonly place: string;
  readonly link: string;
  readonly files: readonly File[];
  readonly urgency: number;
  readonly timing: When;
  readonly early: readonly number[];
  readonly whom: Whom | null;
}

/** When there is something to do about it next. */
export interface Schedule {
  readonly dueAt: Date | null;
  readonly nextAt: Date | null;
  readonly overAt: Date | null;
  readonly lastAt: Date | null;
}

/** All of it, for those who write. */
export interface ReminderRow extends Content, Schedule {
  readonly id: string;
  readonly group: string;
  readonly maker: string;
  readonly version: number;
  readonly lookedAt: Date;
  readonly cancelledAt: Date | null;
}

const rowColumns = sql`
  r.id, r.group_id as "group", r.maker, r.version, r.title, r.text, r.place, r.link, r.files, r.urgency, r.timing, r.early,
  case when r.whom_accounts is not null then jsonb_build_object('accounts', r.whom_accounts, 'units', r.whom_units, 'roles', r.whom_roles) end as whom,
  r.looked_at as "lookedAt", r.cancelled_at as "cancelledAt", r.due_at as "dueAt", r.next_at as "nextAt", r.over_at as "overAt", r.last_at as "lastAt"`;

const whomColumns = (whom: Whom | null): RawBuilder<unknown> =>
  sql`${whom?.accounts ?? null}::uuid[], ${whom?.units ?? null}::uuid[], ${whom?.roles ?? null}::text[]`;

export async function insertReminder(
  tx: Database,
  it: Content & Schedule & { readonly id: string; readonly group: string; readonly maker: string; readonly at: Date },
): Promise<void> {
  await sql`
    insert into reminders (id, group_id, maker, title, text, place, link, files, urgency, timing, early, whom_accounts, whom_units, whom_roles,
      created_at, changed_at, looked_at, due_at, next_at, over_at)
    values (${it.id}, ${it.group}, ${it.maker}, ${it.title}, ${it.text}, ${it.place}, ${it.link}, ${JSON.stringify(it.files)}::jsonb, ${it.urgency},
      ${JSON.stringify(it.timing)}::jsonb, ${it.early}::int[], ${whomColumns(it.whom)},
      ${it.at}::timestamptz, ${it.at}::timestamptz, ${it.at}::timestamptz, ${it.dueAt}::timestamptz, ${it.nextAt}::timestamptz, ${it.overAt}::timestamptz)`.execute(
    tx,
  );
}

/** One of a group, in a transaction that holds the group’s stream. */
export async function reminderIn(tx: Database, group: string, id: string): Promise<ReminderRow | undefined> {
  const { rows } = await sql<ReminderRow>`
    select ${rowColumns} from reminders r where r.id = ${id} and r.group_id = ${group}`.execute(tx);
  return rows[0];
}

/**
 * Written anew after a change; answers the new version. `lookedAt`: what is due by then needs no telling any more,
 * whichever node with a clock a little ahead has looked at it; a clock that was far ahead is seen to by `lookAgain`.
 */
export async function saveReminder(
  tx: Database,
  it: Content &
    Schedule & {
      readonly id: string;
      readonly at: Date;
      readonly lookedAt: Date;
      readonly changed: readonly Change[];
    },
): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    update reminders set version = version + 1, title = ${it.title}, text = ${it.text}, place = ${it.place}, link = ${it.link},
      files = ${JSON.stringify(it.files)}::jsonb, urgency = ${it.urgency}, timing = ${JSON.stringify(it.timing)}::jsonb, early = ${it.early}::int[],
      (whom_accounts, whom_units, whom_roles) = (select ${whomColumns(it.whom)}), changed_at = ${it.at}::timestamptz,
      changed = ${it.changed}::text[], looked_at = case when looked_at > ${it.lookedAt}::timestamptz + interval '1 minute' then looked_at else ${it.lookedAt}::timestamptz end,
      due_at = ${it.dueAt}::timestamptz, next_at = ${it.nextAt}::timestamptz, over_at = ${it.overAt}::timestamptz, last_at = ${it.lastAt}::timestamptz
    where id = ${it.id} returning version`.execute(tx);
  return rows[0]!.version;
}

export async function saveCancelled(
  tx: Database,
  it: Schedule & { readonly id: string; readonly at: Date; readonly by: string; readonly reason: string },
): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    update reminders set version = version + 1, cancelled_at = ${it.at}::timestamptz, cancelled_by = ${it.by}, cancel_reason = ${it.reason},
      changed_at = ${it.at}::timestamptz, due_at = ${it.dueAt}::timestamptz, next_at = ${it.nextAt}::timestamptz, over_at = ${it.overAt}::timestamptz,
      last_at = ${it.lastAt}::timestamptz
    where id = ${it.id} returning version`.execute(tx);
  return rows[0]!.version;
}

export async function deleteReminder(tx: Database, id: string): Promise<void> {
  await sql`delete from reminders where id = ${id}`.execute(tx);
}

/** Everything of a group’s reminders, at most so many at a time; answers whether there may be more. */
export async function deleteRemindersOf(db: Database, group: string, most: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from reminders where id in (select id from reminders where group_id = ${group} limit ${most}) returning id
    ), told as (delete from message_audiences where group_id = ${group})
    select count(*) as count from gone`.execute(db);
  return (rows[0]?.count ?? 0) >= most;
}

/** How many of a group are to come. */
export async function countComing(db: Database, group: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from reminders where group_id = ${group} and next_at is not null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** All but the first, the last of them first; at most so many. */
export async function cardsOf(tx: Database, id: string, most: number | null = null): Promise<string[]> {
  const { rows } = await sql<{ message: string }>`
    select message from reminder_cards where reminder = ${id} order by message desc limit ${most}`.execute(tx);
  return rows.map((it) => it.message);
}

export async function insertCards(
  tx: Database,
  list: readonly { readonly reminder: string; readonly message: string }[],
): Promise<void> {
  await sql`
    insert into reminder_cards (reminder, message)
    select * from unnest(${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.message)}::uuid[])`.execute(
    tx,
  );
}

// ——— As members see them

/** As a member sees it, before its times are worked out. */
export interface ShownRow extends ReminderRow {
  /** Of its first card. */
  readonly seq: number;
  readonly by: Person;
  /** The maker’s role now; null for who is no member any more. */
  readonly makerRole: Role | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changed: Change[];
  readonly cancelledBy: string | null;
  readonly cancelReason: string;
  readonly answers: number;
  readonly rightsVersion: number;
  readonly open: boolean;
  readonly concerns: boolean;
  /** Times that nobody was told of. */
  readonly missed: readonly number[];
  readonly namedAccounts: readonly { readonly id: string; readonly name: string }[];
  readonly namedUnits: readonly { readonly id: string; readonly name: string }[];
}

const NAMED_SHOWN = 20;

function shownRows(
  account: string,
  where: RawBuilder<unknown>,
  rest: RawBuilder<unknown> = sql``,
): RawBuilder<ShownRow> {
  return sql<ShownRow>`
    select ${rowColumns}, (select c.seq from messages c where c.group_id = r.group_id and c.id = r.id) as seq,
      jsonb_build_object('id', p.id, 'name', p.name, 'position', p.position, 'unit', coalesce(pu.name, ''), 'photo', p.photo) as by,
      k.role as "makerRole", r.created_at as "createdAt", r.changed_at as "changedAt", r.changed, r.cancelled_by as "cancelledBy",
      r.cancel_reason as "cancelReason", r.answers, s.rights_version as "rightsVersion", g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null as open,
      reminder_concerns(r, b.account, ba.unit, b.role) as concerns,
      array_to_json(array(select f.at from reminder_firings f where f.reminder = r.id and f.outcome = 'missed' and f.early = 0 order by f.due_at desc limit 20)) as missed,
      coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name) order by a.sort_name) from accounts a
        where a.id = any(r.whom_accounts[1:${sql.lit(NAMED_SHOWN)}])), '[]') as "namedAccounts",
      coalesce((select jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name) order by u.name) from units u
        where u.id = any(r.whom_units[1:${sql.lit(NAMED_SHOWN)}])), '[]') as "namedUnits"
    from reminders r join groups g on g.id = r.group_id join streams s on s.id = r.group_id
    join members b on b.group_id = r.group_id and b.account = ${account} and b.left_at is null join accounts ba on ba.id = b.account
    join accounts p on p.id = r.maker left join units pu on pu.id = p.unit
    left join members k on k.group_id = r.group_id and k.account = r.maker and k.left_at is null
    where ${where} ${rest}`;
}

/** Those of these reminders of a group that are there, for a member. */
export async function remindersAmong(
  db: Database,
  it: { readonly account: string; readonly group: string; readonly ids: readonly string[] },
): Promise<ShownRow[]> {
  const { rows } = await shownRows(it.account, sql`r.group_id = ${it.group} and r.id = any(${it.ids}::uuid[])`).execute(
    db,
  );
  return rows;
}

export async function remindersPage(
  db: Database,
  it: {
    readonly account: string;
    readonly group: string;
    readonly show: 'coming' | 'past';
    readonly before?: { readonly at: Date; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ShownRow[]> {
  const { before } = it;
  const coming = it.show === 'coming';
  const after = before
    ? coming
      ? sql`and (r.next_at, r.id) > (${before.at}::timestamptz, ${before.id}::uuid)`
      : sql`and (r.last_at, r.id) < (${before.at}::timestamptz, ${before.id}::uuid)`
    : sql``;
  const { rows } = await shownRows(
    it.account,
    sql`r.group_id = ${it.group} and r.next_at is ${coming ? sql`not null` : sql`null`} ${after}`,
    sql`order by ${coming ? sql`r.next_at, r.id` : sql`r.last_at desc, r.id desc`} limit ${it.limit}`,
  ).execute(db);
  return rows;
}

// ——— Answers

export interface AnswerRow {
  readonly reminder: string;
  /** 0: for all times. */
  readonly at: number;
  readonly account: string;
  readonly answer: Answer;
  readonly reason: string;
  readonly substitute: string | null;
  readonly substituteName: string | null;
  readonly refused: boolean;
  readonly again: boolean;
  readonly answeredAt: Date;
}

const answerColumns = sql`
  x.reminder, x.at, x.account, x.answer, x.reason, x.substitute, sa.name as "substituteName", x.refused, x.again, x.answered_at as "answeredAt"`;

/** What a person has answered to these. */
export async function answersBy(db: Database, account: string, ids: readonly string[]): Promise<AnswerRow[]> {
  const { rows } = await sql<AnswerRow>`
    select ${answerColumns} from reminder_answers x left join accounts sa on sa.id = x.substitute
    where x.account = ${account} and x.reminder = any(${ids}::uuid[])`.execute(db);
  return rows;
}

/** The same of many people at once, in a transaction that holds the groups’ streams. */
export async function answersAmong(
  tx: Database,
  list: readonly { readonly reminder: string; readonly account: string }[],
): Promise<AnswerRow[]> {
  const { rows } = await sql<AnswerRow>`
    select ${answerColumns}
    from (select distinct * from unnest(${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as i(reminder, account)) i
    join reminder_answers x on x.reminder = i.reminder and x.account = i.account left join accounts sa on sa.id = x.substitute`.execute(
    tx,
  );
  return rows;
}

/** In whose place a person was asked to go. */
export interface StandInRow {
  readonly reminder: string;
  readonly at: number;
  readonly account: string;
  readonly name: string;
  readonly refused: boolean;
  /** Single times for which that person has answered otherwise. */
  readonly overridden: readonly number[];
}

export async function standInsOf(db: Database, account: string, ids: readonly string[]): Promise<StandInRow[]> {
  const { rows } = await sql<StandInRow>`
    select x.reminder, x.at, x.account, a.name, x.refused,
      array_to_json(array(select o.at from reminder_answers o where o.reminder = x.reminder and o.account = x.account and o.at <> 0)) as overridden
    from reminder_answers x join accounts a on a.id = x.account
    where x.substitute = ${account} and x.reminder = any(${ids}::uuid[]) and (x.refused or not x.again)
    order by a.sort_name, a.id`.execute(db);
  return rows;
}

/** The reminders somebody may answer, of these wishes: those that are there and concern them; by reminder and account. */
export async function answerable(
  tx: Database,
  list: readonly { readonly group: string; readonly reminder: string; readonly account: string }[],
): Promise<
  (ReminderRow & {
    readonly account: string;
    readonly accountName: string;
    readonly concerns: boolean;
    readonly open: boolean;
  })[]
> {
  const { rows } = await sql<ReminderRow & { account: string; accountName: string; concerns: boolean; open: boolean }>`
    select ${rowColumns}, i.account, a.name as "accountName", reminder_concerns(r, a.id, a.unit, m.role) as concerns, g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null as open
    from (select distinct * from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.account)}::uuid[])
      as i(group_id, reminder, account)) i
    join reminders r on r.id = i.reminder and r.group_id = i.group_id join groups g on g.id = r.group_id
    join members m on m.group_id = r.group_id and m.account = i.account and m.left_at is null
    join accounts a on a.id = i.account`.execute(tx);
  return rows;
}

/** Those of these people who are members of these groups, by group and account, with their names. */
export async function namesAmong(
  tx: Database,
  list: readonly { readonly group: string; readonly account: string }[],
): Promise<Map<string, string>> {
  if (list.length === 0) return new Map();
  const { rows } = await sql<{ group: string; account: string; name: string }>`
    select m.group_id as "group", m.account, a.name
    from unnest(${list.map((it) => it.group)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as i(group_id, account)
    join members m on m.group_id = i.group_id and m.account = i.account and m.left_at is null
    join accounts a on a.id = m.account and a.state = 'active'`.execute(tx);
  return new Map(rows.map((it) => [`${it.group} ${it.account}`, it.name]));
}

export interface WrittenAnswer {
  readonly reminder: string;
  readonly at: number;
  readonly account: string;
  readonly answer: Answer;
  readonly reason: string;
  readonly substitute: string | null;
  readonly answeredAt: Date;
}

export async function saveAnswers(tx: Database, list: readonly WrittenAnswer[]): Promise<void> {
  if (list.length === 0) return;
  await sql`
    insert into reminder_answers (reminder, at, account, answer, reason, substitute, answered_at)
    select * from unnest(${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.at)}::bigint[], ${list.map((it) => it.account)}::uuid[],
      ${list.map((it) => it.answer)}::text[], ${list.map((it) => it.reason)}::text[], ${list.map((it) => it.substitute)}::uuid[],
      ${list.map((it) => it.answeredAt)}::timestamptz[])
    on conflict (reminder, at, account) do update set answer = excluded.answer, reason = excluded.reason, substitute = excluded.substitute,
      refused = false, again = false, answered_at = excluded.answered_at`.execute(tx);
}

export async function deleteAnswers(
  tx: Database,
  list: readonly { readonly reminder: string; readonly at: number; readonly account: string }[],
): Promise<void> {
  if (list.length === 0) return;
  await sql`
    delete from reminder_answers x using unnest(${list.map((it) => it.reminder)}::uuid[], ${list.map((it) => it.at)}::bigint[], ${list.map((it) => it.account)}::uuid[])
      as t(reminder, at, account) where x.reminder = t.reminder and x.at = t.at and x.account = t.account`.execute(tx);
}

export async function countAnswered(tx: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update reminders set answers = answers + 1 where id = any(${ids}::uuid[])`.execute(tx);
}

/** Answers given for all times are to be given anew; those of single times too, where they are among `kept`, and go where they are not. */
export async function askAgain(
  tx: Database,
  it: { readonly reminder: string; readonly after: number; readonly kept: readonly number[] },
): Promise<void> {
  await sql`
    with gone as (
      delete from reminder_answers where reminder = ${it.reminder} and at > ${it.after} and at <> all(${it.kept}::bigint[])
    )
    update reminder_answers set again = true
    where reminder = ${it.reminder} and (at = 0 or at > ${it.after} and at = any(${it.kept}::bigint[]))`.execute(tx);
}

/** The same for a single time. */
export async function askAgainAt(tx: Database, reminder: string, at: number): Promise<void> {
  await sql`
    insert into reminder_answers (reminder, at, account, answer, reason, substitute, refused, again, answered_at)
    select reminder, ${at}, account, answer, reason, substitute, refused, true, answered_at
    from reminder_answers where reminder = ${reminder} and at = 0
    on conflict (reminder, at, account) do nothing`.execute(tx);
  await sql`update reminder_answers set again = true where reminder = ${reminder} and at = ${at}`.execute(tx);
}

/** Times of the future for which there are answers of their own. */
export async function timesAnswered(tx: Database, reminder: string, after: number): Promise<number[]> {
  const { rows } = await sql<{ at: number }>`
    select distinct at from reminder_answers where reminder = ${reminder} and at > ${after}`.execute(tx);
  return rows.map((it) => it.at);
}

/** A substitute says whether they go; answers whether anything changed, undefined where they were not asked. */
export async function saveStandIn(
  tx: Database,
  it: {
    readonly reminder: string;
    readonly at: number;
    readonly for: string;
    readonly substitute: string;
    readonly goes: boolean;
  },
): Promise<boolean | undefined> {
  const { rows } = await sql<{ refused: boolean }>`
    select refused from reminder_answers where reminder = ${it.reminder} and at = ${it.at} and account = ${it.for}
      and substitute = ${it.substitute} for update`.execute(tx);
  if (!rows[0]) return undefined;
  if (rows[0].refused === !it.goes) return false;
  await sql`
    update reminder_answers set refused = ${!it.goes}, again = ${!it.goes}
    where reminder = ${it.reminder} and at = ${it.at} and account = ${it.for}`.execute(tx);
  return true;
}

/** An answer for this very time goes before one for all. One that is to be given anew is none. */
const given = sql`case when coalesce(o.again, s.again) then null else coalesce(o.answer, s.answer) end`;

/** From `w(reminder, at)`: whom it concerns, with what they answered to that time. */
const concerned = sql`
  join reminders r on r.id = w.reminder
  join members m on m.group_id = r.group_id and m.left_at is null
  join accounts a on a.id = m.account and a.state = 'active' and reminder_concerns(r, a.id, a.unit, m.role)
  left join reminder_answers o on o.reminder = r.id and o.at = w.at and o.account = a.id
  left join reminder_answers s on s.reminder = r.id and s.at = 0 and s.account = a.id and o.account is null`;

const countColumns = sql`
  count(*)::int as concerned, (count(*) filter (where given = 'accepted'))::int as accepted, (count(*) filter (where given = 'declined'))::int as declined,
  (count(*) filter (where given = 'substitute'))::int as substitute, (count(*) filter (where given is null))::int as none`;

export interface TimeOf {
  readonly reminder: string;
  readonly at: number;
}

const timesList = (times: readonly TimeOf[]): RawBuilder<unknown> =>
  sql`unnest(${times.map((it) => it.reminder)}::uuid[], ${times.map((it) => it.at)}::bigint[]) as w(reminder, at)`;

/** Totals of these times, all in one statement. */
export async function countsOf(db: Database, times: readonly TimeOf[]): Promise<(TimeOf & Counts)[]> {
  if (times.length === 0) return [];
  const { rows } = await sql<TimeOf & Counts>`
    select reminder, at, ${countColumns}
    from (select w.reminder, w.at, ${given} as given from ${timesList(times)} ${concerned}) t group by reminder, at`.execute(
    db,
  );
  return rows;
}

/** Totals of one time by unit, most without an answer first. */
export async function answerTallies(db: Database, time: TimeOf): Promise<(Counts & { under: string })[]> {
  const { rows } = await sql<Counts & { under: string }>`
    select under, ${countColumns}
    from (select coalesce(u.name, '') as under, ${given} as given from ${timesList([time])} ${concerned} left join units u on u.id = a.unit) t
    group by under order by count(*) filter (where given is null) desc, under`.execute(db);
  return rows;
}

export interface AnsweredRow {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly position: string;
  readonly unit: string;
  readonly row: (Omit<AnswerRow, 'answeredAt'> & { readonly answeredAt: number }) | null;
}

/** A page of those whom one time concerns, in the order of names. */
export async function answersPage(
  db: Database,
  it: TimeOf & {
    readonly show: Answer | 'all' | 'none';
    readonly under?: string | undefined;
    readonly words: readonly string[];
    readonly after: number;
    readonly limit: number;
  },
): Promise<{ people: AnsweredRow[]; total: number }> {
  const shows = it.show === 'all' ? sql`true` : it.show === 'none' ? sql`given is null` : sql`given = ${it.show}`;
  const { rows } = await sql<AnsweredRow & { total: number }>`
    with people as (
      select a.id as account, a.name, a.photo, a.position, a.sort_name, a.search, coalesce(u.name, '') as unit, ${given} as given,
        case when o.account is not null or s.account is not null then jsonb_build_object('reminder', r.id, 'at', coalesce(o.at, s.at), 'account', a.id,
          'answer', coalesce(o.answer, s.answer), 'reason', coalesce(o.reason, s.reason), 'substitute', case when o.account is not null then o.substitute else s.substitute end,
          'substituteName', sa.name, 'refused', coalesce(o.refused, s.refused), 'again', coalesce(o.again, s.again),
          'answeredAt', (extract(epoch from coalesce(o.answered_at, s.answered_at)) * 1000)::bigint) end as row
      from ${timesList([it])} ${concerned} left join units u on u.id = a.unit
      left join accounts sa on sa.id = case when o.account is not null then o.substitute else s.substitute end
    )
    select account, name, photo, position, unit, row, (count(*) over ())::int as total from people
    where ${shows} and (' ' || search) like all(${it.words.map((word) => `% ${word}%`)}::text[])
      and (${it.under ?? null}::text is null or unit = ${it.under ?? null}::text)
    order by sort_name, account offset ${it.after} limit ${it.limit}`.execute(db);
  return { people: rows.map(({ total: _total, ...row }) => row), total: rows[0]?.total ?? 0 };
}

/**
 * Whose devices are told of these times: those concerned who have neither declined nor sent somebody else, and whoever was sent. Where
 * it concerns everybody only those who are not told are named (`others`), so that thousands need not be looked at.
 */
export async function audiencesOf(
  tx: Database,
  times: readonly TimeOf[],
): Promise<(TimeOf & { readonly others: boolean; readonly named: string })[]> {
  if (times.length === 0) return [];
  const { rows } = await sql<TimeOf & { others: boolean; named: string }>`
    select w.reminder, w.at, r.whom_accounts is null as others, (case when r.whom_accounts is null then array(
        select x.account from reminder_answers x where x.reminder = r.id and x.at in (0, w.at) and x.answer <> 'accepted' and not x.again
          and (x.at = w.at or not exists (select from reminder_answers o where o.reminder = r.id and o.at = w.at and o.account = x.account))
        except
        select x.substitute from reminder_answers x where x.reminder = r.id and x.at in (0, w.at) and x.answer = 'substitute' and not x.again
          and (x.at = w.at or not exists (select from reminder_answers o where o.reminder = r.id and o.at = w.at and o.account = x.account))
      ) else array(
        select m.account from members m join accounts a on a.id = m.account
        where m.group_id = r.group_id and m.left_at is null and reminder_concerns(r, a.id, a.unit, m.role)
        except
        select x.account from reminder_answers x where x.reminder = r.id and x.at in (0, w.at) and x.answer <> 'accepted' and not x.again
          and (x.at = w.at or not exists (select from reminder_answers o where o.reminder = r.id and o.at = w.at and o.account = x.account))
        union
        select x.substitute from reminder_answers x where x.reminder = r.id and x.at in (0, w.at) and x.answer = 'substitute' and not x.again
          and (x.at = w.at or not exists (select from reminder_answers o where o.reminder = r.id and o.at = w.at and o.account = x.account))
      ) end)::text as named
    from ${timesList(times)} join reminders r on r.id = w.reminder`.execute(tx);
  return rows;
}
