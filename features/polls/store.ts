import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Role } from '../groups/rights.ts';
import type { Person } from '../messages/protocol.ts';
import type { PollRules } from './rules.ts';

export interface NewPoll extends PollRules {
  readonly id: string;
  readonly group: string;
  readonly maker: string;
  readonly at: Date;
  readonly question: string;
  readonly choices: readonly string[];
  readonly endsAt: Date | null;
}

export async function insertPoll(tx: Database, it: NewPoll): Promise<void> {
  await sql`
    insert into polls (id, group_id, maker, made_at, question, most, anonymous, hidden, open, ends_at)
    values (${it.id}, ${it.group}, ${it.maker}, ${it.at}::timestamptz, ${it.question}, ${it.most}, ${it.anonymous}, ${it.hidden}, ${it.open},
      ${it.endsAt}::timestamptz)`.execute(tx);
  await sql`
    insert into poll_choices (poll, id, text)
    select ${it.id}, t.place - 1, t.text from unnest(${it.choices}::text[]) with ordinality as t(text, place)`.execute(
    tx,
  );
  if (it.anonymous)
    await sql`insert into poll_boxes (poll, votes) values (${it.id}, array_fill(0, array[${it.choices.length}::int]))`.execute(
      tx,
    );
}

/** What votes are decided on. */
export interface TakenPoll extends PollRules {
  readonly id: string;
  readonly group: string;
  readonly maker: string;
  readonly endsAt: Date | null;
  readonly lockedAt: Date | null;
  readonly endedAt: Date | null;
  readonly voters: number;
  readonly version: number;
  /** By choice; of an anonymous poll all 0 until it is closed. */
  readonly votes: readonly number[];
  /** The group takes changes. */
  readonly groupOpen: boolean;
}

/** Locks these polls; whoever calls holds the streams of their groups. */
export async function takePolls(tx: Database, ids: readonly string[]): Promise<Map<string, TakenPoll>> {
  const { rows } = await sql<TakenPoll>`
    select p.id, p.group_id as "group", p.maker, p.most, p.anonymous, p.hidden, p.open, p.ends_at as "endsAt", p.locked_at as "lockedAt",
      p.ended_at as "endedAt", p.voters, p.version,
      (select array_agg(c.votes order by c.id) from poll_choices c where c.poll = p.id) as votes,
      g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null as "groupOpen"
    from polls p join groups g on g.id = p.group_id
    where p.id = any(${ids}::uuid[]) order by p.id for update of p`.execute(tx);
  return new Map(rows.map((it) => [it.id, it]));
}

/** How the votes of a poll are kept: it never changes. Undefined where there is no such poll in the group. */
export async function isAnonymous(db: Database, group: string, poll: string): Promise<boolean | undefined> {
  const { rows } = await sql<{ anonymous: boolean }>`/* prepared poll.anonymous */
    select anonymous from polls where id = ${poll} and group_id = ${group}`.execute(db);
  return rows[0]?.anonymous;
}

export interface PollRow extends PollRules {
  readonly id: string;
  readonly group: string;
  readonly maker: Person | null;
  /** Null where the maker has left. */
  readonly makerRole: Role | null;
  readonly at: Date;
  readonly question: string;
  readonly endsAt: Date | null;
  readonly lockedAt: Date | null;
  readonly endedAt: Date | null;
  readonly few: boolean;
  readonly version: number;
  readonly voters: number;
  readonly members: number;
  readonly choices: readonly { id: number; text: string; by: string | null; votes: number }[];
  /** What the account chose; null where it has not voted, or in an anonymous poll. */
  readonly mine: readonly number[] | null;
  /** It has voted in an anonymous poll. */
  readonly boxed: boolean;
}

/** Whoever reads is a member of each group they are of. */
async function pollRows(
  db: Database,
  account: string,
  where: RawBuilder<unknown>,
  limit = sql``,
): Promise<readonly PollRow[]> {
  const { rows } = await sql<PollRow>`
    select p.id, p.group_id as "group", p.made_at as at, p.question, p.most, p.anonymous, p.hidden, p.open, p.ends_at as "endsAt",
      p.locked_at as "lockedAt", p.ended_at as "endedAt", p.few, p.version, p.voters, greatest(g.members, p.voters) as members,
      case when a.id is not null then jsonb_build_object('id', a.id, 'name', a.name, 'position', a.position,
        'unit', coalesce(u.name, ''), 'photo', a.photo) end as maker,
      w.role as "makerRole", v.choices as mine, coalesce(${account}::uuid = any(b.voters), false) as boxed,
      (select jsonb_agg(jsonb_build_object('id', c.id, 'text', c.text, 'by', c.added_by, 'votes', c.votes) order by c.id)
        from poll_choices c where c.poll = p.id) as choices
    from polls p join groups g on g.id = p.group_id
    left join accounts a on a.id = p.maker left join units u on u.id = a.unit
    left join members w on w.group_id = p.group_id and w.account = p.maker and w.left_at is null
    left join poll_votes v on v.poll = p.id and v.account = ${account}
    left join poll_boxes b on b.poll = p.id
    where ${where} order by p.made_at desc, p.id desc ${limit}`.execute(db);
  return rows;
}

export function pollsIn(
  db: Database,
  { account, group, ids }: { account: string; group: string; ids: readonly string[] },
): Promise<readonly PollRow[]> {
  return pollRows(db, account, sql`p.group_id = ${group} and p.id = any(${ids}::uuid[])`);
}

const openAt = (now: Date): RawBuilder<unknown> =>
  sql`p.locked_at is null and p.ended_at is null and (p.ends_at is null or p.ends_at > ${now}::timestamptz)`;

export interface PageWish {
  readonly account: string;
  readonly group: string;
  readonly which: 'open' | 'closed' | 'all';
  readonly before: string | undefined;
  readonly limit: number;
  readonly now: Date;
}

/** The newest first. */
export function pollPage(
  db: Database,
  { account, group, which, before, limit, now }: PageWish,
): Promise<readonly PollRow[]> {
  const state = which === 'all' ? sql`true` : which === 'open' ? openAt(now) : sql`not (${openAt(now)})`;
  return pollRows(
    db,
    account,
    sql`p.group_id = ${group} and ${state} and (${before ?? null}::uuid is null
      or (p.made_at, p.id) < (select f.made_at, f.id from polls f where f.id = ${before ?? null}::uuid))`,
    sql`limit ${limit}`,
  );
}

export async function countOpen(db: Database, group: string, now: Date): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from polls p where p.group_id = ${group} and ${openAt(now)}`.execute(db);
  return rows[0]!.open;
}

/** Of all groups the account is in, open polls in which it has not voted; those that end first before the others. */
export function waitingFor(
  db: Database,
  { account, limit, now }: { account: string; limit: number; now: Date },
): Promise<readonly PollRow[]> {
  return pollRows(
    db,
    account,
    sql`${openAt(now)} and v.poll is null and not coalesce(${account}::uuid = any(b.voters), false)
      and g.archived_at is null and g.dissolves_at is null and g.dissolved_at is null
      and exists (select from members m where m.group_id = p.group_id and m.account = ${account} and m.left_at is null)`,
    sql`limit ${limit}`,
  );
}

// ——— Choices and states.

export async function choiceTexts(tx: Database, poll: string): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`select text from poll_choices where poll = ${poll} order by id`.execute(
    tx,
  );
  return rows.map((it) => it.text);
}

export async function insertChoice(
  tx: Database,
  it: { poll: string; id: number; text: string; by: string },
): Promise<void> {
  await sql`insert into poll_choices (poll, id, text, added_by) values (${it.poll}, ${it.id}, ${it.text}, ${it.by})`.execute(
    tx,
  );
}

/** What is given is set, the rest stays; raises the version and answers it. */
export async function savePoll(
  tx: Database,
  poll: string,
  it: { lockedAt?: Date | null; endedAt?: Date; few?: boolean },
): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    update polls set version = version + 1
      ${it.lockedAt === undefined ? sql`` : sql`, locked_at = ${it.lockedAt}::timestamptz`}
      ${it.endedAt === undefined ? sql`` : sql`, ended_at = ${it.endedAt}::timestamptz`}
      ${it.few === undefined ? sql`` : sql`, few = ${it.few}`}
    where id = ${poll} returning version`.execute(tx);
  return rows[0]!.version;
}

export async function deletePoll(tx: Database, poll: string): Promise<void> {
  await sql`delete from poll_votes where poll = ${poll}`.execute(tx);
  await sql`delete from polls where id = ${poll}`.execute(tx);
}

/** All of a group that was dissolved. */
export async function deletePollsOf(tx: Database, group: string): Promise<void> {
  await sql`delete from poll_votes where poll in (select id from polls where group_id = ${group})`.execute(tx);
  await sql`delete from polls where group_id = ${group}`.execute(tx);
}

/** Polls whose deadline is over and has not been written down; the longest over first. */
export async function pollsDue(db: Database, now: Date): Promise<{ id: string; group: string }[]> {
  const { rows } = await sql<{ id: string; group: string }>`
    select id, group_id as "group" from polls where ended_at is null and ends_at <= ${now}::timestamptz
    order by ends_at limit 500`.execute(db);
  return rows;
}

export async function membersOf(tx: Database, group: string): Promise<number> {
  const { rows } = await sql<{ members: number }>`select members from groups where id = ${group}`.execute(tx);
  return rows[0]?.members ?? 0;
}

// ——— Votes that are known.

export interface Vote {
  readonly poll: string;
  readonly account: string;
  readonly choices: readonly number[];
}

/** What these people have chosen in these polls. */
export async function votesAmong(
  tx: Database,
  list: readonly { readonly poll: string; readonly account: string }[],
): Promise<Vote[]> {
  const { rows } = await sql<Vote>`
    select v.poll, v.account, v.choices
    from (select distinct * from unnest(${list.map((it) => it.poll)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as x(poll, account)) t
    join poll_votes v on v.poll = t.poll and v.account = t.account`.execute(tx);
  return rows;
}

/** Those without choices are taken back. */
export async function saveVotes(tx: Database, list: readonly Vote[], at: Date): Promise<void> {
  const kept = list.filter((it) => it.choices.length > 0);
  const taken = list.filter((it) => it.choices.length === 0);
  if (kept.length > 0)
    await sql`
      insert into poll_votes (poll, account, choices, at)
      select t.poll, t.account, t.choices::smallint[], ${at}::timestamptz
      from unnest(${kept.map((it) => it.poll)}::uuid[], ${kept.map((it) => it.account)}::uuid[],
        ${kept.map((it) => `{${it.choices.join(',')}}`)}::text[]) as t(poll, account, choices)
      on conflict (poll, account) do update set choices = excluded.choices, at = excluded.at`.execute(tx);
  if (taken.length > 0)
    await sql`
      delete from poll_votes v
      using unnest(${taken.map((it) => it.poll)}::uuid[], ${taken.map((it) => it.account)}::uuid[]) as t(poll, account)
      where v.poll = t.poll and v.account = t.account`.execute(tx);
}

/** Totals of polls that were voted in; raises their versions. */
export async function saveTotals(
  tx: Database,
  list: readonly { readonly id: string; readonly voters: number; readonly votes: readonly number[] }[],
): Promise<void> {
  if (list.length === 0) return;
  await sql`
    update polls p set voters = t.voters, version = p.version + 1
    from unnest(${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.voters)}::int[]) as t(id, voters) where p.id = t.id`.execute(
    tx,
  );
  const flat = list.flatMap((it) => it.votes.map((votes, choice) => ({ poll: it.id, choice, votes })));
  await sql`
    update poll_choices c set votes = t.votes
    from unnest(${flat.map((it) => it.poll)}::uuid[], ${flat.map((it) => it.choice)}::smallint[], ${flat.map((it) => it.votes)}::int[])
      as t(poll, id, votes)
    where c.poll = t.poll and c.id = t.id and c.votes <> t.votes`.execute(tx);
}

// ——— Who voted.

export interface VotersWish {
  readonly group: string;
  readonly poll: string;
  readonly anonymous: boolean;
  readonly who: 'choice' | 'voted' | 'waiting';
  readonly choice: number | undefined;
  /** Null: of no unit; undefined: of all. */
  readonly unit: string | null | undefined;
  readonly after: number;
  readonly limit: number;
}

/** Accounts that have voted, with what they chose; of an anonymous poll with nothing. */
const votersOf = ({ poll, anonymous }: Pick<VotersWish, 'poll' | 'anonymous'>): RawBuilder<unknown> =>
  anonymous
    ? sql`select t.account, '{}'::smallint[] as choices from poll_boxes b cross join unnest(b.voters) as t(account) where b.poll = ${poll}`
    : sql`select v.account, v.choices from poll_votes v where v.poll = ${poll}`;

export async function votersPage(
  db: Database,
  wish: VotersWish,
): Promise<{ list: { person: Person; choices: readonly number[] }[]; total: number }> {
  const { group, who, choice, unit, after, limit } = wish;
  const people =
    who === 'waiting'
      ? sql`select m.account, '{}'::smallint[] as choices from members m
          where m.group_id = ${group} and m.left_at is null and not exists (select from voters v where v.account = m.account)`
      : who === 'choice'
        ? sql`select account, choices from voters where choices @> array[${choice ?? -1}]::smallint[]`
        : sql`select account, choices from voters`;
  const { rows } = await sql<{ person: Person; choices: number[]; total: number }>`
    with voters as (${votersOf(wish)}), people as (${people})
    select jsonb_build_object('id', a.id, 'name', a.name, 'position', a.position, 'unit', coalesce(u.name, ''), 'photo', a.photo) as person,
      p.choices, (count(*) over ())::int as total
    from people p join accounts a on a.id = p.account left join units u on u.id = a.unit
    where ${unit === undefined ? sql`true` : unit === null ? sql`a.unit is null` : sql`a.unit = ${unit}`}
    order by coalesce(u.name, ''), a.sort_name, a.id offset ${after} limit ${limit}`.execute(db);
  return { list: rows.map(({ person, choices }) => ({ person, choices })), total: rows[0]?.total ?? 0 };
}

/** By unit, how many of its members in the group have voted; the smallest share first. */
export async function unitShares(
  db: Database,
  wish: Pick<VotersWish, 'group' | 'poll' | 'anonymous'>,
): Promise<{ unit: string | null; name: string; voted: number; members: number }[]> {
  const { rows } = await sql<{ unit: string | null; name: string; voted: number; members: number }>`
    with voters as (${votersOf(wish)})
    select a.unit, coalesce(u.name, '') as name, count(v.account)::int as voted, count(*)::int as members
    from members m join accounts a on a.id = m.account left join units u on u.id = a.unit left join voters v on v.account = m.account
    where m.group_id = ${wish.group} and m.left_at is null
    group by a.unit, u.name order by count(v.account)::float / count(*), u.name, a.unit`.execute(db);
  return rows;
}
