import type { Problem } from '../../../protocol/problem.ts';
import { problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import type { SmallAct, Tallied } from '../../../server/tally.ts';
import { reminderProblems } from '../protocol.ts';
import type { Answer, Counts } from '../rules.ts';
import { occurrenceAt, overAt } from '../rules/when.ts';
import { answerable, answersAmong, countAnswered, countsOf, deleteAnswers, namesAmong, saveAnswers } from '../store.ts';
import type { ReminderRow, TimeOf } from '../store.ts';
import { timesAround } from './schedule.ts';

export interface AnswerWish {
  readonly group: string;
  readonly reminder: string;
  readonly at: number | null;
  readonly answer: Answer | null;
  readonly reason: string;
  readonly substitute?: string | undefined;
}

/** What a person answers to one time, or to all. */
interface Given {
  readonly answer: Answer;
  readonly reason: string;
  readonly substitute: string | null;
}

type Answered = ReminderRow & { readonly accountName: string; readonly concerns: boolean; readonly open: boolean };
type Announcement = Tallied['announcements'][number];

/** Under which name an answer is kept: 0 for all times, and for the only one of what does not repeat. */
export function keptAt(it: Pick<ReminderRow, 'timing'>, at: number | null): number {
  return it.timing.repeat === null ? 0 : (at ?? 0);
}

/** Why this time cannot be answered any more; undefined where it can. */
export function closedFor(
  it: Pick<ReminderRow, 'timing' | 'cancelledAt' | 'nextAt'>,
  at: number | null,
  now: number,
): Problem | undefined {
  if (at !== null) {
    const time = occurrenceAt(it.timing, at);
    if (!time) return reminderProblems('reminder.no_such_time');
    if (it.cancelledAt || time.cancelled) return reminderProblems('reminder.cancelled');
    return overAt(time) <= now ? reminderProblems('reminder.over') : undefined;
  }
  if (it.cancelledAt) return reminderProblems('reminder.cancelled');
  return it.nextAt === null ? reminderProblems('reminder.over') : undefined;
}

/** A single time that has not begun, wherever the rule has it. */
function isToCome({ timing }: Pick<ReminderRow, 'timing'>, time: number, now: number): boolean {
  return time !== 0 && (occurrenceAt(timing, time)?.start ?? time) > now;
}

/** Many answers of many people, in their order. The groups’ streams are held: nothing is called off or moved meanwhile. */
export async function answerTogether(tx: Database, acts: readonly SmallAct<AnswerWish>[], at: Date): Promise<Tallied> {
  const wishes = acts.map(({ account, input }) => ({ ...input, account }));
  const rows = new Map((await answerable(tx, wishes)).map((it) => [`${it.id} ${it.account}`, it]));
  const before = Map.groupBy(await answersAmong(tx, wishes), (it) => `${it.reminder} ${it.account}`);
  const sent = [...before.values()].flat().flatMap((it) => {
    const group = it.substitute && rows.get(`${it.reminder} ${it.account}`)?.group;
    return group ? [{ group, account: it.substitute }] : [];
  });
  const asked = wishes.flatMap((it) => (it.substitute ? [{ group: it.group, account: it.substitute }] : []));
  const members = await namesAmong(tx, [...sent, ...asked]);
  /** By reminder and account, what stands by the name of each time; `again` ones count as not given. */
  const standing = new Map<string, Map<number, Given & { readonly again: boolean }>>();
  const touched = new Map<string, { readonly row: Answered; readonly account: string; readonly times: Set<number> }>();

  const refused = wishes.map((wish): Problem | undefined => {
    const key = `${wish.reminder} ${wish.account}`;
    const row = rows.get(key);
    if (!row) return problem('not_found');
    if (!row.open) return problem('forbidden', { right: 'reminder.answer' });
    if (!row.concerns) return reminderProblems('reminder.not_concerned');
    const closed = closedFor(row, wish.at, at.getTime());
    if (closed) return closed;
    const substitute = wish.answer === 'substitute' ? wish.substitute! : null;
    if (substitute && (substitute === wish.account || !members.has(`${wish.group} ${substitute}`)))
      return reminderProblems('reminder.unfit_substitute');
    let mine = standing.get(key);
    if (!mine) standing.set(key, (mine = new Map((before.get(key) ?? []).map((it) => [it.at, it]))));
    const time = keptAt(row, wish.at);
    const was = mine.get(time);
    const same =
      was === undefined
        ? wish.answer === null
        : wish.answer === was.answer && wish.reason === was.reason && substitute === was.substitute && !was.again;
    // What is said of all times goes for each of those to come, whatever was said of one of them before.
    const singles = time === 0 ? [...mine.keys()].filter((it) => isToCome(row, it, at.getTime())) : [];
    if (same && singles.length === 0) return undefined;
    const times = touched.get(key)?.times ?? new Set<number>();
    touched.set(key, { row, account: wish.account, times: times.add(time) });
    for (const single of singles) {
      mine.delete(single);
      times.add(single);
    }
    if (wish.answer === null) mine.delete(time);
    else mine.set(time, { answer: wish.answer, reason: wish.reason, substitute, again: false });
    return undefined;
  });
  return { refused, announcements: await written(tx, { touched, standing, before, members, at }) };
}

interface Batch {
  readonly touched: ReadonlyMap<
    string,
    { readonly row: Answered; readonly account: string; readonly times: Set<number> }
  >;
  readonly standing: ReadonlyMap<string, ReadonlyMap<number, Given & { readonly again: boolean }>>;
  readonly before: ReadonlyMap<
    string,
    readonly { readonly at: number; readonly substitute: string | null; readonly substituteName: string | null }[]
  >;
  readonly members: ReadonlyMap<string, string>;
  readonly at: Date;
}

/** Stores what has changed, and says whom to tell of it. */
async function written(tx: Database, { touched, standing, before, members, at }: Batch): Promise<Announcement[]> {
  const own: Announcement[] = [];
  const changes = [...touched].flatMap(([key, { row, account, times }]) =>
    [...times].map((time) => ({ key, row, account, time, now: standing.get(key)!.get(time) })),
  );
  const saved = changes.flatMap(({ row, account, time, now }) =>
    now
      ? [
          {
            reminder: row.id,
            at: time,
            account,
            answer: now.answer,
            reason: now.reason,
            substitute: now.substitute,
            answeredAt: at,
          },
        ]
      : [],
  );
  await saveAnswers(tx, saved);
  await deleteAnswers(
    tx,
    changes.flatMap(({ row, account, time, now }) => (now ? [] : [{ reminder: row.id, at: time, account }])),
  );
  for (const { key, row, account, time, now } of changes) {
    const { group, id, accountName } = row;
    const name = now?.substitute ? members.get(`${group} ${now.substitute}`)! : '';
    const substitute = now?.substitute ? { id: now.substitute, name } : null;
    const body = { group, id, at: time === 0 ? null : time, answer: now?.answer ?? null, substitute };
    own.push({ name: 'reminder.answered', stream: account, by: account, body });
    const asked = before.get(key)?.find((it) => it.at === time)?.substitute ?? null;
    const who = { id: account, name: accountName };
    for (const [to, what] of [
      [asked, 'withdrawn'],
      [now?.substitute ?? null, 'asked'],
    ] as const)
      // Who has left the group meanwhile hears no more of it.
      if (to !== null && asked !== (now?.substitute ?? null) && members.has(`${group} ${to}`))
        own.push({
          name: 'reminder.standIn',
          stream: to,
          by: account,
          body: { group, id, at: time === 0 ? null : time, what, who },
        });
  }
  const reminders = new Map([...touched.values()].map(({ row }) => [row.id, row]));
  await countAnswered(tx, [...reminders.keys()]);
  return [...(await countedAgain(tx, changes, reminders, at)), ...own];
}

/** The totals of the times that were answered, one event a reminder. */
async function countedAgain(
  tx: Database,
  changes: readonly { readonly row: Answered; readonly time: number }[],
  reminders: ReadonlyMap<string, Answered>,
  at: Date,
): Promise<Announcement[]> {
  const times = [...Map.groupBy(changes, (it) => it.row.id)].flatMap(([reminder, list]): TimeOf[] => {
    const near = timesAround(reminders.get(reminder)!.timing, at.getTime()).map((it) => it.at);
    const single = list.map((it) => it.time).filter((it) => it !== 0 && !near.includes(it));
    const shown = list.some((it) => it.time === 0) ? near : near.filter((one) => list.some((it) => it.time === one));
    return [...new Set([...shown, ...single])].slice(0, 8).map((one) => ({ reminder, at: one }));
  });
  const counts = Map.groupBy(await countsOf(tx, times), (it) => it.reminder);
  return [...counts].map(([id, list]) => ({
    name: 'reminder.counted',
    stream: reminders.get(id)!.group,
    by: null,
    body: {
      id,
      counts: list.map(({ at: time, reminder: _reminder, ...rest }) => ({ at: time, counts: rest satisfies Counts })),
    },
  }));
}
