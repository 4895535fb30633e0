/**
 * By turns of those who wait, one thing of each person at a time and `most` persons’ at once: one person’s many files do not hold up
 * another’s one, nor does one that takes long.
 */
export class Turns {
  /** Answers whether it is to come again. */
  readonly #run: (id: string) => Promise<boolean>;
  readonly #most: number;
  /** By person, in the order of their turns; each a list without doubles. */
  readonly #waiting = new Map<string, Set<string>>();
  /** By person, what is under way. */
  readonly #current = new Map<string, string>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(run: (id: string) => Promise<boolean>, most = 1) {
    this.#run = run;
    this.#most = most;
  }

  add(person: string, id: string): void {
    if (this.#closed || this.#current.get(person) === id) return;
    const own = this.#waiting.get(person) ?? new Set();
    own.add(id);
    this.#waiting.set(person, own);
    this.#start();
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Finishes what is under way; the rest waits for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  #start(): void {
    while (!this.#closed && this.#current.size < this.#most) {
      const next = this.#waiting.entries().find(([person]) => !this.#current.has(person));
      if (!next) return;
      const [person, own] = next;
      const [id] = own;
      own.delete(id!);
      // To the end of the row.
      this.#waiting.delete(person);
      if (own.size > 0) this.#waiting.set(person, own);
      this.#current.set(person, id!);
      const done = this.#work(person, id!).finally(() => this.#running.delete(done));
      this.#running.add(done);
    }
  }

  async #work(person: string, id: string): Promise<void> {
    let again = false;
    try {
      again = await this.#run(id);
    } finally {
      this.#current.delete(person);
      if (again) this.add(person, id);
      this.#start();
    }
  }
}
