import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { Device } from '../../../web/device.ts';
import type { File } from '../../files/protocol.ts';
import type { Editors } from '../rules.ts';

/** The version somebody began to change. */
export interface Begun {
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly files: readonly File[];
}

/** What is being written: kept on the device from the first letter until the server has it. */
export interface NoteDraft {
  readonly group: string;
  /** Absent for a note that is being made. */
  readonly note?: string;
  readonly base?: Begun;
  readonly title: string;
  readonly text: string;
  /** Those that are there already; what is on its way lies with the uploads. */
  readonly files: readonly File[];
  readonly editors: Editors;
  readonly ask: boolean;
  readonly at: number;
}

const keyOf = (group: string, note: string | undefined): string => `note ${group} ${note ?? 'new'}`;

/** What was written of notes on this device and is not saved yet. */
export class NoteDrafts {
  readonly #device: Device;
  readonly #known = signal<ReadonlySet<string>>(new Set());
  readonly #reading: Promise<void>;

  constructor(device: Device) {
    this.#device = device;
    this.#reading = device.cache.all<NoteDraft>('writing').then((list) => {
      this.#known.value = new Set([...this.#known.peek(), ...list.map((it) => keyOf(it.group, it.note))]);
    });
  }

  /** Whether there is one. Reads as a signal. */
  has(group: string, note?: string): boolean {
    return this.#known.value.has(keyOf(group, note));
  }

  get all(): ReadonlySignal<ReadonlySet<string>> {
    return this.#known;
  }

  async get(group: string, note?: string): Promise<NoteDraft | undefined> {
    await this.#reading;
    // What was put a moment ago may be on its way to the disk.
    await this.#device.cache.flush();
    return this.#device.cache.get<NoteDraft>('writing', keyOf(group, note));
  }

  keep(draft: NoteDraft): void {
    const key = keyOf(draft.group, draft.note);
    this.#device.cache.put('writing', key, draft);
    if (!this.#known.peek().has(key)) this.#known.value = new Set([...this.#known.peek(), key]);
  }

  drop(group: string, note?: string): void {
    const key = keyOf(group, note);
    this.#device.cache.remove('writing', key);
    if (this.#known.peek().has(key)) this.#known.value = new Set([...this.#known.peek()].filter((it) => it !== key));
  }

  /** The person is no longer in this group. */
  forget(group: string): void {
    for (const key of this.#known.peek()) {
      const [, of, note] = key.split(' ');
      if (of === group) this.drop(group, note === 'new' ? undefined : note);
    }
  }
}
