/** A place on the processor, page by page: those who wait come by turns of persons, so that one’s hundred pages do not delay another’s photo. */
export class Slots {
  #free: number;
  /** By person, in the order of their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(most: number) {
    this.#free = most;
  }

  /** How many wait. */
  get waiting(): number {
    let count = 0;
    for (const list of this.#waiting.values()) count += list.length;
    return count;
  }

  waitingOf(person: string): number {
    return this.#waiting.get(person)?.length ?? 0;
  }

  /** Resolves to the way to give it back, which is called once or more. */
  async take(person: string): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else
      await new Promise<void>((resolve) => {
        const own = this.#waiting.get(person);
        if (own) own.push(resolve);
        else this.#waiting.set(person, [resolve]);
      });
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#next();
    };
  }

  #next(): void {
    const first = this.#waiting.entries().next().value;
    if (!first) {
      this.#free += 1;
      return;
    }
    const [person, own] = first;
    const resume = own.shift()!;
    // To the end of the row.
    this.#waiting.delete(person);
    if (own.length > 0) this.#waiting.set(person, own);
    resume();
  }
}
