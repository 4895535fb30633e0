import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { DAY_MS, dayOf, startOfDay } from './rules/civil.ts';
import { startsFrom } from './rules/when.ts';
import type { Repeat, When } from './rules/when.ts';
import { scheduleOf } from './server/schedule.ts';
import { insertReminder } from './store.ts';

/** More for a night: REMINDERS=10000 REMINDER_DAYS=90 (docs/decisions/reminders.md has the figures). */
const REMINDERS = Number(process.env['REMINDERS'] ?? 250);
const DAYS = Number(process.env['REMINDER_DAYS'] ?? 8);
const GROUPS = Math.ceil(REMINDERS / 25);
const HOUR = 3_600_000;

/** Always the same sequence: what fails can be looked at again. */
let seed = 20_261_123;
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
}
const one = <T>(list: readonly T[]): T => list[random(list.length)]!;

/** Offices meet at the full and at the half hour: much is due in the same moment. */
const CLOCKS = [7.5, 8, 9, 13.5, 14, 15, 16.5] as const;
const RHYTHMS: readonly (Repeat | null)[] = [
  null,
  null,
  null,
  { every: 'week', interval: 1, on: [1] },
  { every: 'week', interval: 2, on: [2, 5] },
  { every: 'month', interval: 1, day: 31 },
  { every: 'month', interval: 1, nth: 1, weekday: 1 },
  { every: 'day', interval: 1, count: 5 },
  { every: 'lunarMonth', days: [1, 15] },
];

test(`${REMINDERS} reminders over ${DAYS} days, two nodes, connections cut and nodes started anew: each is told exactly once`, async (t) => {
  const house = await openTestHouse({ limits: false });
  let other = await openTestHouse({ beside: house, limits: false });
  const { db, cast } = house;
  let shift = 0;
  const pass = (ms: number): void => {
    shift += ms;
    house.pass(ms);
    other.pass(ms);
  };
  const now = (): number => house.house.now().getTime();
  const tell = (node: TestHouse): Promise<void> =>
    node.features.jobs.find((it) => it.name === 'tell of reminders')!.run();

  const groups = await Promise.all(
    Array.from({ length: GROUPS }, () => house.addGroup([cast.leader, cast.member, cast.other])),
  );
  const began = now();
  const today = dayOf(began);
  const expected = new Map<string, number>();
  const end = startOfDay(today + DAYS + 1);
  await db.transaction().execute(async (tx) => {
    for (let at = 0; at < REMINDERS; at += 1) {
      const start = startOfDay(today + 1 + random(DAYS)) + one(CLOCKS) * HOUR;
      const timing: When = { start, wholeDay: false, minutes: 0, repeat: one(RHYTHMS), exceptions: [] };
      const early = one([[], [], [30], [60, 10], [1_440]]);
      const id = newId();
      await insertReminder(tx, {
        id,
        group: one(groups),
        maker: cast.leader.id,
        title: `Họp ${at}`,
        text: '',
        place: '',
        link: '',
        files: [],
        urgency: 0,
        timing,
        early,
        whom: null,
        ...scheduleOf(timing, early, began),
        at: new Date(began),
      });
      // By the rule alone, not by what is tested: every time of it, and every notice.
      for (const time of startsFrom(timing, start)) {
        if (time >= end + 2 * DAY_MS) break;
        for (const minutes of [...early, 0]) {
          const due = time - minutes * 60_000;
          if (due > began && due < end) expected.set(`${id} ${time} ${minutes}`, due);
        }
      }
    }
  });

  /** Cuts every line to the database at some moment of what is under way. */
  async function cut(): Promise<void> {
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query not ilike '%pg_terminate_backend%'`.execute(
      db,
    );
  }

  const moments = [...new Set(expected.values())].toSorted((a, b) => a - b);
  let [cuts, hit, starts] = [0, 0, 0];
  /** Until the last of what was due in one moment was there for all. */
  const took: number[] = [];
  for (const [place, moment] of moments.entries()) {
    pass(moment - now());
    const violent = place % 5 === 3;
    const since = performance.now();
    const runs = Promise.allSettled([tell(house), tell(other), ...(violent ? [cut().catch(() => undefined)] : [])]);
    if (violent) cuts += 1;
    const outcomes = await runs;
    // What was cut off comes again, as the jobs do.
    if (outcomes.some((it) => it.status === 'rejected')) hit += 1;
    if (violent) {
      // The first look after a cut may meet a connection that does not know yet that it is dead.
      await Promise.allSettled([tell(house), tell(other)]);
      await Promise.all([tell(house), tell(other)]);
    }
    took.push(performance.now() - since);
    if (place % 40 === 20) {
      await other.close();
      other = await openTestHouse({ beside: house, limits: false });
      other.pass(shift);
      starts += 1;
    }
  }
  const { rows } = await sql<{ reminder: string; at: number; early: number; late: number; card: boolean }>`
    select f.reminder, f.at, f.early, (extract(epoch from f.done_at - f.due_at) * 1000)::float8 as late,
      exists (select from messages m where m.id = f.message and m.form->'card'->>'id' = f.reminder::text and (m.form->'card'->>'at')::bigint = f.at) as card
    from reminder_firings f where f.outcome = 'told'`.execute(db);
  const told = new Set(rows.map((it) => `${it.reminder} ${it.at} ${it.early}`));
  assert.equal(rows.length, expected.size);
  assert.deepEqual(
    [...expected.keys()].filter((key) => !told.has(key)),
    [],
  );
  assert.ok(rows.every((it) => it.card && it.late >= 0));
  const cards = await sql<{ count: number }>`
    select count(*) as count from messages where form->'card'->>'kind' = 'reminder'`.execute(db);
  assert.equal(cards.rows[0]?.count, expected.size, 'a card for each, and no other');
  const heads = await sql<{ count: number }>`
    select count(*) as count from streams s where s.kind = 'group' and s.messages <> (select count(*) from messages m where m.group_id = s.id and m.kind = 'text')`.execute(
    db,
  );
  assert.equal(heads.rows[0]?.count, 0, 'numbers without gaps');
  const most = Math.max(
    ...Map.groupBy(expected.values(), (it) => it)
      .values()
      .map((it) => it.length),
  );
  const sorted = took.toSorted((a, b) => a - b);
  const part = (share: number): string => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)]!)} ms`;
  t.diagnostic(
    `${rows.length} told at ${moments.length} moments, at most ${most} in one; ${cuts} times cut, ${hit} of them within a look; ${starts} nodes started; all of a moment told after ${part(0.5)}, 99 % ${part(0.99)}, most ${part(1)}`,
  );
});
