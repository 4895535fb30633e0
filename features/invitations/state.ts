import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { Invitation } from './protocol.ts';

const CACHED = 'invitations';

/** The groups to which the person is invited, and has not answered. */
export class Invitations {
  readonly list = signal<readonly Invitation[]>([]);
  readonly #device: Device;
  #heard = 0;

  constructor(device: Device) {
    this.#device = device;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      welcome: () => void this.fetch().catch(() => undefined),
      placed: async (streams) => {
        if (streams.includes(device.account)) await this.fetch();
      },
    });
  }

  async open(): Promise<void> {
    this.list.value = (await this.#device.cache.get<readonly Invitation[]>('meta', CACHED)) ?? [];
  }

  async fetch(): Promise<void> {
    const before = this.#heard;
    const { invitations } = await this.#device.connection.call('invitation.mine', {});
    // What was heard meanwhile is newer.
    if (this.#heard === before) this.#take(invitations);
    else await this.fetch();
  }

  /** Answers one; the group, where the person is in it now. */
  async answer(invitation: string, answer: 'accept' | 'decline' | 'block'): Promise<string | null> {
    const { group } = await this.#device.connection.call('invitation.answer', { invitation, answer });
    this.drop(invitation);
    return group;
  }

  drop(invitation: string): void {
    this.#take(this.list.peek().filter((it) => it.id !== invitation));
  }

  applyEvent({ on, in: stream, with: body }: EventFrame): void {
    if (stream !== this.#device.account) return;
    if (on === 'invitation.made') {
      const { invitation } = body as { invitation: Invitation };
      this.#heard += 1;
      this.#take([invitation, ...this.list.peek().filter((it) => it.id !== invitation.id)]);
    } else if (on === 'invitation.ended') {
      this.#heard += 1;
      this.drop((body as { invitation: string }).invitation);
    }
  }

  #take(list: readonly Invitation[]): void {
    this.list.value = list;
    this.#device.cache.put('meta', CACHED, list);
  }
}

export const invitations = signal<Invitations | undefined>(undefined);
