import { signal } from '@preact/signals';

import { call } from '../../web/connection.ts';
import type { Unit } from './protocol.ts';

export interface Level {
  readonly state: 'loading' | 'here' | 'failed';
  readonly units: readonly Unit[];
  readonly error?: unknown;
  readonly at: number;
}

const FRESH_MS = 5 * 60_000;

/** The units as far as they have been opened, one level a question. */
export class UnitTree {
  readonly levels = signal<ReadonlyMap<string, Level>>(new Map());
  readonly expanded = signal<ReadonlySet<string>>(new Set());
  readonly #call: typeof call;

  constructor(by: typeof call = call) {
    this.#call = by;
  }

  below(parent: string | null): Level | undefined {
    return this.levels.value.get(parent ?? '');
  }

  /** Fetches a level unless it is here and fresh. What was here stays in sight meanwhile. */
  async load(parent: string | null, { again = false } = {}): Promise<void> {
    const key = parent ?? '';
    const known = this.levels.peek().get(key);
    if (known?.state === 'loading') return;
    if (!again && known?.state === 'here' && Date.now() - known.at < FRESH_MS) return;
    this.#keep(key, { state: 'loading', units: known?.units ?? [], at: known?.at ?? 0 });
    try {
      const { units } = await this.#call('unit.children', { parent });
      this.#keep(key, { state: 'here', units, at: Date.now() });
      // A tree of one root is opened at once: it says nothing closed.
      if (parent === null && units.length === 1 && known === undefined) void this.toggle(units[0]!.id, true);
    } catch (error) {
      this.#keep(key, { state: 'failed', units: known?.units ?? [], error, at: 0 });
    }
  }

  async toggle(unit: string, open: boolean): Promise<void> {
    const expanded = new Set(this.expanded.peek());
    if (open) expanded.add(unit);
    else expanded.delete(unit);
    this.expanded.value = expanded;
    if (open) await this.load(unit);
  }

  /** After a change of the tree or of who is where: every level that is here, again. */
  async renew(): Promise<void> {
    await Promise.all([...this.levels.peek().keys()].map((key) => this.load(key === '' ? null : key, { again: true })));
  }

  find(unit: string): Unit | undefined {
    for (const level of this.levels.value.values()) {
      const found = level.units.find((it) => it.id === unit);
      if (found) return found;
    }
    return undefined;
  }

  #keep(key: string, level: Level): void {
    this.levels.value = new Map(this.levels.peek()).set(key, level);
  }
}

let tree: UnitTree | undefined;

/** The page's tree of units. */
export function unitTree(): UnitTree {
  tree ??= new UnitTree();
  return tree;
}
