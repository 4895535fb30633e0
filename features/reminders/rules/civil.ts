/**
 * Days by the calendar, as numbers: 0 is 1 January 1970. All times are those of Asia/Ho_Chi_Minh, seven hours ahead of UTC all the
 * year since 1975, so that a moment and what the clock of the office shows differ by a constant.
 */
export const DAY_MS = 86_400_000;
export const OFFICE_MS = 7 * 3_600_000;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** The day of a moment. */
export function dayOf(at: number): number {
  return Math.floor((at + OFFICE_MS) / DAY_MS);
}

/** The moment at which a day begins. */
export function startOfDay(day: number): number {
  return day * DAY_MS - OFFICE_MS;
}

/** 1 Monday to 7 Sunday. */
export function weekdayOf(day: number): number {
  // 1 January 1970 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Of the Gregorian calendar, before 1582 too; months beyond 12 or below 1 belong to other years. */
export function dayNumber(year: number, month: number, day: number): number {
  const [y, m] = [year + Math.floor((month - 1) / 12), ((((month - 1) % 12) + 12) % 12) + 1];
  // Years that begin in March have their odd day last.
  const [from, nth] = m > 2 ? [y, m - 3] : [y - 1, m + 9];
  const era = Math.floor(from / 400);
  const within = from - era * 400;
  const ofYear = Math.floor((153 * nth + 2) / 5) + day - 1;
  return era * 146_097 + within * 365 + Math.floor(within / 4) - Math.floor(within / 100) + ofYear - 719_468;
}

export function civilDate(day: number): CivilDate {
  const days = day + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const within = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * within + Math.floor(within / 4) - Math.floor(within / 100));
  const nth = Math.floor((5 * ofYear + 2) / 153);
  const month = nth < 10 ? nth + 3 : nth - 9;
  return {
    year: within + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * nth + 2) / 5) + 1,
  };
}

/** The last day of a month; months beyond 12 belong to the next years. */
export function lastOfMonth(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - 1;
}
