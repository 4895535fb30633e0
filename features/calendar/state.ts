import { signal } from '@preact/signals';

import type { OutputOf } from '../../protocol/action.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { calendarActions, CalendarReminder, CalendarTime } from './protocol.ts';
import type { DayNumber } from './rules.ts';

type Range = OutputOf<(typeof calendarActions)['calendar.range']>;

export interface Span {
  readonly from: DayNumber;
  readonly to: DayNumber;
}

/** What is known of some days. */
export interface KnownDays extends Span, Range {
  /** When it was asked for. */
  readonly asOf: number;
}

/** What is kept on the device: which spans, the last used at the end. */
const INDEX = 'calendar';
const SPANS_MOST = 16;
/** Many things change at once: the days are asked for again once they have. */
const GATHER_MS = 400;
const JITTER_MS = 1_600;

const keyOf = (group: string | undefined, { from, to }: Span): string => `calendar ${group ?? ''} ${from} ${to}`;

/** The days that are looked at, of one group or of all; kept current while it is open, and as they were where there is no line. */
export class CalendarDays {
  /** Undefined until something is known of the days that are looked at. */
  readonly known = signal<KnownDays | undefined>(undefined);
  readonly trouble = signal<Problem | undefined>(undefined);

  readonly #device: Device;
  readonly #group: string | undefined;
  readonly #stop: () => void;
  #span: Span | undefined;
  #turn = 0;
  #again: (() => void) | undefined;

  constructor(device: Device, group?: string) {
    this.#device = device;
    this.#group = group;
    this.#stop = device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      welcome: () => this.#stale(),
      placed: async (streams) => {
        if (group === undefined || streams.includes(group)) this.#stale();
      },
    });
  }

  close(): void {
    this.#turn += 1;
    this.#again?.();
    this.#stop();
  }

  /** Looks at these days: what the device remembers of them first, then as they are now. */
  async look(span: Span): Promise<void> {
    const turn = (this.#turn += 1);
    this.#span = span;
    this.trouble.value = undefined;
    if (!covers(this.known.peek(), span)) {
      this.known.value = undefined;
      const kept = await this.#device.cache.get<KnownDays>('meta', keyOf(this.#group, span));
      if (turn !== this.#turn) return;
      if (kept) this.known.value ??= kept;
    }
    await this.#fetch(span, turn);
  }

  applyEvent({ on, in: stream }: EventFrame): void {
    const ours = on.startsWith('reminder.') && (this.#group === undefined || stream === this.#group);
    const comesOrGoes = on === 'chat.added' || on === 'chat.removed';
    if (ours || on === 'reminder.answered' || comesOrGoes) this.#stale();
  }

  #stale(): void {
    if (!this.#span) return;
    const { world } = this.#device;
    this.#again ??= world.after(GATHER_MS + world.random() * JITTER_MS, () => {
      this.#again = undefined;
      if (this.#span) void this.#fetch(this.#span, this.#turn);
    });
  }

  async #fetch(span: Span, turn: number): Promise<void> {
    try {
      const { connection } = this.#device;
      const asked = { ...(this.#group === undefined ? {} : { group: this.#group }), from: span.from, to: span.to };
      const range = await connection.call('calendar.range', asked);
      if (turn !== this.#turn) return;
      const known: KnownDays = { ...span, ...range, asOf: connection.now() };
      this.known.value = known;
      this.trouble.value = undefined;
      await keepDays(this.#device, keyOf(this.#group, span), known);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn === this.#turn) this.trouble.value = error;
    }
  }
}

const covers = (known: Span | undefined, { from, to }: Span): boolean =>
  known !== undefined && known.from <= from && known.to >= to;

async function keepDays({ cache }: Device, key: string, known: KnownDays): Promise<void> {
  const keys = ((await cache.get<string[]>('meta', INDEX)) ?? []).filter((it) => it !== key);
  keys.push(key);
  for (const old of keys.splice(0, Math.max(0, keys.length - SPANS_MOST))) cache.remove('meta', old);
  cache.put('meta', key, known);
  cache.put('meta', INDEX, keys);
  // So that the index is never older than what it names, whichever span comes next.
  await cache.flush();
}

/** The person is no longer in this group: nothing of it stays on the device. */
export async function forgetDays({ cache }: Device, group: string): Promise<void> {
  for (const key of (await cache.get<string[]>('meta', INDEX)) ?? []) {
    const known = await cache.get<KnownDays>('meta', key);
    if (!known) continue;
    const reminders = known.reminders.filter((it) => it.group !== group);
    if (reminders.length === known.reminders.length) continue;
    const ids = new Set(reminders.map((it) => it.id));
    cache.put('meta', key, { ...known, reminders, times: known.times.filter((it) => ids.has(it.reminder)) });
  }
  await cache.flush();
}

/** One time of a reminder with what it is a time of. */
export interface Entry {
  readonly time: CalendarTime;
  readonly reminder: CalendarReminder;
}

/** The times by the day on which they begin; one that lasts longer stands on each of its days. In the order of the day. */
export function entriesByDay(
  { reminders, times }: Range,
  dayOf: (at: number) => DayNumber,
  isHere: (group: string) => boolean,
): ReadonlyMap<DayNumber, readonly Entry[]> {
  const byId = new Map(reminders.map((it) => [it.id, it]));
  const days = new Map<DayNumber, Entry[]>();
  for (const time of times) {
    const reminder = byId.get(time.reminder);
    if (!reminder || !isHere(reminder.group)) continue;
    const first = dayOf(time.start);
    // What ends at midnight does not stand on the day that begins then.
    const last = time.end === null ? first : Math.max(first, dayOf(time.end - 1));
    for (let day = first; day <= last; day += 1) {
      const list = days.get(day) ?? [];
      list.push({ time, reminder });
      days.set(day, list);
    }
  }
  for (const list of days.values())
    list.sort(
      (a, b) =>
        Number(b.reminder.wholeDay) - Number(a.reminder.wholeDay) ||
        a.time.start - b.time.start ||
        a.reminder.title.localeCompare(b.reminder.title, 'vi'),
    );
  return days;
}
