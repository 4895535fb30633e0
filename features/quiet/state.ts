import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { Quiet } from './rules.ts';

const CACHED = 'quiet';

/** When the person wants to be left alone. Undefined until it is known. */
export class QuietHours {
  readonly now = signal<Quiet | undefined>(undefined);
  readonly #device: Device;
  #heard = 0;

  constructor(device: Device) {
    this.#device = device;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      // What a page that is not the keeper heard has not been kept.
      welcome: () => void this.fetch().catch(() => undefined),
      placed: async (streams) => {
        if (streams.includes(device.account)) await this.fetch();
      },
    });
  }

  async open(): Promise<void> {
    this.now.value = await this.#device.cache.get<Quiet>('meta', CACHED);
  }

  async fetch(): Promise<void> {
    const before = this.#heard;
    const { quiet } = await this.#device.connection.call('quiet.get', {});
    // What was heard meanwhile is newer.
    if (this.#heard === before) this.#take(quiet);
  }

  /** Shown at once; taken back where it could not be done, and the reason thrown. */
  async set(quiet: Quiet): Promise<void> {
    const before = this.now.peek();
    const heard = this.#heard;
    this.now.value = quiet;
    try {
      await this.#device.connection.call('quiet.set', { quiet });
    } catch (error) {
      if (this.#heard === heard && this.now.peek() === quiet) this.now.value = before;
      throw error;
    }
  }

  applyEvent({ on, in: stream, with: body }: EventFrame): void {
    if (stream !== this.#device.account || on !== 'quiet.changed') return;
    this.#heard += 1;
    this.#take((body as { quiet: Quiet }).quiet);
  }

  #take(quiet: Quiet): void {
    this.now.value = quiet;
    this.#device.cache.put('meta', CACHED, quiet);
  }
}

export const quietHours = signal<QuietHours | undefined>(undefined);
