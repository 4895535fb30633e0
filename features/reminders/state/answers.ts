import type { OutputOf } from '../../../protocol/action.ts';
import type { reminderActions } from '../protocol.ts';
import { ANSWERS_PAGE_MOST } from '../rules.ts';
import type { Answer, Counts } from '../rules.ts';
import type { Reminders } from '../state.ts';

type Page = OutputOf<(typeof reminderActions)['reminder.answers']>;
export type Answering = Page['people'][number];
export type Show = Answer | 'none';

/** How many of those it concerns a list of this kind shows. */
export function countOf(show: Show, counts: Counts): number {
  return counts[show];
}

/** Everybody, for a table: page after page, each person once though somebody came or went meanwhile. */
export async function everyAnswer(state: Reminders, group: string, reminder: string, at: number): Promise<Answering[]> {
  const people = new Map<string, Answering>();
  for (let after = 0; ; after += ANSWERS_PAGE_MOST) {
    const page = await state.call('reminder.answers', { group, reminder, at, after, limit: ANSWERS_PAGE_MOST });
    for (const it of page.people) people.set(it.account, it);
    if (page.people.length < ANSWERS_PAGE_MOST) return [...people.values()];
  }
}
