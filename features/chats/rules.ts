import { isMuted } from '../quiet/rules.ts';
import type { Urgency } from '../quiet/rules.ts';

/** Characters of the newest line that a row of the list carries. */
export const PREVIEW_MOST = 300;
/** Somebody who said that they are writing is shown so for this long. */
export const TYPING_MS = 6_000;
/** While writing it is said again this often. */
export const TYPING_AGAIN_MS = 4_000;
/** A chat muted until the person turns it on again: the last moment that the wire knows. */
export const FOREVER = 253_402_300_799_999;
/** Unread lines that name the actor: so many of the newest are told; beyond it “99+” is said anyway. */
export const MENTIONS_MOST = 100;

export const NOTIFY = ['all', 'mentions', 'nothing'] as const;
export const MUTES = ['hour', 'hours', 'morning', 'always'] as const;
export type Mute = (typeof MUTES)[number];

const HOUR_MS = 3_600_000;
const MORNING = 8;

/** When a chat that is muted now rings again. The morning is that of the device: the next time its clock shows 8:00. */
export function muteEnd(mute: Mute, now: number): number {
  switch (mute) {
    case 'hour':
      return now + HOUR_MS;
    case 'hours':
      return now + 4 * HOUR_MS;
    case 'morning': {
      const morning = new Date(now);
      morning.setHours(MORNING, 0, 0, 0);
      if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
      return morning.getTime();
    }
    case 'always':
      return FOREVER;
  }
}

/** What of a chat says how loud and where it stands in the list. */
export interface Standing {
  readonly messages: number;
  readonly readOrdinal: number;
  readonly readSeq: number;
  readonly mutedUntil: number | null;
  readonly archivedUpTo: number | null;
  readonly markedUnread: boolean;
  readonly notify: (typeof NOTIFY)[number];
  readonly mentioned: readonly number[];
  readonly urgent: readonly number[];
}

/** Messages not read yet. */
export function unreadOf(chat: Pick<Standing, 'messages' | 'readOrdinal'>): number {
  return Math.max(0, chat.messages - chat.readOrdinal);
}

/** Something to read, or marked so by the person. */
export function isUnread(chat: Pick<Standing, 'messages' | 'readOrdinal' | 'markedUnread'>): boolean {
  return chat.markedUnread || unreadOf(chat) > 0;
}

/** Put away: out of the list until somebody writes; a muted one stays away until it is taken out. */
export function isArchived(
  { archivedUpTo, messages, mutedUntil }: Pick<Standing, 'archivedUpTo' | 'messages' | 'mutedUntil'>,
  now: number,
): boolean {
  return archivedUpTo !== null && (messages <= archivedUpTo || isMuted(mutedUntil, now));
}

/** Unread messages that name the actor. */
export function mentionsOf({ mentioned, readSeq }: Pick<Standing, 'mentioned' | 'readSeq'>): number {
  let count = 0;
  for (const seq of mentioned) if (seq > readSeq) count += 1;
  return count;
}

/** The highest urgency among what is unread. */
export function urgencyOf({ urgent, readSeq }: Pick<Standing, 'urgent' | 'readSeq'>): Urgency {
  for (const level of [3, 2, 1] as const) if ((urgent[level - 1] ?? 0) > readSeq) return level;
  return 0;
}

export interface Named {
  readonly who: 'account' | 'all' | 'unit' | 'role';
  readonly id?: string | undefined;
}

/** Whether a message names this person: by name, everybody, their unit, or their role in the group. */
export function namesMe(
  mentions: readonly Named[] | undefined,
  me: { readonly account: string; readonly unit?: string | undefined; readonly role: string },
): boolean {
  return (
    mentions?.some(
      ({ who, id }) => who === 'all' || (id !== undefined && id === (me as Record<string, string | undefined>)[who]),
    ) ?? false
  );
}

/** What a chat adds to the number on the app’s icon: only what would have called the person. */
export function badgeOf(chat: Standing, now: number): number {
  if (isMuted(chat.mutedUntil, now) || chat.notify === 'nothing') return 0;
  if (chat.notify === 'mentions') return mentionsOf(chat);
  return Math.max(unreadOf(chat), chat.markedUnread ? 1 : 0);
}
