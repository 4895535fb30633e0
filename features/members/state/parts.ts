import { signal } from '@preact/signals';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { DECIDED_AT_ONCE } from '../../groups/rules.ts';

export interface PartsDone {
  /** As the server counted. */
  readonly done: number;
  /** About whom it could not be decided any more: gone meanwhile, or leading the group. */
  readonly out: readonly string[];
  /** Why it ended before its time; what is left is done by calling again. */
  readonly error?: unknown;
  readonly stopped: boolean;
}

/** Problems that say who stands in the way: the others are done without them. */
const NAMING = new Set(['group.unknown_person', 'member.leads']);

/** One wish about more people than one act takes: sent in parts, one after the other, and taken up again where it stopped. */
export class InParts {
  readonly settled = signal(0);
  readonly total = signal(0);
  readonly #most: number;
  #wish: string | undefined;
  #left: readonly string[] = [];
  #done = 0;
  #out: string[] = [];
  #stopped = false;
  /** A part whose answer was lost is asked again under the same id. */
  #asked: { part: string; id: string } | undefined;

  constructor(most = DECIDED_AT_ONCE) {
    this.#most = most;
  }

  /** `send` answers how many it changed. Called again with the same people and wish, it goes on with those who are left. */
  async run(
    accounts: readonly string[],
    wish: string,
    send: (part: readonly string[], id: string) => Promise<number>,
  ): Promise<PartsDone> {
    const whole = `${wish} ${accounts.join(' ')}`;
    if (this.#wish !== whole) {
      this.#wish = whole;
      this.#left = [...new Set(accounts)];
      this.#done = 0;
      this.#out = [];
      this.total.value = this.#left.length;
    }
    this.#stopped = false;
    this.#tell();
    while (this.#left.length > 0 && !this.#stopped) {
      const part = this.#left.slice(0, this.#most);
      try {
        this.#done += await send(part, this.#idOf(part));
        this.#left = this.#left.slice(part.length);
      } catch (error) {
        const named = new Set(error instanceof Problem && NAMING.has(error.code) ? accountsIn(error) : []);
        const out = part.filter((it) => named.has(it));
        if (out.length === 0) return this.#outcome(error);
        this.#out.push(...out);
        this.#left = this.#left.filter((it) => !named.has(it));
      }
      this.#tell();
    }
    return this.#outcome();
  }

  /** Nothing is sent after the part that is under way. */
  stop(): void {
    this.#stopped = true;
  }

  #idOf(part: readonly string[]): string {
    const key = `${this.#wish} ${part.join(' ')}`;
    if (this.#asked?.part !== key) this.#asked = { part: key, id: newId() };
    return this.#asked.id;
  }

  #tell(): void {
    this.settled.value = this.total.peek() - this.#left.length;
  }

  #outcome(error?: unknown): PartsDone {
    return { done: this.#done, out: this.#out, error, stopped: this.#left.length > 0 && error === undefined };
  }
}

function accountsIn({ details }: Problem): string[] {
  const { accounts } = details as { accounts?: unknown };
  return Array.isArray(accounts) ? accounts.filter((it) => typeof it === 'string') : [];
}
