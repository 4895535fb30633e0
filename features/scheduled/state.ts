import { signal } from '@preact/signals';

import type { Connection } from '../../web/connection.ts';
import type { BodyOf } from '../../protocol/event.ts';
import type { Scheduled, scheduledEvents } from './protocol.ts';

export type Change = BodyOf<(typeof scheduledEvents)['scheduled.changed']>;

/** What the actor has scheduled, in memory only: its words are kept by the server until they are sent. */
export class ScheduledMessages {
  /** Undefined until it is known. */
  readonly list = signal<readonly Scheduled[] | undefined>(undefined);
  readonly trouble = signal<unknown>(undefined);
  readonly #connection: Connection;
  #account = '';
  #asking: Promise<void> | undefined;
  #again = false;

  /** `onRefused`: one could not be sent just now. */
  constructor(connection: Connection, onRefused: (change: Change) => void = () => {}) {
    this.#connection = connection;
    connection.listen({
      event: (frame) => {
        if (frame.on !== 'scheduled.changed') return;
        const change = frame.with as Change;
        if (change.what === 'sent' || change.what === 'cancelled') this.#drop(change.scheduled);
        if (change.what === 'refused') onRefused(change);
        void this.fetch();
      },
      // Something may have been sent meanwhile.
      welcome: (account) => {
        this.#account = account;
        void this.fetch();
      },
      placed: async (streams) => {
        if (streams.includes(this.#account)) await this.fetch();
      },
    });
  }

  /** Those of one chat, the next first. Reads as a signal. */
  of(group: string): readonly Scheduled[] {
    return this.list.value?.filter((it) => it.group === group) ?? [];
  }

  /** Asks for all of them; asked again meanwhile, once more after it. */
  fetch(): Promise<void> {
    this.#again = this.#asking !== undefined;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
      if (this.#again) void this.fetch();
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    try {
      this.list.value = (await this.#connection.call('scheduled.list', {})).scheduled;
      this.trouble.value = undefined;
    } catch (error) {
      this.trouble.value = error;
    }
  }

  #drop(id: string): void {
    this.list.value = this.list.peek()?.filter((it) => it.id !== id);
  }
}
