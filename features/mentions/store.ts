import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

import type { Database } from '../../server/database.ts';
import type { Role } from '../groups/rights.ts';
import { PEOPLE_FOUND, UNITS_FOUND, UNREAD_MOST, WRITERS_WITHIN } from './rules.ts';

export interface Asking {
  readonly group: string;
  readonly account: string;
  /** May see who is in the group, not only who wrote. */
  readonly listed: boolean;
}

/** Who wrote among the newest lines that the account may see, and when last. */
const writers = ({ group, account }: Asking): RawBuilder<unknown> => sql`
  select t.sender as account, max(t.seq) as wrote from (
    select x.sender, x.seq from messages x
    where x.group_id = ${group} and x.kind = 'text'
      and x.seq > (select visible_from from members where group_id = ${group} and account = ${account})
    order by x.seq desc limit ${WRITERS_WITHIN}
  ) t group by t.sender`;

/** Those of the accounts who are members, as far as the one who asks may know of them. */
export async function nameable(db: Database, asking: Asking, accounts: readonly string[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set();
  const { rows } = await sql<{ account: string }>`
    select m.account from members m
    where m.group_id = ${asking.group} and m.account = any(${accounts}::uuid[]) and m.left_at is null
      and (${asking.listed} or m.account in (select w.account from (${writers(asking)}) w))`.execute(db);
  return new Set(rows.map((it) => it.account));
}

/** Those of the units of which somebody is a member. */
export async function unitsAmong(db: Database, group: string, units: readonly string[]): Promise<Set<string>> {
  if (units.length === 0) return new Set();
  const { rows } = await sql<{ unit: string }>`
    select distinct a.unit from accounts a join members m on m.account = a.id
    where a.unit = any(${units}::uuid[]) and m.group_id = ${group} and m.left_at is null`.execute(db);
  return new Set(rows.map((it) => it.unit));
}

export interface FoundPerson {
  readonly id: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string;
  readonly photo: string | null;
  readonly role: Role;
}

/** Other members in whose name, position or unit the words begin words: by name first, then who wrote last, then in the order of names. */
export async function findPeople(db: Database, asking: Asking, words: readonly string[]): Promise<FoundPerson[]> {
  const wanted = words.map((word) => `% ${word}%`);
  const { rows } = await sql<FoundPerson>`
    with wrote as materialized (${writers(asking)})
    select a.id, a.name, a.position, coalesce(u.name, '') as unit, a.photo, m.role
    from members m join accounts a on a.id = m.account left join wrote w on w.account = m.account left join units u on u.id = a.unit
    where m.group_id = ${asking.group} and m.left_at is null and m.account <> ${asking.account} and a.state = 'active'
      and (' ' || a.search) like all(${wanted}::text[]) and (${asking.listed} or w.account is not null)
    order by split_part(' ' || a.search, ' | ', 1) like all(${wanted}::text[]) desc, w.wrote desc nulls last, a.sort_name, a.id
    limit ${PEOPLE_FOUND}`.execute(db);
  return rows;
}

/** Units of members in whose name the words begin words. */
export async function findUnits(
  db: Database,
  group: string,
  words: readonly string[],
): Promise<{ id: string; name: string; members: number }[]> {
  const { rows } = await sql<{ id: string; name: string; members: number }>`
    select u.id, u.name, count(*) as members
    from members m join accounts a on a.id = m.account join units u on u.id = a.unit
    where m.group_id = ${group} and m.left_at is null and (' ' || u.folded) like all(${words.map((word) => `% ${word}%`)}::text[])
    group by u.id, u.name order by count(*) desc, u.name, u.id limit ${UNITS_FOUND}`.execute(db);
  return rows;
}

/** Numbers of the unread lines that name this member, ascending. */
export async function unreadMentions(db: Database, group: string, account: string): Promise<number[]> {
  const { rows } = await sql<{ seq: number }>`
    select distinct t.seq from members m join accounts a on a.id = m.account
    join message_mentions t on t.group_id = m.group_id and t.seq > greatest(m.read_seq, m.visible_from)
    join messages w on w.group_id = t.group_id and w.seq = t.seq
    where m.group_id = ${group} and m.account = ${account} and m.left_at is null
      and (t.who = 'all' or t.who = 'account' and t.target = m.account::text or t.who = 'role' and t.target = m.role
        or t.who = 'unit' and t.target = a.unit::text)
      and w.sender <> m.account and w.recalled_at is null
      and not exists (select from hidden_messages h where h.account = m.account and h.group_id = m.group_id and h.seq = t.seq)
    order by t.seq limit ${UNREAD_MOST}`.execute(db);
  return rows.map((it) => it.seq);
}
