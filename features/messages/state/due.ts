import type { EventFrame } from '../../../protocol/frame.ts';
import type { Device } from '../../../web/device.ts';

/** Events that wait at once; beyond them a group's kept lines are given up, and read again from the server. */
export const DUE_MOST = 2_000;

/**
 * Events whose changes are due to lines that lie on the device's disk and are just being read from there. They are written with the
 * cursor that stands for them, and go with the lines they changed: a device that dies in between makes up for them the next time.
 */
export class Due {
  readonly #device: Device;
  #frames: readonly EventFrame[] = [];

  constructor(device: Device) {
    this.#device = device;
  }

  /** Takes what was left, once. */
  async open(): Promise<void> {
    this.#frames = (await this.#device.cache.get<EventFrame[]>('meta', 'due')) ?? [];
  }

  /** Oldest first. */
  get frames(): readonly EventFrame[] {
    return this.#frames;
  }

  /** `group`: whose lines it changes. */
  add(frame: EventFrame, group: string): void {
    if (this.#frames.includes(frame)) return;
    if (this.#frames.length >= DUE_MOST) this.#device.cache.forgetMessages(group);
    else this.#frames = [...this.#frames, frame];
    this.keep();
  }

  /** Its lines are changed. */
  done(frame: EventFrame): void {
    if (!this.#frames.includes(frame)) return;
    this.#frames = this.#frames.filter((it) => it !== frame);
    this.keep();
  }

  /** Puts what is known again: this page writes from now on. */
  keep(): void {
    if (this.#frames.length > 0) this.#device.cache.put('meta', 'due', this.#frames);
    else this.#device.cache.remove('meta', 'due');
  }
}
