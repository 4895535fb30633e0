interface Waiting<In, Out> {
  readonly entry: In;
  readonly done: (out: Out) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * As `Batch`, for what many do to the same thing at once: entries with the same key are written at most every `everyMs`, all
 * that has come meanwhile together; the first goes at once. So that a storm on one key makes few commits, and few
 * broadcasts, however many take part. Bounded: past `limit` waiting entries `add` fails.
 */
export class Paced<In, Out> {
  readonly #write: (entries: readonly In[]) => Promise<readonly Out[]>;
  readonly #everyMs: number;
  readonly #most: number;
  readonly #limit: number;
  /** In the order in which their keys came. */
  readonly #waiting = new Map<string, Waiting<In, Out>[]>();
  /** When a key that was written lately may be written again. */
  readonly #freeAt = new Map<string, number>();
  #count = 0;
  #running = false;
  #timer: NodeJS.Timeout | undefined;

  /** `write` answers in the order of its entries; those of one key are in the order in which they came. */
  constructor(
    write: (entries: readonly In[]) => Promise<readonly Out[]>,
    options: { everyMs: number; most: number; limit: number },
  ) {
    this.#write = write;
    this.#everyMs = options.everyMs;
    this.#most = options.most;
    this.#limit = options.limit;
  }

  get waiting(): number {
    return this.#count;
  }

  /** Resolves once the entry's write has committed; undefined where the queue is full. */
  add(key: string, entry: In): Promise<Out> | undefined {
    if (this.#count >= this.#limit) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Out>();
    const list = this.#waiting.get(key);
    const waiting = { entry, done: resolve, failed: reject };
    if (list) list.push(waiting);
    else this.#waiting.set(key, [waiting]);
    this.#count += 1;
    this.#wake();
    return promise;
  }

  #wake(): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#running = true;
    // One turn of the loop, so that what was read from many sockets in this turn goes together.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (let part = this.#due(); part.length > 0; part = this.#due()) {
      try {
        const outs = await this.#write(part.map((it) => it.entry));
        part.forEach((it, at) => it.done(outs[at]!));
      } catch (error) {
        for (const it of part) it.failed(error);
      }
    }
    this.#running = false;
    const now = performance.now();
    let next = Infinity;
    for (const [key, at] of this.#freeAt) {
      if (this.#waiting.has(key)) next = Math.min(next, at);
      else if (at <= now) this.#freeAt.delete(key);
    }
    if (next < Infinity) this.#timer = setTimeout(() => this.#wake(), Math.max(1, next - now));
  }

  /** What may be written now, at most so many. */
  #due(): Waiting<In, Out>[] {
    const now = performance.now();
    const part: Waiting<In, Out>[] = [];
    for (const [key, list] of this.#waiting) {
      if ((this.#freeAt.get(key) ?? 0) > now) continue;
      part.push(...list.splice(0, this.#most - part.length));
      this.#freeAt.set(key, now + this.#everyMs);
      if (list.length === 0) this.#waiting.delete(key);
      if (part.length === this.#most) break;
    }
    this.#count -= part.length;
    return part;
  }
}
