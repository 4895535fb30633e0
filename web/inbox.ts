import type { EventFrame } from '../protocol/frame.ts';

/** More than this many out of order in one stream: it is read afresh from the log. */
const HELD_MOST = 500;
/** Streams that nobody has told us about yet; theirs are kept for a moment. */
const STRANGERS_MOST = 200;

export interface InboxOptions {
  /** Called once for each number of each stream, in order. */
  apply(frame: EventFrame): void;
  /** It has been applied before. */
  repeated?(frame: EventFrame): void;
  /** What follows `after` is missing although later ones are here. */
  gap(stream: string, after: number): void;
}

/**
 * Puts the events of every stream in order: what was applied before is dropped, what comes too early waits for those before
 * it. A stream without a cursor waits for its snapshot.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #cursors = new Map<string, number>();
  readonly #held = new Map<string, Map<number, EventFrame>>();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  get cursors(): ReadonlyMap<string, number> {
    return this.#cursors;
  }

  /** A picture of the stream up to `n` is in place: what waits goes on from there. */
  place(stream: string, n: number): void {
    const known = this.#cursors.get(stream);
    // An older picture never takes back what has been applied.
    if (known !== undefined && known >= n) return;
    this.#cursors.set(stream, n);
    this.#release(stream);
  }

  /** The stream waits for a new picture; what comes meanwhile is held. */
  await(stream: string): void {
    this.#cursors.delete(stream);
  }

  /** The stream is no longer ours. */
  forget(stream: string): void {
    this.#cursors.delete(stream);
    this.#held.delete(stream);
  }

  clear(): void {
    this.#cursors.clear();
    this.#held.clear();
  }

  take(frame: EventFrame): void {
    const cursor = this.#cursors.get(frame.in);
    if (cursor !== undefined && frame.n <= cursor) return this.#options.repeated?.(frame);
    if (cursor !== undefined && frame.n === cursor + 1) {
      this.#advance(frame);
      this.#release(frame.in);
      return;
    }
    let held = this.#held.get(frame.in);
    if (!held) {
      if (cursor === undefined && this.#held.size >= STRANGERS_MOST) return;
      this.#held.set(frame.in, (held = new Map()));
    }
    // Beyond the bound the newest are dropped: the log is asked for them anyway.
    if (held.size < HELD_MOST) held.set(frame.n, frame);
    if (cursor !== undefined) this.#options.gap(frame.in, cursor);
  }

  /** The first number that is missing while a later one is here. */
  missing(stream: string): number | undefined {
    const cursor = this.#cursors.get(stream);
    return cursor !== undefined && (this.#held.get(stream)?.size ?? 0) > 0 ? cursor + 1 : undefined;
  }

  #advance(frame: EventFrame): void {
    this.#cursors.set(frame.in, frame.n);
    this.#options.apply(frame);
  }

  #release(stream: string): void {
    const held = this.#held.get(stream);
    if (!held) return;
    const from = this.#cursors.get(stream) ?? 0;
    for (const n of held.keys()) if (n <= from) held.delete(n);
    for (;;) {
      const cursor = this.#cursors.get(stream);
      // Applying an event may itself end or renew the stream.
      if (cursor === undefined || this.#held.get(stream) !== held) return;
      const next = held.get(cursor + 1);
      if (!next) break;
      held.delete(next.n);
      this.#advance(next);
    }
    if (held.size === 0) this.#held.delete(stream);
    else this.#options.gap(stream, this.#cursors.get(stream)!);
  }
}
