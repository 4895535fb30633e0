/** Letters of the reason a member gives, and of the note an officer decides with. */
export const REASON_MOST = 300;
export const NOTE_LEAST = 10;
export const NOTE_MOST = 500;
/** Rows of one page of what was reported. */
export const PAGE_MOST = 100;
/** Members whose reports of one message are shown. */
export const VOICES_MOST = 50;
/** How long who opened a reported message may look at it, and at the files it carries. */
export const READ_MS = 15 * 60_000;
/** Withdrawals a device is told of at once, messages of one of them then, and in one event. */
export const PENDING_MOST = 100;
export const PURGED_MOST = 5_000;
export const TOLD_MOST = 500;
/** Days for which it is kept which device has confirmed; the counts stay. */
export const DEVICES_KEPT_DAYS = 90;

export const REPORT_STATES = ['open', 'withdrawn', 'dismissed'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** What a withdrawal is for: a member’s report, or the guard looking again at what is stored. */
export const CAUSES = ['report', 'rescan'] as const;
export type Cause = (typeof CAUSES)[number];

/** Number of a minute as it is cited: `3/2026`. */
export function minuteNumber({ number, year }: { readonly number: number; readonly year: number }): string {
  return `${number}/${year}`;
}
