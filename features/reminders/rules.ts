/** Cards that are called otherwise with their reminder: the first, and so many of the last. Older ones say how it was called then. */
export const RETITLED_MOST = 50;
/** Letters of a title, a place, a text, a reason; and of the address of a meeting elsewhere. */
export const TITLE_MOST = 150;
export const PLACE_MOST = 200;
export const TEXT_MOST = 5_000;
export const REASON_MOST = 300;
export const LINK_MOST = 500;
export const FILES_MOST = 10;
/** Reminders of one group that are still to come. */
export const COMING_MOST = 500;
/** Read, and listed, at once. */
export const READ_MOST = 50;
export const LISTED_MOST = 50;
export const ANSWERS_PAGE_MOST = 500;
/** Whom it concerns, where it is not everybody. */
export const PEOPLE_MOST = 500;
export const UNITS_MOST = 50;
export const ROLES = ['owner', 'deputy', 'clerk'] as const;
/** Single times that are cancelled or moved; those long past are forgotten first. */
export const EXCEPTIONS_MOST = 200;
/** How often a thing may be repeated by a number, and by every how many days, weeks, months or years. */
export const COUNT_MOST = 1_000;
export const INTERVAL_MOST = 99;
/** How long one may last. */
export const MINUTES_MOST = 31 * 1_440;
/** Early notices of one reminder, and how early one may be. */
export const EARLY_MOST = 5;
export const EARLY_MINUTES_MOST = 30 * 1_440;
/** What a screen offers; any other number of minutes will do. */
export const EARLY_OFFERED = [10, 30, 60, 120, 1_440, 2 * 1_440, 7 * 1_440] as const;
/** How far ahead the first time may be: ten years. */
export const AHEAD_MS = 3_653 * 86_400_000;
/** What was due while the house stood still is told when it is back, but not after so long: then it is marked as missed. */
export const LATE_MS = 24 * 3_600_000;
/** That something was told, or missed, is known for so long. */
export const FIRINGS_KEPT_MS = 100 * 86_400_000;
/** What lasts a whole day is told of at seven in the morning, when quiet hours are over and offices are not open yet. */
export const WHOLE_DAY_MS = 7 * 3_600_000;
/** A time without an end stands among those to come for so long after it has begun. */
export const LINGER_MS = 3_600_000;

export const ANSWERS = ['accepted', 'declined', 'substitute'] as const;
export type Answer = (typeof ANSWERS)[number];

/** What is given of an answer; `none`: nothing, or what was given needs to be given anew. */
export interface Counts {
  /** How many it concerns. */
  readonly concerned: number;
  readonly accepted: number;
  readonly declined: number;
  readonly substitute: number;
  readonly none: number;
}

/** Whether it is an address of the web that may be opened from a card. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** Which of a person’s answers counts at a time: one for this very time goes before one for all. */
export function answerAt<T extends { readonly at: number }>(rows: readonly T[], at: number): T | undefined {
  return rows.find((it) => it.at === at) ?? rows.find((it) => it.at === 0);
}
