import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { IncidentKind } from './rules.ts';

// ——— Officers.

/** Is there anybody besides this person who could decide what was refused? */
export async function mayAnotherDecide(db: Database, account: string): Promise<boolean> {
  const { rows } = await sql`
    select from accounts
    where state = 'active' and registered_at is not null and (officer or administrator) and id <> ${account} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Whom it is told when the guard refuses something; the administrators where there are no officers. */
export async function officersOf(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from accounts
    where state = 'active' and registered_at is not null
      and (officer or (administrator and not exists (select from accounts where officer and state = 'active')))
    order by id limit 100`.execute(db);
  return rows.map((it) => it.id);
}

export interface OfficerRow {
  readonly account: string;
  readonly name: string;
  readonly photo: string | null;
  readonly position: string;
  readonly unit: string;
  readonly phone: string | null;
}

/** A number is shown as its owner lets colleagues see it. */
export async function contactsOf(db: Database): Promise<OfficerRow[]> {
  const { rows } = await sql<OfficerRow>`
    select a.id as account, a.name, a.photo, a.position, coalesce(u.name, '') as unit,
      case when a.phone_shown = 'colleagues' then a.phone end as phone
    from accounts a left join units u on u.id = a.unit
    where a.officer and a.state = 'active' order by a.sort_name, a.id limit 100`.execute(db);
  return rows;
}

/** False where there is no such person who works here. */
export async function saveOfficer(tx: Database, account: string, on: boolean): Promise<boolean> {
  const { rows } = await sql`
    update accounts set officer = ${on} where id = ${account} and (state = 'active' or not ${on}::boolean) returning id`.execute(
    tx,
  );
  return rows.length > 0;
}

export async function isOfficer(db: Database, account: string): Promise<boolean> {
  const { rows } = await sql`select from accounts where id = ${account} and officer and state = 'active'`.execute(db);
  return rows.length > 0;
}

/** Whether a code was entered on this device since then. */
export async function provedSince(db: Database, session: string, since: Date): Promise<boolean> {
  const { rows } = await sql`
    select from sessions where id = ${session} and ended_at is null and proved_at > ${since}::timestamptz`.execute(db);
  return rows.length > 0;
}

export async function namesOf(db: Database, ids: readonly string[]): Promise<Map<string, PersonRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<PersonRow>`
    select id, name, photo, position from accounts where id = any(${[...new Set(ids)]}::uuid[])`.execute(db);
  return new Map(rows.map((it) => [it.id, it]));
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly photo: string | null;
  readonly position: string;
}

// ——— What the agency has set.

export interface Settings {
  readonly procedure: string;
  readonly early: boolean;
}

export async function settingsOf(db: Database): Promise<Settings> {
  const { rows } = await sql<Settings>`select procedure, early from secrecy`.execute(db);
  return rows[0] ?? { procedure: '', early: true };
}

export async function saveProcedure(tx: Database, procedure: string): Promise<void> {
  await sql`
    insert into secrecy (procedure) values (${procedure}) on conflict (one) do update set procedure = excluded.procedure`.execute(
    tx,
  );
}

export async function saveEarly(tx: Database, early: boolean): Promise<void> {
  await sql`
    insert into secrecy (early) values (${early}) on conflict (one) do update set early = excluded.early`.execute(tx);
}

// ——— What somebody has just said, and what was done already.

export interface SaidRow {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

/** What somebody said or edited in a group since then, in its order; of the group’s newest 500 lines, so that it costs the same in every group. */
export async function saidSince(
  db: Database,
  it: {
    readonly group: string;
    readonly account: string;
    readonly since: Date;
    readonly longest: number;
    readonly most: number;
  },
): Promise<SaidRow[]> {
  const { rows } = await sql<SaidRow>`/* prepared secrecy.said */
    select id, text, extract(epoch from at)::float8 * 1000 as at from (
      select id, sender, text, seq, kind, recalled_at, greatest(sent_at, coalesce(edited_at, sent_at)) as at
      from messages where group_id = ${it.group} order by seq desc limit 500
    ) last
    where sender = ${it.account} and kind = 'text' and recalled_at is null and text <> '' and length(text) <= ${it.longest}
      and at > ${it.since}::timestamptz
    order by seq desc limit ${it.most}`.execute(db);
  return rows.reverse();
}

/** What stands around a message of the same person in the same group, in its order, the message among it. */
export async function saidAround(
  db: Database,
  it: {
    readonly group: string;
    readonly account: string;
    readonly message: string;
    readonly longest: number;
    readonly most: number;
  },
): Promise<SaidRow[]> {
  const { rows } = await sql<SaidRow>`
    with it as (select seq from messages where id = ${it.message} and group_id = ${it.group} and sender = ${it.account}),
    near as (
      (select m.* from messages m, it where m.group_id = ${it.group} and m.seq < it.seq order by m.seq desc limit 100)
      union all
      (select m.* from messages m, it where m.group_id = ${it.group} and m.seq >= it.seq order by m.seq limit 100)
    ), own as (
      select n.*, row_number() over (partition by n.seq < it.seq order by abs(n.seq - it.seq)) as far
      from near n, it
      where n.sender = ${it.account} and n.kind = 'text' and n.recalled_at is null and n.text is not null
        and (n.id = ${it.message} or (n.text <> '' and length(n.text) <= ${it.longest}))
    )
    select id, text, extract(epoch from sent_at)::float8 * 1000 as at from own where far <= ${it.most} order by seq`.execute(
    db,
  );
  return rows;
}

/** What a message says that is forwarded; undefined where the account is not in its group. */
export async function forwardedText(
  db: Database,
  it: { readonly group: string; readonly message: string; readonly account: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ text: string }>`
    select m.text from messages m join members p on p.group_id = m.group_id and p.account = ${it.account} and p.left_at is null
    where m.id = ${it.message} and m.group_id = ${it.group} and m.recalled_at is null and m.text is not null`.execute(
    db,
  );
  return rows[0]?.text;
}

/**
 * Whether this act was accepted before: then it is answered what it was answered, whatever the rules say by now. Another act
 * under the same id is none that was accepted: a message has its own table, everything else is known with its name.
 */
export async function wasDone(db: Database, actor: string, id: string, name: string): Promise<boolean> {
  const { rows } =
    name === 'message.send'
      ? await sql<{ done: boolean }>`
          select exists (select from message_ids i join messages m on m.group_id = i.group_id and m.id = i.id
            where i.id = ${id} and m.sender = ${actor}) as done`.execute(db)
      : await sql<{ done: boolean }>`
          select exists (select from actions where actor = ${actor} and id = ${id} and name = ${name}) as done`.execute(
          db,
        );
  return rows[0]!.done;
}

// ——— Incidents.

export interface NewIncident {
  readonly id: string;
  readonly at: Date;
  readonly kind: IncidentKind;
  readonly account: string | null;
  readonly group: string | null;
  readonly channel: string;
  readonly rules: readonly string[];
  readonly version: number;
  readonly bytes: number;
  readonly digest: Buffer;
  readonly nameDigest: Buffer | null;
}

export async function insertIncident(tx: Database, it: NewIncident): Promise<void> {
  await sql`
    insert into incidents (id, at, kind, account, unit, group_id, channel, rules, version, bytes, digest, name_digest)
    values (${it.id}, ${it.at}::timestamptz, ${it.kind}, ${it.account}, (select unit from accounts where id = ${it.account}::uuid),
      (select id from groups where id = ${it.group}::uuid), ${it.channel}, ${it.rules}::text[], ${it.version}, ${it.bytes}, ${it.digest},
      ${it.nameDigest})`.execute(tx);
}

/** Adds what was only counted. */
export async function addMore(
  db: Database,
  counted: readonly { readonly id: string; readonly more: number }[],
): Promise<void> {
  await sql`
    update incidents i set more = i.more + t.more
    from unnest(${counted.map((it) => it.id)}::uuid[], ${counted.map((it) => it.more)}::int[]) as t(id, more) where i.id = t.id`.execute(
    db,
  );
}

export interface IncidentRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: IncidentKind;
  readonly account: string | null;
  readonly name: string | null;
  readonly photo: string | null;
  readonly position: string | null;
  readonly unit: string | null;
  readonly unitName: string | null;
  readonly group: string | null;
  readonly groupName: string | null;
  readonly channel: string;
  readonly rules: string[];
  readonly version: number;
  readonly bytes: number;
  readonly digest: string;
  readonly nameDigest: string | null;
  readonly more: number;
  readonly appealedAt: Date | null;
  readonly appeal: string;
  readonly outcome: 'mistaken' | 'upheld' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string;
}

export interface Choice {
  readonly person: string | null;
  readonly unit: string | null;
  readonly group: string | null;
  readonly channel: string | null;
  readonly rule: string | null;
  readonly kind: string | null;
  readonly waiting: boolean;
  readonly from: Date | null;
  readonly to: Date | null;
}

const chosen = (it: Choice): RawBuilder<unknown> => sql`
  (${it.person}::uuid is null or i.account = ${it.person}::uuid)
  and (${it.unit}::uuid is null or i.unit in (
    with recursive down as (select ${it.unit}::uuid as id union select u.id from down join units u on u.parent = down.id) select id from down))
  and (${it.group}::uuid is null or i.group_id = ${it.group}::uuid)
  and (${it.channel}::text is null or i.channel = ${it.channel}::text)
  and (${it.rule}::text is null or ${it.rule}::text = any(i.rules))
  and (${it.kind}::text is null or i.kind = ${it.kind}::text)
  and (not ${it.waiting}::boolean or (i.appealed_at is not null and i.outcome is null))
  and (${it.from}::timestamptz is null or i.at >= ${it.from}::timestamptz)
  and (${it.to}::timestamptz is null or i.at < ${it.to}::timestamptz)`;

const incidentColumns = sql`
  i.id, i.at, i.kind, i.account, a.name, a.photo, a.position, i.unit, u.name as "unitName", i.group_id as "group", g.name as "groupName",
  i.channel, i.rules, i.version, i.bytes, encode(i.digest, 'hex') as digest, encode(i.name_digest, 'hex') as "nameDigest", i.more,
  i.appealed_at as "appealedAt", i.appeal, i.outcome, i.decided_by as "decidedBy", i.decided_at as "decidedAt", i.note`;

const incidentTables = sql`
  incidents i left join accounts a on a.id = i.account left join units u on u.id = i.unit left join groups g on g.id = i.group_id`;

interface Place {
  readonly at: Date;
  readonly id: string;
}

const after = (before: Place | null): RawBuilder<unknown> =>
  before ? sql`(i.at, i.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`true`;

export async function incidentsOf(
  db: Database,
  choice: Choice,
  before: Place | null,
  limit: number,
): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from ${incidentTables} where ${chosen(choice)} and ${after(before)}
    order by i.at desc, i.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

export async function ownIncidents(
  db: Database,
  account: string,
  before: Place | null,
  limit: number,
): Promise<IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`
    select ${incidentColumns} from ${incidentTables} where i.account = ${account} and ${after(before)}
    order by i.at desc, i.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

export async function countIncidents(db: Database, choice: Choice): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from incidents i where ${chosen(choice)}`.execute(db);
  return rows[0]!.count;
}

export interface Totals {
  readonly total: number;
  readonly marked: number;
  readonly unchecked: number;
  readonly waiting: number;
  readonly mistaken: number;
  readonly upheld: number;
}

/** What was only counted counts too. */
export async function totalsOf(db: Database, choice: Choice): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select coalesce(sum(1 + more), 0)::int as total, coalesce(sum(1 + more) filter (where kind = 'marked'), 0)::int as marked,
      coalesce(sum(1 + more) filter (where kind = 'unchecked'), 0)::int as unchecked,
      count(*) filter (where appealed_at is not null and outcome is null)::int as waiting,
      count(*) filter (where outcome = 'mistaken')::int as mistaken, count(*) filter (where outcome = 'upheld')::int as upheld
    from incidents i where ${chosen(choice)}`.execute(db);
  return rows[0]!;
}

export async function countsBy<T>(db: Database, choice: Choice, by: 'unit' | 'rule' | 'channel' | 'day'): Promise<T[]> {
  const each = {
    unit: sql`select i.unit as id, u.name, sum(1 + more)::int as count from incidents i left join units u on u.id = i.unit
      where ${chosen(choice)} group by i.unit, u.name order by count desc, u.name limit 200`,
    rule: sql`select rule, sum(1 + more)::int as count from incidents i, unnest(i.rules) as rule
      where ${chosen(choice)} group by rule order by count desc, rule limit 200`,
    channel: sql`select channel, sum(1 + more)::int as count from incidents i
      where ${chosen(choice)} group by channel order by count desc, channel limit 200`,
    day: sql`select to_char(i.at at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') as day, sum(1 + more)::int as count from incidents i
      where ${chosen(choice)} group by day order by day desc limit 400`,
  }[by];
  const { rows } = await sql<T>`${each}`.execute(db);
  return rows;
}

export interface AppealRow {
  readonly at: Date;
  readonly account: string | null;
  readonly appealedAt: Date | null;
  readonly outcome: string | null;
}

export async function incidentForUpdate(tx: Database, id: string): Promise<AppealRow | undefined> {
  const { rows } = await sql<AppealRow>`
    select at, account, appealed_at as "appealedAt", outcome from incidents where id = ${id} for update`.execute(tx);
  return rows[0];
}

export async function saveAppeal(tx: Database, id: string, reason: string, at: Date): Promise<void> {
  await sql`update incidents set appeal = ${reason}, appealed_at = ${at}::timestamptz where id = ${id}`.execute(tx);
}

export async function saveDecision(
  tx: Database,
  id: string,
  it: { readonly outcome: string; readonly by: string; readonly at: Date; readonly note: string },
): Promise<void> {
  await sql`
    update incidents set outcome = ${it.outcome}, decided_by = ${it.by}, decided_at = ${it.at}::timestamptz, note = ${it.note}
    where id = ${id}`.execute(tx);
}

/** Answers how many went. */
export async function deleteIncidents(db: Database, before: Date, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from incidents where id in (select id from incidents where at < ${before}::timestamptz order by at limit ${most}) returning id
    ) select count(*)::int as count from gone`.execute(db);
  return rows[0]!.count;
}
