/** Entries of one page. */
export const PAGE_MOST = 100;
/** Entries of one page of an export. */
export const EXPORT_PAGE_MOST = 1_000;
/** Entries of one export; more are taken out in several, by time. */
export const EXPORT_MOST = 50_000;
/** An export waits this long for the second person, and can be fetched this long. */
export const EXPORT_HOURS = 24;
/** A code must have been entered on this device within this time before the log leaves the house. */
export const STEP_UP_MINUTES = 10;

export const RESULTS = ['done', 'denied', 'failed'] as const;
export type Result = (typeof RESULTS)[number];

/** Characters that are kept of a text; a whole entry has at most so many bytes of details, and names so many people. */
export const TEXT_MOST = 200;
export const DETAILS_MOST = 16_384;
export const PEOPLE_MOST = 500;

/** A checkpoint is signed when so many entries or so much time have passed since the last. */
export const CHECKPOINT_ENTRIES = 1_000;
export const CHECKPOINT_MINUTES = 15;

/** What is refused is kept this often a person (an address, before signing in), and this often altogether; the rest is counted. */
export const REFUSED_EACH = { burst: 20, perMinute: 1 / 3 } as const;
export const REFUSED_ALL = { burst: 2_000, perMinute: 30 } as const;

export const WHAT_BROKE = [
  'changed',
  'moved',
  'removed',
  'truncated',
  'rewritten',
  'checkpoint_forged',
  'checkpoint_missing',
  'table_altered',
] as const;
/**
 * - `changed`: the entry is not what was hashed · `moved`: it says that its place was another (inserted, or exchanged)
 * - `removed`: the number is missing · `truncated`: the log ends before a signed checkpoint
 * - `rewritten`: the chain holds and is another than the one a checkpoint was signed for
 * - `checkpoint_forged`: not signed with this house's key · `checkpoint_missing`: outside there is one which the database lacks,
 *   or there is none at all · `table_altered`: the columns people search by are no longer made from the entry
 */
export type WhatBroke = (typeof WHAT_BROKE)[number];
