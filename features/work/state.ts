import { signal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { WorkCounts } from './protocol.ts';
import { WORK_LISTS } from './rules.ts';
import type { WorkList } from './rules.ts';

/** What was known last, so that the tab has its badge at once. */
const CACHED = 'work counts';

interface Kept {
  readonly counts: WorkCounts;
  readonly at: number;
}

export const WORK = {
  /** After what concerns the person alone; after what concerns a group, whose members all hear it at once. */
  ownMs: 400,
  groupMs: 3_000,
  groupJitterMs: 12_000,
  /** With the list open. */
  shownMs: 500,
  shownJitterMs: 1_500,
  /** Older than this it is asked for again when the line is back, whether something was heard or not: times pass. */
  oldMs: 1_800_000,
} as const;

const OF_GROUP = new Set([
  'reminder.changed',
  'reminder.removed',
  'poll.changed',
  'poll.removed',
  'poll.closed',
  'note.changed',
  'note.removed',
  'group.archived',
  'group.changed',
]);
const OF_ACCOUNT = new Set([
  'reminder.answered',
  'reminder.standIn',
  'poll.voted',
  'note.acknowledged',
  'receipt.acknowledged',
  'chat.added',
  'chat.removed',
]);
/** What a person does about their work here; of an anonymous vote no event tells. */
const DONE: Readonly<Record<string, string>> = {
  'reminder.answer': 'reminder',
  'poll.vote': 'poll',
  'note.acknowledge': 'note',
  'receipt.acknowledge': 'message',
};

/** How much waits for the person, for the tab; kept current by what happens in their groups. */
export class Work {
  /** Undefined until something is known. */
  readonly counts = signal<WorkCounts | undefined>(undefined);
  readonly device: Device;
  /** Things this device has dealt with, by their id: they stay in a list that is open until it is left. */
  readonly done = signal<ReadonlySet<string>>(new Set());

  /** The person is in a group no longer: whoever keeps something of it forgets it. */
  onLeft: (group: string) => void = () => {};

  /** The list that is open: it fetches, and the counts come with it. */
  #list: (() => Promise<void>) | undefined;
  #timer: { readonly at: number; cancel(): void } | undefined;
  #asked = 0;

  constructor(device: Device) {
    this.device = device;
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      welcome: () => this.#welcome(),
      placed: async () => this.#stale(WORK.groupMs, WORK.groupJitterMs),
    });
    device.outbox.listen({
      sent: ({ name, input }) => {
        const field = DONE[name];
        if (field === undefined) return;
        this.done.value = new Set([...this.done.peek(), (input as Record<string, string>)[field]!]);
        this.#stale(WORK.ownMs, 0);
      },
    });
  }

  async open(): Promise<void> {
    const kept = await this.device.cache.get<Kept>('meta', CACHED);
    if (kept) {
      this.counts.value = kept.counts;
      this.#asked = kept.at;
    }
    // The line may have been there first.
    if (this.device.connection.state.peek() === 'online') this.#welcome();
  }

  #welcome(): void {
    if (!this.counts.peek()) this.#stale(WORK.shownMs, WORK.shownJitterMs);
    else if (this.device.connection.now() - this.#asked > WORK.oldMs) this.#stale(WORK.groupMs, WORK.groupJitterMs);
  }

  applyEvent({ on, in: stream, with: body }: EventFrame): void {
    if (stream === this.device.account && OF_ACCOUNT.has(on)) {
      this.#stale(WORK.ownMs, 0);
      if (on === 'chat.removed') this.#forget((body as { group: string }).group);
    } else if (OF_GROUP.has(on) || (on === 'message.sent' && asks(body))) {
      if (this.#list) this.#stale(WORK.shownMs, WORK.shownJitterMs);
      else this.#stale(WORK.groupMs, WORK.groupJitterMs);
    }
  }

  /** While a list is open it is asked for in place of the numbers. Answers how to end that. */
  watch(fetch: () => Promise<void>): () => void {
    this.#list = fetch;
    return () => {
      if (this.#list === fetch) this.#list = undefined;
    };
  }

  take(counts: WorkCounts): void {
    const at = this.device.connection.now();
    this.counts.value = counts;
    this.#asked = at;
    this.device.cache.put('meta', CACHED, { counts, at } satisfies Kept);
  }

  /** Asked for again after this long; many things at once are one question. */
  #stale(ms: number, jitterMs: number): void {
    const { world } = this.device;
    const at = world.now() + ms + world.random() * jitterMs;
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = world.after(at - world.now(), () => {
      this.#timer = undefined;
      void (this.#list ? this.#list() : this.#count());
    });
    this.#timer = { at, cancel };
  }

  /** Of a group that was left nothing stays among what this device remembers. */
  #forget(group: string): void {
    for (const list of WORK_LISTS) this.device.cache.remove('meta', listKey(list));
    this.onLeft(group);
  }

  async #count(): Promise<void> {
    try {
      this.take(await this.device.connection.call('work.count', {}));
    } catch (error) {
      // Without a line it stays as it was; the next welcome asks again.
      if (!(error instanceof Problem)) throw error;
    }
  }
}

/** A message that asks its readers to say that they have read it. */
const asks = (body: unknown): boolean => (body as { ask?: unknown }).ask !== undefined;

/** What is kept of a list on the device. */
export const listKey = (list: WorkList): string => `work ${list}`;

/** Opens it on a device whose states are there. `onLeft`: of a group the person has left nothing may stay. */
export async function openWork(device: Device, onLeft: (group: string) => void): Promise<Work> {
  const work = new Work(device);
  work.onLeft = onLeft;
  await work.open();
  return work;
}
