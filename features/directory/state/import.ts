import { computed, signal } from '@preact/signals';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import type { Counts, Entry, Report } from '../protocol/import.ts';
import { FILE_MOST } from '../rules/import.ts';
import type { Result } from '../rules/import.ts';

export type Filter = Result | 'changes' | 'review';

/** 20 MB on an office line, and the reading of 50,000 rows. */
const TIMEOUT_MS = 120_000;

interface Chosen {
  readonly name: string;
  readonly size: number;
  base64(): Promise<string>;
}

/** One staff list on its way in: chosen, checked, looked at, applied. */
export class ImportRun {
  readonly phase = signal<'choose' | 'checking' | 'checked' | 'applying' | 'done'>('choose');
  readonly file = signal<Chosen | undefined>(undefined);
  readonly report = signal<Report | undefined>(undefined);
  readonly checkedAt = signal(0);
  readonly filter = signal<Filter>('changes');
  readonly scope = signal<'units' | 'all'>('units');
  /** Undefined: as the server finds right. */
  readonly newUnits = signal<boolean | undefined>(undefined);
  readonly reviewed = signal(false);
  /** What went wrong last: a problem of the file, the line or the server. */
  readonly trouble = signal<unknown>(undefined);
  /** The directory changed between check and apply; it has been checked again. */
  readonly stale = signal(false);
  readonly done = signal<Counts | undefined>(undefined);

  readonly entries = computed(() => filtered(this.report.value?.entries ?? [], this.filter.value));
  readonly reviews = computed(() => this.report.value?.entries.filter(wantsLook).length ?? 0);
  readonly toConfirm = computed(() => this.report.value?.entries.filter((it) => it.review.length > 0).length ?? 0);
  readonly effects = computed(() => {
    const counts = this.report.value?.counts;
    return counts ? counts.added + counts.changed + counts.moved + counts.left : 0;
  });

  readonly #call: typeof call;
  /** One id for one check: pressing Apply again after a lost answer does it once. */
  #action = newId();

  constructor(by: typeof call = call) {
    this.#call = by;
  }

  async choose(file: Chosen): Promise<void> {
    this.file.value = file;
    this.newUnits.value = undefined;
    this.stale.value = false;
    await this.check();
  }

  /** Tries the file with the present choices; nothing is written. */
  async check(): Promise<void> {
    const file = this.file.peek();
    if (!file) return;
    this.trouble.value = undefined;
    this.report.value = undefined;
    this.reviewed.value = false;
    if (file.size > FILE_MOST) {
      this.phase.value = 'choose';
      this.trouble.value = new Problem('import.too_large', { status: 413, summary: '' });
      return;
    }
    this.phase.value = 'checking';
    try {
      const report = await this.#call(
        'import.check',
        { ...this.#choices(file.name), file: await file.base64() },
        { door: 'http', timeoutMs: TIMEOUT_MS },
      );
      if (this.file.peek() !== file) return;
      this.report.value = report;
      this.newUnits.value = report.newUnits;
      this.checkedAt.value = Date.now();
      this.#action = newId();
      this.filter.value = report.entries.some(wantsLook) ? 'review' : 'changes';
      this.phase.value = 'checked';
    } catch (error) {
      this.trouble.value = error;
      this.phase.value = 'choose';
    }
  }

  async apply(): Promise<void> {
    const file = this.file.peek();
    const report = this.report.peek();
    if (!file || !report || this.phase.peek() !== 'checked') return;
    this.trouble.value = undefined;
    this.phase.value = 'applying';
    try {
      const { counts } = await this.#call(
        'import.apply',
        {
          ...this.#choices(file.name),
          file: await file.base64(),
          digest: report.digest,
          reviewed: this.reviewed.peek(),
        },
        { door: 'http', id: this.#action, timeoutMs: TIMEOUT_MS },
      );
      this.done.value = counts;
      this.phase.value = 'done';
    } catch (error) {
      if (error instanceof Problem && error.code === 'import.stale') {
        await this.check();
        this.stale.value = true;
        return;
      }
      this.trouble.value = error;
      this.phase.value = 'checked';
    }
  }

  /** Back to the first step. */
  begin(): void {
    this.file.value = undefined;
    this.report.value = undefined;
    this.trouble.value = undefined;
    this.stale.value = false;
    this.done.value = undefined;
    this.newUnits.value = undefined;
    this.phase.value = 'choose';
  }

  #choices(name: string): { name: string; scope: 'units' | 'all'; newUnits?: boolean } {
    const newUnits = this.newUnits.peek();
    return { name: name.slice(0, 200), scope: this.scope.peek(), ...(newUnits === undefined ? {} : { newUnits }) };
  }
}

/** Wrong rows, and those that want to be looked at before they are applied. */
export function wantsLook(entry: Entry): boolean {
  return entry.result === 'wrong' || entry.review.length > 0;
}

function filtered(entries: readonly Entry[], filter: Filter): readonly Entry[] {
  if (filter === 'changes') return entries.filter((it) => it.result !== 'unchanged');
  // What is wrong first, then who leaves, then the rest.
  if (filter === 'review') {
    const rank = (it: Entry): number => (it.result === 'wrong' ? 0 : it.result === 'left' ? 1 : 2);
    return entries.filter(wantsLook).sort((a, b) => rank(a) - rank(b));
  }
  return entries.filter((it) => it.result === filter);
}
