import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

import type { EventFrame } from '../protocol/frame.ts';
import { Problem } from '../protocol/problem.ts';
import type { Device } from './device.ts';

/** A note, a reminder or a poll, as its card shows it. */
export interface Thing {
  readonly id: string;
  readonly group: string;
}

/** `gone`: it was removed, or is no longer for this person. Undefined until something is known of it. */
export type Known<T> = T | 'gone' | undefined;

interface Source<T> {
  /** Of which kind, for what is kept on the device. */
  readonly kind: string;
  /** Those that are there, in any order; at most `AT_ONCE` are asked for. */
  read(group: string, ids: readonly string[]): Promise<readonly T[]>;
  /** Events that concern things of this kind. */
  hear?(frame: EventFrame, things: Pick<Things<Thing>, 'drop' | 'stale'> & { put(thing: T): void }): void;
}

interface Entry<T> {
  readonly id: string;
  readonly group: string;
  readonly known: Signal<Known<T>>;
  /** Somebody looks at it. */
  shown: boolean;
  stale: boolean;
  /** Raised by whatever is learned otherwise, so that an answer on its way does not undo it. */
  turn: number;
}

/** Kept on the device, and known to the page, at most so many of a kind. */
export const THINGS_MOST = 500;
/** Named in one question. */
export const AT_ONCE = 50;
/** Cards come into sight together, and are asked for together. */
const GATHER_MS = 50;
/** Many devices hear of one change in the same moment. */
const JITTER_MS = 2_000;

/** What this device knows of the things of one kind: kept for when there is no line, asked for when they are shown, current while they are. */
export class Things<T extends Thing> {
  readonly #device: Device;
  readonly #source: Source<T>;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #wanted = new Map<string, Set<string>>();
  readonly #stop: () => void;
  #timer: { readonly at: number; cancel(): void } | undefined;
  /** What is kept, the longest untouched first; changed one after the other. */
  #index: Indexed[] | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(device: Device, source: Source<T>) {
    this.#device = device;
    this.#source = source;
    this.#stop = device.connection.listen({
      event: (frame) => {
        if (frame.on === 'chat.removed') this.forget((frame.with as { group: string }).group);
        source.hear?.(frame, this);
      },
      // What was said while there was no line has not been heard.
      welcome: () => this.#allStale(),
      placed: async (streams) => {
        for (const it of this.#entries.values()) if (streams.includes(it.group)) this.stale(it.group, it.id);
      },
      gone: (streams) => {
        for (const it of streams) this.forget(it);
      },
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#stop();
  }

  /** Resolves when everything learned until now is kept on the device. */
  async kept(): Promise<void> {
    await this.#keeping;
    await this.#device.cache.flush();
  }

  /** What is known of it, from now on; asks for it where it is not known, or no longer. */
  of(group: string, id: string): ReadonlySignal<Known<T>> {
    const entry = this.#entry(group, id);
    if (entry.stale) this.#want(entry, GATHER_MS);
    return entry.known;
  }

  /** What is known of it here, if anything; asks for nothing. */
  known(group: string, id: string): T | undefined {
    const entry = this.#entries.get(id);
    const known = entry?.group === group ? entry.known.peek() : undefined;
    return known === 'gone' ? undefined : known;
  }

  /** What it is now as a whole, from an event or an answer. */
  put(thing: T): void {
    const entry = this.#entry(thing.group, thing.id, false);
    this.#take(entry, thing);
  }

  /** A part of what is known of it is another now; what was not known, or is to be asked for again, stays so. */
  change(group: string, id: string, change: (it: T) => T): void {
    const entry = this.#entries.get(id);
    const known = this.known(group, id);
    if (!entry || !known) return;
    const { stale } = entry;
    this.#take(entry, change(known));
    entry.stale = stale;
  }

  /** It was removed. */
  drop(group: string, id: string): void {
    this.#take(this.#entry(group, id, false), 'gone');
  }

  /** It is another than is known here: asked for again as soon as somebody looks at it. */
  stale(group: string, id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.group !== group) return;
    entry.stale = true;
    entry.turn += 1;
    if (entry.shown) this.#want(entry, GATHER_MS + this.#device.world.random() * JITTER_MS);
  }

  /** The person is no longer in this group: nothing of it stays. */
  forget(group: string): void {
    this.#wanted.delete(group);
    const ids = [...this.#entries.values()].flatMap((it) => (it.group === group ? [it.id] : []));
    for (const id of ids) {
      const entry = this.#entries.get(id)!;
      entry.stale = false;
      // An answer on its way was given while they were still in it.
      entry.turn += 1;
      entry.known.value = 'gone';
      this.#entries.delete(id);
    }
    void this.#keep((list) => list.filter((it) => it.group !== group));
  }

  #entry(group: string, id: string, ask = true): Entry<T> {
    const before = this.#entries.get(id);
    if (before) {
      this.#entries.delete(id);
      this.#entries.set(id, before);
      return before;
    }
    const entry: Entry<T> = {
      id,
      group,
      known: signal<Known<T>>(undefined, {
        watched: () => {
          entry.shown = true;
          if (entry.stale) this.#want(entry, GATHER_MS);
        },
        unwatched: () => {
          entry.shown = false;
        },
      }),
      shown: false,
      stale: true,
      turn: 0,
    };
    this.#entries.set(id, entry);
    for (const it of this.#entries.values()) {
      if (this.#entries.size <= THINGS_MOST) break;
      if (!it.shown && it !== entry) this.#entries.delete(it.id);
    }
    if (ask) void this.#remember(entry);
    return entry;
  }

  async #remember(entry: Entry<T>): Promise<void> {
    const kept = await this.#device.cache.get<T>('things', `${this.#source.kind} ${entry.id}`);
    if (kept && kept.group === entry.group) entry.known.value ??= kept;
  }

  #take(entry: Entry<T>, known: T | 'gone'): void {
    entry.turn += 1;
    entry.stale = false;
    entry.known.value = known;
    const { id, group } = entry;
    const { cache } = this.#device;
    if (known !== 'gone') cache.put('things', `${this.#source.kind} ${id}`, known);
    void this.#keep((list) => {
      const others = list.filter((it) => it.id !== id);
      return known === 'gone' ? others : [...others, { id, group }];
    }, id);
  }

  /** The index of what is kept says what goes when there is too much, and what belongs to a group. */
  #keep(change: (list: Indexed[]) => Indexed[], touched?: string): Promise<void> {
    const { cache } = this.#device;
    const { kind } = this.#source;
    this.#keeping = this.#keeping.then(async () => {
      const before = this.#index ?? (await cache.get<Indexed[]>('meta', `things ${kind}`)) ?? [];
      const after = change(before).slice(-THINGS_MOST);
      const stay = new Set(after.map((it) => it.id));
      for (const it of before) if (!stay.has(it.id)) cache.remove('things', `${kind} ${it.id}`);
      if (touched !== undefined && !stay.has(touched)) cache.remove('things', `${kind} ${touched}`);
      this.#index = after;
      cache.put('meta', `things ${kind}`, after);
    });
    return this.#keeping;
  }

  #allStale(): void {
    for (const it of this.#entries.values()) this.stale(it.group, it.id);
  }

  #want(entry: Entry<T>, ms: number): void {
    const wanted = this.#wanted.get(entry.group) ?? new Set<string>();
    this.#wanted.set(entry.group, wanted.add(entry.id));
    this.#soon(ms);
  }

  #soon(ms: number): void {
    const at = this.#device.world.now() + ms;
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = this.#device.world.after(ms, () => {
      this.#timer = undefined;
      void this.#ask();
    });
    this.#timer = { at, cancel };
  }

  async #ask(): Promise<void> {
    const all = [...this.#wanted].flatMap(([group, ids]) => {
      const list = [...ids];
      const parts = Array.from({ length: Math.ceil(list.length / AT_ONCE) }, (_, at) =>
        list.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
      );
      return parts.map((part) => ({ group, part }));
    });
    this.#wanted.clear();
    for (const { group, part } of all) await this.#askFor(group, part);
  }

  async #askFor(group: string, ids: readonly string[]): Promise<void> {
    const entries = ids.flatMap((id) => this.#entries.get(id) ?? []).filter((it) => it.stale);
    if (entries.length === 0) return;
    const turns = entries.map((it) => it.turn);
    try {
      const found = new Map(
        (
          await this.#source.read(
            group,
            entries.map((it) => it.id),
          )
        ).map((it) => [it.id, it] as const),
      );
      for (const [at, it] of entries.entries()) {
        // Changed while it was on its way: whoever changed it asks again.
        if (it.turn === turns[at]) this.#take(it, found.get(it.id) ?? 'gone');
        else if (it.stale) this.#want(it, GATHER_MS);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'not_found') for (const it of entries) this.#take(it, 'gone');
      // Without a line they are asked for again when there is one; a house that is busy, a little later.
      else if (error.retry && this.#device.connection.state.peek() === 'online')
        for (const it of entries) if (it.shown) this.#want(it, JITTER_MS);
    }
  }
}

interface Indexed {
  readonly id: string;
  readonly group: string;
}
