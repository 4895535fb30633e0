import { signal } from '@preact/signals';

import type { AuditTopic } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import type { AuditEntry } from '../protocol.ts';

export interface Choice {
  readonly person: { readonly id: string; readonly name: string } | undefined;
  readonly topic: AuditTopic | undefined;
  readonly refused: boolean;
  /** Days as a date field has them: 2026-11-19. */
  readonly from: string;
  readonly to: string;
}

export const ALL: Choice = { person: undefined, topic: undefined, refused: false, from: '', to: '' };

const PAGE = 50;
/** Newer entries that are counted; where there are more, “more than”. */
export const FRESH_MOST = 50;

const DAY = 86_400_000;

/** The beginning of a day in Vietnam, which has no summer time. */
function dayBegins(day: string): number {
  return Date.parse(`${day}T00:00:00+07:00`);
}

/** A choice as the server takes it. */
export function wireChoice({ person, topic, refused, from, to }: Choice) {
  return {
    person: person?.id ?? null,
    topic: topic ?? null,
    refused,
    from: from === '' ? null : dayBegins(from),
    to: to === '' ? null : dayBegins(to) + DAY,
  };
}

export function isAll({ person, topic, refused, from, to }: Choice): boolean {
  return !person && !topic && !refused && from === '' && to === '';
}

/** Entries of the log as they are fetched, the newest first, page after page: of the agency, or of one group. */
export class LogPages {
  readonly choice = signal<Choice>(ALL);
  readonly entries = signal<readonly AuditEntry[]>([]);
  readonly busy = signal(false);
  readonly error = signal<unknown>(undefined);
  /** Whether there are older ones. */
  readonly more = signal(true);
  /** Newer ones that are not shown yet. */
  readonly fresh = signal(0);
  readonly #group: string | undefined;
  readonly #call: typeof call;
  #turn = 0;

  constructor(group: string | undefined, by: typeof call = call) {
    this.#group = group;
    this.#call = by;
  }

  choose(choice: Choice): Promise<void> {
    this.choice.value = choice;
    this.entries.value = [];
    return this.begin();
  }

  /** From the newest on. */
  async begin(): Promise<void> {
    const turn = ++this.#turn;
    this.fresh.value = 0;
    await this.#fetch(turn, undefined);
  }

  /** The next older page. */
  async older(): Promise<void> {
    const last = this.entries.peek().at(-1);
    if (!last || this.busy.peek() || !this.more.peek() || this.error.peek() !== undefined) return;
    await this.#fetch(this.#turn, last);
  }

  /** Asks whether anything has come since; what is read does not move. */
  async look(): Promise<void> {
    const shown = this.entries.peek();
    if (this.busy.peek() || shown.length === 0) return;
    const turn = this.#turn;
    const above = Math.max(...shown.map((it) => it.seq));
    const { entries } = await this.#ask({ above, limit: FRESH_MOST });
    if (turn === this.#turn) this.fresh.value = entries.length;
  }

  async #fetch(turn: number, after: AuditEntry | undefined): Promise<void> {
    this.busy.value = true;
    this.error.value = undefined;
    try {
      const before = after ? { at: after.at, seq: after.seq } : null;
      const { entries, more } = await this.#ask({ before, limit: PAGE });
      if (turn !== this.#turn) return;
      this.entries.value = after ? [...this.entries.peek(), ...entries] : entries;
      this.more.value = more;
    } catch (error) {
      if (turn === this.#turn) this.error.value = error;
    } finally {
      if (turn === this.#turn) this.busy.value = false;
    }
  }

  #ask(page: { before?: { at: number; seq: number } | null; above?: number; limit: number }) {
    const input = { ...wireChoice(this.choice.peek()), ...page };
    return this.#group === undefined
      ? this.#call('audit.list', input)
      : this.#call('audit.ofGroup', { ...input, group: this.#group });
  }
}
