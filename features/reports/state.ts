import { signal } from '@preact/signals';

import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { Files } from '../files/state.ts';
import type { Messages } from '../messages/state.ts';
import type { Purge, reportEvents } from './protocol.ts';

type Events = typeof reportEvents;

/** Messages this person has reported, by their ids: the newest of them. */
const REPORTED_MOST = 200;
const REPORTED = 'reported';
/** What of the board has the id of its message, as it is kept on the device. */
const THINGS = ['note', 'reminder', 'poll'];
const AGAIN_MS = 5_000;
const LANE = 'reports';

/** What this person reports, and what was withdrawn and goes from this device. */
export class Reports {
  /** Ids of messages reported from this device. */
  readonly reported = signal<ReadonlySet<string>>(new Set());
  /** How many reports wait for an officer; undefined until something was heard of them. */
  readonly open = signal<number | undefined>(undefined);
  /** What became of a message this person has reported. */
  onDecided: (decision: 'withdraw' | 'dismiss') => void = () => {};
  /** A report was refused: the message is gone meanwhile, or no longer for this person. */
  onRefused: (code: string) => void = () => {};

  readonly #device: Device;
  readonly #messages: Messages;
  readonly #files: Files;
  /** This page keeps what the device knows: it alone can say that nothing is left. */
  #keeper = false;
  #asking: Promise<void> | undefined;
  #again: (() => void) | undefined;

  constructor(device: Device, messages: Messages, files: Files) {
    this.#device = device;
    this.#messages = messages;
    this.#files = files;
    device.connection.listen({ event: (frame) => this.#hear(frame), welcome: () => void this.ask() });
    device.outbox.listen({
      refused: ({ id, name, refused }) => {
        if (name !== 'report.make') return;
        queueMicrotask(() => device.outbox.remove(id));
        this.onRefused(refused?.code ?? '');
      },
    });
  }

  async begin(): Promise<void> {
    this.reported.value = new Set((await this.#device.cache.get<string[]>('meta', REPORTED)) ?? []);
    this.#device.pages.whenFirst('withdrawals', () => {
      this.#keeper = true;
      if (this.#device.connection.state.peek() === 'online') void this.ask();
    });
  }

  close(): void {
    this.#again?.();
  }

  /** Told to the officers once there is a line, once. Throws `outbox.full`. */
  make(group: string, message: string, reason: string): void {
    this.#device.outbox.add('report.make', { group, message, reason }, LANE);
    const list = [...this.reported.peek(), message].slice(-REPORTED_MOST);
    this.reported.value = new Set(list);
    this.#device.cache.put('meta', REPORTED, list);
  }

  #hear(frame: EventFrame): void {
    if (frame.on === 'message.withdrawn') {
      const { withdrawal, messages, files } = frame.with as BodyOf<Events['message.withdrawn']>;
      const list = messages.map((message) => ({ group: frame.in, message }));
      // A withdrawal has an event in each of its groups: what else there is of it the house says.
      void this.#purge({ withdrawal, messages: list, files }).then(() => this.ask());
    } else if (frame.in !== this.#device.account) return;
    else if (frame.on === 'report.changed') this.open.value = (frame.with as BodyOf<Events['report.changed']>).open;
    else if (frame.on === 'report.decided') this.onDecided((frame.with as BodyOf<Events['report.decided']>).decision);
  }

  /** Asks what this device has not said to have removed, removes it, and says so. */
  ask(): Promise<void> {
    if (!this.#keeper) return Promise.resolve();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    try {
      for (;;) {
        const { purges } = await this.#device.connection.call('withdrawal.pending', {});
        if (purges.length === 0) return;
        for (const it of purges) await this.#purge(it);
        await this.#device.cache.flush();
        await this.#device.connection.call('withdrawal.confirm', { withdrawals: purges.map((it) => it.withdrawal) });
      }
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
      // Without a line it is asked again when there is one.
      else if (error.retry && this.#device.connection.state.peek() === 'online') {
        this.#again?.();
        this.#again = this.#device.world.after(AGAIN_MS, () => void this.ask());
      }
    }
  }

  async #purge({ messages, files }: Purge): Promise<void> {
    for (const [group, list] of Map.groupBy(messages, (it) => it.group)) {
      const ids = list.map((it) => it.message);
      await this.#messages.withdraw(group, ids);
      for (const id of ids) for (const kind of THINGS) this.#device.cache.remove('things', `${kind} ${id}`);
    }
    await this.#files.withdraw(files);
  }
}

export const reports = signal<Reports | undefined>(undefined);
