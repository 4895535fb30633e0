import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf } from '../../protocol/action.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import type { groupEvents } from '../groups/protocol.ts';
import type { governingEvents } from '../groups/protocol/governing.ts';
import type { transferEvents } from '../groups/protocol/transfer.ts';
import type { memberEvents } from '../members/protocol.ts';
import type { leavingEvents } from '../members/protocol/leaving.ts';
import type { regulationEvents } from '../regulation/protocol.ts';
import type { Content, Message, messageActions } from './protocol.ts';
import { changesOf } from './state/changes.ts';
import type { LineChange } from './state/changes.ts';
import { Composition } from './state/composition.ts';
import type { DraftShelf } from './state/composition.ts';
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
/** Lines of which something is known before they are. */
const EARLY_MOST = 500;

/** What goes with the text of a message. */
export type SendForm = Omit<InputOf<(typeof messageActions)['message.send']>, 'group' | 'text'>;

/** An own message that has no number yet, or whose number has not come back. */
export interface Pending {
  readonly id: string;
  readonly group: string;
  readonly text: string;
  /** What it is beyond its text. */
  readonly form: SendForm;
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
    return { ...(frame.with as Content), seq, kind: 'text', by, at, notice: null };
  }
  if (frame.on in NOTICES) {
    const notice = { on: frame.on, with: frame.with };
  /** It waits for its files. */
  readonly held?: true;
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
  readonly #compositions = new Map<string, Composition>();
  readonly #early = new Map<string, readonly LineChange[]>();
  readonly #byGroup = new Map<string, ReadonlySignal<readonly Pending[]>>();
  /** Given by the list of chats. */
  place: (group: string) => ChatPlace | undefined = () => undefined;
  /** Given by the list of chats too, which shows what was begun. */
  drafts: DraftShelf = { draft: () => '', draftForm: () => ({}), saveDraft: () => {} };

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
        (lines) => this.#arrived(group, lines),
      );
      this.#conversations.set(group, it);
    }
    return it;
  }

  /** What is being written to a group. */
  composition(group: string): Composition {
    let it = this.#compositions.get(group);
    if (!it) this.#compositions.set(group, (it = new Composition(group, this.drafts)));
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

  /**
   * Writes into a group. It is shown at once and sent as soon as it can be; `held`: once the files in its form are ready. Throws
   * `outbox.full`.
   */
  send(group: string, text: string, form: SendForm = {}, held = false): void {
    this.#device.outbox.add('message.send', { group, text, ...form }, group, { held });
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
      if (line) this.#arrived(frame.in, [line]);
      this.#device.cache.keepMessages(frame.in, frame.n, frame.n, line ? [line] : []);
      if (line) this.people.ask(line.by, frame.in, line.seq);
    }
    for (const it of changesOf(frame)) this.#change(it, frame.n);
    return line;
  }

  /** An event of the account's own stream: what only this person sees of a line. */
  applyOwn(frame: EventFrame): void {
    for (const it of changesOf(frame)) this.#change(it, 0);
  }

  /** Lines that are on this device only are fetched from there before they change. */
  #change(change: LineChange, n: number): void {
    const { group, message } = change;
    if (!this.place(group)) return;
    const conversation = this.conversation(group);
    const apply = (): void => {
      if (n === 0 && !conversation.line(message)) this.#keepEarly(change);
      conversation.change(n, change);
    };
    if (conversation.known) apply();
    else void conversation.recall().then(apply);
  }

  /** The account's stream may tell of a line before the group's stream has brought it. */
  #keepEarly(change: LineChange): void {
    this.#early.set(change.message, [...(this.#early.get(change.message) ?? []), change]);
    for (const oldest of this.#early.keys()) {
      if (this.#early.size <= EARLY_MOST) break;
      this.#early.delete(oldest);
    }
  }

  /** What is a line no longer waits, whether its answer came or was lost. */
  #arrived(group: string, lines: readonly Message[]): void {
    if (this.#early.size > 0) {
      for (const { id } of lines) {
        const early = this.#early.get(id);
        if (!early) continue;
        this.#early.delete(id);
        for (const it of early) this.conversation(group).change(0, it);
      }
    }
    if (this.pending.peek().length === 0) return;
    for (const { id } of lines) {
      this.#sent.value = without(this.#sent.peek(), id);
      this.#device.outbox.confirm(id);
    }
  }

  /** A fresh picture of a chat is in place. `overtaken`: it stands further than what this device has heard. */
  moved(group: string, at: number, overtaken: boolean): void {
    this.#sent.value = this.#sent.peek().filter((it) => it.group !== group || (it.seq ?? 0) > at);
    if (!overtaken) return;
    this.#device.cache.forgetMessages(group);
    void this.#conversations.get(group)?.overtaken();
  }

  /** No longer a member: nothing of it stays. */
  forget(group: string): void {
    this.#conversations.delete(group);
    this.#compositions.delete(group);
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
  return a.id === b.id && a.state === b.state && a.held === b.held && a.refused?.code === b.refused?.code;
}

function pendingOf({ id, input, at, held, refused }: OutboxEntry): Pending {
  const { group, text, ...form } = input as { group: string; text: string } & SendForm;
  // Accepting the regulation sends it: it waits, and says for what.
  const waits = !refused || refused.code === 'regulation.not_accepted';
  const more = { ...(held ? { held } : {}), ...(refused ? { refused } : {}) };
  return { id, group, text, form, at, state: waits ? 'waiting' : 'refused', ...more };
}

/** The messages of whoever is signed in at this page. */
export const messages = signal<Messages | undefined>(undefined);
