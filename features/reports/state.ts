import { signal } from '@preact/signals';

import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { Files } from '../files/state.ts';
import type { Messages } from '../messages/state.ts';
import type { reportEvents } from './protocol.ts';

type Events = typeof reportEvents;

/** Messages this person has reported, by their ids: the newest of them. */
const REPORTED_MOST = 200;
const REPORTED = 'reported';
/** When the house was last asked what is to go from this device, and how long that answer is good for. */
const ASKED = 'withdrawals';
const ASKED_MS = 86_400_000;
/** A whole group hears of a withdrawal in the same moment. */
const JITTER_MS = 5_000;
const AGAIN_MS = 15_000;
const LANE = 'reports';

/** What this person reports, and what was withdrawn and goes from this device. */
export class Reports {
  /** Ids of messages reported from this device. */
  readonly reported = signal<ReadonlySet<string>>(new Set());
  /** How many reports wait for an officer; undefined until something was heard of them. */
  readonly open = signal<number | undefined>(undefined);
  /** What became of a message this person reported, until it has been read. */
  readonly told = signal<'withdraw' | 'dismiss' | 'refused' | undefined>(undefined);

  readonly #places: { readonly device: Device; readonly messages: Messages; readonly files: Files };
  /** This page keeps what the device knows: it alone can say that nothing is left. */
  #keeper = false;
  #wanted = false;
  /** It is going to be asked, or is being asked. */
  #asking = false;

  constructor(device: Device, messages: Messages, files: Files) {
    this.#places = { device, messages, files };
    device.connection.listen({
      event: (frame) => this.#hear(frame),
      welcome: () => this.#wanted && this.#soon(0),
      // Events were missed: among them what was withdrawn.
      placed: async () => this.#want(0),
    });
    device.outbox.listen({
      refused: ({ id, name, input, refused }) => {
        if (name !== 'report.make') return;
        const { group, message, reason } = input as { group: string; message: string; reason: string };
        queueMicrotask(() => {
          device.outbox.remove(id);
          // The reason said too much: that the message was reported counts more than why.
          if (refused?.code === 'secrecy.marked' && reason !== '') this.make(group, message, '');
          else this.told.value = 'refused';
        });
      },
    });
  }

  /** `missed`: something was withdrawn before this was there to hear it. */
  async begin(missed: boolean): Promise<void> {
    this.#wanted = missed;
    const { cache, pages, world } = this.#places.device;
    this.reported.value = new Set((await cache.get<string[]>('meta', REPORTED)) ?? []);
    const asked = (await cache.get<number>('meta', ASKED)) ?? 0;
    pages.whenFirst('withdrawals', () => {
      this.#keeper = true;
      if (this.#wanted || world.now() - asked > ASKED_MS) this.#want(JITTER_MS);
    });
  }

  /** Told to the officers once there is a line, once. Throws `outbox.full`. */
  make(group: string, message: string, reason: string): void {
    const { outbox, cache } = this.#places.device;
    outbox.add('report.make', { group, message, reason }, LANE);
    const list = [...this.reported.peek(), message].slice(-REPORTED_MOST);
    this.reported.value = new Set(list);
    cache.put('meta', REPORTED, list);
  }

  #hear({ on, in: stream, with: body }: EventFrame): void {
    if (on === 'message.withdrawn') {
      const { messages, files } = body as BodyOf<Events['message.withdrawn']>;
      const list = messages.map((message) => ({ group: stream, message }));
      void import('./state/purge.ts').then(
        ({ purge }) => purge(this.#places, { messages: list, files }),
        () => {},
      );
      // A withdrawal has an event in each of its groups: what else there is of it, and what was missed, the house says.
      this.#want(JITTER_MS);
    } else if (stream !== this.#places.device.account) return;
    else if (on === 'report.changed') this.open.value = (body as BodyOf<Events['report.changed']>).open;
    else if (on === 'report.decided') this.told.value = (body as BodyOf<Events['report.decided']>).decision;
  }

  #want(ms: number): void {
    this.#wanted = true;
    this.#soon(ms);
  }

  #soon(ms: number): void {
    const { world } = this.#places.device;
    if (!this.#keeper || this.#asking) return;
    this.#asking = true;
    world.after(world.random() * ms, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { cache, connection, world } = this.#places.device;
    this.#wanted = false;
    const done = await import('./state/purge.ts').then(
      ({ purgePending }) => purgePending(this.#places),
      () => false,
    );
    this.#asking = false;
    if (done) cache.put('meta', ASKED, world.now());
    this.#wanted ||= !done;
    // Without a line it is asked again when there is one.
    if (this.#wanted && connection.state.peek() === 'online') this.#soon(done ? JITTER_MS : AGAIN_MS);
  }
}
