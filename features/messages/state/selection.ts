import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { Message } from '../protocol.ts';
import { CHOSEN_MOST } from '../rules.ts';

/** Lines of one conversation that are picked, to do one thing with all of them. */
export class Selection {
  readonly on: ReadonlySignal<boolean>;
  /** In the order of the conversation. */
  readonly chosen: ReadonlySignal<readonly Message[]>;
  readonly #picked = signal<ReadonlyMap<string, Message> | undefined>(undefined);
  /** Where Shift reaches from. */
  #from: Message | undefined;

  constructor() {
    this.on = computed(() => this.#picked.value !== undefined);
    this.chosen = computed(() => [...(this.#picked.value?.values() ?? [])].sort((a, b) => a.seq - b.seq));
  }

  /** Reads as a signal. */
  has(id: string): boolean {
    return this.#picked.value?.has(id) ?? false;
  }

  begin(first?: Message): void {
    this.#picked.value = new Map(first ? [[first.id, first]] : []);
    this.#from = first;
  }

  end(): void {
    this.#picked.value = undefined;
    this.#from = undefined;
  }

  /** Picks a line, or drops it. False where no more can be picked. */
  toggle(line: Message): boolean {
    const next = new Map(this.#picked.peek());
    if (!next.delete(line.id)) next.set(line.id, line);
    this.#from = line;
    return this.#take(next);
  }

  /** Picks all lines between the last that was touched and this one. False where not all of them could be. */
  reach(line: Message, lines: readonly Message[]): boolean {
    const from = this.#from ?? line;
    const [low, high] = from.seq < line.seq ? [from.seq, line.seq] : [line.seq, from.seq];
    const next = new Map(this.#picked.peek());
    for (const it of lines) if (it.seq >= low && it.seq <= high && isChoosable(it)) next.set(it.id, it);
    return this.#take(next);
  }

  /** What was picked and is no longer there, or says something else now. */
  refresh(lines: (id: string) => Message | undefined): void {
    const picked = this.#picked.peek();
    if (!picked) return;
    const next = [...picked.keys()].flatMap((id) => {
      const now = lines(id);
      return now && isChoosable(now) ? [[id, now] as const] : [];
    });
    if (next.length !== picked.size || next.some(([id, line]) => picked.get(id) !== line))
      this.#picked.value = new Map(next);
  }

  #take(next: Map<string, Message>): boolean {
    const fits = next.size <= CHOSEN_MOST;
    this.#picked.value = fits ? next : new Map([...next].slice(0, CHOSEN_MOST));
    return fits;
  }
}

/** Something a person wrote and has not taken back. */
export function isChoosable(line: Message): boolean {
  return line.kind === 'text' && !line.recalled;
}
