import type { GivenAnswer, Reminder, ReminderOccurrence } from '../protocol.ts';
import type { Answer, Counts } from '../rules.ts';
import { nextOccurrences, occurrenceAt, overAt } from '../rules/when.ts';
import type { Occurrence } from '../rules/when.ts';

/** The time a card is about. What others answered is known of those around now only. */
export interface Shown extends Occurrence {
  readonly missed: boolean;
  readonly counts: Counts | undefined;
  readonly mine: GivenAnswer | null;
  readonly standsInFor: ReminderOccurrence['standsInFor'];
  readonly over: boolean;
  readonly under: boolean;
}

/** What the actor wishes to answer and the server has not told yet. */
export interface Wish {
  /** The time, as the rule has it; null for all. */
  readonly at: number | null;
  readonly answer: Answer | null;
  readonly reason: string;
  readonly substitute: { readonly id: string; readonly name: string } | null;
  /** When it was given. */
  readonly given: number;
}

/** The time that is meant by `at`, else the one that is next; where nothing is to come, the last. */
export function shownOf(it: Reminder, at: number | undefined, now: number): Shown {
  const named = at === undefined ? undefined : it.near.find((one) => one.at === at || one.start === at);
  const next = it.near.find((one) => !one.cancelled && overAt(one) > now);
  const [coming] = next ? [] : nextOccurrences(it, now, 1);
  const found: Occurrence =
    named ??
    (at === undefined
      ? (next ?? coming ?? it.near.at(-1))
      : (occurrenceAt(it, at) ?? { at, start: at, end: at + it.minutes * 60_000, cancelled: true })) ??
    ({ at: it.start, start: it.start, end: it.start + it.minutes * 60_000, cancelled: false } as const);
  const known = it.near.find((one) => one.at === found.at);
  return {
    ...found,
    missed: known?.missed ?? false,
    counts: known?.counts,
    mine: known?.mine ?? null,
    standsInFor: known?.standsInFor ?? [],
    over: overAt(found) <= now,
    under: found.start <= now && overAt(found) > now,
  };
}

/** What counts of an answer: one that has to be given again, or whose substitute will not go, is none. */
function counted(mine: GivenAnswer | null): Answer | 'none' {
  return mine === null || mine.again || mine.substitute?.refused ? 'none' : mine.answer;
}

/** A reminder as it will be once these wishes have come, in the order in which they were made. `counts`: its totals lack them. */
export function wished(it: Reminder, wishes: readonly Wish[], counts = true): Reminder {
  if (wishes.length === 0) return it;
  return {
    ...it,
    near: it.near.map((one) => {
      let next = one;
      for (const wish of wishes)
        if (wish.at === null || wish.at === one.at) next = answered(next, wish, it.concerns && counts);
      return next;
    }),
  };
}

function answered(one: ReminderOccurrence, wish: Wish, counts: boolean): ReminderOccurrence {
  const mine: GivenAnswer | null =
    wish.answer === null
      ? null
      : {
          answer: wish.answer,
          reason: wish.reason,
          substitute: wish.substitute && { ...wish.substitute, refused: false },
          again: false,
          series: wish.at === null,
          at: wish.given,
        };
  const [from, to] = [counted(one.mine), counted(mine)];
  if (!counts || from === to) return { ...one, mine };
  return {
    ...one,
    mine,
    counts: { ...one.counts, [from]: Math.max(0, one.counts[from] - 1), [to]: one.counts[to] + 1 },
  };
}
