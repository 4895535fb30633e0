import { signal } from '@preact/signals';

import type { Connection } from '../../web/connection.ts';
import type { Phrases } from './protocol.ts';
import { PHRASES_MOST } from './rules.ts';

/** The actor’s quick phrases, in memory: asked for when they are first needed, kept current from then on. */
export class QuickPhrases {
  /** Undefined until they are known. */
  readonly known = signal<Phrases | undefined>(undefined);
  readonly #connection: Connection;
  #account = '';
  #asking: Promise<Phrases> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.listen({
      event: (frame) => {
        if (frame.on === 'phrase.changed') void this.fetch().catch(() => undefined);
      },
      welcome: (account) => {
        this.#account = account;
        if (this.known.peek()) void this.fetch().catch(() => undefined);
      },
      placed: async (streams) => {
        if (this.known.peek() && streams.includes(this.#account)) await this.fetch();
      },
    });
  }

  /** What is known, or what the server says. */
  async get(): Promise<Phrases> {
    return this.known.peek() ?? (await (this.#asking ?? this.fetch()));
  }

  fetch(): Promise<Phrases> {
    const asking = this.#connection.call('phrase.list', {});
    this.#asking = asking;
    return asking.then(
      (it) => {
        // Asked again meanwhile: that answer is newer.
        if (this.#asking === asking) {
          this.#asking = undefined;
          this.known.value = it;
        }
        return it;
      },
      (error: unknown) => {
        if (this.#asking === asking) this.#asking = undefined;
        throw error;
      },
    );
  }

  async save(next: Phrases): Promise<void> {
    await this.#connection.call('phrase.save', next);
    this.known.value = next;
  }

  /** Uses one that was offered: from now on it is among the own. */
  async adopt(phrase: string): Promise<void> {
    const { phrases, offers } = await this.get();
    if (phrases.includes(phrase) || phrases.length >= PHRASES_MOST) return;
    await this.save({ phrases: [...phrases, phrase], offers });
  }
}
