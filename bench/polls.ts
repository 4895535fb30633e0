// A storm of votes: thousands of people vote in one poll of a group within a minute, once in a poll that keeps who chose what and once
// in an anonymous one. How many times the group is told of it, beside once for each; what somebody waits to know that theirs is
// counted, beside the pace; what one costs.
import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import { openCrowd, storm, stormRows } from './crowd.ts';
import type { Row, Scale } from './table.ts';

/** How often a group is told: votes are counted as reactions are, and put into the box of an anonymous poll half as often. */
const EVERY_MS = { open: 250, anonymous: 500 } as const;
const CHOICES = ['Nhà văn hóa Thôn 2', 'Trường TH Lê Lợi', 'Sân UBND xã'];

export async function polls({ quick }: Scale): Promise<Row[]> {
  const people = quick ? 200 : 5_000;
  const withinMs = quick ? 1_000 : 60_000;
  const crowd = await openCrowd({ name: 'polls', people, role: 'reader' });
  const { group, ids, as } = crowd;
  const { db } = crowd.open.house;
  await sql`vacuum analyze`.execute(db);

  const rows: Row[] = [];
  for (const kind of ['open', 'anonymous'] as const) {
    const poll = randomUUIDv7();
    const input = {
      group,
      question: 'Điểm tập kết vật tư dự phòng',
      choices: CHOICES,
      anonymous: kind === 'anonymous',
    };
    await as(ids[0]!, 'poll.create', input, poll);
    const blown = await storm(ids, withinMs, (account, at) =>
      as(account, 'poll.vote', { group, poll, choices: [at % CHOICES.length] }),
    );
    const { rows: found } = await sql<{ told: number; voters: number }>`
      select (select count(*) from events where stream = ${group} and name = 'poll.counted' and body->>'id' = ${poll}) as told,
        (select voters from polls where id = ${poll}) as voters`.execute(db);
    const { told, voters } = found[0]!;
    if (voters !== people) throw new Error(`${voters} of ${people} votes were counted`);
    await as(ids[0]!, 'poll.lock', { group, poll });
    const { rows: sums } = await sql<{ votes: number }>`
      select sum(votes)::int as votes from poll_choices where poll = ${poll}`.execute(db);
    if (sums[0]!.votes !== people) throw new Error(`${sums[0]!.votes} of ${people} votes stand in the result`);
    const what = kind === 'open' ? 'one poll' : 'one anonymous poll';
    rows.push(
      ...stormRows(blown, {
        bench: 'polls',
        act: `vote in ${what}`,
        one: 'a vote',
        known: `counted in ${what}`,
        told,
        everyMs: EVERY_MS[kind],
      }),
    );
  }
  await crowd.close();
  return rows;
}
