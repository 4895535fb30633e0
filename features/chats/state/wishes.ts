import type { InputOf } from '../../../protocol/action.ts';
import type { OutboxEntry } from '../../../web/outbox.ts';
import { isMuted } from '../../quiet/rules.ts';
import type { Chat, chatActions } from '../protocol.ts';

/** What a person does to the order and the loudness of their own list. */
export const WISHES = ['chat.pin', 'chat.mute', 'chat.follow', 'chat.archive', 'chat.mark'] as const;
type Wish = (typeof WISHES)[number];

const DONE: { readonly [K in Wish]: (chat: Chat, input: InputOf<(typeof chatActions)[K]>, at: number) => Chat } = {
  'chat.pin': (chat, { on }, at) => ({ ...chat, pinnedAt: on ? at : null }),
  'chat.mute': (chat, { until }, at) => ({
    ...chat,
    mutedUntil: until,
    // As the server does it: muting does not put away again what a message had brought back.
    archivedUpTo: until !== null && cameBack(chat, at) ? null : chat.archivedUpTo,
  }),
  'chat.follow': (chat, { notify }) => ({ ...chat, notify }),
  'chat.archive': (chat, { upTo }) => ({ ...chat, archivedUpTo: upTo, pinnedAt: upTo === null ? chat.pinnedAt : null }),
  'chat.mark': (chat, { unread }) => ({ ...chat, markedUnread: unread }),
};

function cameBack(chat: Chat, at: number): boolean {
  return chat.archivedUpTo !== null && chat.messages > chat.archivedUpTo && !isMuted(chat.mutedUntil, at);
}

/** The chat as it will be once those of these that concern it have been done, in their order. */
export function chatWith(chat: Chat, wishes: readonly OutboxEntry[]): Chat {
  let next = chat;
  for (const { name, input, at } of wishes) {
    if ((input as { group: string }).group === chat.group) next = DONE[name as Wish](next, input as never, at);
  }
  return next;
}
