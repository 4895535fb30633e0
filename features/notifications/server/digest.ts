import type { House, Job } from '../../../server/house.ts';
import { clockOf, QUIET_ZONE } from '../../quiet/rules.ts';
import { DIGEST_AFTER_MS, DIGEST_HOURS, DIGEST_UPTO_MS } from '../rules.ts';
import { digestPeople, insertDigests, saveDigested, takeDigestDay, waitingFor } from '../store.ts';
import { quietNow } from '../rules.ts';

const FIRST = '00000000-0000-0000-0000-000000000000';
const TOGETHER = 200;
/** People of one run; the others come with the next. */
const EACH_RUN = 4_000;

/** `2026-11-23` where the office is. */
export function officeDay(now: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: QUIET_ZONE, dateStyle: 'short' }).format(now);
}

/**
 * Once a day, in daylight: who has something unread that waits longer than a day gets one notification that says how much. Each
 * message is told so once; who has quiet hours is asked again later in the day.
 */
export function digestJob(house: House): Job {
  return {
    name: 'tell what waits',
    everySeconds: 300,
    async run() {
      const now = house.now();
      const hour = Math.floor(clockOf(now.getTime(), QUIET_ZONE).minute / 60);
      if (hour < DIGEST_HOURS[0] || hour >= DIGEST_HOURS[1]) return;
      const day = officeDay(now);
      const quiet = quietNow(now);
      let from = FIRST;
      for (let seen = 0; seen < EACH_RUN; seen += TOGETHER) {
        const people = await digestPeople(house.db, day, from, TOGETHER);
        if (people.length > 0) from = people.at(-1)!.account;
        const awake = people.filter((it) => !quiet(it.quiet).quiet).map((it) => it.account);
        if (awake.length > 0) await digestFor(house, awake, day, now);
        if (people.length < TOGETHER) return;
      }
    },
  };
}

async function digestFor(house: House, accounts: readonly string[], day: string, now: Date): Promise<void> {
  await house.db.transaction().execute(async (tx) => {
    const taken = await takeDigestDay(tx, accounts, day);
    if (taken.length === 0) return;
    const waiting = await waitingFor(tx, taken, {
      now,
      before: new Date(now.getTime() - DIGEST_AFTER_MS),
      after: new Date(now.getTime() - DIGEST_UPTO_MS),
    });
    const fresh = waiting.filter((it) => it.fresh);
    if (fresh.length === 0) return;
    await saveDigested(tx, fresh);
    await insertDigests(
      tx,
      fresh.map((it) => it.account),
      now,
    );
  });
}
