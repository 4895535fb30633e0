import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { ActionMap, ActionName } from '../features/contracts.ts';
import type { InputOf } from '../protocol/action.ts';
import type { Device } from './device.ts';
import type { OutboxEntry } from './outbox.ts';

/** Acts whose event has been heard, so that an answer that comes later is not waited for. */
const HEARD_MOST = 500;

/**
 * What the person did to what is theirs alone and the server has not yet told as an event: kept on the device, also without a
 * line, and shown over what is known until the event is there. So nothing flickers back, and nothing another device did later is
 * hidden. The event says which act it came from.
 */
export class Wishes<N extends ActionName> {
  /** In the order of doing; the same empty list while nothing is under way. */
  readonly list: ReadonlySignal<readonly OutboxEntry[]>;

  readonly #device: Device;
  readonly #lane: string;
  /** Answered by the server, not yet come back as an event. */
  readonly #sent = signal<readonly OutboxEntry[]>([]);
  readonly #heard = new Set<string>();

  constructor(device: Device, lane: string, names: readonly N[]) {
    this.#device = device;
    this.#lane = lane;
    const isOurs = (it: OutboxEntry): boolean => (names as readonly string[]).includes(it.name);
    const none: readonly OutboxEntry[] = [];
    this.list = computed(() => {
      const sent = this.#sent.value;
      const ids = new Set(sent.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isOurs(it) && !it.refused && !ids.has(it.id));
      return sent.length + waiting.length === 0 ? none : [...sent, ...waiting];
    });
    device.outbox.listen({
      sent: (entry) => {
        if (isOurs(entry) && !this.#heard.has(entry.id)) this.#sent.value = [...this.#sent.peek(), entry];
      },
      // Refused is only what concerns a thing that is gone: nobody is told, and nothing is tried again.
      refused: (entry) => {
        if (isOurs(entry)) queueMicrotask(() => device.outbox.remove(entry.id));
      },
    });
  }

  /** Does it as soon as it can be done, once. Throws `outbox.full`. */
  add<M extends N>(name: M, input: InputOf<ActionMap[M]>): void {
    // One lane for all of them: they are done in the order in which they were wished for.
    this.#device.outbox.add(name, input, this.#lane);
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
