import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import type { Message } from '../messages/protocol.ts';
import type { reactionActions } from './protocol.ts';
import type { InputOf, OutputOf } from '../../protocol/action.ts';
import { fullFor, pillsOf, spelled } from './rules.ts';
import type { Full, Pill, Wish } from './rules.ts';

type Given = InputOf<(typeof reactionActions)['reaction.give']>;

/** An answered wish is believed for so long without its event: a picture of everything may have overtaken it. */
const PATIENCE_MS = 10_000;

/** Something a person did to a message that did not come to be, and why. */
export interface Refused {
  readonly code: string;
  readonly right: string | undefined;
}

const isGiven = (it: OutboxEntry): boolean => it.name === 'reaction.give';
const NONE: readonly Wish[] = [];

/** The emoji a person gives, also without a line: shown at once, and until their events are there. */
export class Reactions {
  /** The last one that was undone; a view says so and clears it. */
  readonly refused = signal<Refused | undefined>(undefined);

  readonly #device: Device;
  /** Answered by the server; `at`: the number of the own stream that tells it. */
  readonly #answered = signal<readonly { readonly entry: OutboxEntry; readonly at: number }[]>([]);
  /** By message; the same map while nothing is under way. */
  readonly #wishes: ReadonlySignal<ReadonlyMap<string, readonly Given[]>>;

  constructor(device: Device) {
    this.#device = device;
    const none: ReadonlyMap<string, readonly Given[]> = new Map();
    this.#wishes = computed(() => {
      const answered = this.#answered.value.map((it) => it.entry);
      const ids = new Set(answered.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isGiven(it) && !it.refused && !ids.has(it.id));
      if (answered.length + waiting.length === 0) return none;
      const inOrder = [...answered, ...waiting].sort((a, b) => (a.id < b.id ? -1 : 1));
      return Map.groupBy(
        inOrder.map((it) => it.input as Given),
        (it) => it.message,
      );
    });
    device.outbox.listen({
      sent: (entry, output) => {
        if (!isGiven(entry)) return;
        const { at } = output as OutputOf<(typeof reactionActions)['reaction.give']>;
        // The event may have come before the answer.
        if (at <= (device.connection.inbox.cursors.get(device.account) ?? 0)) return;
        this.#answered.value = [...this.#answered.peek(), { entry, at }];
        device.world.after(PATIENCE_MS, () => this.#settle((it) => it.entry === entry));
      },
      refused: (entry) => {
        if (!isGiven(entry)) return;
        const { code, details } = entry.refused!;
        const right = details['right'];
        this.refused.value = { code, right: typeof right === 'string' ? right : undefined };
        queueMicrotask(() => device.outbox.remove(entry.id));
      },
    });
    device.connection.listen({
      event: (frame: EventFrame) => {
        if (frame.in === device.account) this.#settle((it) => it.at <= frame.n);
      },
    });
  }

  /** What stands under a message, as it will be once all that is under way has come. Reads as a signal. */
  of({ id, reactions = [], mine = [] }: Pick<Message, 'id' | 'reactions' | 'mine'>): readonly Pill[] {
    const wishes = this.#wishes.value.get(id) ?? NONE;
    return reactions.length + wishes.length === 0 ? [] : pillsOf(reactions, mine, wishes);
  }

  /**
   * Gives an emoji, or takes it back where the person gives it already. Answers what stands in the way; nothing is done
   * then. Throws `outbox.full`.
   */
  toggle(group: string, line: Pick<Message, 'id' | 'reactions' | 'mine'>, given: string): Full | undefined {
    const emoji = spelled(given);
    const pills = this.of(line);
    const own = pills.filter((it) => it.own).map((it) => it.emoji);
    const on = !own.includes(emoji);
    const full = on
      ? fullFor(
          pills.map((it) => [it.emoji, it.count]),
          own,
          emoji,
        )
      : undefined;
    if (full) return full;
    // The last wish counts: one that still waits is overtaken by it.
    for (const it of this.#device.outbox.entries.peek()) {
      const { message, emoji: other } = it.input as Partial<Given>;
      if (isGiven(it) && message === line.id && other === emoji) this.#device.outbox.remove(it.id);
    }
    this.#device.outbox.add('reaction.give', { group, message: line.id, emoji, on }, `reaction ${line.id}`);
    return undefined;
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  #settle(goes: (it: { readonly entry: OutboxEntry; readonly at: number }) => boolean): void {
    if (this.#answered.peek().some(goes)) this.#answered.value = this.#answered.peek().filter((it) => !goes(it));
  }
}

/** The reactions of whoever is signed in at this page. */
export const reactions = signal<Reactions | undefined>(undefined);
