import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';

// The box of an anonymous poll. It is one row: everybody who has voted, in the order of their ids, and how often each choice
// was taken. There is nothing in it that was written for one person, so there is nothing to join: no row, no time, no place in
// the file, no transaction. See docs/decisions/anonymous-polls.md.

/** By poll and account, the mark of the act with which they voted. Those who have not are missing. */
export async function marksAmong(
  tx: Database,
  list: readonly { readonly poll: string; readonly account: string }[],
): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ poll: string; account: string; mark: Buffer }>`
    select t.poll, t.account, b.marks[array_position(b.voters, t.account)] as mark
    from unnest(${list.map((it) => it.poll)}::uuid[], ${list.map((it) => it.account)}::uuid[]) as t(poll, account)
    join poll_boxes b on b.poll = t.poll where t.account = any(b.voters)`.execute(tx);
  return new Map(rows.map((it) => [`${it.poll} ${it.account}`, it.mark]));
}

export interface Handful {
  readonly poll: string;
  readonly voters: readonly { readonly account: string; readonly mark: Buffer }[];
  /** By choice: how many of these voters took it. Nothing says which of them. */
  readonly votes: readonly number[];
}

/** Puts the votes of several people into the box at once; answers how many have voted, and the new version of the poll. */
export async function putInBox(
  tx: Database,
  { poll, voters, votes }: Handful,
): Promise<{ voters: number; version: number }> {
  await sql`
    update poll_boxes b set
      (voters, marks) = (
        select array_agg(t.account order by t.account), array_agg(t.mark order by t.account) from (
          select * from unnest(b.voters, b.marks) as o(account, mark)
          union all
          select * from unnest(${voters.map((it) => it.account)}::uuid[], ${voters.map((it) => it.mark)}::bytea[]) as n(account, mark)
        ) t),
      votes = (
        select array_agg(o.votes + n.votes order by o.choice)
        from unnest(b.votes) with ordinality as o(votes, choice)
        join unnest(${votes}::int[]) with ordinality as n(votes, choice) on n.choice = o.choice)
    where b.poll = ${poll}`.execute(tx);
  const { rows } = await sql<{ voters: number; version: number }>`
    update polls set voters = voters + ${voters.length}, version = version + 1 where id = ${poll} returning voters, version`.execute(
    tx,
  );
  return rows[0]!;
}

/** What was chosen is counted for all to see, or with `burn` never is; the box keeps who has voted. */
export async function openBox(tx: Database, poll: string, { burn }: { burn: boolean }): Promise<void> {
  if (!burn)
    await sql`
      update poll_choices c set votes = t.votes
      from poll_boxes b cross join unnest(b.votes) with ordinality as t(votes, place)
      where b.poll = ${poll} and c.poll = b.poll and c.id = t.place - 1`.execute(tx);
  await sql`update poll_boxes set votes = '{}' where poll = ${poll}`.execute(tx);
}

/** Clears away what the rows of the boxes were before, which the database keeps for a while where nobody reads it. */
export async function clearBoxes(db: Database): Promise<void> {
  await sql`vacuum (skip_locked) poll_boxes`.execute(db);
}
