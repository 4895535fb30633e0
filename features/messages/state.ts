import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import type { groupEvents } from '../groups/protocol.ts';
import type { governingEvents } from '../groups/protocol/governing.ts';
import type { transferEvents } from '../groups/protocol/transfer.ts';
import type { memberEvents } from '../members/protocol.ts';
import type { leavingEvents } from '../members/protocol/leaving.ts';
import type { regulationEvents } from '../regulation/protocol.ts';
import type { Message } from './protocol.ts';
import { Conversation } from './state/conversation.ts';
import type { ChatPlace } from './state/conversation.ts';
import { People } from './state/people.ts';

type EventMap = typeof groupEvents &
  typeof governingEvents &
  typeof transferEvents &
  typeof memberEvents &
  typeof leavingEvents &
  typeof regulationEvents;

type NoticeName = {
  [K in keyof EventMap]: EventMap[K] extends { readonly notice: true } ? K : never;
}[keyof EventMap];

/** The events that leave a line in the conversation. The compiler holds this to the contract. */
const NOTICES: Readonly<Record<NoticeName, true>> = {
  'group.created': true,
  'group.changed': true,
  'group.governed': true,
  'group.archived': true,
  'group.dissolving': true,
  'group.kept': true,
  'group.handedOver': true,
  'member.added': true,
  'member.joined': true,
  'member.left': true,
  'member.removed': true,
  'member.historyOpened': true,
  'member.appointed': true,
  'member.termEnded': true,
  'member.excepted': true,
  'regulation.published': true,
  'regulation.reminded': true,
  'regulation.renewed': true,
};

const RECENT_EMOJI = 24;

/** An own message that has no number yet, or whose number has not come back. */
export interface Pending {
  readonly id: string;
  readonly group: string;
  readonly text: string;
  readonly at: number;
  /** waiting: on this device only. sent: the server has it. refused: it will not be sent by itself. */
  readonly state: 'waiting' | 'sent' | 'refused';
  /** Its number, once the server has given one. */
  readonly seq?: number;
  /** Why it was refused; on a waiting one, what it waits for. */
  readonly refused?: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
}

/** The line an event leaves in the conversation. `messages`: those of people up to it. */
export function lineOf(frame: EventFrame, messages: number): Message | undefined {
  const { in: _in, n: seq, at } = frame;
  const by = frame.by ?? null;
  if (frame.on === 'message.sent') {
    const { id, ordinal, text } = frame.with as { id: string; ordinal: number; text: string };
    return { id, seq, ordinal, kind: 'text', by, at, text, notice: null };
  }
  if (frame.on in NOTICES) {
    const notice = { on: frame.on, with: frame.with };
    return { id: `notice-${seq}`, seq, ordinal: messages, kind: 'notice', by, at, text: null, notice };
  }
  return undefined;
}

/** All conversations of this device, and what waits to be sent. */
export class Messages {
  readonly people: People;
  /** Own messages on their way, oldest first. */
  readonly pending: ReadonlySignal<readonly Pending[]>;
  /** Emoji chosen last, newest first. */
  readonly recentEmoji = signal<readonly string[]>([]);

  readonly #device: Device;
  readonly #conversations = new Map<string, Conversation>();
  /** Answered by the server, not yet come back as an event. */
  readonly #sent = signal<readonly Pending[]>([]);
  readonly #byGroup = new Map<string, ReadonlySignal<readonly Pending[]>>();
  /** Given by the list of chats. */
  place: (group: string) => ChatPlace | undefined = () => undefined;

  constructor(device: Device) {
    this.#device = device;
    this.people = new People(device);
    this.pending = computed(() => {
      const waiting = device.outbox.entries.value.flatMap((it) => (it.name === 'message.send' ? [pendingOf(it)] : []));
      const sent = this.#sent.value;
      const ids = new Set(sent.map((it) => it.id));
      return [...sent, ...waiting.filter((it) => !ids.has(it.id))];
    });
    device.outbox.listen({
      sent: (entry, output) => {
        if (entry.name !== 'message.send') return;
        const { seq } = output as { seq: number };
        const { group } = entry.input as { group: string };
        // The event may have come before the answer.
        if ((this.place(group)?.at ?? seq) >= seq) return;
        this.#sent.value = [...this.#sent.peek(), { ...pendingOf(entry), state: 'sent', seq }];
      },
    });
  }

  async open(): Promise<void> {
    await this.people.open();
    this.recentEmoji.value = (await this.#device.cache.get<string[]>('meta', 'emoji')) ?? [];
  }

  keepEmoji(emoji: string): void {
    const list = [emoji, ...this.recentEmoji.peek().filter((it) => it !== emoji)].slice(0, RECENT_EMOJI);
    this.recentEmoji.value = list;
    this.#device.cache.put('meta', 'emoji', list);
  }

  conversation(group: string): Conversation {
    let it = this.#conversations.get(group);
    if (!it) {
      it = new Conversation(
        group,
        this.#device,
        this.people,
        () => this.place(group),
        (lines) => this.#arrived(lines),
      );
      this.#conversations.set(group, it);
    }
    return it;
  }

  pendingIn(group: string): ReadonlySignal<readonly Pending[]> {
    let it = this.#byGroup.get(group);
    if (!it) {
      let last: readonly Pending[] = [];
      it = computed(() => {
        const now = this.pending.value.filter((one) => one.group === group);
        // The same list as before, so that only this group's readers are drawn again.
        if (now.length !== last.length || now.some((one, i) => !samePending(one, last[i]!))) last = now;
        return last;
      });
      this.#byGroup.set(group, it);
    }
    return it;
  }

  /** Writes into a group. It is shown at once and sent as soon as it can be. Throws `outbox.full`. */
  send(group: string, text: string): void {
    this.#device.outbox.add('message.send', { group, text }, group);
  }

  retry(id: string): void {
    this.#device.outbox.retry(id);
  }

  discard(id: string): void {
    this.#device.outbox.remove(id);
  }

  /** The next event of a group's stream. `messages`: those of people before it. Answers the line it left. */
  applyEvent(frame: EventFrame, messages: number): Message | undefined {
    const line = lineOf(frame, messages);
    const known = this.#conversations.get(frame.in);
    if (known) known.advance(frame.n, line);
    else {
      if (line) this.#arrived([line]);
      this.#device.cache.keepMessages(frame.in, frame.n, frame.n, line ? [line] : []);
      if (line) this.people.ask(line.by, frame.in, line.seq);
    }
    return line;
  }

  /** What is a line no longer waits, whether its answer came or was lost. */
  #arrived(lines: readonly Message[]): void {
    if (this.pending.peek().length === 0) return;
    for (const { id } of lines) {
      this.#sent.value = without(this.#sent.peek(), id);
      this.#device.outbox.confirm(id);
    }
  }

  /** A fresh picture of a chat is in place. */
  moved(group: string, at: number, last: number): void {
    this.#sent.value = this.#sent.peek().filter((it) => it.group !== group || (it.seq ?? 0) > at);
    const kept = this.#device.cache.keptOf(group);
    if (kept && last <= kept.to && kept.to < at) this.#device.cache.keepMessages(group, kept.to, at, []);
    this.#conversations.get(group)?.moved(at, last);
  }

  /** No longer a member: nothing of it stays. */
  forget(group: string): void {
    this.#conversations.delete(group);
    this.#device.cache.forgetMessages(group);
    this.#sent.value = this.#sent.peek().filter((it) => it.group !== group);
  }

  keep(): void {
    this.people.keep();
    for (const it of this.#conversations.values()) it.keep();
  }
}

function without(list: readonly Pending[], id: string): readonly Pending[] {
  return list.some((it) => it.id === id) ? list.filter((it) => it.id !== id) : list;
}

function samePending(a: Pending, b: Pending): boolean {
  return a.id === b.id && a.state === b.state && a.refused?.code === b.refused?.code;
}

function pendingOf({ id, input, at, refused }: OutboxEntry): Pending {
  const { group, text } = input as { group: string; text: string };
  // Accepting the regulation sends it: it waits, and says for what.
  const waits = !refused || refused.code === 'regulation.not_accepted';
  return { id, group, text, at, state: waits ? 'waiting' : 'refused', ...(refused ? { refused } : {}) };
}

/** The messages of whoever is signed in at this page. */
export const messages = signal<Messages | undefined>(undefined);
