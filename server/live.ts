import type { Events } from '../protocol/event.ts';
import type { EventFrame, SignalFrame } from '../protocol/frame.ts';
import { eventsOf } from './bus/bus.ts';
import type { Further } from './bus/bus.ts';
import { textOf } from './encoded.ts';
import type { House, StreamReader } from './house.ts';

/** What a feed delivers to; a socket, or in tests anything. */
export interface Listener {
  readonly account: string;
  /** Encoded WebSocket frames, one after the other in one buffer, shared by all who get them. */
  deliver(encoded: Buffer, frames: number): void;
  /** A stream is opened to this listener, from `seq` on. */
  followed(stream: string, seq: number): void;
  /** The stream is closed to this listener. */
  unfollowed(stream: string): void;
  /** Something is missing that cannot be delivered: reconnect and catch up by number. */
  cut(): void;
}

/** What comes of a stream while a device's place in it is being looked up. */
export interface Tap {
  readonly frames: Map<number, EventFrame>;
  /** The highest number that came, whether it was kept or not. */
  highest: number;
}

interface Feed {
  /** Everything up to this number has been delivered to the listeners of this node; `NOT_YET` before the first of them. */
  seq: number;
  readonly listeners: Set<Listener>;
  /** Listeners that came in further on than this node has heard, and where: nothing up to there is theirs. */
  readonly ahead: Map<Listener, number>;
  readonly taps: Set<Tap>;
  readonly held: Map<number, EventFrame>;
  /** A number that the log is known to have; it is asked for what lies up to it. */
  further: number;
  timer: NodeJS.Timeout | undefined;
  readonly stop: () => void;
}

/** How long a wake-up that came out of order waits for those before it, until the log is asked. */
const HOLD_MS = 40;
/** More than this many held: the log is asked at once. */
const HOLD_MOST = 500;
const NOT_YET = -1;
/** Between two looks at all heads: while the other nodes are heard, and while they are not. */
const COMPARE_MS = 8_000;
const COMPARE_ALONE_MS = 3_000;
/** Streams whose heads are asked for in one statement, and those read in one where they are behind. */
const COMPARE_PAGE = 2_000;
const FILL_PAGE = 100;
/** Until the log can be read again after it could not. */
const AGAIN_MS = 1_000;
/** A commit that nobody heard the end of may still come, for about as long as a statement may take. */
const UNSURE_MS = 6_000;

/** Said on the bus where a change may have been committed though its commit was not answered: nobody wakes its listeners. */
export const COMMITS_UNSURE = 'commits.unsure';

/**
 * The streams that have somebody connected to this node. A wake-up may be lost, doubled or out of order: what arrives in
 * order is delivered as it is, a gap is read from the log, what is old is dropped.
 */
export class Live {
  readonly #house: House;
  readonly #reader: StreamReader;
  readonly #rightsChanged: (group: string) => void;
  readonly #feeds = new Map<string, Feed>();
  readonly #byAccount = new Map<string, Set<Listener>>();
  readonly #stopUnsure: () => void;
  readonly #stopTurns: (() => void) | undefined;
  #unsureUntil = 0;
  /** The next look, and whether one is under way. */
  #comparing: NodeJS.Timeout | undefined;
  #compareAt = Infinity;
  #looking = false;
  #closed = false;

  constructor(house: House, reader: StreamReader, rightsChanged: (group: string) => void) {
    this.#house = house;
    this.#reader = reader;
    this.#rightsChanged = rightsChanged;
    this.#stopUnsure = house.bus.subscribe(COMMITS_UNSURE, () => {
      this.#unsureUntil = performance.now() + UNSURE_MS;
      this.#compareIn(HOLD_MS);
    });
    this.#stopTurns = house.bus.line?.onTurn(() => this.#compareIn(HOLD_MS));
    if (house.bus.line) this.#compareIn(this.#usualWait());
  }

  close(): void {
    this.#closed = true;
    this.#stopUnsure();
    this.#stopTurns?.();
    clearTimeout(this.#comparing);
  }

  /** A node that does not hear the others looks often; one that does, for the sake of a last wake-up that was lost. */
  #usualWait(): number {
    const { line } = this.#house.bus;
    if (!line || line.alone) return Infinity;
    return (line.up ? COMPARE_MS : COMPARE_ALONE_MS) * (0.75 + Math.random() / 4);
  }

  /** Never two at once: what is asked for during a look follows it. */
  #compareIn(wait: number): void {
    const at = performance.now() + wait;
    if (this.#closed || at >= this.#compareAt) return;
    this.#compareAt = at;
    if (this.#looking) return;
    clearTimeout(this.#comparing);
    this.#comparing = setTimeout(() => void this.#compare(), wait);
    this.#comparing.unref();
  }

  get feeds(): number {
    return this.#feeds.size;
  }

  /** Begins to deliver what comes after `seq`. */
  follow(listener: Listener, stream: string, seq: number): void {
    const feed = this.#feeds.get(stream) ?? this.#openFeed(stream);
    this.#listen(listener, feed);
    if (feed.seq === NOT_YET) this.#begins(stream, feed, seq);
    else this.#waitsFor(stream, feed, seq, listener);
  }

  /** Keeps what comes of a stream from now on, for a device that may follow it; `join` or `untap` ends that. */
  tap(stream: string): Tap {
    const feed = this.#feeds.get(stream) ?? this.#openFeed(stream);
    const tap: Tap = { frames: new Map(), highest: 0 };
    feed.taps.add(tap);
    return tap;
  }

  untap(stream: string, tap: Tap): void {
    const feed = this.#feeds.get(stream);
    if (!feed?.taps.delete(tap)) return;
    this.#closeIdle(stream, feed);
  }

  /**
   * Begins to deliver what comes after `seq`, a number that was looked up after the tap was opened. False where others here
   * are further than that and the tap does not have what lies between: it is to be read from the log.
   */
  join(listener: Listener, stream: string, seq: number, tap: Tap | undefined): boolean {
    const feed = this.#feeds.get(stream) ?? this.#openFeed(stream);
    this.#listen(listener, feed);
    if (tap) feed.taps.delete(tap);
    if (feed.seq === NOT_YET) {
      this.#begins(stream, feed, seq, tap);
      return true;
    }
    this.#waitsFor(stream, feed, seq, listener);
    const between: EventFrame[] = [];
    for (let n = seq + 1; n <= feed.seq; n += 1) {
      const frame = tap?.frames.get(n);
      if (!frame) return false;
      between.push(frame);
    }
    for (const frame of between) {
      if (endsFor(this.#house.events, frame, listener.account)) {
        this.unfollow(listener, stream);
        listener.unfollowed(stream);
        break;
      }
      listener.deliver(encodeText(textOf(frame)), 1);
    }
    return true;
  }

  #openFeed(stream: string): Feed {
    const stopEvents = this.#house.bus.subscribe(`stream.${stream}`, (payload) => {
      const frames = eventsOf(payload as EventFrame[] | Further);
      if (frames) this.#wake(stream, frames);
      else this.#further(stream, (payload as Further).head);
    });
    const stopSignals = this.#house.bus.subscribe(`signal.${stream}`, (signal) =>
      this.#signal(stream, signal as SignalFrame),
    );
    const feed: Feed = {
      seq: NOT_YET,
      listeners: new Set(),
      ahead: new Map(),
      taps: new Set(),
      held: new Map(),
      further: 0,
      timer: undefined,
      stop: () => {
        stopEvents();
        stopSignals();
      },
    };
    this.#feeds.set(stream, feed);
    return feed;
  }

  #listen(listener: Listener, feed: Feed): void {
    feed.listeners.add(listener);
    let own = this.#byAccount.get(listener.account);
    if (!own) this.#byAccount.set(listener.account, (own = new Set()));
    own.add(listener);
  }

  /**
   * What this node has still to hear up to `seq` was said before this listener came in: to who was no member then, or is told of it
   * otherwise. It goes to the others, and what it ends does not end for this one.
   */
  #waitsFor(stream: string, feed: Feed, seq: number, listener: Listener): void {
    if (feed.seq >= seq) return;
    feed.ahead.set(listener, seq);
    feed.timer ??= setTimeout(() => void this.#fill(stream, seq), HOLD_MS);
  }

  /** The first listener of a feed is there: what came since it was opened, and after this number, comes now. */
  #begins(stream: string, feed: Feed, seq: number, tap?: Tap): void {
    feed.seq = seq;
    const taps = [...feed.taps, ...(tap ? [tap] : [])];
    const since = new Map(taps.flatMap((it) => [...it.frames]));
    const highest = Math.max(seq, ...taps.map((it) => it.highest));
    this.#wake(
      stream,
      [...since.values()].toSorted((a, b) => a.n - b.n),
    );
    if (feed.seq < highest && feed.held.size === 0) void this.#fill(stream, highest);
  }

  unfollow(listener: Listener, stream: string): void {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    feed.listeners.delete(listener);
    feed.ahead.delete(listener);
    this.#closeIdle(stream, feed);
  }

  #closeIdle(stream: string, feed: Feed): void {
    if (feed.listeners.size > 0) return;
    if (feed.taps.size > 0) {
      // Whoever joins next begins at their own number.
      feed.seq = NOT_YET;
      feed.further = 0;
      feed.held.clear();
      clearTimeout(feed.timer);
      feed.timer = undefined;
      return;
    }
    clearTimeout(feed.timer);
    feed.stop();
    this.#feeds.delete(stream);
  }

  /** The listener is gone from everywhere. */
  leave(listener: Listener, streams: Iterable<string>): void {
    for (const stream of streams) this.unfollow(listener, stream);
    const own = this.#byAccount.get(listener.account);
    own?.delete(listener);
    if (own?.size === 0) this.#byAccount.delete(listener.account);
  }

  /** The accounts among `accounts` that have a device connected to this node. */
  online(accounts: readonly string[]): string[] {
    return accounts.filter((it) => this.#byAccount.has(it));
  }

  #wake(stream: string, frames: readonly EventFrame[]): void {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    for (const tap of feed.taps) for (const frame of frames) keep(tap, frame);
    if (feed.seq === NOT_YET) return;
    const due: Buffer[] = [];
    for (const frame of frames) {
      if (frame.n <= feed.seq) continue;
      if (frame.n === feed.seq + 1) this.#advance(stream, feed, frame, due);
      else feed.held.set(frame.n, frame);
    }
    this.#release(stream, feed, due);
    this.#tell(feed, due);
    if (feed.held.size > HOLD_MOST) void this.#fill(stream);
    else if (feed.held.size > 0) feed.timer ??= setTimeout(() => void this.#fill(stream), HOLD_MS);
  }

  /** The log has more than the bus carries. */
  #further(stream: string, head: number): void {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    for (const tap of feed.taps) tap.highest = Math.max(tap.highest, head);
    // What it is about may be anybody's rights; the log is read a moment later only.
    this.#rightsChanged(stream);
    if (feed.seq === NOT_YET || head <= feed.seq) return;
    void this.#fill(stream, head);
  }

  #release(stream: string, feed: Feed, due: Buffer[]): void {
    for (let next = feed.held.get(feed.seq + 1); next; next = feed.held.get(feed.seq + 1)) {
      feed.held.delete(next.n);
      this.#advance(stream, feed, next, due);
    }
    if (feed.held.size === 0 && feed.timer) {
      clearTimeout(feed.timer);
      feed.timer = undefined;
    }
  }

  /**
   * Looks whether the log has more than was delivered; again soon until the database answers and no unsure commit can come any
   * more. One statement for a page of streams, and one for what a page of them has missed.
   */
  async #compare(): Promise<void> {
    this.#compareAt = Infinity;
    this.#looking = true;
    const until = this.#unsureUntil;
    let certain = false;
    try {
      const streams = [...this.#feeds].filter(([, it]) => it.seq !== NOT_YET || it.taps.size > 0).map(([id]) => id);
      this.#house.metrics.compared.inc(streams.length);
      for (let at = 0; at < streams.length && !this.#closed; at += COMPARE_PAGE) {
        const heads = await this.#reader.heads(streams.slice(at, at + COMPARE_PAGE));
        const behind = heads.filter(({ stream, head }) => head > (this.#feeds.get(stream)?.seq ?? head));
        for (let from = 0; from < behind.length; from += FILL_PAGE)
          await this.#catchUp(behind.slice(from, from + FILL_PAGE));
      }
      certain = performance.now() > until;
    } catch (error) {
      // The time in which one may come begins anew when the database is back.
      if (until > 0) this.#unsureUntil = performance.now() + UNSURE_MS;
      certain = until === 0;
      this.#house.log.warn({ error }, 'could not compare what was delivered with the log yet');
    }
    this.#looking = false;
    const asked = this.#compareAt;
    this.#compareAt = Infinity;
    const again = !certain || this.#unsureUntil > until ? AGAIN_MS : this.#usualWait();
    const wait = Math.min(again, Math.max(0, asked - performance.now()));
    if (wait !== Infinity) this.#compareIn(wait);
  }

  /** What many streams have missed, in one statement; of one with more than that tells, the rest by itself. */
  async #catchUp(behind: readonly { readonly stream: string; readonly head: number }[]): Promise<void> {
    const due = behind.flatMap((it) => {
      const feed = this.#feeds.get(it.stream);
      if (!feed || feed.seq >= it.head) return [];
      for (const tap of feed.taps) tap.highest = Math.max(tap.highest, it.head);
      return feed.seq === NOT_YET ? [] : [{ ...it, after: feed.seq }];
    });
    if (due.length === 0) return;
    this.#house.metrics.behind.inc(due.length);
    const frames = Map.groupBy(
      await this.#reader.eventsAfter(due.map(({ stream, after }) => ({ stream, after }))),
      (it) => it.in,
    );
    for (const { stream, head } of due) {
      this.#wake(stream, frames.get(stream) ?? []);
      if ((this.#feeds.get(stream)?.seq ?? head) < head) await this.#fill(stream, head);
    }
  }

  /** Reads what is missing before the held events from the log, or up to a number that is known to be there. */
  async #fill(stream: string, upto = 0): Promise<void> {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    clearTimeout(feed.timer);
    feed.timer = undefined;
    feed.further = Math.max(feed.further, upto);
    if (feed.seq === NOT_YET || (feed.held.size === 0 && feed.seq >= feed.further)) return;
    let again = AGAIN_MS;
    try {
      const before = feed.seq;
      const frames = await this.#reader.eventsAfter([{ stream, after: before }]);
      if (feed.seq === NOT_YET) return;
      for (const tap of feed.taps) for (const frame of frames) keep(tap, frame);
      const due: Buffer[] = [];
      for (const frame of frames) if (frame.n === feed.seq + 1) this.#advance(stream, feed, frame, due);
      for (const n of feed.held.keys()) if (n <= feed.seq) feed.held.delete(n);
      this.#release(stream, feed, due);
      this.#tell(feed, due);
      // Long ones come in several readings.
      if (feed.seq > before) again = 0;
      else if (frames[0] && frames[0].n > feed.seq + 1) this.#pruned(stream, feed);
    } catch (error) {
      this.#house.log.warn({ error, stream }, 'could not read a gap from the log');
    }
    if ((feed.held.size > 0 || feed.further > feed.seq) && this.#feeds.get(stream) === feed)
      feed.timer ??= setTimeout(() => void this.#fill(stream), again);
  }

  /** What is missing is no longer in the log: the devices come back and are told where to begin. */
  #pruned(stream: string, feed: Feed): void {
    this.#house.log.warn({ stream }, 'what is missing is no longer in the log; devices fetch afresh');
    for (const listener of feed.listeners) listener.cut();
  }

  /** Encodes the next event and adds it to what is `due` to all; what opens or closes the stream to somebody cuts that off first. */
  #advance(stream: string, feed: Feed, frame: EventFrame, due: Buffer[]): void {
    feed.seq = frame.n;
    for (const [listener, from] of feed.ahead) {
      if (frame.n <= from) continue;
      this.#tell(feed, due);
      feed.ahead.delete(listener);
    }
    const spec = this.#house.events[frame.on];
    if (spec?.follow) this.#tell(feed, due);
    if (spec?.rights) this.#rightsChanged(stream);
    if (spec?.follow === 'end') {
      const { accounts } = frame.with as { accounts: readonly string[] };
      for (const account of accounts) {
        for (const listener of this.#byAccount.get(account) ?? []) {
          if (!feed.listeners.has(listener) || feed.ahead.has(listener)) continue;
          this.unfollow(listener, stream);
          listener.unfollowed(stream);
        }
      }
    }
    if (feed.listeners.size === 0) return;
    const encoded = encodeText(textOf(frame));
    if (spec?.follow === 'begin')
      void this.#begin(
        frame,
        encoded,
        [...feed.listeners].filter((it) => !feed.ahead.has(it)),
      );
    else due.push(encoded);
  }

  /**
   * A group's stream is opened to devices that are already connected, in the moment in which they are told of it: what they then
   * fetch and what they then hear leave no gap between them.
   */
  async #begin(frame: EventFrame, encoded: Buffer, listeners: readonly Listener[]): Promise<void> {
    const { group } = frame.with as { group: string };
    for (const listener of listeners) {
      const tap = this.tap(group);
      try {
        const [position] = await this.#reader.positions(listener.account, group);
        // Put out again while it was looked up: the feed may have passed that event before this device follows.
        const out = [...tap.frames.values()].some((it) => this.#isOut(it, position?.head, listener.account));
        // Told first, then at once opened: what came meanwhile comes after it.
        listener.deliver(encoded, 1);
        if (!position || out) continue;
        listener.followed(group, position.head);
        // The same where its wake-up was lost.
        const later = await this.#reader.eventsAfter([{ stream: group, after: position.head }]);
        if (later.some((it) => this.#isOut(it, position.head, listener.account))) {
          this.unfollow(listener, group);
          listener.unfollowed(group);
        }
      } catch (error) {
        this.#house.log.warn({ error, group }, 'could not open a stream to a device; it will catch up');
        listener.cut();
      } finally {
        this.untap(group, tap);
      }
    }
  }

  #isOut(frame: EventFrame, after: number | undefined, account: string): boolean {
    return frame.n > (after ?? 0) && endsFor(this.#house.events, frame, account);
  }

  /** Hands over what is due, as one buffer for all, so that a batch of messages costs each of a thousand devices no more than one. */
  #tell(feed: Feed, due: Buffer[]): void {
    const frames = due.splice(0);
    if (frames.length === 0 || feed.listeners.size === 0) return;
    const encoded = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
    for (const listener of feed.listeners) if (!feed.ahead.has(listener)) listener.deliver(encoded, frames.length);
    this.#house.metrics.deliveries.inc(frames.length * feed.listeners.size);
  }

  #signal(stream: string, signal: SignalFrame): void {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    const encoded = encodeText(textOf(signal));
    for (const listener of feed.listeners) if (listener.account !== signal.by) listener.deliver(encoded, 1);
  }
}

/** Within bounds; what is not kept is read from the log. */
function keep(tap: Tap, frame: EventFrame): void {
  tap.highest = Math.max(tap.highest, frame.n);
  if (tap.frames.size < HOLD_MOST) tap.frames.set(frame.n, frame);
}

/** Does this event put the account out of the stream it stands in? Nothing from it on is for that account. */
export function endsFor(specs: Events, frame: EventFrame, account: string): boolean {
  return (
    specs[frame.on]?.follow === 'end' && (frame.with as { accounts: readonly string[] }).accounts.includes(account)
  );
}

/** A value as one unmasked WebSocket text frame (RFC 6455 §5.2), header and payload in one buffer. */
export function encodeFrame(value: unknown): Buffer {
  return encodeText(Buffer.from(JSON.stringify(value), 'utf8'));
}

/** JSON in UTF-8 as such a frame. */
function encodeText(payload: Buffer): Buffer {
  const size = payload.length;
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + size);
  frame[0] = 0x81;
  if (size < 126) frame[1] = size;
  else if (size < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  payload.copy(frame, head);
  return frame;
}
