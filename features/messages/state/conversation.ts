import { batch, signal } from '@preact/signals';

import { Problem } from '../../../protocol/problem.ts';
import type { Device } from '../../../web/device.ts';
import type { Message } from '../protocol.ts';
import { changed } from './changes.ts';
import type { LineChange } from './changes.ts';
import type { People } from './people.ts';
import { changedIn, joined, stretchAt } from './stretch.ts';
import type { Stretch } from './stretch.ts';

/** Lines kept in memory for a conversation that is not open. */
const KEPT = 200;
const FIRST_PAGE = 60;
const NEXT_PAGE = 100;
/** Changes remembered while pages are on their way. */
const MEANWHILE_MOST = 2_000;

/** What is seen of a conversation. */
export interface Shown {
  readonly lines: readonly Message[];
  /** The lines are all there is on that side. */
  readonly first: boolean;
  readonly last: boolean;
}

const NOTHING: Shown = { lines: [], first: false, last: false };

/** What a conversation must know of its chat. */
export interface ChatPlace {
  /** Number of the group's stream that this device has come to. */
  readonly at: number;
  readonly visibleFrom: number;
  readonly messages: number;
}

/** The lines of one group as this device has them: stretches without holes, one of them shown. */
export class Conversation {
  readonly group: string;
  readonly shown = signal<Shown>(NOTHING);
  readonly loading = signal<'older' | 'newer' | 'first' | undefined>(undefined);
  /** Why nothing more could be loaded just now. */
  readonly trouble = signal<Problem | undefined>(undefined);

  /** The line somebody wants to be led to; a new object each time. */
  readonly aim = signal<{ readonly seq: number } | undefined>(undefined);

  readonly #device: Device;
  readonly #people: People;
  readonly #place: () => ChatPlace | undefined;
  readonly #arrived: (lines: readonly Message[]) => readonly Message[];
  #stretches: Stretch<Message>[] = [];
  /** A number in the stretch that is shown; the newest where absent. */
  #anchor: number | undefined;
  #recalled: Promise<void> | undefined;
  #known = false;
  #open = 0;
  #writes = true;
  /** Changes that came while pages are on their way, which may have been read before them. */
  #meanwhile: { readonly n: number; readonly change: LineChange }[] = [];
  #loads = 0;

  constructor(
    group: string,
    device: Device,
    people: People,
    place: () => ChatPlace | undefined,
    arrived: (lines: readonly Message[]) => readonly Message[],
  ) {
    this.group = group;
    this.#device = device;
    this.#people = people;
    this.#place = place;
    this.#arrived = arrived;
  }

  /** What the device kept of it has been taken. */
  get known(): boolean {
    return this.#known;
  }

  get stretches(): readonly Stretch<Message>[] {
    return this.#stretches;
  }

  /**
   * Shows the conversation from what the device knows; asks the server only where that is nothing. `unreadAfter`: the number
   * up to which it has been read, when there is more: opening lands there.
   */
  async open(unreadAfter?: number): Promise<void> {
    this.#open += 1;
    this.#anchor = undefined;
    // Recalled while the finger was still down: it is shown in the same drawing as the screen around it.
    if (!this.#known) await this.recall();
    const newest = this.#stretches.at(-1);
    const attached = newest !== undefined && this.#attached(newest);
    if (attached && (newest.lines.length > 0 || this.#isFirst(newest))) {
      if (unreadAfter === undefined || newest.from <= unreadAfter + 1) {
        this.#show();
        return;
      }
    }
    if (unreadAfter !== undefined && unreadAfter > (this.#place()?.visibleFrom ?? 0)) {
      const known = stretchAt(this.#stretches, unreadAfter + 1) ?? stretchAt(this.#stretches, unreadAfter);
      // What is known is shown at once; the rest follows.
      if (known) this.#anchor = unreadAfter;
      this.#show();
      if (!known) await this.#load('first', { around: unreadAfter, limit: FIRST_PAGE * 2 });
      return;
    }
    this.#show();
    await this.#load('first', { limit: FIRST_PAGE });
  }

  /** Nobody looks any more: only the newest lines stay in memory. */
  close(): void {
    this.#open = Math.max(0, this.#open - 1);
    if (this.#open > 0) return;
    this.#anchor = undefined;
    const newest = this.#stretches.at(-1);
    if (!newest) return;
    const lines = newest.lines.slice(-KEPT);
    this.#stretches = [lines.length < newest.lines.length ? { from: lines[0]!.seq, to: newest.to, lines } : newest];
    this.#show();
  }

  /** Takes what the device kept, once. */
  recall(): Promise<void> {
    this.#recalled ??= this.#device.cache
      .messages<Message>(this.group)
      .then(
        (kept) => {
          if (!kept || !this.#place()) return;
          this.#writes = false;
          this.#join({ from: kept.from, to: kept.to, lines: kept.messages });
          this.#writes = true;
        },
        (error: unknown) => this.#device.world.fault(error),
      )
      .then(() => {
        this.#known = true;
      });
    return this.#recalled;
  }

  async older(): Promise<void> {
    const { lines, first } = this.shown.peek();
    if (first || this.loading.peek()) return;
    await this.#load('older', lines.length > 0 ? { before: lines[0]!.seq, limit: NEXT_PAGE } : { limit: FIRST_PAGE });
  }

  async newer(): Promise<void> {
    const { last } = this.shown.peek();
    const stretch = this.#shownStretch();
    if (last || this.loading.peek() || !stretch) return;
    await this.#load('newer', { after: stretch.to, limit: NEXT_PAGE });
  }

  /** Shows the newest lines. */
  async newest(): Promise<void> {
    const stretch = this.#stretches.at(-1);
    if (stretch && this.#attached(stretch) && (stretch.lines.length >= FIRST_PAGE / 2 || this.#isFirst(stretch))) {
      this.#anchor = undefined;
      this.#show();
      return;
    }
    await this.#load('first', { limit: FIRST_PAGE });
    if (!this.trouble.peek()) {
      this.#anchor = undefined;
      this.#show();
    }
  }

  /** Shows the lines around a number, and points at the one that has it. False where they cannot be had now. */
  async goTo(seq: number): Promise<boolean> {
    await this.recall();
    if (!stretchAt(this.#stretches, seq)) await this.#load('first', { around: seq, limit: FIRST_PAGE });
    if (!stretchAt(this.#stretches, seq)) return false;
    batch(() => {
      this.#anchor = seq;
      this.#show();
      this.aim.value = { seq };
    });
    return true;
  }

  /** The next number of the stream, with the line it left, if any. */
  advance(n: number, line?: Message): void {
    // A page that was read later has it already, and may know more of it.
    const known = line && stretchAt(this.#stretches, n)?.lines.find((it) => it.seq === n);
    this.#join({ from: n, to: n, lines: known ? [known] : line ? [line] : [] });
  }

  /** The line with this id, if it is among those that this device has at hand. */
  line(id: string): Message | undefined {
    for (const it of this.#stretches) {
      const found = it.lines.find((line) => line.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** What stands above a line: null where nothing does, undefined where that is not known here. */
  before(seq: number): Message | null | undefined {
    const stretch = stretchAt(this.#stretches, seq) ?? stretchAt(this.#stretches, seq - 1);
    if (!stretch) return undefined;
    return stretch.lines.findLast((it) => it.seq < seq) ?? (this.#isFirst(stretch) ? null : undefined);
  }

  /** Lines that had been taken out are back in their places, as far as these are known. */
  restore(lines: readonly Message[]): void {
    for (const it of lines)
      if (stretchAt(this.#stretches, it.seq)) this.#join({ from: it.seq, to: it.seq, lines: [it] });
  }

  /** The line with this number is to be seen again: where it would be missed, it is fetched. */
  async regain(seq: number): Promise<Message | undefined> {
    await this.recall();
    const there = stretchAt(this.#stretches, seq);
    if (!there) return undefined;
    const known = there.lines.find((it) => it.seq === seq);
    if (known) return known;
    try {
      const page = await this.#device.connection.call('message.page', { group: this.group, around: seq, limit: 1 });
      const line = page.messages.find((it) => it.seq === seq);
      this.#people.put(page.people);
      if (line && this.#place()) this.restore([line]);
      return line;
    } catch (error) {
      if (!(error instanceof Problem)) this.#device.world.fault(error);
      // Without a line now: what is not sure any more is read again when somebody looks.
      this.#forgetUpTo(seq);
      return undefined;
    }
  }

  #forgetUpTo(seq: number): void {
    this.#stretches = this.#stretches.flatMap((it) =>
      it.to <= seq
        ? []
        : [it.from > seq ? it : { from: seq + 1, to: it.to, lines: it.lines.filter((one) => one.seq > seq) }],
    );
    this.#device.cache.forgetMessages(this.group);
    this.keep();
    this.#show();
  }

  /** Changes lines that are there already. `n`: the number of the group's stream, 0 for a change only this account sees. */
  change(n: number, change: LineChange): void {
    if (this.#loads > 0 && this.#meanwhile.length < MEANWHILE_MOST) this.#meanwhile.push({ n, change });
    const kept: Message[] = [];
    const gone: number[] = [];
    const next = changedIn(this.#stretches, (line) => {
      const now = changed(line, change);
      if (!now) gone.push(line.seq);
      else if (now !== line) kept.push(now);
      return now;
    });
    if (next === this.#stretches) return;
    this.#stretches = [...next];
    this.#device.cache.changeMessages(this.group, kept, gone);
    this.#show();
  }

  /**
   * A fresh picture of the chat has overtaken what is known here: what was missed may have changed any line, so all are read
   * again. Until they are, who looks sees what was there.
   */
  async overtaken(): Promise<void> {
    this.#recalled = Promise.resolve();
    this.#known = true;
    const before = this.#shownStretch();
    this.#stretches = [];
    if (this.#open === 0) {
      this.#show();
      return;
    }
    const looking = this.#anchor;
    await this.#load('first', looking === undefined ? { limit: FIRST_PAGE } : { around: looking, limit: FIRST_PAGE });
    // Without a line now: it is tried again with the next opening.
    if (this.#stretches.length === 0 && before) this.#stretches = [before];
    this.#show();
  }

  /** Puts what is known again: this page writes the cache from now on. */
  keep(): void {
    const newest = this.#stretches.at(-1);
    // Lines may have changed since they were written, and whoever wrote them may not have come to that.
    if (this.#known) this.#device.cache.forgetMessages(this.group);
    if (newest) this.#device.cache.keepMessages(this.group, newest.from, newest.to, newest.lines);
  }

  async #load(
    what: 'older' | 'newer' | 'first',
    wish: { before?: number; after?: number; around?: number; limit: number },
  ): Promise<void> {
    this.loading.value = what;
    this.#loads += 1;
    try {
      const page = await this.#device.connection.call('message.page', { group: this.group, ...wish });
      const place = this.#place();
      if (!place) return;
      const later = this.#meanwhile.filter((it) => it.n === 0 || it.n > page.at).map((it) => it.change);
      const lines = page.messages.flatMap((it) => {
        let line: Message | undefined = normal(it);
        for (const change of later) line &&= changed(line, change);
        return line ? [line] : [];
      });
      const from =
        wish.after !== undefined ? wish.after + 1 : page.first ? 0 : (lines[0]?.seq ?? wish.before ?? page.at + 1);
      const to = wish.before !== undefined ? wish.before - 1 : page.last ? page.at : (lines.at(-1)?.seq ?? from - 1);
      batch(() => {
        this.#people.put(page.people);
        if (what === 'first') this.#anchor = wish.around;
        this.trouble.value = undefined;
        this.loading.value = undefined;
        this.#join({ from, to, lines });
      });
    } catch (error) {
      if (error instanceof Problem) this.trouble.value = error;
      else this.#device.world.fault(error);
    } finally {
      this.#loads -= 1;
      if (this.#loads === 0) this.#meanwhile = [];
      this.loading.value = undefined;
    }
  }

  #join({ from, to, lines }: Stretch<Message>): void {
    const stretch = { from, to, lines: this.#arrived(lines) };
    this.#stretches = joined(this.#stretches, stretch);
    for (const it of stretch.lines) this.#people.ask(it.by, this.group, it.seq);
    const newest = this.#stretches.at(-1)!;
    // Only what reaches to the newest is worth keeping: it is what the app opens with.
    if (this.#writes && stretch.to >= newest.from) {
      this.#device.cache.keepMessages(this.group, Math.max(stretch.from, newest.from), stretch.to, stretch.lines);
    }
    this.#show();
  }

  #attached(stretch: Stretch<Message>): boolean {
    return stretch.to >= (this.#place()?.at ?? 0);
  }

  #isFirst(stretch: Stretch<Message>): boolean {
    return stretch.from <= (this.#place()?.visibleFrom ?? 0) + 1;
  }

  #shownStretch(): Stretch<Message> | undefined {
    return (
      (this.#anchor !== undefined ? stretchAt(this.#stretches, this.#anchor) : undefined) ?? this.#stretches.at(-1)
    );
  }

  #show(): void {
    const stretch = this.#shownStretch();
    const before = this.shown.peek();
    if (!stretch) {
      if (before !== NOTHING) this.shown.value = NOTHING;
      return;
    }
    const { lines } = stretch;
    const first = this.#isFirst(stretch);
    const last = stretch === this.#stretches.at(-1) && this.#attached(stretch);
    if (before.lines === lines && before.first === first && before.last === last) return;
    this.shown.value = { lines, first, last };
  }
}

/** A notice has no id of its own in the live event, so that its number serves as one, however it came. */
function normal(message: Message): Message {
  return message.kind === 'notice' ? { ...message, id: `notice-${message.seq}` } : message;
}
