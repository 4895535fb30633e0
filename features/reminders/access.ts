import type { Database } from '../../server/database.ts';
import { answerAt } from './rules.ts';
import { nextOccurrences, occurrencesBetween } from './rules/when.ts';
import type { Occurrence } from './rules/when.ts';
import { answersBy, remindersConcerning, remindersSince, standInsOf } from './store.ts';
import type { AnswerRow, ShownRow, StandInRow } from './store.ts';

/** Everything of a group’s reminders but their files, which go with the files of the group. */
export { deleteRemindersOf } from './store.ts';

/** A reminder as calendars know it, with what the person has to do with it. */
export type PersonalReminder = Pick<
  ShownRow,
  'id' | 'group' | 'version' | 'title' | 'text' | 'place' | 'link' | 'urgency' | 'timing' | 'early' | 'concerns'
> & {
  readonly by: string;
  readonly changedAt: number;
  readonly createdAt: number;
  /** All of it was called off. */
  readonly cancelled: boolean;
};

export interface PersonalTime extends Occurrence {
  readonly reminder: string;
  /** What the person answers to it; null also where it is to be given anew. */
  readonly answer: AnswerRow['answer'] | null;
  /** They go in somebody’s place. */
  readonly standsIn: boolean;
}

const personal = ({ by, changedAt, createdAt, cancelledAt, ...it }: ShownRow): PersonalReminder => ({
  id: it.id,
  group: it.group,
  version: it.version,
  title: it.title,
  text: it.text,
  place: it.place,
  link: it.link,
  urgency: it.urgency,
  timing: it.timing,
  early: it.early,
  concerns: it.concerns,
  by: by.name,
  changedAt: changedAt.getTime(),
  createdAt: createdAt.getTime(),
  cancelled: cancelledAt !== null,
});

interface Own {
  readonly answers: ReadonlyMap<string, readonly AnswerRow[]>;
  readonly standIns: ReadonlyMap<string, readonly StandInRow[]>;
}

async function ownOf(db: Database, account: string, rows: readonly ShownRow[]): Promise<Own> {
  const ids = rows.map((it) => it.id);
  const [answers, standIns] = await Promise.all([answersBy(db, account, ids), standInsOf(db, account, ids)]);
  return { answers: Map.groupBy(answers, (it) => it.reminder), standIns: Map.groupBy(standIns, (it) => it.reminder) };
}

function personalTime(row: ShownRow, it: Occurrence, { answers, standIns }: Own): PersonalTime {
  const given = answerAt(answers.get(row.id) ?? [], it.at);
  const asked = (standIns.get(row.id) ?? []).some(
    (one) => !one.refused && (one.at === it.at || (one.at === 0 && !one.overridden.includes(it.at))),
  );
  return {
    ...it,
    cancelled: it.cancelled || row.cancelledAt !== null,
    reminder: row.id,
    answer: given && !given.again ? given.answer : null,
    standsIn: asked,
  };
}

/**
 * The times between two moments of all reminders a person sees, or of those of one of their groups; in order, at most so many. `more`:
 * there are others, which are later. Three statements.
 */
export async function timesBetween(
  db: Database,
  it: {
    readonly account: string;
    readonly group?: string | undefined;
    readonly from: number;
    readonly to: number;
    readonly most: number;
  },
): Promise<{ reminders: PersonalReminder[]; times: PersonalTime[]; more: boolean }> {
  const rows = await remindersSince(db, { ...it, since: new Date(it.from), most: REMINDERS_MOST + 1 });
  const own = await ownOf(db, it.account, rows);
  const all = rows
    .slice(0, REMINDERS_MOST)
    .flatMap((row) =>
      occurrencesBetween(row.timing, it.from, it.to, it.most + 1).map((one) => personalTime(row, one, own)),
    )
    .toSorted((a, b) => a.start - b.start || (a.reminder < b.reminder ? -1 : 1));
  const times = all.slice(0, it.most);
  const shown = new Set(times.map((one) => one.reminder));
  return {
    reminders: rows.filter((row) => shown.has(row.id)).map(personal),
    times,
    more: all.length > times.length || rows.length > REMINDERS_MOST,
  };
}

/** Reminders of one calendar. */
const REMINDERS_MOST = 5_000;

/** All reminders a person sees that have times after a moment; what a feed is made of. */
export async function remindersFor(
  db: Database,
  it: { readonly account: string; readonly group?: string | undefined; readonly since: Date; readonly most: number },
): Promise<PersonalReminder[]> {
  return (await remindersSince(db, it)).map(personal);
}

/** The next time of each reminder to come that concerns a person, in all their groups, the next first. */
export async function nextTimesOf(
  db: Database,
  it: { readonly account: string; readonly now: Date; readonly most: number },
): Promise<{ reminder: PersonalReminder; time: PersonalTime }[]> {
  const rows = (await remindersConcerning(db, it)).filter((row) => row.cancelledAt === null);
  const own = await ownOf(db, it.account, rows);
  return rows.flatMap((row) =>
    nextOccurrences(row.timing, it.now.getTime(), 1).map((one) => ({
      reminder: personal(row),
      time: personalTime(row, one, own),
    })),
  );
}
