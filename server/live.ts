import type { Events } from '../protocol/event.ts';
import type { EventFrame, SignalFrame } from '../protocol/frame.ts';
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
  readonly taps: Set<Tap>;
  readonly held: Map<number, EventFrame>;
  timer: NodeJS.Timeout | undefined;
  readonly stop: () => void;
}

/** How long a wake-up that came out of order waits for those before it, until the log is asked. */
const HOLD_MS = 40;
/** More than this many held: the log is asked at once. */
const HOLD_MOST = 500;
const NOT_YET = -1;
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
  #unsureUntil = 0;
  #comparing: NodeJS.Timeout | undefined;

  constructor(house: House, reader: StreamReader, rightsChanged: (group: string) => void) {
    this.#house = house;
    this.#reader = reader;
    this.#rightsChanged = rightsChanged;
    this.#stopUnsure = house.bus.subscribe(COMMITS_UNSURE, () => {
      this.#unsureUntil = Date.now() + UNSURE_MS;
      this.#comparing ??= setTimeout(() => void this.#compare(), HOLD_MS);
    });
  }

  close(): void {
    this.#stopUnsure();
    clearTimeout(this.#comparing);
    this.#comparing = undefined;
  }

  get feeds(): number {
    return this.#feeds.size;
  }

  /** Begins to deliver what comes after `seq`. */
  follow(listener: Listener, stream: string, seq: number): void {
    const feed = this.#feeds.get(stream) ?? this.#openFeed(stream);
    this.#listen(listener, feed);
    if (feed.seq === NOT_YET) this.#begins(stream, feed, seq);
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
      listener.deliver(encodeFrame(frame), 1);
    }
    return true;
  }

  #openFeed(stream: string): Feed {
    const stopEvents = this.#house.bus.subscribe(`stream.${stream}`, (frames) =>
      this.#wake(stream, frames as EventFrame[]),
    );
    const stopSignals = this.#house.bus.subscribe(`signal.${stream}`, (signal) =>
      this.#signal(stream, signal as SignalFrame),
    );
    const feed: Feed = {
      seq: NOT_YET,
      listeners: new Set(),
      taps: new Set(),
      held: new Map(),
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
    this.#closeIdle(stream, feed);
  }

  #closeIdle(stream: string, feed: Feed): void {
    if (feed.listeners.size > 0) return;
    if (feed.taps.size > 0) {
      // Whoever joins next begins at their own number.
      feed.seq = NOT_YET;
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

  /** Looks whether the log has more than was delivered, until the database answers and no unsure commit can come any more. */
  async #compare(): Promise<void> {
    const until = this.#unsureUntil;
    let certain = false;
    try {
      const heads = await this.#reader.heads([...this.#feeds.keys()]);
      certain = Date.now() > until;
      for (const { stream, head } of heads)
        if (head > (this.#feeds.get(stream)?.seq ?? head)) await this.#fill(stream, head);
    } catch (error) {
      // The time in which one may come begins anew when the database is back.
      this.#unsureUntil = Date.now() + UNSURE_MS;
      this.#house.log.warn({ error }, 'could not compare what was delivered with the log yet');
    }
    if (this.#comparing === undefined) return;
    this.#comparing = undefined;
    if (!certain || this.#unsureUntil > until) this.#comparing = setTimeout(() => void this.#compare(), AGAIN_MS);
  }

  /** Reads what is missing before the held events from the log, or up to a number that is known to be there. */
  async #fill(stream: string, upto = 0): Promise<void> {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    clearTimeout(feed.timer);
    feed.timer = undefined;
    if (feed.seq === NOT_YET || (feed.held.size === 0 && feed.seq >= upto)) return;
    try {
      const frames = await this.#reader.eventsAfter([{ stream, after: feed.seq }]);
      if (feed.seq === NOT_YET) return;
      for (const tap of feed.taps) for (const frame of frames) keep(tap, frame);
      const due: Buffer[] = [];
      for (const frame of frames) if (frame.n === feed.seq + 1) this.#advance(stream, feed, frame, due);
      for (const n of feed.held.keys()) if (n <= feed.seq) feed.held.delete(n);
      this.#release(stream, feed, due);
      this.#tell(feed, due);
    } catch (error) {
      this.#house.log.warn({ error, stream }, 'could not read a gap from the log');
    }
    if (feed.held.size > 0 && this.#feeds.get(stream) === feed)
      feed.timer ??= setTimeout(() => void this.#fill(stream), AGAIN_MS);
  }

  /** Encodes the next event and adds it to what is `due` to all; what opens or closes the stream to somebody cuts that off first. */
  #advance(stream: string, feed: Feed, frame: EventFrame, due: Buffer[]): void {
    feed.seq = frame.n;
    const spec = this.#house.events[frame.on];
    if (spec?.follow) this.#tell(feed, due);
    if (spec?.rights) this.#rightsChanged(stream);
    if (spec?.follow === 'end') {
      const { accounts } = frame.with as { accounts: readonly string[] };
      for (const account of accounts) {
        for (const listener of this.#byAccount.get(account) ?? []) {
          if (!feed.listeners.has(listener)) continue;
          this.unfollow(listener, stream);
          listener.unfollowed(stream);
        }
      }
    }
    if (feed.listeners.size === 0) return;
    const encoded = encodeFrame(frame);
    if (spec?.follow === 'begin') void this.#begin(frame, encoded, [...feed.listeners]);
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
    for (const listener of feed.listeners) listener.deliver(encoded, frames.length);
    this.#house.metrics.deliveries.inc(frames.length * feed.listeners.size);
  }

  #signal(stream: string, signal: SignalFrame): void {
    const feed = this.#feeds.get(stream);
    if (!feed) return;
    const encoded = encodeFrame(signal);
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
  const payload = Buffer.from(JSON.stringify(value), 'utf8');
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
