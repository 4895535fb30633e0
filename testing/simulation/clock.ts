import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

import { Random } from '../random.ts';

/** Whoever does something in a simulation: a node, a device, the database. What it planned is not done once it is dead. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** Milliseconds its clock is ahead of the true time. */
  skew: number;
}

interface Planned {
  readonly at: number;
  readonly tie: number;
  readonly owner: Owner;
  run: (() => void) | undefined;
}

/** Where simulated time begins: a Monday morning. */
const BEGINNING = Date.UTC(2026, 10, 23, 1);
/** More turns than this, and something goes round in a circle. */
const TURNS_MOST = 5_000_000;

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  now: performance.now,
  random: Math.random,
  getRandomValues: crypto.webcrypto.getRandomValues,
  randomUUIDv7: crypto.randomUUIDv7,
};

/**
 * One clock for all: nothing happens but what stands in its list, in the order of virtual time, and at one moment in an order
 * drawn from the seed. While a world runs, the timers, the clocks and the dice of the process are its own.
 */
export class World {
  readonly random: Random;
  /** What happened, as one number: two runs of one seed end with the same. */
  trace = 0;
  turns = 0;
  time = 0;
  /** Whose turn it is: what is planned meanwhile is theirs. */
  owner: Owner;
  readonly nobody: Owner = { name: 'nobody', alive: true, skew: 0 };
  readonly #heap: Planned[] = [];
  /** For the order of what is due at one moment, and for ids: apart from what is drawn for the history. */
  readonly #dice: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.#dice = new Random(seed ^ 0x5bd1e995);
    this.owner = this.nobody;
  }

  /** Milliseconds since 1970 by the owner's clock. */
  now(): number {
    return BEGINNING + Math.floor(this.time) + this.owner.skew;
  }

  /** Runs after so many milliseconds, unless it is taken back or its owner dies. Answers the way to take it back. */
  after(ms: number, owner: Owner, run: () => void): () => void {
    const planned: Planned = { at: this.time + Math.max(0, ms), tie: this.#dice.next(), owner, run };
    this.#push(planned);
    return () => (planned.run = undefined);
  }

  /** Between so many milliseconds, drawn from the seed. */
  between(least: number, most: number): number {
    return least + this.random.next() * (most - least);
  }

  /** Adds to the trace. */
  note(...words: readonly (string | number)[]): void {
    let hash = this.trace;
    for (const word of words) {
      const text = String(word);
      for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 0;
    }
    this.trace = hash;
  }

  /** Goes on until this virtual time, or until `done` holds. */
  async until(time: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (!next || next.at > time || done()) break;
      this.#pop();
      if (!next.run || !next.owner.alive) continue;
      this.time = next.at;
      this.turns += 1;
      if (this.turns > TURNS_MOST) throw new Error('the simulation does not come to rest');
      this.owner = next.owner;
      next.run();
      // Promises and ticks that follow from it belong to the same turn.
      await new Promise((resolve) => real.setImmediate(resolve as () => void));
    }
    this.owner = this.nobody;
    if (!done()) this.time = Math.max(this.time, time);
  }

  /** Takes the place of the process's timers, clocks and dice; answers the way back. */
  install(): () => void {
    // The classes below have a `this` of their own.
    // oxlint-disable-next-line typescript/no-this-alias
    const world = this;
    const planned = (ms: number, run: () => void, every?: number): object => {
      const { owner } = world;
      let cancel = (): void => {};
      const again = (): void => {
        cancel = world.after(every!, owner, again);
        run();
      };
      cancel = world.after(ms, owner, every === undefined ? run : again);
      const timer = { unref: () => timer, ref: () => timer, hasRef: () => true, cancel: () => cancel() };
      return timer;
    };
    const clear = (timer: unknown): void => (timer as { cancel?: () => void } | undefined)?.cancel?.();
    const bytes = <T extends NodeJS.TypedArray>(array: T): T => {
      const view = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let at = 0; at < view.length; at += 1) view[at] = world.#dice.below(256);
      return array;
    };
    class VirtualDate extends real.Date {
      constructor(...args: unknown[]) {
        if (args.length === 0) super(world.now());
        else super(...(args as [number]));
      }
      static override now(): number {
        return world.now();
      }
    }
    Object.assign(globalThis, {
      setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => planned(ms, () => run(...args)),
      setInterval: (run: () => void, ms = 0) => planned(ms, run, Math.max(1, ms)),
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => planned(0, () => run(...args)),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
      Date: VirtualDate,
    });
    performance.now = () => world.time;
    Math.random = () => world.#dice.next();
    (crypto.webcrypto as { getRandomValues: unknown }).getRandomValues = bytes;
    let last = 0;
    (crypto as { randomUUIDv7: unknown }).randomUUIDv7 = () => {
      last = Math.max(last + 1, world.now());
      const hex = last.toString(16).padStart(12, '0');
      const tail = Array.from({ length: 16 }, () => world.#dice.below(16).toString(16)).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(4)}`;
    };
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, {
        setTimeout: real.setTimeout,
        setInterval: real.setInterval,
        setImmediate: real.setImmediate,
        clearTimeout: real.clearTimeout,
        clearInterval: real.clearInterval,
        clearImmediate: real.clearImmediate,
        Date: real.Date,
      });
      performance.now = real.now;
      Math.random = real.random;
      (crypto.webcrypto as { getRandomValues: unknown }).getRandomValues = real.getRandomValues;
      (crypto as { randomUUIDv7: unknown }).randomUUIDv7 = real.randomUUIDv7;
      syncBuiltinESMExports();
    };
  }

  #before(a: Planned, b: Planned): boolean {
    return a.at < b.at || (a.at === b.at && a.tie < b.tie);
  }

  #push(it: Planned): void {
    const heap = this.#heap;
    let at = heap.push(it) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#before(it, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = it;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && this.#before(heap[down + 1]!, heap[down]!)) down += 1;
      if (!this.#before(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
  }
}
