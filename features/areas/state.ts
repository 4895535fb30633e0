import { signal } from '@preact/signals';

import { call } from '../../web/connection.ts';
import type { Area } from './protocol.ts';

export interface Level {
  readonly state: 'loading' | 'here' | 'failed';
  readonly areas: readonly Area[];
  readonly error?: unknown;
  readonly at: number;
}

/** Other administrators' changes are seen after this long at the latest. */
const FRESH_MS = 5 * 60_000;

/** The map as far as it has been opened: one level a question, kept for a while. Nobody fetches 3,321 rows. */
export class AreaTree {
  readonly levels = signal<ReadonlyMap<string, Level>>(new Map());
  readonly expanded = signal<ReadonlySet<string>>(new Set());
  /** The agency's province, which stands first and is open at once. */
  readonly home = signal<string | null>(null);
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
    this.#keep(key, { state: 'loading', areas: known?.areas ?? [], at: known?.at ?? 0 });
    try {
      const { areas, home } = await this.#call('area.children', { parent });
      const first = this.home.peek() === null && home !== null;
      this.home.value = home;
      this.#keep(key, { state: 'here', areas, at: Date.now() });
      if (parent === null && first) void this.toggle(home, true);
    } catch (error) {
      this.#keep(key, { state: 'failed', areas: known?.areas ?? [], error, at: 0 });
    }
  }

  async toggle(code: string, open: boolean): Promise<void> {
    const expanded = new Set(this.expanded.peek());
    if (open) expanded.add(code);
    else expanded.delete(code);
    this.expanded.value = expanded;
    if (open) await this.load(code);
  }

  /** After a change below this area: its level, and the one it stands in, which counts its children. */
  async renew(parent: string): Promise<void> {
    const above = [...this.levels.peek()].find(([, level]) => level.areas.some((it) => it.code === parent))?.[0];
    await Promise.all([
      this.load(parent, { again: true }),
      ...(above === undefined ? [] : [this.load(above === '' ? null : above, { again: true })]),
    ]);
  }

  /** An area that has been seen. */
  find(code: string): Area | undefined {
    for (const level of this.levels.value.values()) {
      const found = level.areas.find((it) => it.code === code);
      if (found) return found;
    }
    return undefined;
  }

  #keep(key: string, level: Level): void {
    this.levels.value = new Map(this.levels.peek()).set(key, level);
  }
}

let tree: AreaTree | undefined;

/** The page's map. */
export function areaTree(): AreaTree {
  tree ??= new AreaTree();
  return tree;
}

/** “Xã Ia Grai, tỉnh Gia Lai” by code, as far as asked for. */
export const titles = signal<ReadonlyMap<string, string>>(new Map());

export function keepTitle(code: string, title: string): void {
  if (titles.peek().get(code) !== title) titles.value = new Map(titles.peek()).set(code, title);
}
