import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

import type { Device } from '../../../web/device.ts';
import type { Person } from '../protocol.ts';

/** Those who wrote: name, position and unit by account, as last heard. Kept on the device, so that names are there at once. */
export class People {
  readonly #device: Device;
  readonly #known = new Map<string, Signal<Person | undefined>>();
  readonly #asked = new Map<string, { group: string; seq: number }>();
  #asking = false;

  constructor(device: Device) {
    this.#device = device;
    device.connection.state.subscribe((state) => {
      if (state === 'online') void this.#ask();
    });
  }

  async open(): Promise<void> {
    for (const it of await this.#device.cache.all<Person>('people')) this.#slot(it.id).value ??= it;
  }

  /** Reads as a signal: what is drawn with it is drawn again when the name becomes known. */
  get(account: string | null | undefined): Person | undefined {
    return account ? this.#slot(account).value : undefined;
  }

  peek(account: string | null | undefined): Person | undefined {
    return account ? this.#known.get(account)?.peek() : undefined;
  }

  put(list: readonly Person[]): void {
    for (const it of list) {
      const slot = this.#slot(it.id);
      const old = slot.peek();
      if (old && same(old, it)) continue;
      slot.value = it;
      this.#device.cache.put('people', it.id, it);
    }
  }

  /** Somebody unknown wrote the line with this number: find out who. */
  ask(account: string | null | undefined, group: string, seq: number): void {
    if (!account || this.peek(account)) return;
    const under = this.#asked.get(account);
    if (under?.group === group && under.seq === seq) return;
    // The line asked about before may be another’s: of who types only the last line is known. The newer one comes in its turn.
    this.#asked.delete(account);
    this.#asked.set(account, { group, seq });
    void this.#ask();
  }

  /** Puts everything again: this page writes the cache from now on. */
  keep(): void {
    for (const [id, it] of this.#known) if (it.peek()) this.#device.cache.put('people', id, it.peek());
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (const [account, asked] of this.#asked) {
        const { group, seq } = asked;
        if (!this.peek(account)) {
          const { people } = await this.#device.connection.call('message.page', { group, around: seq, limit: 1 });
          this.put(people);
        }
        if (this.#asked.get(account) === asked) this.#asked.delete(account);
      }
    } catch {
      // Without a line the name stays open until the next time; a group left meanwhile says no more.
      if (this.#device.connection.state.peek() === 'online') this.#asked.clear();
    } finally {
      this.#asking = false;
    }
  }

  #slot(account: string): Signal<Person | undefined> {
    let slot = this.#known.get(account);
    if (!slot) this.#known.set(account, (slot = signal(undefined)));
    return slot;
  }
}

function same(a: Person, b: Person): boolean {
  return a.name === b.name && a.position === b.position && a.unit === b.unit && a.photo === b.photo;
}
