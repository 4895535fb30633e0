import { batch, signal } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import type { InputOf } from '../../../protocol/action.ts';
import type { Connection } from '../../../web/connection.ts';
import type { Person } from '../../messages/protocol.ts';
import type { Entry, mediaStoreActions } from '../protocol/keeping.ts';
import type { Shelf } from '../rules.ts';

export type Filter = Pick<InputOf<(typeof mediaStoreActions)['file.list']>, 'month' | 'sender' | 'extensions'>;

const PAGE = 60;

/** Newer than another: as they stand, newest first. */
export const isNewer = (a: Pick<Entry, 'seq' | 'place'>, b: Pick<Entry, 'seq' | 'place'>): boolean =>
  a.seq > b.seq || (a.seq === b.seq && a.place > b.place);

/** A stretch of one shelf of a chat's media store, newest first; it grows at both ends as it is looked through. */
export class ShelfList {
  readonly entries = signal<readonly Entry[]>([]);
  readonly people = signal<ReadonlyMap<string, Person>>(new Map());
  readonly loading = signal(false);
  readonly trouble = signal<Problem | undefined>(undefined);
  /** Nothing older, nothing newer. */
  readonly oldest = signal(false);
  readonly newest = signal(true);
  readonly known = signal(false);

  readonly #connection: Connection;
  readonly #wish: { group: string; shelf: Shelf } & Filter;

  constructor(connection: Connection, group: string, shelf: Shelf, filter: Filter = {}) {
    this.#connection = connection;
    this.#wish = { group, shelf, ...filter };
  }

  /** Begins in the middle: at what is known from elsewhere, newest first. */
  begin(entries: readonly Entry[], newest: boolean): void {
    this.entries.value = entries;
    this.newest.value = newest;
  }

  older(): Promise<void> {
    const last = this.entries.peek().at(-1);
    return this.#more('older', last && { before: { seq: last.seq, place: last.place } });
  }

  newer(): Promise<void> {
    const first = this.entries.peek()[0];
    if (!first) return this.older();
    return this.#more('newer', { after: { seq: first.seq, place: first.place } });
  }

  /** A message is not there any more. */
  forget(message: string): void {
    if (this.entries.peek().some((it) => it.message === message))
      this.entries.value = this.entries.peek().filter((it) => it.message !== message);
  }

  async #more(
    way: 'older' | 'newer',
    from: Pick<InputOf<(typeof mediaStoreActions)['file.list']>, 'before' | 'after'> = {},
  ) {
    const end = way === 'older' ? this.oldest : this.newest;
    if (this.loading.peek() || end.peek()) return;
    this.loading.value = true;
    this.trouble.value = undefined;
    try {
      const page = await this.#connection.call('file.list', { ...this.#wish, ...from, limit: PAGE });
      batch(() => {
        const here = new Set(this.entries.peek().map((it) => `${it.seq} ${it.place}`));
        const fresh = page.entries.filter((it) => !here.has(`${it.seq} ${it.place}`));
        const all = way === 'older' ? [...this.entries.peek(), ...fresh] : [...fresh, ...this.entries.peek()];
        this.entries.value = all.sort((a, b) => (isNewer(a, b) ? -1 : 1));
        this.people.value = new Map([...this.people.peek(), ...page.people.map((it) => [it.id, it] as const)]);
        end.value = page.last;
        this.known.value = true;
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.trouble.value = error;
    } finally {
      this.loading.value = false;
    }
  }
}
