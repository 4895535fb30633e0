import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

import type { InputOf } from '../../protocol/action.ts';
import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import { isGuarded } from '../../web/guarded.ts';
import type { OutboxEntry } from '../../web/outbox.ts';
import type { File } from '../files/protocol.ts';
import type { groupEvents } from '../groups/protocol.ts';
import type { governingEvents } from '../groups/protocol/governing.ts';
import type { transferEvents } from '../groups/protocol/transfer.ts';
import type { memberEvents } from '../members/protocol.ts';
import type { leavingEvents } from '../members/protocol/leaving.ts';
import type { pinEvents } from '../pins/protocol.ts';
import type { pollEvents } from '../polls/protocol.ts';
import type { regulationEvents } from '../regulation/protocol.ts';
import type { reportEvents } from '../reports/protocol.ts';
import type { sealedEvents } from '../sealed/protocol.ts';
import type { Content, Message, messageActions } from './protocol.ts';
import type { hidingEvents } from './protocol/hiding.ts';
import { changed, changesOf, savedLine, withdrawn } from './state/changes.ts';
import type { LineChange } from './state/changes.ts';
import { Composition } from './state/composition.ts';
import type { DraftShelf, Editing } from './state/composition.ts';
import { Conversation } from './state/conversation.ts';
import type { ChatPlace } from './state/conversation.ts';
import { Due } from './state/due.ts';
import { People } from './state/people.ts';

type EventMap = typeof groupEvents &
  typeof governingEvents &
  typeof transferEvents &
  typeof memberEvents &
  typeof leavingEvents &
  typeof regulationEvents &
  typeof sealedEvents &
  typeof reportEvents &
  typeof pinEvents &
  typeof pollEvents;

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
  'message.unsealed': true,
  'report.opened': true,
  'pin.added': true,
  'poll.closed': true,
};

const RECENT_EMOJI = 24;
/** Lines of which something is known before they are. */
const EARLY_MOST = 500;

const KEEPING: ReadonlySet<string> = new Set(['message.hide', 'message.show', 'message.save', 'message.unsave']);

/** What goes with the text of a message. */
export type SendForm = Omit<InputOf<(typeof messageActions)['message.send']>, 'group' | 'text'>;

/** What is known of a line before the line: kept on the device as it was told. */
interface Early {
  readonly frame: EventFrame;
  readonly change: LineChange;
}

/** What the guard refused stands in the log until it is closed: in the memory of the page, and nowhere else. */
export interface Guarded {
  /** `checking`: it looked secret on this device already, and the server is being asked. */
  readonly state: 'checking' | 'refused' | 'offline';
  /** What it was; of a file its kind and size, never its name. */
  readonly what: 'message' | 'edit' | 'file' | 'scheduled';
  readonly code: string;
  /** By which the person can say that it was a mistake. */
  readonly incident: string | null;
  readonly file?: { readonly extension: string; readonly bytes: number };
  /** Those that lay ready with the words. */
  readonly files?: readonly File[];
  /** What was being edited. */
  readonly editing?: Editing;
}

type Word = { guarded: 'closed'; id: string };

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
  /** It waits for its files. */
  readonly held?: true;
  /** Why it was refused; on a waiting one, what it waits for. */
  readonly refused?: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
  readonly guard?: Guarded;
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
  /** What is kept nowhere: refused by the guard, or likely to be. */
  readonly #unkept = signal<readonly Pending[]>([]);
  readonly #compositions = new Map<string, Composition>();
  /** By the id of the line. */
  readonly #early = new Map<string, readonly Early[]>();
  readonly #due: Due;
  readonly #byGroup = new Map<string, ReadonlySignal<readonly Pending[]>>();
  // Given by the list of chats.
  place: (group: string) => ChatPlace | undefined = () => undefined;
  /** A line is not shown to the actor any more; one is again. */
  onHidden: (group: string, message: string) => void = () => {};
  onShown: (group: string, line: Message) => void = () => {};
  /** A line has lost its files: it was recalled, or is not shown any more. */
  onFilesGone: (files: NonNullable<Message['files']>) => void = () => {};
  /** Nothing more can be marked. */
  onSaveRefused: (most: number) => void = () => {};
  /** Files that lie ready on this device, by the server’s ids. */
  filesOf: (ids: readonly string[]) => readonly File[] = () => [];
  /** Given by the list of chats too, which shows what was begun. */
  drafts: DraftShelf = { draft: () => '', draftForm: () => ({}), saveDraft: () => {} };

  constructor(device: Device) {
    this.#device = device;
    this.#due = new Due(device);
    this.people = new People(device);
    this.pending = computed(() => {
      const waiting = device.outbox.entries.value.flatMap((it) => (it.name === 'message.send' ? [pendingOf(it)] : []));
      const sent = this.#sent.value;
      const unkept = this.#unkept.value;
      const ids = new Set([...sent, ...unkept].map((it) => it.id));
      const rest = [...waiting.filter((it) => !ids.has(it.id)), ...unkept];
      return [...sent, ...(unkept.length > 0 ? rest.toSorted((a, b) => a.at - b.at) : rest)];
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
      // Refused is what concerns a chat that is gone, and marking more than one may.
      refused: (entry) => {
        const { id, name, input, refused } = entry;
        if (name === 'message.send' && isGuarded(refused?.code)) return this.guard(this.#guardedOf(entry));
        if (!KEEPING.has(name)) return;
        queueMicrotask(() => device.outbox.remove(id));
        const { group, messages } = input as { group: string; messages: string[] };
        if (name !== 'message.save' || !this.place(group)) return;
        this.#markSaved(group, messages, false);
        if (refused?.code === 'saved.too_many') this.onSaveRefused(Number(refused.details['most'] ?? 0));
      },
    });
    device.pages.onWord((word) => {
      if ((word as Word)?.guarded === 'closed') this.#unkept.value = without(this.#unkept.peek(), (word as Word).id);
    });
  }

  get account(): string {
    return this.#device.account;
  }

  async open(): Promise<void> {
    await this.people.open();
    await this.#due.open();
    for (const frame of (await this.#device.cache.get<EventFrame[]>('meta', 'early')) ?? [])
      for (const change of changesOf(frame))
        this.#early.set(change.message, [...(this.#early.get(change.message) ?? []), { frame, change }]);
    this.recentEmoji.value = (await this.#device.cache.get<string[]>('meta', 'emoji')) ?? [];
  }

  /** The chats are known: what was still due when the device was switched off is done. */
  resume(): void {
    for (const frame of this.#due.frames) {
      const changes = changesOf(frame).filter((it) => this.place(it.group));
      if (changes.length === 0) this.#due.done(frame);
      for (const it of changes) this.#change(it, frame.in === this.account ? 0 : frame.n, frame);
    }
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
    const unkept = this.#unkept.peek().find((it) => it.id === id);
    if (unkept) void this.#ask(unkept);
    else this.#device.outbox.retry(id);
  }

  discard(id: string): void {
    const before = this.#unkept.peek();
    this.#unkept.value = without(before, id);
    if (before === this.#unkept.peek()) this.#device.outbox.remove(id);
    else this.#device.pages.tell({ guarded: 'closed', id } satisfies Word);
  }

  /** What looks secret on this device is not put on its disk for sending: the server is asked at once. */
  sendUnkept(group: string, text: string, form: SendForm, files: readonly File[]): void {
    const at = this.#device.world.now();
    const guard: Guarded = { state: 'checking', what: 'message', code: 'secrecy.marked', incident: null, files };
    void this.#ask({ id: newId(at), group, text, form, at, state: 'waiting', guard });
  }

  /** Shows in the log what the guard refused, until it is closed. */
  guard(it: Pending): void {
    this.#unkept.value = [...without(this.#unkept.peek(), it.id), it];
  }

  async #ask(it: Pending): Promise<void> {
    const { id, group, text, form, refused: _refused, ...rest } = it;
    const files = it.guard?.files;
    const told: Guarded = { state: 'checking', what: 'message', code: 'secrecy.marked', incident: null, files };
    this.guard({ ...rest, id, group, text, form, state: 'waiting', guard: told });
    try {
      await this.#device.connection.call('message.send', { group, text, ...form }, { id });
      this.#unkept.value = without(this.#unkept.peek(), id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!this.#unkept.peek().some((one) => one.id === id)) return;
      const { code, details } = error;
      const state = isGuarded(code) ? 'refused' : 'offline';
      const line = { ...it, state: 'refused' as const, refused: { code, details } };
      if (isGuarded(code) || error.retry)
        this.guard({
          ...line,
          guard: { ...told, state, ...(isGuarded(code) ? { code, ...incidentIn(details) } : {}) },
        });
      else this.guard({ ...line, guard: undefined });
    }
  }

  #guardedOf({ id, input, at, refused }: OutboxEntry): Pending {
    const { group, text, ...form } = input as { group: string; text: string } & SendForm;
    const { code, details } = refused!;
    const file = details['file'] as Guarded['file'];
    const files = this.filesOf(form.files ?? []);
    const guard: Guarded = {
      state: 'refused',
      what: file ? 'file' : 'message',
      code,
      ...incidentIn(details),
      file,
      files,
    };
    return { id, group, text, form, at, state: 'refused', refused, guard };
  }

  /** The next event of a group's stream. `messages`: those of people before it. Answers the line it left. */
  applyEvent(frame: EventFrame, messages: number): Message | undefined {
    const line = lineOf(frame, messages);
    const known = this.#conversations.get(frame.in);
    if (known) known.advance(frame.n, line);
    else {
      const lines = line ? this.#arrived([line]) : [];
      this.#device.cache.keepMessages(frame.in, frame.n, frame.n, lines);
      if (line) this.people.ask(line.by, frame.in, line.seq);
    }
    for (const it of changesOf(frame)) this.#change(it, frame.n, frame);
    if (frame.on === 'message.recalled') this.#compositions.get(frame.in)?.forget((frame.with as { id: string }).id);
    return line;
  }

  /**
   * Messages of this group were withdrawn as secret, whether or not their event was heard: nothing they said stays in memory or on the
   * device. Resolves when what is kept has been looked through.
   */
  async withdraw(group: string, ids: readonly string[]): Promise<void> {
    if (!this.place(group)) return;
    await this.conversation(group).recall();
    for (const id of ids) {
      this.#change(withdrawn(group, id, { by: null, at: this.#device.connection.now() }), 0);
      this.#compositions.get(group)?.forget(id);
    }
  }

  /** An event of the account's own stream: what only this person sees of a line. */
  applyOwn(frame: EventFrame): void {
    for (const change of changesOf(frame)) {
      this.#keepEarly({ frame, change });
      this.#change(change, 0, frame);
      if (change.hides) this.onHidden(change.group, change.message);
    }
    if (frame.on !== 'message.shown') return;
    const { group, messages } = frame.with as BodyOf<(typeof hidingEvents)['message.shown']>;
    this.#unhide(messages.map((it) => it.id));
    if (!this.place(group)) return;
    for (const { seq } of messages) {
      void this.conversation(group)
        .regain(seq)
        .then((line) => line && this.onShown(group, line));
    }
  }

  /** What an event of the group makes of this line; the same where it concerns another. */
  after(frame: EventFrame, line: Message): Message {
    let now = line;
    for (const it of changesOf(frame)) now = changed(now, it) ?? now;
    return now;
  }

  /** Lines that are on the device's disk only are fetched from there before they change; `frame`: whose cursor stands for it. */
  #change(told: LineChange, n: number, frame?: EventFrame): void {
    if (!this.place(told.group)) return;
    const change: LineChange = {
      ...told,
      change: (line) => {
        const now = told.change(line);
        if (line.files && !now?.files) this.onFilesGone(line.files);
        return now;
      },
    };
    const conversation = this.conversation(told.group);
    if (conversation.known) return conversation.change(n, change);
    if (frame) this.#due.add(frame, told.group);
    void conversation.recall().then(() => {
      conversation.change(n, change);
      if (frame) this.#due.done(frame);
    });
  }

  /** The account's stream may tell of a line before the group's stream has brought it, and before the device is switched off. */
  #keepEarly({ frame, change }: Early): void {
    const { group, message, seq } = change;
    const place = this.place(group);
    if (!place || (seq !== undefined && seq <= place.at) || this.#conversations.get(group)?.line(message)) return;
    this.#early.set(message, [...(this.#early.get(message) ?? []), { frame, change }]);
    for (const oldest of this.#early.keys()) {
      if (this.#early.size <= EARLY_MOST) break;
      this.#early.delete(oldest);
    }
    this.#saveEarly();
  }

  #saveEarly(): void {
    const frames = new Set([...this.#early.values()].flat().map((it) => it.frame));
    if (frames.size === 0) this.#device.cache.remove('meta', 'early');
    else this.#device.cache.put('meta', 'early', [...frames]);
  }

  #unhide(ids: readonly string[]): void {
    for (const id of ids) {
      const left = this.#early.get(id)?.filter((it) => !it.change.hides);
      if (!left) continue;
      if (left.length > 0) this.#early.set(id, left);
      else this.#early.delete(id);
      this.#saveEarly();
    }
  }

  /** The actor has deleted this line on their side before this device got it. */
  hides(id: string): boolean {
    return this.#early.get(id)?.some((it) => it.change.hides) ?? false;
  }

  /** What is a line no longer waits, whether its answer came or was lost. Answers the lines with what was known of them before. */
  #arrived(lines: readonly Message[]): readonly Message[] {
    if (this.pending.peek().length > 0) {
      for (const { id } of lines) {
        this.#sent.value = without(this.#sent.peek(), id);
        this.#device.outbox.confirm(id);
      }
    }
    if (this.#early.size === 0 || !lines.some((it) => this.#early.has(it.id))) return lines;
    const known = lines.flatMap((it) => {
      let line: Message | undefined = it;
      for (const { change } of this.#early.get(it.id) ?? []) line &&= changed(line, change);
      this.#early.delete(it.id);
      return line ? [line] : [];
    });
    this.#saveEarly();
    return known;
  }

  // ——— What a person keeps and does not want to see. Shown at once, kept until the server has it. Throws `outbox.full`.

  /** Deletes lines on the actor’s side; `show` with the same lines undoes it. */
  hide(group: string, lines: readonly Message[]): void {
    this.#choose('message.hide', group, lines);
    for (const { id } of lines) {
      this.conversation(group).change(0, { group, message: id, change: () => undefined });
      this.onHidden(group, id);
    }
  }

  show(group: string, lines: readonly Message[]): void {
    this.#choose('message.show', group, lines);
    this.#unhide(lines.map((it) => it.id));
    this.conversation(group).restore(lines);
    for (const it of lines) this.onShown(group, it);
  }

  /** Marks lines for the actor, or takes the mark away. */
  save(group: string, lines: readonly Message[], on: boolean): void {
    this.#choose(on ? 'message.save' : 'message.unsave', group, lines);
    this.#markSaved(
      group,
      lines.map((it) => it.id),
      on,
    );
  }

  #markSaved(group: string, ids: readonly string[], on: boolean): void {
    for (const message of ids)
      this.conversation(group).change(0, { group, message, change: (line) => savedLine(line, on) });
  }

  #choose(
    name: 'message.hide' | 'message.show' | 'message.save' | 'message.unsave',
    group: string,
    lines: readonly Message[],
  ): void {
    // One after the other, so that what is undone is undone last.
    this.#device.outbox.add(name, { group, messages: lines.map((it) => it.id) }, `keeping ${group}`);
  }

  /** A fresh picture of a chat is in place. `overtaken`: it stands further than what this device has heard. */
  moved(group: string, at: number, overtaken: boolean): void {
    this.#sent.value = this.#sent.peek().filter((it) => it.group !== group || (it.seq ?? 0) > at);
    if (!overtaken) return;
    this.#device.cache.forgetMessages(group);
    void this.#conversations.get(group)?.overtaken();
  }

  /** What only the actor sees of lines may have changed unheard: all are read again. */
  reread(groups: readonly string[]): void {
    this.#early.clear();
    this.#saveEarly();
    for (const group of groups) {
      this.#device.cache.forgetMessages(group);
      void this.#conversations.get(group)?.overtaken();
    }
  }

  /** No longer a member: nothing of it stays. */
  forget(group: string): void {
    this.#conversations.delete(group);
    this.#compositions.delete(group);
    this.#device.cache.forgetMessages(group);
    this.#sent.value = this.#sent.peek().filter((it) => it.group !== group);
    this.#unkept.value = this.#unkept.peek().filter((it) => it.group !== group);
  }

  keep(): void {
    this.people.keep();
    this.#saveEarly();
    this.#due.keep();
    for (const it of this.#conversations.values()) it.keep();
  }
}

function without(list: readonly Pending[], id: string): readonly Pending[] {
  return list.some((it) => it.id === id) ? list.filter((it) => it.id !== id) : list;
}

function samePending(a: Pending, b: Pending): boolean {
  return (
    a.id === b.id &&
    a.state === b.state &&
    a.held === b.held &&
    a.refused?.code === b.refused?.code &&
    a.guard === b.guard
  );
}

function incidentIn(details: Readonly<Record<string, unknown>>): { incident: string | null } {
  const { incident } = details;
  return { incident: typeof incident === 'string' ? incident : null };
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
