import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Answer } from '../reminders/rules.ts';
import type { When } from '../reminders/rules/when.ts';

export interface FeedRow {
  readonly titles: boolean;
  readonly madeAt: Date;
  readonly usedAt: Date | null;
}

export async function feedOf(db: Database, account: string): Promise<FeedRow | undefined> {
  const { rows } = await sql<FeedRow>`
    select titles, made_at as "madeAt", used_at as "usedAt" from calendar_feeds where account = ${account}`.execute(db);
  return rows[0];
}

/** In place of the address there was. False where the secret is in use: then it was made by no random. */
export async function saveFeed(
  tx: Database,
  { account, secret, titles, at }: { account: string; secret: Buffer; titles: boolean; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into calendar_feeds (account, secret, titles, made_at)
    select ${account}, ${secret}, ${titles}, ${at}::timestamptz
    where not exists (select from calendar_feeds where secret = ${secret})
    on conflict (account) do update set secret = excluded.secret, titles = excluded.titles, made_at = excluded.made_at, used_at = null
    returning account`.execute(tx);
  return rows.length > 0;
}

export async function saveFeedTitles(tx: Database, account: string, titles: boolean): Promise<FeedRow | undefined> {
  const { rows } = await sql<FeedRow>`
    update calendar_feeds set titles = ${titles} where account = ${account}
    returning titles, made_at as "madeAt", used_at as "usedAt"`.execute(tx);
  return rows[0];
}

export async function deleteFeed(tx: Database, account: string): Promise<boolean> {
  const { rows } = await sql`delete from calendar_feeds where account = ${account} returning account`.execute(tx);
  return rows.length > 0;
}

export interface OpenFeed {
  readonly account: string;
  readonly titles: boolean;
}

/** Whose address has this hash; of nobody who is not on the staff now. Its use is noted to the hour, in the same statement. */
export async function feedBySecret(db: Database, secret: Buffer, now: Date): Promise<OpenFeed | undefined> {
  const { rows } = await sql<OpenFeed>`
    with f as (
      select c.account, c.titles from calendar_feeds c join accounts a on a.id = c.account and a.state = 'active'
      where c.secret = ${secret}
    ), used as (
      update calendar_feeds c set used_at = ${now}::timestamptz from f
      where c.account = f.account and (c.used_at is null or c.used_at < ${now}::timestamptz - interval '1 hour')
    )
    select account, titles from f`.execute(db);
  return rows[0];
}

/** What a person has answered: to one time, or (`at` 0) to all of them. `again`: it counts as none until it is given anew. */
export interface GivenRow {
  readonly at: number;
  readonly answer: Answer;
  readonly again: boolean;
}

/** A reminder as calendars need it. */
export interface DatedRow {
  readonly id: string;
  readonly group: string;
  readonly version: number;
  readonly title: string;
  readonly place: string;
  readonly timing: When;
  readonly cancelled: boolean;
  /** It is meant for the person, or somebody has sent them in their place. */
  readonly concerns: boolean;
  readonly given: readonly GivenRow[];
}

/** What only a calendar elsewhere is told. */
export interface WrittenRow extends DatedRow {
  readonly text: string;
  readonly link: string;
  readonly early: readonly number[];
  readonly changedAt: Date;
}

/** As a member `m` with the account `a` sees a reminder `r`. */
const dated = sql`
  r.id, r.group_id as "group", r.version, r.title, r.place, r.timing, r.cancelled_at is not null as cancelled,
  reminder_concerns(r, m.account, a.unit, m.role) or exists (
    select from reminder_answers x where x.substitute = m.account and x.reminder = r.id and not x.refused and not x.again) as concerns,
  coalesce((select jsonb_agg(jsonb_build_object('at', x.at, 'answer', x.answer, 'again', x.again))
    from reminder_answers x where x.account = m.account and x.reminder = r.id), '[]') as given`;
const written = sql`${dated}, r.text, r.link, r.early, r.changed_at as "changedAt"`;
/** Its last time is not long past. Called off: told of for as long as it would have been. */
const since = (at: Date): RawBuilder<unknown> =>
  sql`(r.next_at is not null or r.last_at >= ${at}::timestamptz or r.cancelled_at >= ${at}::timestamptz)`;

/**
 * The reminders of all groups of a person, or of one, that may have times after this moment; the next first, at most so many. Undefined
 * where the person is not in that group.
 */
export async function datedReminders(
  db: Database,
  it: { readonly account: string; readonly group?: string | undefined; readonly since: Date; readonly most: number },
): Promise<DatedRow[] | undefined> {
  const { rows } = await sql<DatedRow | { id: null }>`
    select r.* from members m join accounts a on a.id = m.account
    left join lateral (
      select ${dated}, r.next_at from reminders r where r.group_id = m.group_id and ${since(it.since)}
      order by r.next_at nulls last, r.id limit ${it.most}
    ) r on true
    where m.account = ${it.account} and m.left_at is null and (${it.group ?? null}::uuid is null or m.group_id = ${it.group ?? null}::uuid)
    order by r.next_at nulls last, r.id limit ${it.most}`.execute(db);
  if (rows.length === 0 && it.group !== undefined) return undefined;
  return rows.filter((row): row is DatedRow => row.id !== null);
}

/** What goes to the calendar a person has elsewhere: what concerns them in the groups they are in now. */
export async function writtenReminders(
  db: Database,
  it: { readonly account: string; readonly since: Date; readonly most: number },
): Promise<WrittenRow[]> {
  const { rows } = await sql<WrittenRow>`
    select * from (
      select ${written}, r.next_at from members m join accounts a on a.id = m.account join reminders r on r.group_id = m.group_id
      where m.account = ${it.account} and m.left_at is null and ${since(it.since)}
    ) r
    where concerns order by next_at nulls last, id limit ${it.most}`.execute(db);
  return rows;
}

/** One reminder, for a member of its group. */
export async function writtenReminder(
  db: Database,
  account: string,
  reminder: string,
): Promise<WrittenRow | undefined> {
  const { rows } = await sql<WrittenRow>`
    select ${written} from reminders r join members m on m.group_id = r.group_id join accounts a on a.id = m.account
    where r.id = ${reminder} and m.account = ${account} and m.left_at is null`.execute(db);
  return rows[0];
}
