import { sql } from 'kysely';

import type { House, Job } from './house.ts';

/** As long as a session can last: what waits on a device ends with its session, so no older id is sent again. */
export const ACTIONS_KEPT_DAYS = 30;
const PART = 5_000;
const PARTS = 20;

/** Old action ids go, a bounded part at a time. Messages need none: their own id is kept with them for good. */
export function pruneActions(house: House): Job {
  return {
    name: 'prune actions',
    everySeconds: 600,
    async run() {
      const before = new Date(house.now().getTime() - ACTIONS_KEPT_DAYS * 86_400_000);
      for (let part = 0; part < PARTS; part += 1) {
        const { rows } = await sql<{ count: number }>`
          with gone as (
            delete from actions where (actor, id) in (
              select actor, id from actions where at < ${before}::timestamptz order by at limit ${PART}
            ) returning id
          )
          select count(*) as count from gone`.execute(house.db);
        if (rows[0]!.count < PART) break;
      }
    },
  };
}
