import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf } from '../../../protocol/action.ts';
import type { Device } from '../../../web/device.ts';
import type { OutboxEntry } from '../../../web/outbox.ts';
import { isMuted } from '../../quiet/rules.ts';
import type { Chat, chatActions } from '../protocol.ts';

/** What a person does to the order and the loudness of their own list. */
const WISHES = {
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
} satisfies { [K in WishName]: (chat: Chat, input: InputOf<(typeof chatActions)[K]>, at: number) => Chat };

type WishName = 'chat.pin' | 'chat.mute' | 'chat.follow' | 'chat.archive' | 'chat.mark';

/** Acts whose event has been heard, so that an answer that comes later is not waited for. */
const HEARD_MOST = 500;

const isWish = (it: OutboxEntry): boolean => Object.hasOwn(WISHES, it.name);
const groupOf = (it: OutboxEntry): string => (it.input as { group: string }).group;

function cameBack(chat: Chat, at: number): boolean {
  return chat.archivedUpTo !== null && chat.messages > chat.archivedUpTo && !isMuted(chat.mutedUntil, at);
}

/** The chat as it will be once these have been done, in their order. */
export function chatWith(chat: Chat, wishes: readonly OutboxEntry[] | undefined): Chat {
  let next = chat;
  for (const { name, input, at } of wishes ?? []) next = WISHES[name as WishName](next, input as never, at);
  return next;
}

/**
 * What the person did to their list and the server has not yet told as an event: kept on the device, also without a line, and
 * shown over what is known until the event is there. So nothing flickers back, and nothing another device did later is hidden.
 */
export class Wishes {
  /** By group; the same map while nothing is under way. */
  readonly byGroup: ReadonlySignal<ReadonlyMap<string, readonly OutboxEntry[]>>;

  readonly #device: Device;
  /** Answered by the server, not yet come back as an event. */
  readonly #sent = signal<readonly OutboxEntry[]>([]);
  readonly #heard = new Set<string>();

  constructor(device: Device) {
    this.#device = device;
    const none: ReadonlyMap<string, readonly OutboxEntry[]> = new Map();
    this.byGroup = computed(() => {
      const sent = this.#sent.value;
      const ids = new Set(sent.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isWish(it) && !it.refused && !ids.has(it.id));
      return sent.length + waiting.length === 0 ? none : Map.groupBy([...sent, ...waiting], groupOf);
    });
    device.outbox.listen({
      sent: (entry) => {
        if (isWish(entry) && !this.#heard.has(entry.id)) this.#sent.value = [...this.#sent.peek(), entry];
      },
      // Refused is only what concerns a chat that is gone: nobody is told, and nothing is tried again.
      refused: (entry) => {
        if (isWish(entry)) queueMicrotask(() => device.outbox.remove(entry.id));
      },
    });
  }

  add<N extends WishName>(name: N, input: InputOf<(typeof chatActions)[N]>): void {
    this.#device.outbox.add(name, input as never, `list ${input.group}`);
  }

  /** The event of an act is here: what it says is known from now on. */
  hear(act: string | undefined): void {
    if (act === undefined) return;
    this.#heard.add(act);
    for (const first of this.#heard) if (this.#heard.size > HEARD_MOST) this.#heard.delete(first);
    if (this.#sent.peek().some((it) => it.id === act))
      this.#sent.value = this.#sent.peek().filter((it) => it.id !== act);
    this.#device.outbox.confirm(act);
  }

  /** Those that the server had done at this moment: a picture that is asked for after it shows them. */
  done(): readonly OutboxEntry[] {
    return this.#sent.peek();
  }

  /** A picture of everything that shows these is in place. */
  settle(done: readonly OutboxEntry[]): void {
    if (done.length > 0) this.#sent.value = this.#sent.peek().filter((it) => !done.includes(it));
  }
}
