import { useRef, useState } from 'preact/hooks';
import { Archive, ArchiveRestore, Bell, BellOff, CheckCheck, Mail, Pin, PinOff } from 'lucide';
import type { IconNode } from 'lucide';

import { usePressOutside, useSwipe } from '../../../web/ui/gestures.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import type { Chat } from '../protocol.ts';
import { isUnread } from '../rules.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings.ts';
import { putAway, trying, turnSound } from './menu.ts';
import type { ChatSheet } from './sheets.tsx';

type Handlers = Record<string, unknown>;

/**
 * A row of the list under the finger: to the left three acts lie open, to the right it is read (or marked unread). All of it stands
 * in the row's menu too.
 */
export function useRowSwipe(chats: Chats, chat: Chat | undefined, open: (sheet: ChatSheet) => void) {
  const row = useRef<HTMLElement | null>(null);
  const tray = useRef<HTMLSpanElement | null>(null);
  const [shown, setShown] = useState<'none' | 'tray' | 'hint'>('none');

  const push = (px: number): void => {
    const link = row.current?.querySelector<HTMLElement>(':scope > .row-press');
    if (link) link.style.transform = px === 0 ? '' : `translateX(${px}px)`;
  };
  const close = (): void => {
    push(0);
    setShown('none');
  };
  usePressOutside(tray, close, shown === 'tray');

  const swipe = useSwipe({
    right: () => {
      if (!chat) return;
      trying(() => (isUnread(chat) ? chats.markAllRead(chat.group) : chats.markUnread(chat.group, true)));
    },
    left: () => {
      setShown('tray');
      push(-(tray.current?.offsetWidth ?? 240));
    },
    follow: (px) => {
      push(px);
      setShown(px === 0 ? 'none' : px < 0 ? 'tray' : 'hint');
    },
  });

  const act = (icon: IconNode, words: string, run: () => void) => (
    <button
      type="button"
      class="chat-tray-act"
      onClick={() => {
        close();
        run();
      }}
    >
      <Icon of={icon} size={20} />
      {words}
    </button>
  );
  const archived = chat !== undefined && chats.archived.value.has(chat.group);
  const unread = chat !== undefined && isUnread(chat);

  return {
    /** The handlers of the row: those of its menu and those of the swipe, one after the other. */
    gesture: (menu: Handlers): Handlers => {
      const both: Handlers = { ...menu };
      for (const [name, run] of Object.entries(swipe)) {
        const first = menu[name] as ((event: Event) => void) | undefined;
        both[name] = (event: PointerEvent) => {
          row.current = event.currentTarget as HTMLElement;
          // What is pressed in the open tray is a button, and no new swipe.
          if (tray.current?.contains(event.target as Node)) return;
          first?.(event);
          run(event);
        };
      }
      return both;
    },
    tray:
      shown === 'none' || !chat ? null : shown === 'hint' ? (
        <span class="chat-hint" aria-hidden="true">
          <Icon of={unread ? CheckCheck : Mail} size={20} />
          {strings(unread ? 'markRead' : 'markUnread')}
        </span>
      ) : (
        <span class="chat-tray" ref={tray}>
          {archived
            ? null
            : act(chat.pinnedAt === null ? Pin : PinOff, strings(chat.pinnedAt === null ? 'pin' : 'unpin'), () =>
                trying(() => chats.pin(chat.group, chat.pinnedAt === null)),
              )}
          {act(chats.isMuted(chat) ? Bell : BellOff, strings(chats.isMuted(chat) ? 'unmute' : 'mute'), () =>
            turnSound(chats, chat, open),
          )}
          {act(archived ? ArchiveRestore : Archive, strings(archived ? 'unarchive' : 'archive'), () =>
            putAway(chats, chat, !archived),
          )}
        </span>
      ),
  };
}
