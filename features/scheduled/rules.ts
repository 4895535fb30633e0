/** Messages of one person that wait at once. */
export const SCHEDULED_MOST = 100;
/** How far ahead one may be scheduled. */
export const AHEAD_MS = 366 * 86_400_000;
/** Nearer than this it is sent rather than scheduled. */
export const SOONEST_MS = 30_000;
/** The house may have stood still at its time. Later than this it is not sent by itself: “at half past seven” is over. */
export const LATE_MS = 12 * 3_600_000;
/** One that was refused is shown until its writer does something about it, for so long at most. */
export const REFUSED_KEPT_DAYS = 30;
/** Letters of a text as the list shows it. */
export const PREVIEW_MOST = 200;

/** A moment somebody may choose with one press. */
export interface QuickTime {
  readonly key: 'hour' | 'afternoon' | 'tomorrow' | 'monday';
  readonly at: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Offices begin at half past seven, and end at five: half an hour before is still read. */
const MORNING = 7.5 * HOUR;
const AFTERNOON = 16.5 * HOUR;
/** Asia/Ho_Chi_Minh: the time of offices, the same all the year. */
const OFFSET = 7 * HOUR;

/** What is offered at this moment, the next first: only what is still ahead. Times of offices are those of Vietnam. */
export function quickTimes(now: number): readonly QuickTime[] {
  const today = Math.floor((now + OFFSET) / DAY) * DAY - OFFSET;
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor((now + OFFSET) / DAY) + 4) % 7;
  const toMonday = ((8 - weekday) % 7 || 7) * DAY;
  const times: QuickTime[] = [{ key: 'hour', at: Math.ceil((now + HOUR) / 60_000) * 60_000 }];
  if (today + AFTERNOON - now > HOUR) times.push({ key: 'afternoon', at: today + AFTERNOON });
  times.push({ key: 'tomorrow', at: today + DAY + MORNING });
  if (toMonday > DAY) times.push({ key: 'monday', at: today + toMonday + MORNING });
  return times.toSorted((a, b) => a.at - b.at);
}

/** Whether something may be scheduled for then: neither at once nor in years. */
export function isFitTime(at: number, now: number): boolean {
  return at - now >= SOONEST_MS && at - now <= AHEAD_MS;
}
