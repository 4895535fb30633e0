// Reminders of many: thousands answer one within a minute, and read it again; a thousand are due in the same moment. How many times
// the group is told, beside once for each; how long it takes until all who are called have been called.
import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import { openCrowd, storm, stormRows } from './crowd.ts';
import { ms, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** How often a group is told of answers. */
const EVERY_MS = 250;
const LATE_AIM_MS = 1_000;

export async function reminders({ quick }: Scale): Promise<Row[]> {
  const people = quick ? 200 : 5_000;
  const withinMs = quick ? 1_000 : 60_000;
  const crowd = await openCrowd({ name: 'reminders', people, role: 'reader' });
  const { open, group, ids, as } = crowd;
  const { db } = open.house;
  await sql`vacuum analyze`.execute(db);

  const rows: Row[] = [];
  const reminder = randomUUIDv7();
  const start = Date.now() + 86_400_000;
  await as(
    ids[0]!,
    'reminder.create',
    { group, title: 'Họp dân', start, repeat: { every: 'day', interval: 1 } },
    reminder,
  );
  const blown = await storm(ids, withinMs, (account, at) =>
    as(account, 'reminder.answer', { group, reminder, at: null, answer: at % 3 === 0 ? 'declined' : 'accepted' }),
  );
  const { rows: found } = await sql<{ told: number }>`
    select count(*) as told from events where stream = ${group} and name = 'reminder.counted'`.execute(db);
  const told = found[0]!.told;
  rows.push(
    ...stormRows(blown, {
      bench: 'reminders',
      act: 'answer one reminder',
      one: 'an answer',
      known: 'counted',
      told,
      everyMs: EVERY_MS,
    }),
  );

  const readers = ids.slice(0, quick ? 100 : 2_000);
  const asked = performance.now();
  const answers = await Promise.all(
    readers.map((account) => as(account, 'reminder.read', { group, ids: [reminder] }).then((it) => it.output)),
  );
  const took = performance.now() - asked;
  const { near } = (answers.at(-1) as { reminders: { near: { counts: { none: number } }[] }[] }).reminders[0]!;
  if (near[0]!.counts.none !== 0) throw new Error(`${near[0]!.counts.none} answers were not counted`);
  const bare = performance.now();
  await Promise.all(readers.map(() => sql`select * from reminders where id = ${reminder}`.execute(db)));
  const least = performance.now() - bare;
  const rate = (ms: number): string => `${whole(Math.round(readers.length / (ms / 1_000)))} a second`;
  rows.push({
    bench: 'reminders',
    what: `${whole(readers.length)} of them read it again at once`,
    figure: rate(took),
    limit: `${rate(least)}: its row alone`,
    ratio: least / took,
    note: 'totals are counted once for all; their devices spread it over two seconds',
  });

  // All offices of a province meet at half past seven: each in a group of its own, and the large one.
  const due = quick ? 100 : 1_000;
  const offices = Array.from({ length: due }, () => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${offices}::uuid[]), 'group'`.execute(db);
  await sql`
    insert into groups (id, kind, name, created_by) select id, 'directive', 'Phòng', ${ids[0]!} from unnest(${offices}::uuid[]) as t(id)`.execute(
    db,
  );
  await sql`
    insert into members (group_id, account, role)
    select g.id, a.id, case when a.place = 1 then 'owner' else 'member' end
    from unnest(${offices}::uuid[]) as g(id), unnest(${ids.slice(0, 20)}::uuid[]) with ordinality as a(id, place)`.execute(
    db,
  );
  const remind = async (some: readonly string[], start: number): Promise<void> => {
    await Promise.all(some.map((office) => as(ids[0]!, 'reminder.create', { group: office, title: 'Họp', start })));
  };
  // Far enough off that a slow machine has made them all by then: as the first ones tell, which are not due today.
  const began = performance.now();
  await remind(offices.slice(0, 20), Date.now() + 86_400_000);
  const each = (performance.now() - began) / 20;
  const at = Math.ceil(Date.now() + Math.max(quick ? 3_000 : 20_000, 2_000 + 4 * each * due));
  for (let from = 0; from < due; from += 50) await remind(offices.slice(from, from + 50), at);
  await as(ids[0]!, 'reminder.create', { group, title: 'Họp toàn tỉnh', start: at });
  if (Date.now() > at - 1_000) throw new Error('they were due before they were all made');
  const cards = async (): Promise<number> =>
    (
      await sql<{ count: number }>`
        select count(*) as count from messages where form->'card'->>'at' = ${String(at)}`.execute(db)
    ).rows[0]!.count;
  // As the program does every three seconds; what is due soon it expects by a timer.
  const look = open.features.jobs.find((it) => it.name === 'tell of reminders')!;
  while (Date.now() < at - 2_500) {
    await look.run();
    await pause(Math.min(3_000, Math.max(100, at - 2_500 - Date.now())));
  }
  await look.run();
  await pause(at - Date.now());
  while ((await cards()) < due + 1) {
    if (Date.now() > at + 60_000) throw new Error(`${await cards()} of ${due + 1} were told within a minute`);
    await pause(10);
  }
  const late = Date.now() - at;
  rows.push({
    bench: 'reminders',
    what: `${whole(due + 1)} reminders due in the same moment, one for ${whole(people)} people: until the last is told`,
    figure: ms(late),
    limit: ms(LATE_AIM_MS),
    ratio: late / LATE_AIM_MS,
    aim: '≤ 1 s',
    met: late <= LATE_AIM_MS,
    note: 'one node, by its own timer',
  });
  await crowd.close();
  return rows;
}
