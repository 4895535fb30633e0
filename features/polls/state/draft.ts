import { isSeen } from '../../../protocol/shapes.ts';
import {
  CHOICES_LEAST,
  CHOICES_MOST,
  DEADLINE_LEAST_MS,
  DEADLINE_MOST_MS,
  firstRepeated,
  QUESTION_MOST,
} from '../rules.ts';

/** A moment that is offered with one press, or one that is typed. */
export type Deadline = 'none' | 'hour' | 'today' | 'tomorrow' | 'week' | 'other';

/** A poll as it is being written. */
export interface PollDraft {
  readonly question: string;
  readonly choices: readonly string[];
  readonly many: boolean;
  /** How many one may choose; 0: as many as there are. */
  readonly most: number;
  readonly open: boolean;
  readonly hidden: boolean;
  readonly anonymous: boolean;
  readonly deadline: Deadline;
  /** As the fields of the device give them: 2026-11-20, 17:00. */
  readonly day: string;
  readonly time: string;
}

export function emptyDraft(text = ''): PollDraft {
  const question = Array.from(text.replace(/\s+/g, ' ').trim()).slice(0, QUESTION_MOST).join('');
  return {
    question,
    choices: ['', ''],
    many: false,
    most: 0,
    open: false,
    hidden: false,
    anonymous: false,
    deadline: 'none',
    day: '',
    time: '17:00',
  };
}

/** The office’s clock is seven hours ahead of UTC, all year round. */
const OFFICE_MS = 7 * 3_600_000;
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];

/** Five in the afternoon at the office, on the day of this moment or so many days later. */
function closing(now: number, days: number): number {
  const midnight = Math.floor((now + OFFICE_MS) / DAY_MS) * DAY_MS - OFFICE_MS;
  return midnight + days * DAY_MS + 17 * HOUR_MS;
}

/** Moments with one press; those that are over are not offered. */
export function deadlines(now: number): readonly Exclude<Deadline, 'other'>[] {
  const today = closing(now, 0) - now >= DEADLINE_LEAST_MS;
  return ['none', 'hour', ...(today ? (['today'] as const) : []), 'tomorrow', 'week'];
}

/** When it ends; null: never, NaN: nothing that is a time. */
export function endOf({ deadline, day, time }: PollDraft, now: number): number | null {
  switch (deadline) {
    case 'none':
      return null;
    case 'hour':
      return now + HOUR_MS;
    case 'today':
      return closing(now, 0);
    case 'tomorrow':
      return closing(now, 1);
    case 'week':
      return now + 7 * DAY_MS;
    case 'other':
      return new Date(`${day}T${time}`).getTime();
  }
}

/** The choices that say something, in their order. */
export function choicesOf({ choices }: PollDraft): string[] {
  return choices.map((it) => it.replace(/\s+/g, ' ').trim()).filter((it) => isSeen(it));
}

export type Wrong = 'noQuestion' | 'noChoices' | 'repeated' | 'past' | 'far';

/** What is missing, first; undefined where it can be made. `at`: the field of a choice that repeats another. */
export function wrongIn(draft: PollDraft, now: number): { readonly what: Wrong; readonly at?: number } | undefined {
  if (!isSeen(draft.question)) return { what: 'noQuestion' };
  const choices = choicesOf(draft);
  const repeated = firstRepeated(choices);
  if (repeated !== -1) return { what: 'repeated', at: repeated };
  if (choices.length < CHOICES_LEAST) return { what: 'noChoices' };
  const end = endOf(draft, now);
  if (end === null) return undefined;
  if (!(end - now >= DEADLINE_LEAST_MS)) return { what: 'past' };
  return end - now > DEADLINE_MOST_MS ? { what: 'far' } : undefined;
}

/** What the action takes. */
export function inputOf(draft: PollDraft, group: string, now: number) {
  const choices = choicesOf(draft);
  const { many, most, anonymous, hidden, open } = draft;
  // “No limit” counts choices that members add too.
  const all = open && !anonymous ? CHOICES_MOST : choices.length;
  return {
    group,
    question: draft.question,
    choices,
    most: many ? (most === 0 ? all : Math.min(most, all)) : 1,
    anonymous,
    // Of an anonymous poll nobody sees a result before it is closed.
    hidden: hidden && !anonymous,
    open: open && !anonymous,
    endsAt: endOf(draft, now),
  };
}
