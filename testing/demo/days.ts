const DAY = 86_400_000;
/** Vietnam has no summer time. */
const ZONE = 7 * 3_600_000;

/** Days since 1970 in Vietnam. */
export function dayOf(at: Date): number {
  return Math.floor((at.getTime() + ZONE) / DAY);
}

/** 0 for Sunday: 1 January 1970 was a Thursday. */
export function weekdayOf(day: number): number {
  return (day + 4) % 7;
}

export function isWorkday(day: number): boolean {
  return weekdayOf(day) !== 0 && weekdayOf(day) !== 6;
}

/** That day in Vietnam at “07:30”. */
export function momentOf(day: number, time: string): Date {
  return new Date(day * DAY - ZONE + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000);
}
