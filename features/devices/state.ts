import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device as Page } from '../../web/device.ts';
import type { Device } from './protocol.ts';

/** A new sign-in is told about for this long, also to a device that was away. */
const NEWS_MS = 24 * 3_600_000;

/** The devices on which the person is signed in. */
export class Devices {
  /** Undefined until they were looked at. */
  readonly list = signal<readonly Device[] | undefined>(undefined);
  readonly current = signal('');
  /** The last device that was added while this one was signed in, until it was looked at. */
  readonly added = signal<Device | undefined>(undefined);
  readonly #page: Page;
  #at = 0;

  constructor(page: Page) {
    this.#page = page;
    page.connection.listen({
      event: (frame) => this.applyEvent(frame),
      placed: async (streams) => {
        if (streams.includes(page.account) && this.list.peek()) await this.fetch();
      },
    });
  }

  async fetch(): Promise<void> {
    const { devices, current, at } = await this.#page.connection.call('device.list', {});
    if (at < this.#at) return;
    this.#at = at;
    this.current.value = current;
    this.list.value = devices;
  }

  async signOut(device: string): Promise<void> {
    await this.#page.connection.call('device.signOut', { device });
    this.#drop([device]);
  }

  async signOutOthers(): Promise<number> {
    const { ended } = await this.#page.connection.call('device.signOutOthers', {});
    const current = this.current.peek();
    this.list.value = this.list.peek()?.filter((it) => it.id === current);
    this.added.value = undefined;
    return ended;
  }

  applyEvent({ on, in: stream, n, at, with: body }: EventFrame): void {
    if (stream !== this.#page.account) return;
    if (on === 'device.added') {
      const { device } = body as { device: Device };
      if (this.#page.connection.now() - at < NEWS_MS && device.id !== this.current.peek()) this.added.value = device;
      if (n > this.#at && this.list.peek())
        this.list.value = [...this.list.peek()!.filter((it) => it.id !== device.id), device];
    } else if (on === 'device.ended') {
      this.#drop((body as { devices: readonly string[] }).devices);
    } else return;
    this.#at = Math.max(this.#at, n);
  }

  #drop(devices: readonly string[]): void {
    this.list.value = this.list.peek()?.filter((it) => !devices.includes(it.id));
    if (this.added.peek() && devices.includes(this.added.peek()!.id)) this.added.value = undefined;
  }
}

export const devices = signal<Devices | undefined>(undefined);
