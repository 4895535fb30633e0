import type { GroupKind } from './rights.ts';

export const NAME_MOST = 100;
/** The counter is shown when so many letters are left. */
export const NAME_COUNTED_FROM = 20;
export const DESCRIPTION_MOST = 500;
export const TOPIC_MOST = 100;
/** Letters of what who asks to come in is asked. */
export const QUESTION_MOST = 200;
/** Members of one group; beyond it announcement groups will serve. */
export const MEMBERS_MOST = 5_000;
/** People named in one act of adding, and numbers pasted at once. */
export const ADDED_AT_ONCE = 1_000;

/** Renamings shown of a group. */
export const NAMES_MOST = 200;
/** Seconds between two messages in slow mode, as the screen offers them; 0 is off. */
export const SLOW_CHOICES = [0, 10, 30, 60, 300, 900, 3600] as const;
/** Days of what was said before that newcomers may be let read. */
export const HISTORY_DAYS_MOST = 365;
/** An offer of the lead that nobody answers ends after so long. */
export const TRANSFER_MS = 7 * 86_400_000;
/** From dissolving a group until it is gone. */
export const DISSOLVE_MS = 86_400_000;
/** People whose role, or exceptions, are changed in one act. */
export const DECIDED_AT_ONCE = 200;

/** Conversations of two that one person begins: a hundred a day, as many as they may invite. */
export const NEW_PAIRS = { burst: 100, perMinute: 100 / 1_440 } as const;

/** The kinds a person can choose, in the order of the screen. */
export const CHOSEN_KINDS = ['directive', 'coordination', 'area', 'announcement'] as const satisfies GroupKind[];
export type ChosenKind = (typeof CHOSEN_KINDS)[number];

/** How many letters a name has room for, as the server counts them: negative where it is too long. */
export function lettersLeft(name: string): number {
  return NAME_MOST - Array.from(name.normalize('NFC').replace(/\s+/g, ' ').trim()).length;
}

/** The two accounts of a conversation of two, in one order, so that there is one such conversation. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
