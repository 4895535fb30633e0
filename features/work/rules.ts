import { dayOf, weekdayOf } from '../reminders/rules/civil.ts';

/** What waits for a person: an answer, a vote, a word that it was read. */
export const WORK_KINDS = ['reminder', 'poll', 'note', 'message'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** The chips: what is to be done, and everything of one kind. `reading`: notes and messages that ask to be acknowledged. */
export const WORK_LISTS = ['todo', 'reminder', 'poll', 'reading'] as const;
export type WorkList = (typeof WORK_LISTS)[number];

/** Things of one page. */
export const WORK_PAGE = 50;
/** Of each kind so many are looked at: those that are due first, the newest of those that are never due. */
export const WORK_MOST = 500;
/** Whoever did not acknowledge a message for so long is not reminded of it here any more. */
export const ASKED_DAYS = 90;

/** Whether a thing of this kind stands in this list. */
export function isIn(
  list: WorkList,
  { kind, waiting }: { readonly kind: WorkKind; readonly waiting: boolean },
): boolean {
  if (list === 'todo') return waiting;
  if (list === 'reading') return kind === 'note' || kind === 'message';
  return kind === list;
}

export const WORK_SECTIONS = ['overdue', 'today', 'week', 'later', 'undated'] as const;
export type WorkSection = (typeof WORK_SECTIONS)[number];

/** Where a thing stands by the day on which it is due, by the calendar of the office; the week ends on Sunday. */
export function sectionOf(due: number | null, now: number): WorkSection {
  if (due === null) return 'undated';
  const [day, today] = [dayOf(due), dayOf(now)];
  if (day < today) return 'overdue';
  if (day === today) return 'today';
  return day <= today + 7 - weekdayOf(today) ? 'week' : 'later';
}

export interface Placed {
  readonly due: number | null;
  readonly id: string;
}

/** What is due first comes first; what never is comes last, the newest of it first (ids grow with time). */
export function inOrder(a: Placed, b: Placed): number {
  if (a.due === null && b.due === null) return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
  if (a.due === null) return 1;
  if (b.due === null) return -1;
  return a.due - b.due || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
