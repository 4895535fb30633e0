import { batch, computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

import { fold } from '../../protocol/fold.ts';
import type { EventFrame, SignalFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import { Wishes } from '../../web/wishes.ts';
import { isMuted } from '../quiet/rules.ts';
import { paceOf } from '../groups/rights.ts';
import type { Transfer } from '../groups/protocol.ts';
import type { Content, Message } from '../messages/protocol.ts';
import type { Messages } from '../messages/state.ts';
import type { DraftForm } from '../messages/state/composition.ts';
import type { Receipts } from '../receipts/state.ts';
import type { Chat } from './protocol.ts';
import { badgeOf, isArchived, isUnread, MENTIONS_MOST, mentionsOf, muteEnd, namesMe, unreadOf } from './rules.ts';
import { PREVIEW_MOST, TYPING_AGAIN_MS, TYPING_MS, urgencyOf } from './rules.ts';
import type { Mute } from './rules.ts';
import { standingAfter } from './state/standing.ts';
import { chatWith, WISHES } from './state/wishes.ts';

/** A chat list asks for so many groups at once. */
const ASKED_AT_ONCE = 1_000;

/** Why a chat that was open is no longer there. */
export type Gone = 'left' | 'removed' | 'dissolved' | 'unknown';

/** What is asked of the clock again: the end of a mute that is further away than a timer reaches. */
const LOOK_MS = 3_600_000;

/** What stands in the list, and how much of it is there, by chip. */
export interface Counts {
  readonly unread: number;
  readonly mentions: number;
  readonly urgent: number;
}

/** The chats of the actor: what the list shows, in its order, kept current by events. */
export class Chats {
  readonly messages: Messages;
  readonly receipts: Receipts;
  /** False until something is known, from the device or from the server. */
  readonly known = signal(false);
  /** Pinned first, then newest; those that are put away too. The same array while the order is the same. */
  readonly order: ReadonlySignal<readonly string[]>;
  /** Of these, those that are put away. */
  readonly archived: ReadonlySignal<ReadonlySet<string>>;
  /** Chats with something unread that are not muted nor put away, for the tab and the window's title. */
  readonly unreadChats: ReadonlySignal<number>;
  /** Chats of the list with something unread, named in, urgent; muted ones too. */
  readonly counts: ReadonlySignal<Counts>;
  /** The number on the app's icon. */
  readonly badge: ReadonlySignal<number>;
  /** The actor’s unit, as far as it is known: some messages name a whole unit. */
  unit: () => string | null | undefined = () => undefined;
  /** Groups that this device has just left or been removed from. */
  readonly gone = signal<ReadonlyMap<string, Gone>>(new Map());
  /** What was written when this person was taken out of a group; set before `gone` says so. */
  readonly reasons = new Map<string, string>();

  readonly #device: Device;
  readonly #chats = signal<ReadonlyMap<string, Signal<Chat>>>(new Map());
  readonly #typing = new Map<string, Signal<readonly string[]>>();
  readonly #typingEnds = new Map<string, () => void>();
  readonly #typedAt = new Map<string, number>();
  readonly #drafts = new Map<string, Signal<string>>();
  /** What is chosen of a draft beside its text. */
  readonly #draftForms = new Map<string, DraftForm>();
  readonly #wishes: Wishes<(typeof WISHES)[number]>;
  readonly #asked = new Set<string>();
  /** Rises when a mute ends. */
  readonly #now: Signal<number>;
  #untilLook: (() => void) | undefined;

  constructor(device: Device, messages: Messages, receipts: Receipts) {
    this.#device = device;
    this.messages = messages;
    this.receipts = receipts;
    messages.place = (group) => this.#known(group);
    messages.onHidden = (group, message) => this.#hidden(group, message);
    messages.onShown = (group, line) => {
      const chat = this.#known(group);
      if (chat && line.seq > (chat.last?.seq ?? 0)) this.#put({ ...chat, ...this.#lastOf(line) });
    };
    messages.drafts = this;
    this.#wishes = new Wishes(device, 'list', WISHES);
    this.#now = signal(device.connection.now());
    // All of them, as they are shown.
    const shown = computed(() => {
      const wishes = this.#wishes.list.value;
      return [...this.#chats.value.values()].map(({ value }) => chatWith(value, wishes));
    });
    let order: readonly string[] = [];
    this.order = computed(() => {
      const rows = [...shown.value];
      const pending = new Map<string, number>();
      for (const it of messages.pending.value) pending.set(it.group, Math.max(it.at, pending.get(it.group) ?? 0));
      const time = (it: Chat): number => Math.max(it.last?.at ?? 0, pending.get(it.group) ?? 0);
      rows.sort(
        (a, b) =>
          Number(b.pinnedAt !== null) - Number(a.pinnedAt !== null) ||
          time(b) - time(a) ||
          (a.group < b.group ? 1 : -1),
      );
      const next = rows.map((it) => it.group);
      if (next.length !== order.length || next.some((it, i) => it !== order[i])) order = next;
      return order;
    });
    let archived: ReadonlySet<string> = new Set();
    this.archived = computed(() => {
      const now = this.#now.value;
      const next = shown.value.flatMap((it) => (isArchived(it, now) ? [it.group] : []));
      if (next.length !== archived.size || next.some((it) => !archived.has(it))) archived = new Set(next);
      return archived;
    });
    this.unreadChats = computed(() => {
      const now = this.#now.value;
      return shown.value.filter((it) => isUnread(it) && !isMuted(it.mutedUntil, now) && !isArchived(it, now)).length;
    });
    let counts: Counts = { unread: 0, mentions: 0, urgent: 0 };
    this.counts = computed(() => {
      const now = this.#now.value;
      const next = { unread: 0, mentions: 0, urgent: 0 };
      for (const it of shown.value) {
        if (isArchived(it, now)) continue;
        if (isUnread(it)) next.unread += 1;
        if (mentionsOf(it) > 0) next.mentions += 1;
        if (urgencyOf(it) > 0) next.urgent += 1;
      }
      const same = next.unread === counts.unread && next.mentions === counts.mentions && next.urgent === counts.urgent;
      return same ? counts : (counts = next);
    });
    this.badge = computed(() => {
      const now = this.#now.value;
      return shown.value.reduce((sum, it) => sum + (isArchived(it, now) ? 0 : badgeOf(it, now)), 0);
    });
    device.connection.listen({
      event: (frame) => this.applyEvent(frame),
      // The server follows a group for this device from when it tells that it was added: what was said between the picture and that is
      // told to nobody.
      repeated: ({ on, with: body }) => {
        const { group } = (body ?? {}) as { group?: string };
        if (on === 'chat.added' && group && this.#known(group)) void device.connection.fetch([group]);
      },
      signal: (frame) => this.applySignal(frame),
      fetch: (streams) => this.fetch(streams),
      gone: (streams) => {
        for (const stream of streams) if (this.#known(stream)) this.#remove(stream, 'unknown');
      },
    });
    device.cache.onKeeper = () => this.#keepAll();
    // So that an app that opens without a line can say how old is what it shows.
    device.connection.lastHeard.subscribe((at) => {
      if (at > 0) device.cache.put('meta', 'heard', at);
    });
  }

  get account(): string {
    return this.#device.account;
  }

  /** Shows what the device knows and says to the connection how far that goes. */
  async open(): Promise<void> {
    const { cache } = this.#device;
    const [kept, drafts, at, heard] = await Promise.all([
      cache.all<Chat>('chats'),
      cache.all<[group: string, text: string, form?: DraftForm]>('drafts'),
      cache.get<number>('meta', 'at'),
      cache.get<number>('meta', 'heard'),
    ]);
    this.#device.connection.lastHeard.value ||= heard ?? 0;
    // What a version from before the groups' settings, or before mute, kept is fetched afresh.
    const chats = kept.filter((it) => it.settings !== undefined && it.urgent !== undefined);
    batch(() => {
      this.#chats.value = new Map(chats.map((it) => [it.group, signal(it)]));
      for (const [group, text, form] of drafts) {
        this.#draft(group).value = text;
        if (form) this.#draftForms.set(group, form);
      }
      this.known.value = at !== undefined;
    });
    this.#look();
    const { inbox } = this.#device.connection;
    // Last named are those that matter most, should there be more than one hello can name.
    for (const group of this.order.peek().toReversed()) inbox.place(group, this.#known(group)!.at);
    if (at !== undefined) inbox.place(this.account, at);
    this.messages.resume();
  }

  /** Reads as a signal; undefined where the actor has no such chat. What is under way counts as done. */
  get(group: string): Chat | undefined {
    const chat = this.#chats.value.get(group)?.value;
    return chat && chatWith(chat, this.#wishes.list.value);
  }

  peek(group: string): Chat | undefined {
    const chat = this.#known(group);
    return chat && chatWith(chat, this.#wishes.list.peek());
  }

  /** As the server has told it. */
  #known(group: string): Chat | undefined {
    return this.#chats.peek().get(group)?.peek();
  }

  /** Whether a chat is silent now. Reads as a signal. */
  isMuted(chat: Chat): boolean {
    return isMuted(chat.mutedUntil, this.#now.value);
  }

  /** Looks at the clock, and again when the next mute ends. */
  #look(): void {
    const now = this.#device.connection.now();
    this.#now.value = now;
    this.#untilLook?.();
    this.#untilLook = undefined;
    const ends = [...this.#chats.peek().keys()].flatMap((it) => this.peek(it)?.mutedUntil ?? []);
    const next = Math.min(...ends.filter((it) => it > now));
    if (Number.isFinite(next)) {
      this.#untilLook = this.#device.world.after(Math.min(next - now, LOOK_MS), () => this.#look());
    }
  }

  /** The chats whose name holds these words, tones or not, in the order of the list. */
  find(query: string): readonly string[] {
    const wanted = fold(query).split(' ').filter(Boolean);
    return this.order.value.filter((group) => {
      const chat = this.get(group);
      const name = chat ? fold(chat.other?.name ?? chat.name) : '';
      return wanted.every((word) => name.includes(word));
    });
  }

  // ——— What came by itself

  applyEvent(frame: EventFrame): void {
    batch(() => {
      if (frame.in === this.account) this.#applyOwn(frame);
      else this.#applyGroup(frame);
    });
  }

  #applyGroup(frame: EventFrame): void {
    const chat = this.#known(frame.in);
    if (!chat) return;
    // Deleted on the actor’s side on another device, which this one has heard first.
    const hidden = frame.on === 'message.sent' && this.messages.hides((frame.with as Content).id);
    const line = this.messages.applyEvent(frame, chat.messages);
    const next: Chat = { ...(standingAfter(chat, frame, this.account) ?? chat), at: frame.n };
    if (line) {
      if (!hidden) Object.assign(next, this.#lastOf(line));
      next.messages = line.ordinal;
    }
    this.receipts.applyGroup(frame, chat.readSeq);
    if (next.last) next.last = preview(this.messages.after(frame, next.last));
    switch (frame.on) {
      case 'message.sent': {
        this.#stopTyping(frame.in, frame.by);
        if (frame.by === this.account) {
          if (paceOf(chat) > 0) next.wroteAt = frame.at;
          // Who writes has seen what stands above it, where nothing else was unread.
          // What was read beyond it on another device may be heard before it: a mark never goes back.
          if (chat.readOrdinal >= line!.ordinal - 1 && frame.n > chat.readSeq) {
            next.readSeq = frame.n;
            next.readOrdinal = line!.ordinal;
            this.receipts.markRead(frame.in, frame.n);
          }
        } else {
          this.receipts.markReceived(frame.in, frame.n);
          const { urgency, mentions } = line!;
          if (urgency && !hidden)
            next.urgent = chat.urgent.map((seq, at) => (at === urgency - 1 ? frame.n : seq)) as Chat['urgent'];
          if (!hidden && namesMe(mentions, { account: this.account, unit: this.unit() ?? undefined, role: chat.role }))
            next.mentioned = [...chat.mentioned, frame.n].slice(-MENTIONS_MOST);
        }
        break;
      }
      case 'message.edited':
        // It may name others than before; which number it has is not told.
        if (unreadOf(chat) > 0 && ((frame.with as Content).mentions || mentionsOf(chat) > 0)) this.#ask(frame.in);
        break;
      case 'message.recalled':
        // What it said no longer calls anybody; which number it had is not told.
        if (mentionsOf(chat) > 0 || urgencyOf(chat) > 0) this.#ask(frame.in);
        break;
      case 'member.appointed':
      case 'member.termEnded':
      case 'group.handedOver':
        // Some messages name a role: which of them name the actor now, the server knows.
        if (next.role !== chat.role && unreadOf(chat) > 0) this.#ask(frame.in);
        break;
      case 'group.changed': {
        const { name, photo } = frame.with as { name?: string; photo?: string | null };
        if (name !== undefined) next.name = name;
        if (photo !== undefined) next.photo = photo;
        break;
      }
      case 'member.added':
        next.members += (frame.with as { count: number }).count;
        break;
      case 'member.joined':
        next.members += (frame.with as { accounts: string[] }).accounts.length;
        break;
      case 'member.removed':
      case 'member.slipped':
      case 'member.left': {
        next.members -= (frame.with as { accounts: string[] }).accounts.length;
        break;
      }
      case 'member.historyOpened': {
        const { accounts, from } = frame.with as { accounts: string[]; from: number };
        if (accounts.includes(this.account)) next.visibleFrom = Math.min(chat.visibleFrom, from);
        break;
      }
      case 'regulation.published': {
        const { version } = frame.with as { version: number };
        // Who publishes it has accepted it.
        next.regulation = { version, accepted: frame.by === this.account ? version : chat.regulation.accepted };
        break;
      }
      default:
        break;
    }
    this.#put(next);
  }

  #lastOf(line: Message): Pick<Chat, 'last' | 'lastBy'> {
    return { last: preview(line), lastBy: this.messages.people.peek(line.by) ?? null };
  }

  /** The line before one that the actor does not see any more stands in the list, from this device where it has it. */
  #hidden(group: string, message: string): void {
    const chat = this.#known(group);
    if (chat?.last?.id !== message) return;
    const before = this.messages.conversation(group).before(chat.last.seq);
    if (before === undefined) this.#ask(group);
    else this.#put({ ...chat, ...(before ? this.#lastOf(before) : { last: null, lastBy: null }) });
  }

  #applyOwn(frame: EventFrame): void {
    this.messages.applyOwn(frame);
    switch (frame.on) {
      case 'receipt.read': {
        const { group, seq, ordinal } = frame.with as { group: string; seq: number; ordinal: number };
        const chat = this.#known(group);
        if (chat && seq > chat.readSeq) {
          this.#put({ ...chat, readSeq: seq, readOrdinal: Math.max(ordinal, chat.readOrdinal) });
        }
        break;
      }
      case 'message.hidden': {
        // Whether it called the actor, the server knows.
        const { group } = frame.with as { group: string };
        const chat = this.#known(group);
        if (chat && mentionsOf(chat) + urgencyOf(chat) > 0) this.#ask(group);
        break;
      }
      case 'message.shown': {
        const { group, messages } = frame.with as { group: string; messages: readonly { seq: number }[] };
        const chat = this.#known(group);
        const last = Math.min(chat?.last?.seq ?? 0, chat?.readSeq ?? 0);
        // Where its lines are not at hand, the list is asked for what stands at its end again, and whether it calls the actor.
        if (chat && messages.some((it) => it.seq > last)) this.#ask(group);
        break;
      }
      case 'chat.pinned': {
        const { group, at } = frame.with as { group: string; at: number | null };
        this.#change(group, { pinnedAt: at });
        break;
      }
      case 'chat.muted': {
        const { group, until } = frame.with as { group: string; until: number | null };
        this.#change(group, { mutedUntil: until });
        break;
      }
      case 'chat.followed': {
        const { group, notify } = frame.with as { group: string; notify: Chat['notify'] };
        this.#change(group, { notify });
        break;
      }
      case 'chat.archived': {
        const { group, upTo } = frame.with as { group: string; upTo: number | null };
        this.#change(group, { archivedUpTo: upTo });
        break;
      }
      case 'chat.marked': {
        const { group, unread } = frame.with as { group: string; unread: boolean };
        this.#change(group, { markedUnread: unread });
        break;
      }
      case 'chat.added': {
        const { group } = frame.with as { group: string };
        this.#forgetGone(group);
        this.#device.connection.inbox.await(group);
        void this.#device.connection.fetch([group]);
        break;
      }
      case 'chat.removed': {
        const { group, why, reason } = frame.with as { group: string; why: Gone; reason?: string };
        if (reason !== undefined) this.reasons.set(group, reason);
        else this.reasons.delete(group);
        this.#remove(group, why);
        break;
      }
      case 'regulation.accepted': {
        const { group, version } = frame.with as { group: string; version: number };
        this.acceptRegulation(group, version);
        break;
      }
      case 'transfer.offered': {
        const { group, transfer } = frame.with as { group: string; transfer: Transfer };
        const chat = this.#known(group);
        if (chat) this.#put({ ...chat, transfer });
        break;
      }
      case 'transfer.ended': {
        const { group } = frame.with as { group: string };
        const chat = this.#known(group);
        if (chat?.transfer) this.#put({ ...chat, transfer: null });
        break;
      }
      default:
        break;
    }
    this.#wishes.hear((frame.with as { act?: string } | null)?.act);
    this.#device.cache.put('meta', 'at', frame.n);
  }

  #change(group: string, changed: Partial<Chat>): void {
    const chat = this.#known(group);
    if (chat) this.#put({ ...chat, ...changed });
  }

  /** Asks for a fresh picture of one chat. */
  #ask(group: string): void {
    this.#asked.add(group);
    // What comes meanwhile waits for it: also a line that breaks now asks for it when it is back.
    this.#device.connection.inbox.await(group);
    queueMicrotask(() => {
      const groups = [...this.#asked];
      this.#asked.clear();
      if (groups.length > 0) void this.#device.connection.fetch(groups);
    });
  }

  applySignal(frame: SignalFrame): void {
    this.receipts.applySignal(frame);
    if (frame.signal === 'chat.typing' && frame.by && frame.by !== this.account) this.#startTyping(frame.in, frame.by);
  }

  /** Fetches pictures of the chats whose streams are named, and of all where the account's own is. */
  async fetch(streams: readonly string[]): Promise<void> {
    const { connection, cache } = this.#device;
    const all = streams.includes(this.account);
    for (let from = 0; from < streams.length; from += ASKED_AT_ONCE) {
      const groups = streams.slice(from, from + ASKED_AT_ONCE).filter((it) => it !== this.account);
      // What is added while the answer is on its way is not missing from it.
      const expected = all ? [...this.#chats.peek().keys()] : groups;
      // A whole list is long, and compressed at that door only.
      const done = this.#wishes.done();
      const answer = await connection.call('chat.list', all ? {} : { groups }, all ? { door: 'http' } : {});
      batch(() => {
        const here = new Set(answer.chats.map((it) => it.group));
        for (const group of expected) if (!here.has(group) && this.#known(group)) this.#remove(group, 'unknown');
        for (const it of answer.chats) this.#arrive(it, answer.at);
        this.known.value = true;
        for (const group of groups) if (!here.has(group)) connection.inbox.forget(group);
        if (all) {
          if ((connection.inbox.cursors.get(this.account) ?? answer.at) < answer.at)
            this.messages.reread(answer.chats.map((it) => it.group));
          this.#wishes.settle(done);
          connection.inbox.place(this.account, answer.at);
          cache.put('meta', 'at', answer.at);
        }
      });
      if (all) return;
    }
  }

  /** A fresh picture of one chat, and the number of the actor's own stream up to which it is surely right. */
  #arrive(chat: Chat, ownAt: number): void {
    const known = this.#known(chat.group);
    const { cursors } = this.#device.connection.inbox;
    if ((cursors.get(this.account) ?? 0) > ownAt) {
      // What the person did meanwhile has been heard already; the picture may be older than that.
      if (known) chat = { ...chat, ...ownOf(known) };
      else this.#ask(chat.group);
    }
    this.messages.people.put([chat.lastBy, chat.other].filter((it) => it !== null));
    // It was on its way while later events were applied. What is told in the person's own stream is as new as that picture: with a
    // fresh list the device goes on from there, and hears nothing of it again.
    if (known && known.at > chat.at && cursors.has(chat.group)) {
      const readSeq = Math.max(known.readSeq, chat.readSeq);
      this.#put({ ...known, ...ownOf(chat), readSeq, readOrdinal: Math.max(known.readOrdinal, chat.readOrdinal) });
      return;
    }
    const own = Math.max(this.receipts.ownRead(chat.group), known?.readSeq ?? 0);
    if (known && own > chat.readSeq) {
      chat = {
        ...chat,
        readSeq: own,
        readOrdinal: Math.max(chat.readOrdinal, Math.min(known.readOrdinal, chat.messages)),
      };
    }
    this.#put(chat);
    this.#forgetGone(chat.group);
    this.messages.moved(chat.group, chat.at, known !== undefined && known.at < chat.at);
    if (chat.last?.kind === 'text' && chat.last.by !== this.account) {
      this.receipts.markReceived(chat.group, chat.last.seq);
    }
    this.#device.connection.inbox.place(chat.group, chat.at);
  }

  #put(next: Chat): void {
    const chat = withoutRead(next);
    const before = this.#known(chat.group)?.mutedUntil ?? null;
    const slot = this.#chats.peek().get(chat.group);
    if (slot) slot.value = chat;
    else this.#chats.value = new Map([...this.#chats.peek(), [chat.group, signal(chat)]]);
    this.#device.cache.put('chats', chat.group, chat);
    if (chat.mutedUntil !== before) this.#look();
  }

  #remove(group: string, why: Gone): void {
    const chats = new Map(this.#chats.peek());
    if (chats.delete(group)) this.#chats.value = chats;
    this.gone.value = new Map([...this.gone.peek(), [group, why]]);
    this.#device.connection.inbox.forget(group);
    this.#device.cache.remove('chats', group);
    this.messages.forget(group);
    void this.#device.cache.forgetThings(group).catch((error: unknown) => this.#device.world.fault(error));
    this.receipts.forget(group);
  }

  #forgetGone(group: string): void {
    if (!this.gone.peek().has(group)) return;
    const gone = new Map(this.gone.peek());
    gone.delete(group);
    this.gone.value = gone;
  }

  #keepAll(): void {
    const { cache, connection } = this.#device;
    for (const [group, it] of this.#chats.peek()) cache.put('chats', group, it.peek());
    const at = connection.inbox.cursors.get(this.account);
    if (at !== undefined) cache.put('meta', 'at', at);
    this.messages.keep();
  }

  // ——— What the actor does

  /** The actor has accepted this version of a group's regulation, as the server has said. */
  acceptRegulation(group: string, version: number): void {
    const chat = this.#known(group);
    if (!chat || chat.regulation.accepted >= version) return;
    this.#put({ ...chat, regulation: { ...chat.regulation, accepted: version } });
  }

  // What follows is kept on the device until the server has it, and shown at once. Throws `outbox.full`.

  pin(group: string, on: boolean): void {
    this.#wishes.add('chat.pin', { group, on });
  }

  /** Silent for this long; null: no longer. */
  mute(group: string, mute: Mute | null): void {
    this.#wishes.add('chat.mute', { group, until: mute && muteEnd(mute, this.#device.connection.now()) });
    this.#look();
  }

  follow(group: string, notify: Chat['notify']): void {
    this.#wishes.add('chat.follow', { group, notify });
  }

  archive(group: string, on: boolean): void {
    const chat = this.peek(group);
    if (chat) this.#wishes.add('chat.archive', { group, upTo: on ? chat.messages : null });
  }

  /** A mark of the list; whoever opens the chat takes it off. */
  markUnread(group: string, unread: boolean): void {
    if (this.peek(group)?.markedUnread === !unread) this.#wishes.add('chat.mark', { group, unread });
  }

  /** Seen up to this line. Only ever forward. */
  markRead(group: string, seq: number, ordinal: number): void {
    const chat = this.#known(group);
    if (!chat || seq <= chat.readSeq) return;
    this.#put({ ...chat, readSeq: seq, readOrdinal: Math.max(chat.readOrdinal, ordinal) });
    this.receipts.markRead(group, seq);
  }

  markAllRead(group: string): void {
    const chat = this.#known(group);
    if (chat?.last) this.markRead(group, chat.last.seq, chat.messages);
    this.markUnread(group, false);
  }

  // ——— Typing

  /** Who is writing in a group now. Reads as a signal. */
  typing(group: string): readonly string[] {
    return this.#typingIn(group).value;
  }

  /** The actor is writing; told to the others every few seconds at most. */
  type(group: string): void {
    const now = this.#device.world.now();
    if (now - (this.#typedAt.get(group) ?? -Infinity) < TYPING_AGAIN_MS) return;
    if (this.#device.connection.state.peek() !== 'online') return;
    this.#typedAt.set(group, now);
    // Nobody waits for it and nothing is lost with it.
    this.#device.connection.call('chat.type', { group }).catch(() => {});
  }

  #typingIn(group: string): Signal<readonly string[]> {
    let slot = this.#typing.get(group);
    if (!slot) this.#typing.set(group, (slot = signal([])));
    return slot;
  }

  #startTyping(group: string, account: string): void {
    const slot = this.#typingIn(group);
    if (!slot.peek().includes(account)) slot.value = [...slot.peek(), account];
    const key = `${group} ${account}`;
    this.#typingEnds.get(key)?.();
    this.#typingEnds.set(
      key,
      this.#device.world.after(TYPING_MS, () => this.#stopTyping(group, account)),
    );
    const chat = this.#known(group);
    if (chat?.last) this.messages.people.ask(account, group, chat.last.seq);
  }

  #stopTyping(group: string, account: string | undefined): void {
    const key = `${group} ${account}`;
    this.#typingEnds.get(key)?.();
    this.#typingEnds.delete(key);
    const slot = this.#typing.get(group);
    if (account && slot?.peek().includes(account)) slot.value = slot.peek().filter((it) => it !== account);
  }

  // ——— Drafts

  /** What was begun and not sent. Reads as a signal. */
  draft(group: string): string {
    return this.#draft(group).value;
  }

  draftForm(group: string): DraftForm {
    return this.#draftForms.get(group) ?? {};
  }

  saveDraft(group: string, text: string, form: DraftForm = {}): void {
    // What was sent ended the writing for the others: the next word is told at once.
    if (text === '') this.#typedAt.delete(group);
    const slot = this.#draft(group);
    const plain = Object.keys(form).length === 0;
    if (slot.peek() === text && plain && !this.#draftForms.has(group)) return;
    slot.value = text;
    if (plain) this.#draftForms.delete(group);
    else this.#draftForms.set(group, form);
    if (text.trim() === '' && plain) this.#device.cache.remove('drafts', group);
    else this.#device.cache.put('drafts', group, plain ? [group, text] : [group, text, form]);
  }

  #draft(group: string): Signal<string> {
    let slot = this.#drafts.get(group);
    if (!slot) this.#drafts.set(group, (slot = signal('')));
    return slot;
  }

  /** The state as data, to be held against one fetched afresh. */
  snapshot(): { chats: Chat[]; lines: Record<string, readonly Message[]> } {
    const chats = [...this.#chats.peek().values()].map((it) => it.peek()).sort((a, b) => (a.group < b.group ? -1 : 1));
    const lines = Object.fromEntries(
      chats.map((it) => [it.group, this.messages.conversation(it.group).stretches.at(-1)?.lines ?? []]),
    );
    return { chats, lines };
  }
}

/** What of a chat is told in the actor's own stream. */
function ownOf({ pinnedAt, mutedUntil, notify, archivedUpTo, markedUnread }: Chat): Partial<Chat> {
  return { pinnedAt, mutedUntil, notify, archivedUpTo, markedUnread };
}

/** What is read names nobody any more and is not urgent. */
function withoutRead(chat: Chat): Chat {
  const { mentioned, urgent, readSeq } = chat;
  if (!mentioned.some((it) => it <= readSeq) && !urgent.some((it) => it > 0 && it <= readSeq)) return chat;
  return {
    ...chat,
    mentioned: mentioned.filter((it) => it > readSeq),
    urgent: urgent.map((it) => (it > readSeq ? it : 0)) as Chat['urgent'],
  };
}

/** A line as the list carries it: cut, and a notice under its own id. */
function preview(line: Message): Message {
  if (line.text === null) return line;
  const letters = Array.from(line.text);
  return letters.length > PREVIEW_MOST ? { ...line, text: letters.slice(0, PREVIEW_MOST).join('') } : line;
}

/** The chats of whoever is signed in at this page. */
export const chats = signal<Chats | undefined>(undefined);
