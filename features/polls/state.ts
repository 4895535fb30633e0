import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf, OutputOf } from '../../protocol/action.ts';
import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import { Things } from '../../web/things.ts';
import type { Poll, pollActions, pollEvents } from './protocol.ts';
import { againWithin, withVote } from './rules.ts';

type VoteInput = InputOf<(typeof pollActions)['poll.vote']>;
type CreateInput = InputOf<(typeof pollActions)['poll.create']>;
type Body<N extends keyof typeof pollEvents> = BodyOf<(typeof pollEvents)[N]>;

/** Something of a person’s that did not come to be, and why. */
export interface Refused {
  readonly what: 'vote' | 'create';
  readonly group: string;
  readonly poll: string;
  readonly question: string;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An answered vote is believed for so long without its event: a picture of everything may have overtaken it. */
const PATIENCE_MS = 10_000;

const isVote = (it: OutboxEntry): boolean => it.name === 'poll.vote';
const voteIn = (it: OutboxEntry): VoteInput => it.input as VoteInput;

/** The polls this device shows, with what the person votes, also without a line: shown at once, and until their events are there. */
export class Polls {
  /** The last thing that was undone; a view says so and clears it. */
  readonly refused = signal<Refused | undefined>(undefined);

  readonly #device: Device;
  readonly #things: Things<Poll>;
  /** Answered by the server; `at`: the number of the own stream that tells it. */
  readonly #answered = signal<readonly { readonly entry: OutboxEntry; readonly at: number }[]>([]);
  /** By poll, the last wish; the same map while nothing is under way. */
  readonly #wishes: ReadonlySignal<ReadonlyMap<string, readonly number[]>>;
  /** Those that something of this page has shown: of others nothing is asked for because somebody votes in them. */
  readonly #looked = new Set<string>();
  /** Polls that are asked for again in a while: whatever comes until then is in that answer too. */
  readonly #coming = new Map<string, () => void>();
  readonly #stop: () => void;

  constructor(device: Device) {
    this.#device = device;
    this.#things = new Things<Poll>(device, {
      kind: 'poll',
      read: async (group, ids) => (await device.connection.call('poll.read', { group, ids: [...ids] })).polls,
      hear: (frame) => this.applyEvent(frame),
    });
    const none: ReadonlyMap<string, readonly number[]> = new Map();
    this.#wishes = computed(() => {
      const answered = this.#answered.value.map((it) => it.entry);
      const ids = new Set(answered.map((it) => it.id));
      const waiting = device.outbox.entries.value.filter((it) => isVote(it) && !it.refused && !ids.has(it.id));
      if (answered.length + waiting.length === 0) return none;
      const inOrder = [...answered, ...waiting].sort((a, b) => (a.id < b.id ? -1 : 1));
      return new Map(inOrder.map((it) => [voteIn(it).poll, voteIn(it).choices]));
    });
    this.#stop = device.outbox.listen({
      sent: (entry, output) => this.#sent(entry, output),
      refused: (entry) => this.#refused(entry),
    });
    // What was refused while nobody looked.
    for (const it of device.outbox.entries.peek()) if (it.refused) this.#refused(it);
  }

  close(): void {
    for (const cancel of this.#coming.values()) cancel();
    this.#things.close();
    this.#stop();
  }

  get account(): string {
    return this.#device.account;
  }

  get call(): Device['connection']['call'] {
    return (name, input, ...options) => this.#device.connection.call(name, input, ...options);
  }

  /** As it will be once all that is under way has come. Reads as a signal; `gone`: it was removed, or is not to be seen. */
  of(group: string, id: string): Poll | 'gone' | undefined {
    this.#looked.add(id);
    const known = this.#things.of(group, id).value;
    if (known === undefined || known === 'gone') return known;
    const wish = this.#wishes.value.get(id);
    return wish ? withVote(known, wish) : known;
  }

  /** The vote is on this device only, as long as there is no line. Reads as a signal. */
  isWaiting(id: string): boolean {
    return this.#device.outbox.entries.value.some((it) => isVote(it) && !it.refused && voteIn(it).poll === id);
  }

  /** What the person chose in an anonymous poll while it has not left this device: from then on nobody knows. Reads as a signal. */
  unsent(id: string): readonly number[] {
    const entry = this.#device.outbox.entries.value.findLast((it) => isVote(it) && voteIn(it).poll === id);
    return entry ? voteIn(entry).choices : [];
  }

  /** Those made here that have not reached the server, the oldest first. Reads as a signal. */
  made(group: string): readonly { readonly id: string; readonly question: string }[] {
    return this.#device.outbox.entries.value.flatMap((it) => {
      const input = it.input as CreateInput;
      const ours = it.name === 'poll.create' && !it.refused && input.group === group;
      return ours ? [{ id: it.id, question: input.question }] : [];
    });
  }

  put(list: readonly Poll[]): void {
    for (const it of list) {
      this.#looked.add(it.id);
      this.#things.put(it);
    }
  }

  /** Asked for again, when somebody looks at it. */
  again(group: string, id: string): void {
    this.#things.stale(group, id);
  }

  /** Votes as soon as it can be done, once; the last vote counts. Throws `outbox.full`. */
  vote({ group, id, anonymous }: Poll, choices: readonly number[]): void {
    for (const it of this.#device.outbox.entries.peek()) {
      if (!isVote(it) || voteIn(it).poll !== id) continue;
      // What lies in a box stays in it: a vote that may be on its way there is not overtaken by another.
      if (anonymous) return;
      this.#device.outbox.remove(it.id);
    }
    this.#device.outbox.add('poll.vote', { group, poll: id, choices: [...choices] }, `poll ${id}`);
  }

  /** Makes one as soon as there is a line; its id. Throws `outbox.full`. */
  create(input: CreateInput): string {
    return this.#device.outbox.add('poll.create', input, `board ${input.group}`).id;
  }

  /** Does something with a poll that cannot wait for a line, and shows what has become of it. */
  async act(
    name: 'poll.lock' | 'poll.unlock' | 'poll.remove' | 'poll.addChoice',
    { group, id }: Poll,
    text = '',
  ): Promise<void> {
    if (name === 'poll.addChoice') await this.call(name, { group, poll: id, text });
    else await this.call(name, { group, poll: id });
    if (name === 'poll.remove') this.#things.drop(group, id);
    else this.#things.put((await this.call('poll.get', { group, poll: id })).poll);
  }

  applyEvent(frame: EventFrame): void {
    switch (frame.on) {
      case 'poll.changed': {
        const { id, version } = frame.with as Body<'poll.changed'>;
        const known = this.#known(frame.in, id);
        if (!known || known.version < version) this.#soon(frame.in, id, known?.members ?? 0);
        return;
      }
      case 'poll.closed': {
        const { id, members } = frame.with as Body<'poll.closed'>;
        this.#soon(frame.in, id, members);
        return;
      }
      case 'poll.removed':
        this.#things.drop(frame.in, (frame.with as Body<'poll.removed'>).id);
        return;
      case 'poll.counted':
        this.#counted(frame);
        return;
      case 'poll.voted': {
        const { group, id, choices } = frame.with as Body<'poll.voted'>;
        const known = this.#known(group, id);
        if (known) {
          // Totals come by themselves, in the event that told them to everybody.
          this.#things.change(group, id, (it) => ({ ...it, mine: choices, voted: choices.length > 0 }));
          // A result that was hidden is there to be read now, or is no more.
          if (known.hidden && known.voted !== choices.length > 0) this.#soon(group, id, 0);
        }
        this.#settle((it) => it.at <= frame.n);
        return;
      }
      default:
        if (frame.in === this.#device.account) this.#settle((it) => it.at <= frame.n);
    }
  }

  #counted(frame: EventFrame): void {
    const { id, version, voters, votes } = frame.with as Body<'poll.counted'>;
    const known = this.#known(frame.in, id);
    if (!known || known.version >= version) return;
    const fits = votes?.length === known.choices.length;
    this.#things.change(frame.in, id, (it) => ({
      ...it,
      version,
      voters,
      members: Math.max(it.members, voters),
      choices: fits ? it.choices.map((one, at) => ({ ...one, votes: votes[at]! })) : it.choices,
    }));
    // A choice that is not known here, or a result that only those are told who have voted, each for themselves.
    if (votes ? !fits : !known.anonymous && known.voted) this.#soon(frame.in, id, known.members);
  }

  #known(group: string, id: string): Poll | undefined {
    if (!this.#looked.has(id)) return undefined;
    const known = this.#things.of(group, id).peek();
    return known === 'gone' ? undefined : known;
  }

  /** Asks again once in a while, however much happens meanwhile: thousands hear of it in the same moment. */
  #soon(group: string, id: string, members: number): void {
    if (this.#coming.has(id) || !this.#looked.has(id)) return;
    const { world } = this.#device;
    const cancel = world.after(world.random() * againWithin(members), () => {
      this.#coming.delete(id);
      this.#things.stale(group, id);
    });
    this.#coming.set(id, cancel);
  }

  #sent(entry: OutboxEntry, output: unknown): void {
    if (!isVote(entry)) return;
    const { group, poll } = voteIn(entry);
    const { at } = output as OutputOf<(typeof pollActions)['poll.vote']>;
    const known = this.#known(group, poll);
    if (known?.anonymous) this.#things.change(group, poll, (it) => ({ ...it, voted: true }));
    // The event may have come before the answer.
    if (at <= (this.#device.connection.inbox.cursors.get(this.#device.account) ?? 0)) return;
    this.#answered.value = [...this.#answered.peek(), { entry, at }];
    this.#device.world.after(PATIENCE_MS, () => this.#settle((it) => it.entry === entry));
  }

  #refused(entry: OutboxEntry): void {
    if (!isVote(entry) && entry.name !== 'poll.create') return;
    const { group, poll = entry.id, question = '' } = entry.input as Partial<VoteInput & CreateInput>;
    this.refused.value = {
      what: isVote(entry) ? 'vote' : 'create',
      group: group ?? '',
      poll,
      question,
      code: entry.refused!.code,
      details: entry.refused!.details,
    };
    queueMicrotask(() => this.#device.outbox.remove(entry.id));
    if (isVote(entry) && group) this.#things.stale(group, poll);
  }

  #settle(goes: (it: { readonly entry: OutboxEntry; readonly at: number }) => boolean): void {
    if (this.#answered.peek().some(goes)) this.#answered.value = this.#answered.peek().filter((it) => !goes(it));
  }
}

const opened = new WeakMap<Device, Polls>();

/** The polls on this device: there from the first time they are asked for. */
export function pollsOn(device: Device, onOpened: (polls: Polls) => void = () => {}): Polls {
  let it = opened.get(device);
  if (!it) {
    opened.set(device, (it = new Polls(device)));
    onOpened(it);
  }
  return it;
}
