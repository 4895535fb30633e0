// A storm of reactions: thousands of people answer one message of a group within a minute. How many times the group is told of it,
// beside once for each; what somebody waits to know that theirs is kept, beside the pace; what one costs.
import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import { QUICK } from '../features/reactions/rules.ts';
import { openCrowd, storm, stormRows } from './crowd.ts';
import type { Row, Scale } from './table.ts';

/** Broadcasts of a minute's storm at most: four a second, as `server/tally.ts` paces them, and the first at once. */
const BROADCASTS_MOST = 241;
const EVERY_MS = 250;

export async function reactions({ quick }: Scale): Promise<Row[]> {
  const people = quick ? 200 : 5_000;
  const withinMs = quick ? 1_000 : 60_000;
  const crowd = await openCrowd({ name: 'reactions', people, role: 'reader' });
  const { group, ids, as } = crowd;
  const { db } = crowd.open.house;
  await sql`vacuum analyze`.execute(db);

  const message = randomUUIDv7();
  await as(ids[0]!, 'message.send', { group, text: 'Đề nghị các thôn báo cáo trước 16:00' }, message);

  const blown = await storm(ids, withinMs, (account, at) =>
    as(account, 'reaction.give', { group, message, emoji: QUICK[at % QUICK.length], on: true }),
  );
  const { rows } = await sql<{ told: number; given: number }>`
    select (select count(*) from events where stream = ${group} and name = 'reaction.counted') as told,
      (select sum((it->>1)::int) from messages m, jsonb_array_elements(m.reactions) it where m.id = ${message}) as given`.execute(
    db,
  );
  const { told, given } = rows[0]!;
  if (given !== people) throw new Error(`${given} of ${people} reactions were counted`);
  await crowd.close();

  return stormRows(blown, {
    bench: 'reactions',
    act: 'react to one message',
    one: 'a reaction',
    known: 'kept',
    told,
    everyMs: EVERY_MS,
    ...(quick ? {} : { most: BROADCASTS_MOST }),
  });
}
