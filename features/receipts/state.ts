import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

import type { EventFrame, SignalFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import type { Pointers } from './protocol.ts';

/** Read marks are gathered this long, marks of what arrived longer, each with some jitter. */
const READ_MS = 1_000;
const RECEIVED_MS = 2_500;
const MARKS_MOST = 100;

export interface Standing {
  readonly read: Pointers;
  readonly received: Pointers;
  /** Absent where an older version of the program kept it. */
  readonly since?: Pointers;
}

/** Somebody reminds this person of a message. */
export interface Reminded {
  readonly reminder: string;
  readonly group: string;
  readonly message: string;
  readonly seq: number;
  readonly by: string | null;
  readonly whom: 'unseen' | 'unacknowledged';
}

const REMINDERS_MOST = 20;

interface Mark {
  read?: number;
  received?: number;
}

const keptAs = (group: string): string => `standing ${group}`;

/** How many members have come to this number. */
export function reachedBy(pointers: Pointers, seq: number): number {
  let sum = 0;
  for (const [n, members] of pointers) if (n >= seq) sum += members;
  return sum;
}

/** Who has seen and received what: the others' marks, and this device's own on their way to the server. */
export class Receipts {
  /** Messages that this person has acknowledged and the server does not know yet. */
  readonly acknowledging: ReadonlySignal<ReadonlySet<string>>;
  /** The message whose acknowledgement was refused last: it is there no more, or the person may not see it. */
  readonly refused = signal<string | undefined>(undefined);

  /** Who reminded this person of which messages, oldest first; bounded, in memory only. */
  readonly reminders = signal<readonly Reminded[]>([]);

  readonly #device: Device;
  readonly #standings = new Map<string, Signal<Standing | undefined>>();
  /** Fetched since the line was last opened. */
  readonly #fresh = new Set<string>();
  readonly #wanted = new Set<string>();
  #fetching = false;
  #marks = new Map<string, Mark>();
  /** The furthest of each that the server has confirmed. */
  readonly #told = new Map<string, Mark>();
  #timer: (() => void) | undefined;
  #due = Infinity;
  #sending = false;
  #failures = 0;

  constructor(device: Device) {
    this.#device = device;
    this.acknowledging = computed(() => {
      const waiting = device.outbox.entries.value.filter((it) => it.name === 'receipt.acknowledge' && !it.refused);
      return new Set(waiting.map((it) => (it.input as { message: string }).message));
    });
    device.outbox.listen({
      refused: (entry) => {
        if (entry.name !== 'receipt.acknowledge') return;
        device.outbox.remove(entry.id);
        this.refused.value = (entry.input as { message: string }).message;
      },
    });
    device.connection.state.subscribe((state) => {
      if (state === 'online') {
        this.#fresh.clear();
        this.#failures = 0;
        void this.#fetch();
        void this.flush();
      }
    });
  }

  async open(): Promise<void> {
    const kept = await this.#device.cache.get<[string, Mark][]>('meta', 'marks');
    for (const [group, mark] of kept ?? []) this.#marks.set(group, mark);
  }

  /** Where the members of a group stand; asked for when it is looked at. Reads as a signal. */
  of(group: string): Standing | undefined {
    return this.#slot(group).value;
  }

  /** Somebody looks at this group's marks: fetch them once for each time the line was opened. */
  want(group: string): void {
    if (this.#fresh.has(group)) return;
    if (this.#slot(group).peek() === undefined) void this.#recall(group);
    this.#wanted.add(group);
    void this.#fetch();
  }

  /**
   * How many others have seen, and received, the line with this number, of those who were there when it was written: `later`
   * are the members who came in since. `self`: how far the actor, who was there, has read.
   */
  seenBy(group: string, seq: number, self: number): { seen: number; received: number; later: number } | undefined {
    const standing = this.of(group);
    if (!standing) return undefined;
    const own = self >= seq ? 1 : 0;
    // Who came in later stands, from the first moment, at least where they came in.
    const later = reachedBy(standing.since ?? [], seq);
    return {
      seen: Math.max(0, reachedBy(standing.read, seq) - own - later),
      received: Math.max(0, reachedBy(standing.received, seq) - own - later),
      later,
    };
  }

  /** The next event of a group's stream. `read`: how far the actor has read there. */
  applyGroup(frame: EventFrame, read: number): void {
    if (frame.on === 'receipt.reminded' && frame.by !== this.#device.account) {
      const { message, seq, reminder, whom } = frame.with as Omit<Reminded, 'group' | 'by'>;
      // Whether it was acknowledged is known where the message is: who has need not do anything.
      if (whom === 'unseen' && read >= seq) return;
      const it: Reminded = { reminder, group: frame.in, message, seq, by: frame.by ?? null, whom };
      this.reminders.value = [...this.#remindersBut((old) => old.message === message), it].slice(-REMINDERS_MOST);
    } else if (frame.on === 'receipt.unreminded') {
      const { reminder } = frame.with as { reminder: string };
      this.#drop((it) => it.reminder === reminder);
    } else if (frame.on === 'message.recalled') {
      const { id } = frame.with as { id: string };
      this.#drop((it) => it.message === id);
    }
  }

  /** The person has been shown what they were reminded of, or has put it aside. */
  heard(reminder: string): void {
    this.#drop((it) => it.reminder === reminder);
  }

  #remindersBut(goes: (it: Reminded) => boolean): Reminded[] {
    return this.reminders.peek().filter((it) => !goes(it));
  }

  #drop(goes: (it: Reminded) => boolean): void {
    if (this.reminders.peek().some(goes)) this.reminders.value = this.#remindersBut(goes);
  }

  applySignal(frame: SignalFrame): void {
    if (frame.signal !== 'receipts.moved') return;
    this.#take(frame.in, frame.with as Standing);
  }

  #take(group: string, standing: Standing): void {
    this.#slot(group).value = standing;
    this.#fresh.add(group);
    this.#device.cache.put('meta', keptAs(group), standing);
  }

  /** Without a line, what was known last time is shown. */
  async #recall(group: string): Promise<void> {
    const kept = await this.#device.cache.get<Standing>('meta', keptAs(group));
    const slot = this.#slot(group);
    if (kept && slot.peek() === undefined) slot.value = kept;
  }

  /** How far the actor has read by marks that the server may not know yet. */
  ownRead(group: string): number {
    return this.#marks.get(group)?.read ?? 0;
  }

  /** The actor has seen everything up to here. */
  markRead(group: string, seq: number): void {
    this.#drop((it) => it.group === group && it.whom === 'unseen' && it.seq <= seq);
    this.#mark(group, { read: seq }, READ_MS);
  }

  /** This device has everything up to here. */
  markReceived(group: string, seq: number): void {
    this.#mark(group, { received: seq }, RECEIVED_MS);
  }

  /** The actor says to have read this message; sent as soon as it can be. Throws `outbox.full`. */
  acknowledge(group: string, message: string): void {
    this.#drop((it) => it.message === message);
    if (this.acknowledging.peek().has(message)) return;
    this.#device.outbox.add('receipt.acknowledge', { group, message }, `acknowledge ${group}`);
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  forget(group: string): void {
    this.#drop((it) => it.group === group);
    if (this.#marks.delete(group)) this.#keep();
    this.#told.delete(group);
    this.#wanted.delete(group);
    this.#standings.delete(group);
    this.#device.cache.remove('meta', keptAs(group));
  }

  #mark(group: string, { read, received }: Mark, withinMs: number): void {
    const told = this.#told.get(group);
    const old = this.#marks.get(group);
    const next: Mark = {
      ...(Math.max(read ?? 0, old?.read ?? 0) > (told?.read ?? 0) ? { read: Math.max(read ?? 0, old?.read ?? 0) } : {}),
      ...(Math.max(received ?? 0, old?.received ?? 0) > (told?.received ?? 0)
        ? { received: Math.max(received ?? 0, old?.received ?? 0) }
        : {}),
    };
    // Having read is having received.
    if (next.received !== undefined && next.received <= Math.max(next.read ?? 0, told?.read ?? 0)) delete next.received;
    if (next.read === undefined && next.received === undefined) return;
    this.#marks.set(group, next);
    this.#keep();
    this.#schedule(withinMs);
  }

  #schedule(withinMs: number): void {
    const at = this.#device.world.now() + withinMs * (0.8 + 0.4 * this.#device.world.random());
    if (at >= this.#due) return;
    this.#due = at;
    this.#timer?.();
    this.#timer = this.#device.world.after(at - this.#device.world.now(), () => void this.flush());
  }

  #keep(): void {
    if (this.#marks.size > 0) this.#device.cache.put('meta', 'marks', [...this.#marks]);
    else this.#device.cache.remove('meta', 'marks');
  }

  /** Sends the marks that are waiting. */
  async flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    this.#due = Infinity;
    if (this.#sending || this.#marks.size === 0 || this.#device.connection.state.peek() !== 'online') return;
    this.#sending = true;
    const sent = [...this.#marks].slice(0, MARKS_MOST);
    try {
      await this.#device.connection.call('receipt.mark', {
        marks: sent.map(([group, mark]) => ({ group, ...mark })),
      });
      this.#failures = 0;
      for (const [group, mark] of sent) {
        // Forgotten meanwhile.
        if (!this.#marks.has(group)) continue;
        const told = this.#told.get(group);
        this.#told.set(group, {
          read: Math.max(mark.read ?? 0, told?.read ?? 0),
          received: Math.max(mark.received ?? 0, mark.read ?? 0, told?.received ?? 0),
        });
        if (this.#marks.get(group) === mark) this.#marks.delete(group);
      }
      this.#keep();
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
      else if (!error.retry) {
        // What was marked meanwhile is asked for by itself.
        for (const [group, mark] of sent) if (this.#marks.get(group) === mark) this.#marks.delete(group);
        this.#keep();
      }
      this.#failures += 1;
    } finally {
      this.#sending = false;
    }
    if (this.#marks.size > 0) this.#schedule(Math.min(60_000, READ_MS * 2 ** this.#failures));
  }

  async #fetch(): Promise<void> {
    if (this.#fetching || this.#device.connection.state.peek() !== 'online') return;
    this.#fetching = true;
    try {
      for (const group of this.#wanted) {
        if (!this.#fresh.has(group)) {
          const standing = await this.#device.connection.call('receipt.get', { group });
          this.#take(group, standing);
        }
        this.#wanted.delete(group);
      }
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
      // Asked for again when somebody looks again, or the line comes back.
      else if (!error.retry) this.#wanted.clear();
    } finally {
      this.#fetching = false;
    }
  }

  #slot(group: string): Signal<Standing | undefined> {
    let slot = this.#standings.get(group);
    if (!slot) this.#standings.set(group, (slot = signal(undefined)));
    return slot;
  }
}

/** The receipts of whoever is signed in at this page. */
export const receipts = signal<Receipts | undefined>(undefined);
