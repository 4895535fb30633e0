import { createHmac } from 'node:crypto';

import { problem } from '../../../protocol/problem.ts';
import type { JanusConfig } from '../../../server/config.ts';
import type { Log } from '../../../server/log.ts';
import type { Ask, Reply } from '../protocol.ts';
import { callProblems } from '../protocol.ts';
import { SDP_MOST, SEATS_MOST } from '../rules.ts';
import { JanusAway, JanusRefusal, openJanusLine } from './janus-line.ts';
import type { Description, JanusEvent } from './janus-line.ts';
import { openRooms } from './janus-rooms.ts';
import type { Feed, Rooms } from './janus-rooms.ts';
import { ANSWER_SECTIONS_MOST, isSameConnection, OFFER_SECTIONS_MOST, originOf, slimmed } from './janus-sdp.ts';
import type { Origin } from './janus-sdp.ts';
import type { MediaNews, MediaSeat, MediaServer } from './sfu.ts';

/** A device that asks while the connection comes back waits so long. */
const BACK_MS = 2_000;
/** Questions of one seat that wait for the one before. */
const QUEUE_MOST = 40;
/** What is still to be ended there, once the connection is back. */
const OWED_MOST = 5_000;
/** Seats that were put out of late; no seat is ever taken a second time. */
const OUT_MOST = 10_000;

/** Numbers of Janus’ VideoRoom. */
const NO_SUCH_ROOM = 426;
const NO_SUCH_FEED = 428;
const INVALID_SDP = 437;
const ID_EXISTS = 436;
/** Numbers of Janus itself. */
const NO_SUCH_HANDLE = [458, 459];
const WRONG_SDP = [465, 466];

type What = Reply['lines'][number]['what'];
type Watch = Extract<Ask, { ask: 'watch' }>;

/** One line that a watching device gets: which of whose it carries, and in which size. */
interface Line {
  readonly mid: string;
  readonly seat: string;
  readonly from: string;
  readonly what: What;
  readonly born: number;
  readonly high: boolean;
}

/** What a device gets, over one connection. */
interface Watching {
  readonly handle: number;
  lines: readonly Line[];
  /** Lines that carry nothing any more, and that Janus has not been told of: it is with the next change. */
  stale: readonly string[];
  /** Given out, and not answered yet. */
  offer: string | undefined;
  /** What was wanted since. */
  later: Watch | undefined;
}

/** What this node keeps of one seat at Janus. */
interface Held extends MediaSeat {
  /** Joined to the room, whether or not anything is sent. */
  joined: { readonly handle: number; readonly key: number } | undefined;
  /** The connection that sends. */
  sends: Origin | undefined;
  mic: string | undefined;
  silent: boolean;
  watching: Watching | undefined;
  queue: Promise<unknown>;
  queued: number;
}

/**
 * Janus’ VideoRoom as the media server of calls: a room a call, in it a handle a seat that sends and one that gets everything it wants over
 * one connection. Every node has its own session there; rooms have secrets that each node can reckon.
 */
export function openJanus(
  config: JanusConfig,
  { log, news }: { readonly log: Log; readonly news: MediaNews },
): MediaServer {
  const seats = new Map<string, Held>();
  const byHandle = new Map<number, Held>();
  /** Put out: what was asked for them before, and comes late, opens nothing again. */
  const out = new Set<string>();
  /** Calls to end and seats to put out, that could not be reached. */
  const owed = new Map<string, MediaSeat | string>();

  const line = openJanusLine(config, { log, listener: { opened: () => void settle(), lost, event } });
  const rooms: Rooms = openRooms(line, {
    secretOf: (call) => createHmac('sha256', config.secret).update(`room ${call}`).digest('base64url'),
    changed: (call, seat) => news.changed(call, seat),
  });

  function lost(): void {
    const gone = [...seats.values()];
    seats.clear();
    byHandle.clear();
    rooms.forget();
    for (const each of gone) each.joined = each.watching = undefined;
    if (gone.length > 0) news.gone(gone.map(({ call, seat }) => ({ call, seat })));
  }

  async function settle(): Promise<void> {
    // What is owed again meanwhile waits for the next time.
    for (const [key, each] of Array.from(owed)) {
      owed.delete(key);
      await (typeof each === 'string' ? end(each) : putOutOne(each));
    }
  }

  function owe(key: string, what: MediaSeat | string): void {
    // Where more is owed than fits, Janus was away for so long that it has begun anew.
    if (owed.size < OWED_MOST) owed.set(key, what);
  }

  function event({ handle, what, reason, data }: JanusEvent): void {
    const held = byHandle.get(handle);
    if (!held) return;
    if (what === 'event') {
      const kicked = data['leaving'] === 'ok' && held.joined?.handle === handle;
      if (kicked || data['videoroom'] === 'destroyed') giveUp(held);
      else rooms.heard(held.call, data);
      return;
    }
    // The device is out of reach for Janus, or Janus has lost the handle. The device is told; whether it hears of it is its own matter.
    if (what === 'hangup' || what === 'detached') {
      log.info({ what, reason }, 'a seat lost its connection with the media server');
      giveUp(held);
    }
  }

  /** The seat is lost here; its device begins anew. */
  function giveUp(held: Held): void {
    const { call, seat } = held;
    if (seats.get(seat) !== held) return;
    void drop(held);
    news.gone([{ call, seat }]);
  }

  /** Ends what Janus has of it, and forgets it. */
  async function drop(held: Held): Promise<void> {
    if (seats.get(held.seat) === held) seats.delete(held.seat);
    const handles = [held.joined?.handle, held.watching?.handle].filter((it) => it !== undefined);
    held.joined = held.watching = held.sends = undefined;
    await Promise.all(handles.map(letGo));
    if (![...seats.values()].some((it) => it.call === held.call)) rooms.leave(held.call);
  }

  async function letGo(handle: number): Promise<void> {
    byHandle.delete(handle);
    await line.detach(handle);
  }

  async function attach(held: Held): Promise<number> {
    const handle = await line.attach();
    byHandle.set(handle, held);
    return handle;
  }

  /** In the room, under its own id, from which every node can put it out. `takes`: from a node that had it before. */
  async function joined(held: Held, takes: boolean): Promise<NonNullable<Held['joined']>> {
    if (held.joined) return held.joined;
    const { call, seat } = held;
    await rooms.open(call);
    const handle = await attach(held);
    const join = (): ReturnType<typeof line.ask> =>
      line.ask(handle, { request: 'join', ptype: 'publisher', room: call, id: seat, pin: rooms.pin(call) });
    try {
      const { data } = await join().catch(async (error: unknown) => {
        if (!(error instanceof JanusRefusal)) throw error;
        if (error.number === ID_EXISTS) {
          await rooms.kick(call, seat);
          // What it sent is lost with that; so it begins anew.
          if (!takes) throw callProblems('call.media_gone');
        } else if (error.number === NO_SUCH_ROOM) {
          // Ended on another node, or with a Janus that began anew.
          await rooms.open(call, { again: true });
        } else throw error;
        return join();
      });
      rooms.heard(call, data, { quietly: true });
      held.joined = { handle, key: Number(data['private_id']) };
      return held.joined;
    } catch (error) {
      await letGo(handle);
      throw error;
    }
  }

  async function publish(held: Held, ask: Extract<Ask, { ask: 'publish' }>): Promise<Reply> {
    const origin = originOf(ask.sdp, OFFER_SECTIONS_MOST);
    // A second microphone would not be silenced with the first.
    if (new Set(ask.lines.map((it) => it.what)).size < ask.lines.length)
      throw problem('malformed', { field: 'ask.lines' });
    if (held.sends && !isSameConnection(held.sends, origin) && held.joined) {
      const { handle } = held.joined;
      held.joined = held.sends = undefined;
      await letGo(handle);
    }
    const { handle } = await joined(held, true);
    const request = {
      request: held.sends === undefined ? 'publish' : 'configure',
      descriptions: ask.lines.map(({ mid, what }) => ({ mid, description: what })),
    };
    const answer = await line.ask(handle, request, { type: 'offer', sdp: ask.sdp }).catch((error: unknown) => {
      // Too slow: what Janus has made of it is not known, and it would refuse the same a second time.
      if (error instanceof JanusAway && held.joined?.handle === handle) {
        held.joined = held.sends = undefined;
        void letGo(handle);
      }
      throw error;
    });
    held.sends = origin;
    held.mic = ask.lines.find((it) => it.what === 'mic')?.mid;
    if (held.silent) await moderate(held.call, held.seat, held.mic, true);
    return { sdp: sdpOf(answer.jsep), lines: [] };
  }

  async function watch(held: Held, ask: Watch): Promise<Reply> {
    if (ask.anew && held.watching) {
      const { handle } = held.watching;
      held.watching = undefined;
      await letGo(handle);
    }
    const { watching } = held;
    if (watching?.offer !== undefined) {
      watching.later = ask;
      return offered(watching);
    }
    return watching ? update(held, watching, ask) : begin(held, ask);
  }

  function wantedIn(call: string, ask: Watch, own: string): Omit<Line, 'mid'>[] {
    return ask.seats.flatMap(({ seat, sound, camera, screen }) => {
      if (seat === own) return [];
      const wants = { mic: sound, camera: camera !== 'none', screen };
      return rooms
        .feeds(call, seat)
        .filter(({ what }) => wants[what])
        .map(({ mid, what, born }: Feed) => ({
          seat,
          from: mid,
          what,
          born,
          high: what !== 'camera' || camera === 'high',
        }));
    });
  }

  const asStream = ({ seat, from, what, high }: Omit<Line, 'mid'>): Readonly<Record<string, unknown>> => ({
    feed: seat,
    mid: from,
    ...(what === 'camera' ? { substream: high ? 2 : 0 } : {}),
  });

  async function begin(held: Held, ask: Watch): Promise<Reply> {
    const { call, seat } = held;
    const { key } = await joined(held, false);
    const wanted = wantedIn(call, ask, seat);
    if (wanted.length === 0) return { sdp: null, lines: [] };
    const handle = await attach(held);
    try {
      const answer = await line.ask(handle, {
        request: 'join',
        ptype: 'subscriber',
        room: call,
        pin: rooms.pin(call),
        private_id: key,
        // Who leaves is told by us; a new offer for that alone would be for nothing.
        autoupdate: false,
        streams: wanted.map(asStream),
      });
      const watching: Watching = { handle, lines: [], stale: [], offer: undefined, later: undefined };
      held.watching = watching;
      return take(watching, answer, wanted);
    } catch (error) {
      await letGo(handle);
      if (!isGoneFeed(error)) throw error;
      // Somebody ceased to send in between: what they send is read anew, and those who watch are told.
      await rooms.refresh(call);
      return { sdp: null, lines: [] };
    }
  }

  async function update(held: Held, watching: Watching, ask: Watch): Promise<Reply> {
    const { call, seat } = held;
    const wanted = wantedIn(call, ask, seat);
    const same = (a: Omit<Line, 'mid'>, b: Omit<Line, 'mid'>): boolean =>
      a.seat === b.seat && a.from === b.from && a.born === b.born;
    const kept = watching.lines.filter((it) => wanted.some((other) => same(it, other)));
    const dropped = watching.lines.filter((it) => !kept.includes(it));
    const added = wanted.filter((it) => !kept.some((other) => same(it, other)));
    watching.stale = watching.stale.concat(dropped.map(({ mid }) => mid));
    // That somebody went is worth no new offer by itself.
    const left = dropped.some((it) => rooms.feeds(call, it.seat).length > 0);
    const resized = kept.flatMap((it) => {
      const high = wanted.find((other) => same(it, other))!.high;
      return high === it.high ? [] : [{ ...it, high }];
    });
    if (resized.length > 0) {
      const streams = resized.map(({ mid, high }) => ({ mid, substream: high ? 2 : 0 }));
      await line.ask(watching.handle, { request: 'configure', streams });
    }
    watching.lines = kept.map((it) => resized.find((other) => other.mid === it.mid) ?? it);
    try {
      if (added.length > 0 || left) {
        const answer = await line.ask(watching.handle, {
          request: 'update',
          ...(added.length > 0 ? { subscribe: added.map(asStream) } : {}),
          // Before the others are added, which may be given the same lines.
          ...(watching.stale.length > 0 ? { unsubscribe: watching.stale.map((mid) => ({ sub_mid: mid })) } : {}),
        });
        watching.stale = [];
        if (answer.jsep) {
          // A new offer cannot be a restart as well; that one follows.
          if (ask.restart) watching.later = ask;
          return take(watching, answer, wanted);
        }
      } else if (ask.restart) {
        const answer = await line.ask(watching.handle, { request: 'configure', restart: true });
        watching.offer = sdpOf(answer.jsep) ?? undefined;
        return offered(watching);
      }
    } catch (error) {
      if (!isGoneFeed(error)) throw error;
      await rooms.refresh(call);
    }
    return offered(watching);
  }

  /** What Janus offers, with what each of its lines carries. */
  function take(
    watching: Watching,
    { data, jsep }: Awaited<ReturnType<typeof line.ask>>,
    wanted: readonly Omit<Line, 'mid'>[],
  ): Reply {
    const streams = Array.isArray(data['streams']) ? (data['streams'] as Readonly<Record<string, unknown>>[]) : [];
    watching.lines = streams.flatMap((stream) => {
      const it = wanted.find(({ seat, from }) => stream['feed_id'] === seat && stream['feed_mid'] === from);
      return it && stream['active'] !== false ? [{ ...it, mid: String(stream['mid']) }] : [];
    });
    watching.offer = sdpOf(jsep) ?? undefined;
    return offered(watching);
  }

  function offered({ offer, lines }: Watching): Reply {
    return { sdp: offer ?? null, lines: lines.map(({ mid, seat, what }) => ({ mid, seat, what })) };
  }

  async function answer(held: Held, sdp: string): Promise<Reply> {
    const { watching } = held;
    if (!watching) throw callProblems('call.media_gone');
    // Said twice, over a line that was lost.
    if (watching.offer === undefined) return offered(watching);
    originOf(sdp, ANSWER_SECTIONS_MOST);
    await line.ask(watching.handle, { request: 'start' }, { type: 'answer', sdp });
    watching.offer = undefined;
    const { later } = watching;
    watching.later = undefined;
    return later ? update(held, watching, later) : offered(watching);
  }

  async function candidates(held: Held, ask: Extract<Ask, { ask: 'candidates' }>): Promise<Reply> {
    const handle = ask.on === 'publish' ? held.joined?.handle : held.watching?.handle;
    if (handle === undefined) throw callProblems('call.media_gone');
    const list = ask.list
      .filter(({ candidate }) => candidate !== '')
      .map(({ candidate, mid, line: index }) => ({
        candidate,
        ...(mid === null ? {} : { sdpMid: mid }),
        ...(index === null ? {} : { sdpMLineIndex: index }),
      }));
    const end = ask.last ? [{ completed: true }] : [];
    if (list.length + end.length > 0) await line.trickle(handle, list.concat(end as never));
    return { sdp: null, lines: [] };
  }

  /** One after the other for each seat, since each builds on what the one before left. */
  async function inTurn<T>(held: Held, what: () => Promise<T>): Promise<T> {
    if (held.queued >= QUEUE_MOST) throw problem('busy', { wait: 1 });
    held.queued += 1;
    const turn = held.queue.then(what);
    held.queue = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      held.queued -= 1;
    }
  }

  function heldOf({ call, seat }: MediaSeat): Held {
    const found = seats.get(seat);
    if (found) return found;
    const held: Held = {
      call,
      seat,
      joined: undefined,
      sends: undefined,
      mic: undefined,
      silent: false,
      watching: undefined,
      queue: Promise.resolve(),
      queued: 0,
    };
    seats.set(seat, held);
    return held;
  }

  async function ask(at: MediaSeat, asked: Ask): Promise<Reply> {
    try {
      await line.open(BACK_MS);
      if (out.has(at.seat)) throw callProblems('call.media_gone');
      const begins = asked.ask === 'publish' || asked.ask === 'watch';
      const held = begins ? heldOf(at) : seats.get(at.seat);
      if (!held || held.call !== at.call) throw callProblems('call.media_gone');
      return await inTurn(held, async () => {
        // It ended while this one waited.
        if (seats.get(at.seat) !== held) throw callProblems('call.media_gone');
        try {
          return await answerTo(held, asked);
        } finally {
          if (seats.get(at.seat) !== held) await drop(held);
          else if (!held.joined && !held.watching) await drop(held);
        }
      });
    } catch (error) {
      throw asProblem(error);
    }
  }

  function answerTo(held: Held, asked: Ask): Promise<Reply> {
    switch (asked.ask) {
      case 'publish':
        return publish(held, asked);
      case 'watch':
        return watch(held, asked);
      case 'answer':
        return answer(held, asked.sdp);
      case 'candidates':
        return candidates(held, asked);
    }
  }

  function asProblem(error: unknown): unknown {
    if (error instanceof JanusAway) return callProblems('call.no_media_server');
    if (!(error instanceof JanusRefusal)) return error;
    if (WRONG_SDP.includes(error.number) || error.number === INVALID_SDP)
      return problem('malformed', { field: 'ask.sdp' });
    if (!NO_SUCH_HANDLE.includes(error.number))
      log.warn({ number: error.number }, 'the media server refused something');
    return callProblems('call.media_gone');
  }

  async function moderate(call: string, seat: string, mid: string | undefined, mute: boolean): Promise<void> {
    const found = mid ?? (await rooms.micOf(call, seat));
    // Nothing is sent yet; a seat of this node is silenced once it is.
    if (found !== undefined) await rooms.moderate(call, seat, { mid: found, mute });
  }

  async function putOutOne({ call, seat }: MediaSeat): Promise<void> {
    out.add(seat);
    if (out.size > OUT_MOST) out.delete(out.values().next().value!);
    const held = seats.get(seat);
    if (held) await drop(held);
    try {
      // Wherever it is: another node may have it.
      await rooms.kick(call, seat);
    } catch (error) {
      if (error instanceof JanusAway) owe(seat, { call, seat });
      else log.error({ err: error }, 'a seat could not be put out of the media server');
    }
  }

  async function end(call: string): Promise<void> {
    const inside = [...seats.values()].filter((it) => it.call === call);
    await Promise.all(inside.map(drop));
    try {
      await rooms.end(call);
    } catch (error) {
      if (error instanceof JanusAway) owe(call, call);
      else log.error({ err: error }, 'a room of the media server could not be ended');
    }
  }

  return {
    there: true,
    ask,
    async silence({ call, seat }, silent) {
      const held = seats.get(seat);
      if (held) held.silent = silent;
      try {
        await line.open(BACK_MS);
        await moderate(call, seat, held?.mic, silent);
      } catch (error) {
        throw asProblem(error);
      }
    },
    held: () => [...seats.values()].map(({ call, seat }) => ({ call, seat })),
    async putOut(list) {
      await Promise.all(list.map(putOutOne));
    },
    end,
    async close() {
      seats.clear();
      byHandle.clear();
      await line.close();
    },
  };
}

/** `SEATS_MOST` lines fit; a device with more of them gets no offer that its line would refuse. */
function sdpOf(jsep: Description | undefined): string | null {
  if (!jsep) return null;
  const sdp = slimmed(jsep.sdp);
  if (sdp.length > SDP_MOST) throw new JanusRefusal(0, `an offer of ${sdp.length} characters for ${SEATS_MOST} seats`);
  return sdp;
}

function isGoneFeed(error: unknown): boolean {
  return error instanceof JanusRefusal && [NO_SUCH_FEED, INVALID_SDP].includes(error.number);
}
