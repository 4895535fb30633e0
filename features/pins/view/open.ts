import { navigate } from '../../../web/routing.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import type { Pin } from '../protocol.ts';

/** Whether its place in the conversation is the person’s to read. */
export function isInChat(group: string, { seq }: Pick<Pin, 'seq'>): boolean {
  return seq > (useChats()?.get(group)?.visibleFrom ?? 0);
}

/** Where a press on it leads; undefined where it can only be read in a sheet. */
export function pathOf(group: string, { kind, thing, seq }: Pick<Pin, 'kind' | 'thing' | 'seq'>): string | undefined {
  if (kind === 'note') return `/chats/${group}/notes/${thing}`;
  if (kind === 'poll') return `/chats/${group}/polls/${thing}`;
  if (isInChat(group, { seq })) return `/chats/${group}?at=${seq}`;
  // Its card is further up than this person reads: the board has it.
  return kind === 'reminder' ? `/chats/${group}/board` : undefined;
}

/** Leads there, or reads it here. */
export function openPin(group: string, pin: Pin, read: (pin: Pin) => void): void {
  const path = pathOf(group, pin);
  if (path === undefined) read(pin);
  else navigate(path);
}
