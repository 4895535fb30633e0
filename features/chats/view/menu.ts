import { CheckCheck, LogOut, Pin, PinOff } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import type { MenuEntry } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../protocol.ts';
import { unreadOf } from '../rules.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings.ts';

/** What can be done with a chat from its row. Only what is allowed is listed. */
export function chatMenu(chats: Chats, chat: Chat, leave: () => void): readonly MenuEntry[] {
  const { group } = chat;
  return [
    {
      label: strings(chat.pinnedAt === null ? 'pin' : 'unpin'),
      icon: chat.pinnedAt === null ? Pin : PinOff,
      onSelect: () => trying(() => chats.pin(group, chat.pinnedAt === null)),
    },
    unreadOf(chat) > 0 && {
      label: strings('markRead'),
      icon: CheckCheck,
      onSelect: () => chats.markAllRead(group),
    },
    chat.kind !== 'pair' && 'line',
    chat.kind !== 'pair' && {
      label: strings('leave'),
      icon: LogOut,
      tone: 'red',
      onSelect: leave,
    },
  ];
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
