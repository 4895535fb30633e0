/**
 * Collects what arrives while the previous write is on its way to the disk and writes it together: under load one commit
 * carries hundreds of messages, without load the first goes at once. Bounded: past `limit` waiting entries `add` fails.
 */
export class Batch<In, Out> {
  readonly #write: (entries: readonly In[]) => Promise<readonly Out[]>;
  readonly #most: number;
  readonly #limit: number;
  readonly #lanes: number;
  #waiting: { entry: In; done: (out: Out) => void; failed: (error: unknown) => void }[] = [];
  #writing = 0;

  /** `most` entries a write, `limit` waiting, `lanes` writes under way at once. `write` answers in the order of its entries. */
  constructor(
    write: (entries: readonly In[]) => Promise<readonly Out[]>,
    options: { most: number; limit: number; lanes?: number },
  ) {
    this.#write = write;
    this.#most = options.most;
    this.#limit = options.limit;
    this.#lanes = options.lanes ?? 1;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves once the entry's write has committed; undefined where the queue is full. */
  add(entry: In): Promise<Out> | undefined {
    if (this.#waiting.length >= this.#limit) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Out>();
    this.#waiting.push({ entry, done: resolve, failed: reject });
    if (this.#writing < this.#lanes) {
      this.#writing += 1;
      // One turn of the loop, so that what was read from many sockets in this turn goes together.
      setImmediate(() => void this.#run());
    }
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const part = this.#waiting.splice(0, this.#most);
      try {
        const outs = await this.#write(part.map((it) => it.entry));
        part.forEach((it, at) => it.done(outs[at]!));
      } catch (error) {
        for (const it of part) it.failed(error);
      }
    }
    this.#writing -= 1;
  }
}
