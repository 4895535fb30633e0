import { batch, signal } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import type { WorkItem } from '../protocol.ts';
import { inOrder } from '../rules.ts';
import type { WorkList } from '../rules.ts';
import { listKey } from '../state.ts';
import type { Work } from '../state.ts';

interface Kept {
  readonly items: readonly WorkItem[];
  readonly more: boolean;
  readonly asOf: number;
}

/** One list of what waits for the person, as far as it has been looked through; current while it is open. */
export class WorkItems {
  /** Undefined until something is known. */
  readonly items = signal<readonly WorkItem[] | undefined>(undefined);
  readonly more = signal(false);
  readonly loading = signal(false);
  readonly trouble = signal<Problem | undefined>(undefined);
  /** When it was asked for. */
  readonly asOf = signal(0);

  readonly #work: Work;
  readonly #list: WorkList;
  readonly #stop: () => void;
  #turn = 0;

  constructor(work: Work, list: WorkList) {
    this.#work = work;
    this.#list = list;
    this.#stop = work.watch(() => this.fetch());
  }

  close(): void {
    this.#turn += 1;
    this.#stop();
    // What was dealt with has been seen: the next look begins without it.
    this.#work.done.value = new Set();
  }

  async open(): Promise<void> {
    const kept = await this.#work.device.cache.get<Kept>('meta', listKey(this.#list));
    if (kept && !this.items.peek()) this.#show(kept);
    await this.fetch();
  }

  /** From the beginning, anew; what was dealt with here stays in its place. */
  async fetch(): Promise<void> {
    await this.#load(undefined);
  }

  async older(): Promise<void> {
    const last = this.items.peek()?.at(-1);
    if (last && this.more.peek() && !this.loading.peek()) await this.#load({ due: last.due, id: last.id });
  }

  async #load(after: { due: number | null; id: string } | undefined): Promise<void> {
    const turn = (this.#turn += 1);
    this.loading.value = true;
    const { connection, cache } = this.#work.device;
    try {
      const page = await connection.call('work.list', { list: this.#list, ...(after ? { after } : {}) });
      if (turn !== this.#turn) return;
      const before = this.items.peek() ?? [];
      const asOf = connection.now();
      batch(() => {
        this.#work.take(page.counts);
        if (after) this.#show({ items: [...before, ...page.items], more: page.more, asOf });
        else this.#show({ items: this.#withDone(page.items, before), more: page.more, asOf });
        this.trouble.value = undefined;
      });
      if (!after) cache.put('meta', listKey(this.#list), { items: page.items, more: page.more, asOf } satisfies Kept);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn === this.#turn) this.trouble.value = error;
    } finally {
      if (turn === this.#turn) this.loading.value = false;
    }
  }

  #show({ items, more, asOf }: Kept): void {
    batch(() => {
      this.items.value = items;
      this.more.value = more;
      this.asOf.value = asOf;
    });
  }

  /** Nothing goes away under the finger that has just pressed it. */
  #withDone(items: readonly WorkItem[], before: readonly WorkItem[]): readonly WorkItem[] {
    const done = this.#work.done.peek();
    const there = new Set(items.map((it) => it.id));
    const kept = before.filter((it) => done.has(it.id) && !there.has(it.id)).map((it) => ({ ...it, waiting: false }));
    return kept.length === 0 ? items : [...items, ...kept].sort(inOrder);
  }
}
