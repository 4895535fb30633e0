import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf, OutputOf } from '../../protocol/action.ts';
import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import { isGuarded } from '../../web/guarded.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import { Things } from '../../web/things.ts';
import type { Known } from '../../web/things.ts';
import type { Note, noteActions, noteEvents, WholeNote } from './protocol.ts';
import { NoteDrafts } from './state/drafts.ts';

type Actions = typeof noteActions;
type Writing = 'note.create' | 'note.edit' | 'note.restore';
type Acknowledged = InputOf<Actions['note.acknowledge']>;
type Body<N extends keyof typeof noteEvents> = BodyOf<(typeof noteEvents)[N]>;

/** What became of something that was written. `later`: it waits on the device, and is sent once there is a line. */
export type Saved = { readonly note: string; readonly version: number } | { readonly refused: Problem } | 'later';

/** Something that was written here and could not be saved later, when nobody was looking. What was written is kept as a draft. */
export interface Unsaved {
  readonly group: string;
  readonly note: string | undefined;
  readonly code: string;
  readonly right: string | undefined;
}

/** An answer is waited for so long before the person may go on. */
const PATIENCE_MS = 6_000;

const WRITING: readonly string[] = ['note.create', 'note.edit', 'note.restore'];
const isWriting = (it: OutboxEntry): boolean => WRITING.includes(it.name);
const isAcknowledging = (it: OutboxEntry): boolean => it.name === 'note.acknowledge';

/** The notes of the groups somebody is in, as far as they have been looked at; and what they write. */
export class Notes {
  readonly cards: Things<Note>;
  readonly wholes: Things<WholeNote>;
  readonly drafts: NoteDrafts;
  /** The last one that could not be saved behind one's back; a view says so and clears it. */
  readonly unsaved = signal<Unsaved | undefined>(undefined);
  /** The note whose acknowledgement was refused, and why; a view says so and clears it. */
  readonly undone = signal<{ readonly note: string; readonly code: string } | undefined>(undefined);

  readonly #device: Device;
  readonly #answers = new Map<string, (saved: Saved) => void>();
  /** What waits to be sent. */
  readonly #waiting: ReadonlySignal<readonly OutboxEntry[]>;
  /** Acknowledged here: as many have read it at least, until the group is told. */
  readonly #least = signal<ReadonlyMap<string, { readonly version: number; readonly read: number }>>(new Map());
  readonly #stops: (() => void)[] = [];

  constructor(device: Device) {
    this.#device = device;
    this.drafts = new NoteDrafts(device);
    const { connection, outbox } = device;
    this.cards = new Things<Note>(device, {
      kind: 'note',
      read: async (group, ids) => (await connection.call('note.read', { group, ids: [...ids] })).notes,
      hear: (frame) => this.#hear(frame),
    });
    this.wholes = new Things<WholeNote>(device, {
      kind: 'whole note',
      read: async (group, ids) => {
        const found = await Promise.all(ids.map((id) => this.#fetch(group, id)));
        return found.filter((it) => it !== undefined);
      },
    });
    this.#waiting = computed(() =>
      outbox.entries.value.filter((it) => (isWriting(it) || isAcknowledging(it)) && !it.refused),
    );
    this.#stops.push(
      outbox.listen({
        sent: (entry, output) => this.#sent(entry, output),
        refused: (entry) => this.#refused(entry),
      }),
    );
    // Refused while nobody here was listening.
    for (const it of outbox.entries.peek()) if (it.refused) this.#refused(it);
  }

  close(): void {
    this.cards.close();
    this.wholes.close();
    for (const stop of this.#stops) stop();
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  /** As its card shows it. Reads as a signal. */
  of(group: string, id: string): Known<Note> {
    const known = this.cards.of(group, id).value;
    return known === undefined || known === 'gone' ? known : this.#laidOver(known);
  }

  /** With all it says. Reads as a signal. */
  whole(group: string, id: string): Known<WholeNote> {
    const known = this.wholes.of(group, id).value;
    return known === undefined || known === 'gone' ? known : this.#laidOver(known);
  }

  /** Notes that were made here and wait to be sent, the last one first. Reads as a signal. */
  pendingIn(group: string): readonly { readonly id: string; readonly title: string; readonly text: string }[] {
    return this.#waiting.value
      .filter((it) => it.name === 'note.create' && (it.input as { group: string }).group === group)
      .map((it) => ({ id: it.id, ...(it.input as { title: string; text: string }) }))
      .toReversed();
  }

  /** An edit of it waits to be sent. Reads as a signal. */
  isWaiting(note: string): boolean {
    return this.#waiting.value.some((it) => isWriting(it) && (it.input as { note?: string }).note === note);
  }

  /** `pin`: pinned to the top of the group once it is there. */
  create(input: InputOf<Actions['note.create']>, { pin = false }: { pin?: boolean } = {}): Promise<Saved> {
    const lane = `notes ${input.group}`;
    const { entry, saved } = this.#save('note.create', input, lane);
    if (pin) this.#device.outbox.add('pin.add', { group: input.group, thing: entry.id }, lane);
    return saved;
  }

  edit(input: InputOf<Actions['note.edit']>): Promise<Saved> {
    // What was written over it since takes the place of what still waits.
    for (const it of this.#waiting.peek())
      if (it.name === 'note.edit' && (it.input as { note: string }).note === input.note)
        this.#device.outbox.remove(it.id);
    return this.#save('note.edit', input, `note ${input.note}`).saved;
  }

  restore(input: InputOf<Actions['note.restore']>): Promise<Saved> {
    return this.#save('note.restore', input, `note ${input.note}`).saved;
  }

  /** Shown at once, also without a line; undone where it is refused. Throws `outbox.full`. */
  acknowledge({ group, id, version, ask }: Note): void {
    if (this.#waiting.peek().some((it) => isAcknowledging(it) && (it.input as Acknowledged).note === id)) return;
    this.#device.outbox.add('note.acknowledge', { group, note: id, version }, `note ack ${id}`);
    if (ask) this.#count(id, { version: ask.version, read: ask.read + 1 });
  }

  async remove(group: string, note: string): Promise<void> {
    await this.call('note.remove', { group, note });
    this.#drop(group, note);
  }

  /** As it is on the server now; undefined where it is gone. */
  async fresh(group: string, note: string): Promise<WholeNote | undefined> {
    const found = await this.#fetch(group, note);
    if (found) this.wholes.put(found);
    else this.#drop(group, note);
    return found;
  }

  async #fetch(group: string, note: string): Promise<WholeNote | undefined> {
    try {
      return (await this.call('note.get', { group, note })).note;
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  #save<N extends Writing>(
    name: N,
    input: InputOf<Actions[N]>,
    lane: string,
  ): { readonly entry: OutboxEntry; readonly saved: Promise<Saved> } {
    const entry = this.#device.outbox.add(name, input as never, lane);
    const { promise, resolve } = Promise.withResolvers<Saved>();
    const answer = (saved: Saved): void => {
      if (this.#answers.get(entry.id) !== answer) return;
      this.#answers.delete(entry.id);
      patience();
      resolve(saved);
    };
    this.#answers.set(entry.id, answer);
    const { connection, world } = this.#device;
    const patience = world.after(connection.state.peek() === 'offline' ? 0 : PATIENCE_MS, () => answer('later'));
    return { entry, saved: promise };
  }

  #sent(entry: OutboxEntry, output: unknown): void {
    if (isAcknowledging(entry)) {
      const { group, note, version } = entry.input as Acknowledged;
      this.#acknowledged(group, note, version);
      return;
    }
    if (!isWriting(entry)) return;
    const { group, note } = entry.input as { group: string; note?: string };
    const { version } = output as OutputOf<Actions['note.edit']>;
    const id = note ?? entry.id;
    // What was written after it was sent is not saved yet.
    void this.drafts.get(group, note).then((draft) => {
      if (draft && draft.at <= entry.at) this.drafts.drop(group, note);
    });
    this.cards.stale(group, id);
    this.wholes.stale(group, id);
    this.#answers.get(entry.id)?.({ note: id, version });
  }

  #refused(entry: OutboxEntry): void {
    // To be pinned with a note that was not made, or by who may not any more.
    if (entry.name === 'pin.add' && entry.lane.startsWith('notes '))
      queueMicrotask(() => this.#device.outbox.remove(entry.id));
    if (!isWriting(entry) && !isAcknowledging(entry)) return;
    if (isWriting(entry) && isGuarded(entry.refused!.code))
      this.drafts.drop((entry.input as { group: string }).group, (entry.input as { note?: string }).note);
    const { group, note } = entry.input as { group: string; note?: string };
    const { code, details } = entry.refused!;
    queueMicrotask(() => this.#device.outbox.remove(entry.id));
    if (isAcknowledging(entry)) {
      this.#count(note!, undefined);
      this.cards.stale(group, note!);
      this.wholes.stale(group, note!);
      this.undone.value = { note: note!, code };
      return;
    }
    const { right } = details;
    const problem = new Problem(code, { status: 0, summary: '' }, details);
    const answer = this.#answers.get(entry.id);
    if (answer) answer({ refused: problem });
    else this.unsaved.value = { group, note, code, right: typeof right === 'string' ? right : undefined };
  }

  #hear(frame: EventFrame): void {
    if (frame.on === 'chat.removed') this.drafts.forget((frame.with as { group: string }).group);
    if (frame.on === 'note.changed') {
      const { id } = frame.with as Body<'note.changed'>;
      this.cards.stale(frame.in, id);
      this.wholes.stale(frame.in, id);
    } else if (frame.on === 'note.removed') {
      this.#drop(frame.in, (frame.with as Body<'note.removed'>).id);
    } else if (frame.on === 'note.counted') {
      const { id, version, read, of } = frame.with as Body<'note.counted'>;
      this.#count(id, undefined);
      const counted = <T extends Note>(it: T): T =>
        it.ask?.version === version ? { ...it, ask: { ...it.ask, read, of } } : it;
      this.#change(frame.in, id, counted);
    } else if (frame.on === 'note.acknowledged') {
      const { group, note, version } = frame.with as Body<'note.acknowledged'>;
      this.#acknowledged(group, note, version);
    }
  }

  #acknowledged(group: string, note: string, version: number): void {
    this.#change(group, note, (it) => ({ ...it, acknowledged: Math.max(it.acknowledged ?? 0, version) }));
  }

  /** Of what is known of it; what is not known stays so. */
  #change(group: string, id: string, change: <T extends Note>(it: T) => T): void {
    this.cards.change(group, id, change);
    this.wholes.change(group, id, change);
  }

  #drop(group: string, note: string): void {
    this.cards.drop(group, note);
    this.wholes.drop(group, note);
    this.drafts.drop(group, note);
  }

  #count(note: string, least: { version: number; read: number } | undefined): void {
    const next = new Map(this.#least.peek());
    if (least) next.set(note, least);
    else if (!next.delete(note)) return;
    this.#least.value = next;
  }

  /** What the person did and the server has not told yet. */
  #laidOver<T extends Note>(note: T): T {
    const wish = this.#waiting.value.find((it) => isAcknowledging(it) && (it.input as Acknowledged).note === note.id);
    const least = this.#least.value.get(note.id);
    const acknowledged = Math.max(note.acknowledged ?? 0, wish ? (wish.input as Acknowledged).version : 0);
    const { ask } = note;
    const read = ask && least?.version === ask.version ? Math.min(ask.of, Math.max(ask.read, least.read)) : ask?.read;
    if (acknowledged === (note.acknowledged ?? 0) && read === ask?.read) return note;
    return {
      ...note,
      ...(acknowledged > 0 ? { acknowledged } : {}),
      ...(ask && read !== undefined ? { ask: { ...ask, read } } : {}),
    };
  }
}

const opened = new WeakMap<Device, Notes>();

/** The notes on this device: there from the first time they are asked for. */
export function notesOn(device: Device): Notes {
  let it = opened.get(device);
  if (!it) opened.set(device, (it = new Notes(device)));
  return it;
}
