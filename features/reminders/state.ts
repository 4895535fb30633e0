import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf, OutputOf } from '../../protocol/action.ts';
import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import { Things } from '../../web/things.ts';
import type { Reminder, reminderActions, reminderEvents, ReminderOccurrence } from './protocol.ts';
import type { CreateInput } from './state/draft.ts';
import { wished } from './state/occurrence.ts';
import type { Wish } from './state/occurrence.ts';

type AnswerInput = InputOf<(typeof reminderActions)['reminder.answer']>;

/** Something of a person’s that did not come to be, and why. */
export interface Refused {
  readonly what: 'answer' | 'create';
  readonly reminder: string;
  readonly group: string;
  readonly title: string;
  readonly code: string;
  readonly right: string | undefined;
}

/** One that waits on this device to be made. */
export interface Made {
  readonly id: string;
  readonly title: string;
  readonly start: number;
  readonly wholeDay: boolean;
}

/** An answered wish is believed for so long without its event: a picture of everything may have overtaken it. */
const PATIENCE_MS = 10_000;
/** Names of those who were sent, so that an answer that waits can say who it is. */
const NAMES = 'reminder substitutes';
const NAMES_MOST = 100;

/**
 * The reminders this device shows, with what the person answers, also without a line: shown at once, and until their events are
 * there.
 */
export class Reminders {
  /** The last thing that was undone; a view says so and clears it. */
  readonly refused = signal<Refused | undefined>(undefined);

  readonly #device: Device;
  readonly #things: Things<Reminder>;
  /** Answered by the server; `at`: the number of the own stream that tells it. */
  readonly #answered = signal<readonly { readonly entry: OutboxEntry; readonly at: number }[]>([]);
  /** By reminder; the same map while nothing is under way. */
  readonly #wishes: ReadonlySignal<ReadonlyMap<string, readonly Wish[]>>;
  /** Totals of these were told since the wish was sent: it is among them. */
  readonly #counted = signal<ReadonlySet<string>>(new Set());
  readonly #names = new Map<string, string>();
  readonly #stop: () => void;

  constructor(device: Device) {
    this.#device = device;
    this.#things = new Things<Reminder>(device, {
      kind: 'reminder',
      read: async (group, ids) =>
        (await device.connection.call('reminder.read', { group, ids: [...ids] })).reminders.map(whole),
      hear: (frame) => this.applyEvent(frame),
    });
    const none: ReadonlyMap<string, readonly Wish[]> = new Map();
    this.#wishes = computed(() => {
      const answered = this.#answered.value.map((it) => it.entry);
      const ids = new Set(answered.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isAnswer(it) && !it.refused && !ids.has(it.id));
      if (answered.length + waiting.length === 0) return none;
      const inOrder = [...answered, ...waiting].sort((a, b) => (a.id < b.id ? -1 : 1));
      const byReminder = new Map<string, Wish[]>();
      for (const it of inOrder) {
        const { reminder } = it.input as AnswerInput;
        byReminder.set(reminder, [...(byReminder.get(reminder) ?? []), this.#wishOf(it)]);
      }
      return byReminder;
    });
    this.#stop = device.outbox.listen({
      sent: (entry, output) => this.#sent(entry, output),
      refused: (entry) => this.#refused(entry),
    });
  }

  /** What was kept, and what was refused while nobody looked. */
  async open(): Promise<void> {
    const names = await this.#device.cache.get<[string, string][]>('meta', NAMES);
    for (const [id, name] of names ?? []) this.#names.set(id, name);
    for (const it of this.#device.outbox.entries.peek()) if (it.refused) this.#refused(it);
  }

  close(): void {
    this.#things.close();
    this.#stop();
  }

  get account(): string {
    return this.#device.account;
  }

  /**
   * As it will be once all that is under way has come. Reads as a signal; `gone`: it was removed, or is not to be seen. `more`: times
   * that were asked for beside those around now.
   */
  of(group: string, id: string, more: readonly ReminderOccurrence[] = []): Reminder | 'gone' | undefined {
    const known = this.#things.of(group, id).value;
    if (known === undefined || known === 'gone') return known;
    const wishes = this.#wishes.value.get(id) ?? [];
    const others = more.filter((it) => !known.near.some(({ at }) => at === it.at));
    const it = others.length === 0 ? known : { ...known, near: [...known.near, ...others] };
    return wished(it, wishes, !this.#counted.value.has(id));
  }

  /** An answer to it waits for a line. Reads as a signal. */
  isWaiting(id: string): boolean {
    return this.#device.outbox.entries.value.some(
      (it) => isAnswer(it) && !it.refused && (it.input as AnswerInput).reminder === id,
    );
  }

  /** What was made here and has not reached the server, the oldest first. Reads as a signal. */
  made(group: string): readonly Made[] {
    return this.#device.outbox.entries.value.flatMap((it) => {
      if (it.name !== 'reminder.create' || it.refused) return [];
      const { group: of, title, start, wholeDay = false } = it.input as CreateInput & { group: string };
      return of === group ? [{ id: it.id, title, start, wholeDay }] : [];
    });
  }

  /** It is not wanted any more. */
  giveUp(id: string): void {
    this.#device.outbox.remove(id);
  }

  put(list: readonly Told[]): void {
    for (const it of list) this.#things.put(whole(it));
  }

  /** As it is now; with `at` that one of its times is among those around now. */
  async fetch(group: string, reminder: string, at?: number): Promise<Reminder> {
    const { reminder: it } = await this.call('reminder.get', { group, reminder, ...(at === undefined ? {} : { at }) });
    return whole(it);
  }

  /** It is asked for again. */
  again(group: string, id: string): void {
    this.#things.stale(group, id);
  }

  /** Answers, as soon as it can be done, once; the last answer counts. Throws `outbox.full`. */
  answer(group: string, reminder: string, { at, answer, reason, substitute }: Omit<Wish, 'given'>): void {
    if (substitute) this.#keepName(substitute);
    for (const it of this.#device.outbox.entries.peek()) {
      const other = it.input as AnswerInput;
      if (isAnswer(it) && other.reminder === reminder && other.at === at) this.#device.outbox.remove(it.id);
    }
    this.#device.outbox.add(
      'reminder.answer',
      {
        group,
        reminder,
        at,
        answer,
        ...(reason === '' ? {} : { reason }),
        ...(substitute ? { substitute: substitute.id } : {}),
      },
      `reminder ${reminder}`,
    );
  }

  /** Makes one as soon as there is a line; its id. Throws `outbox.full`. */
  create(group: string, input: CreateInput): string {
    return this.#device.outbox.add('reminder.create', { group, ...input }, `board ${group}`).id;
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  applyEvent(frame: EventFrame): void {
    switch (frame.on) {
      case 'reminder.changed': {
        const { id } = frame.with as BodyOf<(typeof reminderEvents)['reminder.changed']>;
        this.#things.stale(frame.in, id);
        return;
      }
      case 'reminder.removed':
        this.#things.drop(frame.in, (frame.with as BodyOf<(typeof reminderEvents)['reminder.removed']>).id);
        return;
      case 'reminder.counted': {
        const { id, counts } = frame.with as BodyOf<(typeof reminderEvents)['reminder.counted']>;
        if (this.#wishes.peek().has(id)) this.#counted.value = new Set([...this.#counted.peek(), id]);
        this.#things.change(frame.in, id, (it) => ({
          ...it,
          near: it.near.map((one) => {
            const told = counts.find(({ at }) => at === one.at);
            return told ? { ...one, counts: told.counts } : one;
          }),
        }));
        return;
      }
      case 'reminder.answered': {
        const body = frame.with as BodyOf<(typeof reminderEvents)['reminder.answered']>;
        const said = this.#wishes
          .peek()
          .get(body.id)
          ?.findLast((it) => it.at === body.at && it.answer === body.answer);
        this.#things.change(body.group, body.id, (it) =>
          wished(
            it,
            [
              {
                at: body.at,
                answer: body.answer,
                reason: said?.reason ?? '',
                substitute: body.substitute,
                given: frame.at,
              },
            ],
            !this.#counted.peek().has(body.id),
          ),
        );
        this.#settle((it) => it.at <= frame.n);
        this.#uncount(body.id);
        // The event lacks the reason, and totals may have been told before it.
        this.#things.stale(body.group, body.id);
        return;
      }
      case 'reminder.standIn': {
        const { group, id } = frame.with as BodyOf<(typeof reminderEvents)['reminder.standIn']>;
        this.#things.stale(group, id);
        return;
      }
      default:
        if (frame.in === this.#device.account) this.#settle((it) => it.at <= frame.n);
    }
  }

  #wishOf({ input, at: given }: OutboxEntry): Wish {
    const { at, answer, reason = '', substitute } = input as AnswerInput;
    const name = substitute === undefined ? undefined : (this.#names.get(substitute) ?? '');
    return { at, answer, reason, substitute: name === undefined ? null : { id: substitute!, name }, given };
  }

  #sent(entry: OutboxEntry, output: unknown): void {
    if (entry.name === 'reminder.create') {
      const { group } = entry.input as { group: string };
      this.#things.stale(group, entry.id);
      return;
    }
    if (!isAnswer(entry)) return;
    const { at } = output as OutputOf<(typeof reminderActions)['reminder.answer']>;
    // The event may have come before the answer.
    if (at <= (this.#device.connection.inbox.cursors.get(this.#device.account) ?? 0)) return;
    this.#answered.value = [...this.#answered.peek(), { entry, at }];
    this.#device.world.after(PATIENCE_MS, () => this.#settle((it) => it.entry === entry));
  }

  #refused(entry: OutboxEntry): void {
    if (!isAnswer(entry) && entry.name !== 'reminder.create') return;
    const { code, details } = entry.refused!;
    const right = details['right'];
    const {
      group,
      reminder = entry.id,
      title = '',
    } = entry.input as {
      group: string;
      reminder?: string;
      title?: string;
    };
    this.refused.value = {
      what: isAnswer(entry) ? 'answer' : 'create',
      reminder,
      group,
      title,
      code,
      right: typeof right === 'string' ? right : undefined,
    };
    queueMicrotask(() => this.#device.outbox.remove(entry.id));
    this.#uncount(reminder);
    if (isAnswer(entry)) this.#things.stale(group, reminder);
  }

  #keepName({ id, name }: { readonly id: string; readonly name: string }): void {
    this.#names.delete(id);
    this.#names.set(id, name);
    this.#device.cache.put('meta', NAMES, [...this.#names].slice(-NAMES_MOST));
  }

  #uncount(id: string): void {
    if (!this.#counted.peek().has(id)) return;
    const rest = new Set(this.#counted.peek());
    rest.delete(id);
    this.#counted.value = rest;
  }

  #settle(goes: (it: { readonly entry: OutboxEntry; readonly at: number }) => boolean): void {
    if (this.#answered.peek().some(goes)) this.#answered.value = this.#answered.peek().filter((it) => !goes(it));
  }
}

/** As it comes from the server, which writes what an input may leave out. */
type Told = OutputOf<(typeof reminderActions)['reminder.get']>['reminder'];
const whole = (it: Told): Reminder => it as Reminder;

const isAnswer = (it: OutboxEntry): boolean => it.name === 'reminder.answer';

let on: { readonly device: Device; readonly reminders: Reminders } | undefined;

/** The reminders on this device; made when the first of them is shown. */
export function remindersOn(device: Device): Reminders {
  if (on?.device !== device) {
    on?.reminders.close();
    on = { device, reminders: new Reminders(device) };
    void on.reminders.open();
  }
  return on.reminders;
}
