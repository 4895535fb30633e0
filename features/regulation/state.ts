import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { Chats } from '../chats/state.ts';
import type { Regulation } from './protocol.ts';
import { hasAccepted } from './rules/accepted.ts';

/** What people read of a group's regulation is kept under this name and the group's. */
const KEPT = 'regulation ';

/** The regulations of the actor's groups: fetched when looked at, kept for when there is no line, current while shown. */
export class Regulations {
  readonly chats: Chats;
  readonly #device: Device;
  readonly #known = new Map<string, Signal<Regulation | undefined>>();
  /** What waits in the outbox was sent again for these versions, so that nothing is sent round and round. */
  readonly #tried = new Set<string>();
  readonly #stop: () => void;

  constructor(device: Device, chats: Chats) {
    this.#device = device;
    this.chats = chats;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      placed: async (streams) => {
        for (const stream of streams) this.#renew(stream);
      },
      gone: (streams) => {
        for (const stream of streams) this.#forget(stream);
      },
    });
    this.#stop = effect(() => this.#sendAccepted());
  }

  get account(): string {
    return this.#device.account;
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  /** Reads as a signal. */
  get online(): boolean {
    return this.#device.connection.state.value === 'online';
  }

  /** Reads as a signal; undefined until it is known. */
  get(group: string): Regulation | undefined {
    return this.#slot(group).value;
  }

  /** Whether the actor has to accept before writing into this group. Reads as a signal. */
  asks(group: string): boolean {
    const chat = this.chats.get(group);
    return chat !== undefined && chat.kind !== 'pair' && !hasAccepted(chat.regulation);
  }

  /** Own messages that wait for it. Reads as a signal. */
  waiting(group: string): number {
    return this.#device.outbox.entries.value.filter(
      (it) => it.refused?.code === 'regulation.not_accepted' && it.lane === group,
    ).length;
  }

  /** From the device where there is no line; fails with a `Problem` where neither knows it. */
  async fetch(group: string): Promise<void> {
    const slot = this.#slot(group);
    try {
      const fresh = await this.call('regulation.get', { group });
      slot.value = fresh;
      this.#device.cache.put('meta', KEPT + group, { ...fresh, governing: null });
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_found') this.#forget(group);
      else slot.value ??= await this.#device.cache.get<Regulation>('meta', KEPT + group);
      if (!slot.peek()) throw error;
    }
  }

  /** Accepts the version that was shown. Everything that waited for it is sent. */
  async accept(group: string, version: number): Promise<void> {
    await this.call('regulation.accept', { group, version });
    this.chats.acceptRegulation(group, version);
    await this.fetch(group).catch(() => undefined);
  }

  applyEvent(frame: EventFrame): void {
    switch (frame.on) {
      case 'regulation.published':
      case 'regulation.renewed':
      case 'regulation.reminded':
        this.#renew(frame.in);
        break;
      case 'regulation.accepted':
        this.#renew((frame.with as { group: string }).group);
        break;
      case 'chat.removed':
        this.#forget((frame.with as { group: string }).group);
        break;
      default:
        break;
    }
  }

  /** Nothing more is done; the device is closed. */
  close(): void {
    this.#stop();
  }

  #sendAccepted(): void {
    for (const { id, lane: group, refused } of this.#device.outbox.entries.value) {
      if (refused?.code !== 'regulation.not_accepted') continue;
      const chat = this.chats.get(group);
      // The list of chats may be behind: then the version in force is not yet in it, and is heard of next.
      const wanted = Number(refused.details['version'] ?? 0);
      if (!chat || !hasAccepted(chat.regulation) || chat.regulation.accepted < wanted) continue;
      const tried = `${id} ${chat.regulation.accepted}`;
      if (this.#tried.has(tried)) continue;
      this.#tried.add(tried);
      queueMicrotask(() => this.#device.outbox.retry(id));
    }
  }

  #renew(group: string): void {
    if (this.#known.get(group)?.peek()) this.fetch(group).catch(() => undefined);
  }

  #forget(group: string): void {
    const slot = this.#known.get(group);
    if (slot) slot.value = undefined;
    this.#device.cache.remove('meta', KEPT + group);
  }

  #slot(group: string): Signal<Regulation | undefined> {
    let slot = this.#known.get(group);
    if (!slot) this.#known.set(group, (slot = signal(undefined)));
    return slot;
  }
}

/** Of whoever is signed in at this page. */
export const regulations = signal<Regulations | undefined>(undefined);
