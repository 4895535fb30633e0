import type { Database } from '../../../server/database.ts';
import type { Actor, Standing } from '../../../server/house.ts';
import { canDecideAbout, isLeader } from '../../groups/rights.ts';
import type { Role } from '../../groups/rights.ts';
import type { GivenAnswer, Reminder, ReminderOccurrence } from '../protocol.ts';
import { answerAt } from '../rules.ts';
import type { Counts } from '../rules.ts';
import type { Occurrence } from '../rules/when.ts';
import { answersBy, countsOf, standInsOf } from '../store.ts';
import type { AnswerRow, ReminderRow, ShownRow, StandInRow, TimeOf } from '../store.ts';
import { timesAround } from './schedule.ts';

/** Totals of so many times are remembered by one node. */
const TIMES_KEPT = 2_000;
/** Where units decide whom it concerns, people come and go without the group knowing. */
const KEPT_MS = 60_000;

const NOBODY: Counts = { concerned: 0, accepted: 0, declined: 0, substitute: 0, none: 0 };

interface Kept {
  readonly stamp: string;
  readonly at: number;
  readonly counts: Promise<Counts>;
}

/**
 * Totals of times, counted once after each batch of answers and each change of members, however many people ask: when thousands
 * read a reminder again at about the same time, one counts for all.
 */
export class Totals {
  readonly #kept = new Map<string, Kept>();

  async of(
    db: Database,
    wishes: readonly { readonly row: ShownRow; readonly at: number }[],
    now: number,
  ): Promise<Map<string, Counts>> {
    const missing: (TimeOf & { readonly key: string; readonly stamp: string })[] = [];
    const found = new Map<string, Promise<Counts>>();
    for (const { row, at } of wishes) {
      const key = `${row.id} ${at}`;
      const stamp = `${row.answers} ${row.version} ${row.rightsVersion}`;
      const kept = this.#kept.get(key);
      if (kept?.stamp === stamp && Math.abs(now - kept.at) < KEPT_MS) found.set(key, kept.counts);
      else missing.push({ reminder: row.id, at, key, stamp });
    }
    if (missing.length > 0) {
      const counting = countsOf(db, missing).then(
        (list) => new Map(list.map(({ reminder, at, ...counts }) => [`${reminder} ${at}`, counts])),
      );
      for (const { key, stamp } of missing) {
        const counts = counting.then((map) => map.get(key) ?? NOBODY);
        found.set(key, counts);
        this.#keep(key, { stamp, at: now, counts });
      }
    }
    const list = await Promise.all([...found].map(async ([key, counts]) => [key, await counts] as const));
    return new Map(list);
  }

  #keep(key: string, it: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, it);
    it.counts.catch(() => {
      if (this.#kept.get(key) === it) this.#kept.delete(key);
    });
    while (this.#kept.size > TIMES_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }
}

/** Whoever made it, and leaders who decide about them, as long as the group is not frozen. */
export function mayChange(
  it: Pick<ReminderRow, 'maker'> & { readonly makerRole: Role | null; readonly open: boolean },
  actor: Actor,
  standing: Standing,
): boolean {
  if (!it.open) return false;
  if (it.maker === actor.account) return true;
  // Whoever has left is nobody's superior any more.
  return standing.can('message.recallOthers') && canDecideAbout(standing.role as Role, it.makerRole ?? 'member');
}

/** Reasons are personal: for who asked, and those who lead. */
export function seesReasons(it: Pick<ReminderRow, 'maker'>, actor: Actor, standing: Standing): boolean {
  return it.maker === actor.account || isLeader(standing.role as Role);
}

export function seesAnswers(it: Pick<ReminderRow, 'maker'>, actor: Actor, standing: Standing): boolean {
  return seesReasons(it, actor, standing) || standing.can('member.list');
}

export function givenOf(
  row: Omit<AnswerRow, 'answeredAt'> & { readonly answeredAt: Date | number },
  it: { readonly repeats: boolean; readonly reasons: boolean },
): GivenAnswer {
  return {
    answer: row.answer,
    reason: it.reasons ? row.reason : '',
    substitute: row.substitute ? { id: row.substitute, name: row.substituteName ?? '', refused: row.refused } : null,
    again: row.again,
    series: it.repeats && row.at === 0,
    at: row.answeredAt instanceof Date ? row.answeredAt.getTime() : row.answeredAt,
  };
}

function standsInAt(rows: readonly StandInRow[], at: number): ReminderOccurrence['standsInFor'] {
  return rows
    .filter((it) => it.at === at || (it.at === 0 && !it.overridden.includes(at)))
    .map(({ account, name, refused }) => ({ id: account, name, refused }));
}

interface Viewer {
  readonly db: Database;
  readonly actor: Actor;
  readonly standing: Standing;
  readonly now: Date;
}

/** Reminders as a member sees them, three statements whatever their number. `times`: these instead of those around now. */
export async function shownAll(
  { db, actor, standing, now }: Viewer,
  totals: Totals,
  rows: readonly ShownRow[],
  times?: readonly Occurrence[],
): Promise<Reminder[]> {
  if (rows.length === 0) return [];
  const at = now.getTime();
  const near = new Map(rows.map((row) => [row.id, times ?? timesAround(row.timing, at)]));
  const ids = rows.map((it) => it.id);
  const [mine, standIns, counts] = await Promise.all([
    answersBy(db, actor.account, ids),
    standInsOf(db, actor.account, ids),
    totals.of(
      db,
      rows.flatMap((row) => near.get(row.id)!.map((it) => ({ row, at: it.at }))),
      at,
    ),
  ]);
  const answers = Map.groupBy(mine, (it) => it.reminder);
  const asked = Map.groupBy(standIns, (it) => it.reminder);
  return rows.map((row): Reminder => {
    const own = answers.get(row.id) ?? [];
    const repeats = row.timing.repeat !== null;
    return {
      id: row.id,
      group: row.group,
      seq: row.seq,
      version: row.version,
      by: row.by,
      title: row.title,
      text: row.text,
      place: row.place,
      link: row.link,
      files: [...row.files],
      urgency: row.urgency,
      start: row.timing.start,
      wholeDay: row.timing.wholeDay,
      minutes: row.timing.minutes,
      repeat: row.timing.repeat as Reminder['repeat'],
      exceptions: row.timing.exceptions.map((it) => ({ ...it })),
      early: [...row.early],
      whom: row.whom,
      named: { accounts: [...row.namedAccounts], units: [...row.namedUnits] },
      concerns: row.concerns,
      mayChange: mayChange(row, actor, standing),
      maySeeAnswers: seesAnswers(row, actor, standing),
      createdAt: row.createdAt.getTime(),
      changedAt: row.changedAt.getTime(),
      changed: row.changed,
      cancelled: row.cancelledAt
        ? { by: row.cancelledBy, at: row.cancelledAt.getTime(), reason: row.cancelReason }
        : null,
      near: near.get(row.id)!.map((it): ReminderOccurrence => {
        const answer = answerAt(own, it.at);
        return {
          ...it,
          cancelled: it.cancelled || row.cancelledAt !== null,
          missed: row.missed.includes(it.at),
          counts: counts.get(`${row.id} ${it.at}`)!,
          mine: answer ? givenOf(answer, { repeats, reasons: true }) : null,
          standsInFor: standsInAt(asked.get(row.id) ?? [], it.at),
        };
      }),
    };
  });
}
