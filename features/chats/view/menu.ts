import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  CheckCheck,
  LogOut,
  Mail,
  Pin,
  PinOff,
  SlidersHorizontal,
  Tag,
} from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { displayName } from '../../../web/names.ts';
import type { MenuEntry } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../protocol.ts';
import { isUnread } from '../rules.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings.ts';
import type { ChatSheet } from './sheets.tsx';

export const nameOf = (chat: Chat): string => displayName(chat.other?.name ?? chat.name);

/** What can be done with a chat from its row. Only what is allowed is listed. */
export function chatMenu(chats: Chats, chat: Chat, open: (sheet: ChatSheet) => void): readonly MenuEntry[] {
  const { group } = chat;
  const archived = chats.archived.peek().has(group);
  return [
    !archived && {
      label: strings(chat.pinnedAt === null ? 'pin' : 'unpin'),
      icon: chat.pinnedAt === null ? Pin : PinOff,
      onSelect: () => trying(() => chats.pin(group, chat.pinnedAt === null)),
    },
    {
      label: strings(chats.isMuted(chat) ? 'unmute' : 'mute'),
      icon: chats.isMuted(chat) ? Bell : BellOff,
      onSelect: () => turnSound(chats, chat, open),
    },
    {
      label: strings(archived ? 'unarchive' : 'archive'),
      icon: archived ? ArchiveRestore : Archive,
      onSelect: () => putAway(chats, chat, !archived),
    },
    isUnread(chat)
      ? { label: strings('markRead'), icon: CheckCheck, onSelect: () => trying(() => chats.markAllRead(group)) }
      : { label: strings('markUnread'), icon: Mail, onSelect: () => trying(() => chats.markUnread(group, true)) },
    { label: strings('label'), icon: Tag, onSelect: () => open('labels') },
    { label: strings('notify'), icon: SlidersHorizontal, onSelect: () => open('notify') },
    chat.kind !== 'pair' && 'line',
    chat.kind !== 'pair' && {
      label: strings('leave'),
      icon: LogOut,
      tone: 'red',
      onSelect: () => open('leave'),
    },
  ];
}

/** A silent chat rings again at once; for how long one is to be silent is asked. */
export function turnSound(chats: Chats, chat: Chat, open: (sheet: ChatSheet) => void): void {
  if (!chats.isMuted(chat)) return open('mute');
  trying(() => {
    chats.mute(chat.group, null);
    showToast({ words: strings('unmutedNow', { name: nameOf(chat) }), icon: Bell });
  });
}

/** Puts a chat away, or takes it out; what was put away by mistake is back with one press. */
export function putAway(chats: Chats, chat: Chat, on: boolean): void {
  trying(() => {
    const { group, pinnedAt } = chat;
    chats.archive(group, on);
    if (!on) return;
    showToast({
      words: strings('archivedNow', { name: nameOf(chat) }),
      icon: Archive,
      action: strings('undo'),
      onAction: () => {
        chats.archive(group, false);
        if (pinnedAt !== null) chats.pin(group, true);
      },
    });
  });
}

/** Does something that is kept until the server has it; says why where too much is waiting already. */
export function trying(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showToast({ words: strings('needsLine'), icon: null });
  }
}
