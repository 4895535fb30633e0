/** One thing at a time, by turns of those who wait: one person’s many files do not hold up another’s one. */
export class Turns {
  /** Answers whether it is to come again. */
  readonly #run: (id: string) => Promise<boolean>;
  /** By person, in the order of their turns; each a list without doubles. */
  readonly #waiting = new Map<string, Set<string>>();
  #running: Promise<void> | undefined;
  #current: string | undefined;
  #closed = false;

  constructor(run: (id: string) => Promise<boolean>) {
    this.#run = run;
  }

  add(person: string, id: string): void {
    if (this.#closed || id === this.#current) return;
    const own = this.#waiting.get(person) ?? new Set();
    own.add(id);
    this.#waiting.set(person, own);
    this.#running ??= this.#work().finally(() => (this.#running = undefined));
  }

  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Finishes what is under way; the rest waits for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      const next = this.#waiting.entries().next().value;
      if (!next) return;
      const [person, own] = next;
      const [id] = own;
      own.delete(id!);
      // To the end of the row.
      this.#waiting.delete(person);
      if (own.size > 0) this.#waiting.set(person, own);
      this.#current = id;
      const again = await this.#run(id!);
      this.#current = undefined;
      if (again) this.add(person, id!);
    }
  }
}
