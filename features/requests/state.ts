import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OwnRequest } from './protocol.ts';

const CACHED = 'requests';
/** What ended lately is kept so long for screens that show it. */
const ENDED_MOST = 500;

export interface Queue {
  readonly waiting: number;
  readonly oldest: number | null;
}

export interface Ended {
  readonly how: 'approved' | 'refused' | 'withdrawn' | 'expired' | 'void';
  readonly by: { readonly account: string; readonly name: string } | null;
}

export interface Answer {
  readonly requests: readonly string[];
  readonly name: string;
  readonly result: Ended['how'];
  readonly reason: string;
  readonly people: readonly string[];
}

interface Cached {
  readonly queues: readonly [string, Queue][];
  readonly own: readonly OwnRequest[];
}

/** Events of groups after which somebody may admit who could not, or no longer. */
const STANDING = /^(member\.(appointed|termEnded|removed|left)|group\.(governed|handedOver|archived|kept|dissolving))$/;

/** Who waits in the groups whose members the person admits, and what the person waits for. */
export class Requests {
  readonly queues = signal<ReadonlyMap<string, Queue>>(new Map());
  readonly own = signal<readonly OwnRequest[]>([]);
  /** By request: how it ended and by whom, as it was heard. */
  readonly ended = signal<ReadonlyMap<string, Ended>>(new Map());
  /** Rises with every request that is made, by group. */
  readonly made = signal<ReadonlyMap<string, number>>(new Map());
  /** The last answers to what the person asked for, the newest last. */
  readonly answers = signal<readonly Answer[]>([]);
  readonly #device: Device;
  #fetching: Promise<void> | undefined;
  #stale = false;

  constructor(device: Device) {
    this.#device = device;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      welcome: () => this.#renew(),
      placed: async (streams) => {
        if (streams.includes(device.account)) await this.fetch();
      },
    });
  }

  async open(): Promise<void> {
    const kept = await this.#device.cache.get<Cached>('meta', CACHED);
    if (!kept) return;
    this.queues.value = new Map(kept.queues);
    this.own.value = kept.own;
  }

  /** Asks afresh, and once more where something happened meanwhile. */
  fetch(): Promise<void> {
    this.#stale = true;
    this.#fetching ??= this.#fetchAll().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchAll(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const { groups, own } = await this.#device.connection.call('request.waiting', {});
      if (this.#stale) continue;
      this.queues.value = new Map(groups.map(({ group, ...it }) => [group, it]));
      this.own.value = own;
      this.#keep();
    }
  }

  #renew(): void {
    this.fetch().catch(() => undefined);
  }

  applyEvent({ on, in: stream, with: body }: EventFrame): void {
    if (STANDING.test(on)) {
      if (concerns(body, this.#device.account)) this.#renew();
      return;
    }
    if (stream !== this.#device.account) return;
    switch (on) {
      case 'request.made':
      case 'request.ended': {
        const { group, waiting, oldest, ...it } = body as { group: string; requests?: string[] } & Queue & Ended;
        const queues = new Map(this.queues.peek());
        if (waiting > 0) queues.set(group, { waiting, oldest });
        else queues.delete(group);
        this.queues.value = queues;
        if (it.requests) {
          const ended = [...this.ended.peek(), ...it.requests.map((id) => [id, { how: it.how, by: it.by }] as const)];
          this.ended.value = new Map(ended.slice(-ENDED_MOST));
        } else this.made.value = new Map(this.made.peek()).set(group, (this.made.peek().get(group) ?? 0) + 1);
        break;
      }
      case 'request.asked': {
        const { request } = body as { request: OwnRequest };
        this.own.value = [...this.own.peek().filter((it) => it.id !== request.id), request];
        break;
      }
      case 'request.answered': {
        const answer = body as Answer;
        this.own.value = this.own.peek().filter((it) => !answer.requests.includes(it.id));
        // What one withdrew oneself, or came in by another way, is no news.
        if (answer.result === 'refused' || answer.result === 'expired' || answer.result === 'approved')
          this.answers.value = [...this.answers.peek(), answer].slice(-20);
        break;
      }
      default:
        return;
    }
    // What was asked for before this was heard may be older.
    if (this.#fetching) this.#stale = true;
    this.#keep();
  }

  /** The first of the answers has been read. */
  heard(): void {
    this.answers.value = this.answers.peek().slice(1);
  }

  #keep(): void {
    this.#device.cache.put('meta', CACHED, { queues: [...this.queues.peek()], own: this.own.peek() } satisfies Cached);
  }
}

function concerns(body: unknown, account: string): boolean {
  const it = body as { accounts?: string[]; from?: unknown; to?: unknown; approver?: unknown };
  return it.accounts === undefined || it.accounts.includes(account);
}

export const requests = signal<Requests | undefined>(undefined);
