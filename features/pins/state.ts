import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf } from '../../protocol/action.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import { Things } from '../../web/things.ts';
import type { Pin, pinActions } from './protocol.ts';
import { isPinned, movedBefore, pinsAfter } from './rules.ts';
import type { Pinned } from './rules.ts';

type Actions = typeof pinActions;
type Wish = 'pin.add' | 'pin.remove' | 'pin.move' | 'pin.keep';

const WISHES: readonly string[] = ['pin.add', 'pin.remove', 'pin.move', 'pin.keep'] satisfies Wish[];
const isWish = (it: OutboxEntry): boolean => WISHES.includes(it.name);
const groupOf = (it: OutboxEntry): string => (it.input as { group: string }).group;
/** What is wished here; a note that is pinned with being made has the lane of notes. */
const laneOf = (group: string): string => `pins ${group}`;

/** Timers cannot wait for longer. */
const TIMER_MOST_MS = 86_400_000;

/** What is pinned in a group, in its order. What was pinned by an event is only named until it is read. */
interface PinList {
  /** Of the list: that of its group. */
  readonly id: string;
  readonly group: string;
  readonly pins: readonly (Pin | Pinned)[];
  /** The number of the stream it is true at. */
  readonly at: number;
  /** Own acts that it shows already. */
  readonly covers: readonly string[];
}

/** What is known of something before the server tells of its pin. */
export type Preview = Omit<Pin, 'pinned' | 'until'>;

/** An own act that did not come to be, and why. */
export interface Undone {
  readonly act: Wish;
  readonly code: string;
  readonly right: string | undefined;
  readonly most: number;
}

const isWhole = (it: Pin | Pinned): it is Pin => 'kind' in it;

/** The pins of the groups that were looked at: kept for when there is no line, current while they are shown, and what the person does with them at once. */
export class Pins {
  /** The last one that was undone; a view says so and clears it. */
  readonly undone = signal<Undone | undefined>(undefined);

  readonly #device: Device;
  readonly #lists: Things<PinList>;
  /** Answered by the server; the next list that is read shows them. */
  readonly #answered = signal<readonly OutboxEntry[]>([]);
  /** In the order of doing; the same empty list while nothing is under way. */
  readonly #wishes: ReadonlySignal<readonly OutboxEntry[]>;
  readonly #previews = new Map<string, Preview>();
  /** Raised when the time of a pin is over. */
  readonly #tick = signal(0);
  #timer: { readonly at: number; cancel(): void } | undefined;
  readonly #stop: () => void;

  constructor(device: Device) {
    this.#device = device;
    this.#lists = new Things<PinList>(device, {
      kind: 'pins',
      read: (group) => this.#read(group),
      hear: (frame) => this.applyEvent(frame),
    });
    const none: readonly OutboxEntry[] = [];
    this.#wishes = computed(() => {
      const answered = this.#answered.value;
      const ids = new Set(answered.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isWish(it) && !it.refused && !ids.has(it.id));
      if (answered.length + waiting.length === 0) return none;
      return [...answered, ...waiting].sort((a, b) => (a.id < b.id ? -1 : 1));
    });
    this.#stop = device.outbox.listen({
      sent: (entry) => {
        if (!isWish(entry)) return;
        this.#answered.value = [...this.#answered.peek(), entry];
        this.#again(groupOf(entry));
      },
      refused: (entry) => this.#refused(entry),
    });
    // Refused while nobody here was listening.
    for (const it of device.outbox.entries.peek()) if (it.refused) this.#refused(it);
  }

  close(): void {
    this.#timer?.cancel();
    this.#stop();
    this.#lists.close();
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  /** What is pinned in a group, as it will be once all that is under way has been done. Reads as a signal; undefined until it is known. */
  of(group: string): readonly Pin[] | 'gone' | undefined {
    return this.#laidOver(group, this.#lists.of(group, group).value);
  }

  /** Reads as a signal; false until it is known. */
  isPinned(group: string, thing: string): boolean {
    const list = this.of(group);
    return Array.isArray(list) && list.some((it) => it.thing === thing);
  }

  /** Before all others, at once. Throws `outbox.full`. */
  add(group: string, preview: Preview, until: number | null = null): void {
    this.#previews.set(preview.thing, preview);
    this.#wish('pin.add', { group, thing: preview.thing, until });
  }

  /** Throws `outbox.full`. */
  remove(group: string, thing: string): void {
    this.#wish('pin.remove', { group, thing });
  }

  /** Before another one, or last. Throws `outbox.full`. */
  move(group: string, thing: string, before: string | null): void {
    this.#wish('pin.move', { group, thing, before });
  }

  /** Until then, or for good. Throws `outbox.full`. */
  keep(group: string, thing: string, until: number | null): void {
    this.#wish('pin.keep', { group, thing, until });
  }

  applyEvent(frame: EventFrame): void {
    const { on, in: group, n } = frame;
    if (on === 'message.edited') {
      const { id } = frame.with as { id: string };
      if (this.#lists.known(group, group)?.pins.some((it) => it.thing === id)) this.#again(group);
      return;
    }
    if (!on.startsWith('pin.')) return;
    const list = this.#lists.known(group, group);
    if (list && n > list.at) {
      this.#lists.change(group, group, (it) => ({ ...it, pins: pinsAfter(it.pins, on, frame.with as Pinned), at: n }));
    }
    // What was pinned is read, and what was missed before it.
    this.#again(group);
  }

  #again(group: string): void {
    this.#lists.stale(group, group);
  }

  #wish<N extends Wish>(name: N, input: InputOf<Actions[N]>): void {
    this.#device.outbox.add<Wish>(name, input, laneOf(input.group));
  }

  async #read(group: string): Promise<PinList[]> {
    // What the list of before shows already is not laid over any list any more.
    const covered = new Set(this.#lists.known(group, group)?.covers);
    const left = this.#answered.peek().filter((it) => !covered.has(it.id));
    if (left.length < this.#answered.peek().length) this.#answered.value = left;
    const covers = left.filter((it) => groupOf(it) === group).map((it) => it.id);
    const { pins, at } = await this.call('pin.list', { group });
    return [{ id: group, group, pins, at, covers }];
  }

  #refused(entry: OutboxEntry): void {
    if (!isWish(entry) || entry.lane !== laneOf(groupOf(entry))) return;
    const { code, details } = entry.refused!;
    const { right, most } = details;
    queueMicrotask(() => this.#device.outbox.remove(entry.id));
    this.#again(groupOf(entry));
    this.undone.value = {
      act: entry.name as Wish,
      code,
      right: typeof right === 'string' ? right : undefined,
      most: Number(most ?? 0),
    };
  }

  #laidOver(group: string, known: PinList | 'gone' | undefined): readonly Pin[] | 'gone' | undefined {
    if (known === undefined || known === 'gone') return known;
    let list: readonly (Pin | Pinned)[] = known.pins;
    for (const entry of this.#wishes.value) {
      if (groupOf(entry) === group && !known.covers.includes(entry.id)) list = this.#with(list, entry);
    }
    void this.#tick.value;
    const now = this.#device.connection.now();
    const standing = list.filter((it) => isPinned(it, now));
    this.#wakeAt(Math.min(...standing.map((it) => it.until ?? Infinity)));
    return standing.filter(isWhole);
  }

  #with(list: readonly (Pin | Pinned)[], { name, input, at }: OutboxEntry): readonly (Pin | Pinned)[] {
    const { thing } = input as { thing: string };
    switch (name) {
      case 'pin.add': {
        const preview = this.#previews.get(thing);
        if (!preview || list.some((it) => it.thing === thing && isWhole(it))) return list;
        const { until = null } = input as InputOf<Actions['pin.add']>;
        const pin: Pin = { ...preview, pinned: { by: this.#device.account, name: '', at }, until };
        return [pin, ...list.filter((it) => it.thing !== thing)];
      }
      case 'pin.remove':
        return list.filter((it) => it.thing !== thing);
      case 'pin.move':
        return movedBefore(list, thing, (input as InputOf<Actions['pin.move']>).before) ?? list;
      default: {
        const { until } = input as InputOf<Actions['pin.keep']>;
        return list.map((it) => (it.thing === thing ? { ...it, until } : it));
      }
    }
  }

  /** A pin goes by itself, also without a line. */
  #wakeAt(until: number): void {
    if (until === Infinity || (this.#timer && this.#timer.at <= until)) return;
    this.#timer?.cancel();
    const ms = Math.min(Math.max(until - this.#device.connection.now(), 0), TIMER_MOST_MS);
    const cancel = this.#device.world.after(ms, () => {
      this.#timer = undefined;
      this.#tick.value += 1;
    });
    this.#timer = { at: until, cancel };
  }
}

const opened = new WeakMap<Device, Pins>();

/** The pins on this device: there from the first time they are asked for. */
export function pinsOn(device: Device, onOpened: (pins: Pins) => void = () => {}): Pins {
  let it = opened.get(device);
  if (!it) {
    opened.set(device, (it = new Pins(device)));
    onOpened(it);
  }
  return it;
}
