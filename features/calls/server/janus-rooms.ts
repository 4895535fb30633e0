import { randomUUID } from 'node:crypto';

import { SEATS_MOST } from '../rules.ts';
import { JanusRefusal } from './janus-line.ts';
import type { JanusLine } from './janus-line.ts';

/** Of a video line, the most that its sender is told to send; three sizes of a camera fit. */
const BITRATE = 1_500_000;
/** Numbers of Janus’ VideoRoom. */
const ROOM_EXISTS = 427;
const NO_SUCH_ROOM = 426;
const NO_SUCH_FEED = 428;

/** One line that a seat sends. */
export interface Feed {
  readonly mid: string;
  readonly what: 'mic' | 'camera' | 'screen';
  /** Another number says that it is another one, even under the same name: who got the old one gets nothing of it. */
  readonly born: number;
}

export interface Rooms {
  /** Makes it where it is not there; any node may have been first. */
  open(call: string, options?: { readonly again?: boolean }): Promise<void>;
  pin(call: string): string;
  /** What this seat sends, as far as is known. */
  feeds(call: string, seat: string): readonly Feed[];
  /** Takes in what Janus tells of a room. */
  heard(call: string, data: Readonly<Record<string, unknown>>, options?: { readonly quietly?: boolean }): void;
  /** Reads anew who sends what. */
  refresh(call: string): Promise<void>;
  micOf(call: string, seat: string): Promise<string | undefined>;
  moderate(call: string, seat: string, to: { readonly mid: string; readonly mute: boolean }): Promise<void>;
  kick(call: string, seat: string): Promise<void>;
  end(call: string): Promise<void>;
  /** Nobody of this node is in it any more, so nothing is heard of it. */
  leave(call: string): void;
  /** Janus began anew. */
  forget(): void;
}

interface Room {
  opened: Promise<void>;
  readonly feeds: Map<string, readonly Feed[]>;
}

/** The rooms of calls in Janus, and what is sent in those in which this node has seats. */
export function openRooms(
  line: JanusLine,
  { secretOf, changed }: { secretOf(call: string): string; changed(call: string, seat: string): void },
): Rooms {
  const rooms = new Map<string, Room>();
  /** A handle that is in no room, for what is asked of rooms from outside. */
  let desk: Promise<number> | undefined;
  let born = 0;

  async function ask(body: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const mine = (desk ??= line.attach());
    try {
      return (await line.ask(await mine, body)).data;
    } catch (error) {
      // It may be the handle itself that is gone.
      if (desk === mine && !(error instanceof JanusRefusal && error.number >= 420 && error.number < 440))
        desk = undefined;
      throw error;
    }
  }

  const pin = (call: string): string => secretOf(`${call} pin`);

  async function create(call: string): Promise<void> {
    try {
      await ask({
        request: 'create',
        room: call,
        permanent: false,
        is_private: true,
        description: 'call',
        secret: secretOf(call),
        pin: pin(call),
        // So that who is kicked gets nothing more, even of a node that does not answer.
        require_pvtid: true,
        publishers: SEATS_MOST,
        bitrate: BITRATE,
        bitrate_cap: true,
        fir_freq: 0,
        audiocodec: 'opus',
        videocodec: 'vp8',
        opus_fec: true,
        audiolevel_ext: true,
        audiolevel_event: false,
        record: false,
        lock_record: true,
        notify_joining: false,
      });
    } catch (error) {
      if (!(error instanceof JanusRefusal && error.number === ROOM_EXISTS)) throw error;
    }
  }

  function roomOf(call: string): Room {
    let room = rooms.get(call);
    if (!room) {
      room = { opened: create(call), feeds: new Map() };
      const mine = room;
      rooms.set(call, mine);
      mine.opened.catch(() => {
        if (rooms.get(call) === mine) rooms.delete(call);
      });
    }
    return room;
  }

  function put(call: string, seat: string, sent: readonly Sent[], quietly: boolean): void {
    const room = rooms.get(call);
    if (!room) return;
    const before = room.feeds.get(seat) ?? [];
    const feeds = sent.map(({ mid, what }): Feed => {
      const same = before.find((it) => it.mid === mid && it.what === what);
      return same ?? { mid, what, born: (born += 1) };
    });
    if (feeds.length > 0) room.feeds.set(seat, feeds);
    else room.feeds.delete(seat);
    if (!quietly && JSON.stringify(before) !== JSON.stringify(feeds)) changed(call, seat);
  }

  function heard(call: string, data: Readonly<Record<string, unknown>>, quietly: boolean): void {
    const { publishers } = data;
    if (Array.isArray(publishers)) {
      for (const each of publishers as { readonly id?: unknown; readonly streams?: unknown }[]) {
        if (typeof each.id === 'string') put(call, each.id, feedsIn(each.streams), quietly);
      }
    }
    for (const gone of [data['unpublished'], data['leaving']]) {
      if (typeof gone === 'string' && gone !== 'ok') put(call, gone, [], quietly);
    }
  }

  /** Who sends what, as somebody sees it who comes in. */
  async function look(call: string): Promise<ReadonlyMap<string, readonly Sent[]>> {
    const handle = await line.attach();
    try {
      const { data } = await line.ask(handle, {
        request: 'join',
        ptype: 'publisher',
        room: call,
        id: `look-${randomUUID()}`,
        pin: pin(call),
      });
      const found = (data['publishers'] ?? []) as { readonly id: string; readonly streams?: unknown }[];
      return new Map(found.map((it) => [it.id, feedsIn(it.streams)]));
    } catch (error) {
      if (error instanceof JanusRefusal && error.number === NO_SUCH_ROOM) return new Map();
      throw error;
    } finally {
      await line.detach(handle);
    }
  }

  return {
    async open(call, { again = false } = {}) {
      if (again) rooms.delete(call);
      await roomOf(call).opened;
    },
    pin,
    feeds: (call, seat) => rooms.get(call)?.feeds.get(seat) ?? [],
    heard: (call, data, { quietly = false } = {}) => heard(call, data, quietly),
    async refresh(call) {
      const found = await look(call);
      const known = rooms.get(call)?.feeds.keys() ?? [];
      for (const seat of new Set([...known, ...found.keys()])) put(call, seat, found.get(seat) ?? [], false);
    },
    async micOf(call, seat) {
      const room = rooms.get(call);
      const feeds: readonly Sent[] | undefined = room ? room.feeds.get(seat) : (await look(call)).get(seat);
      return feeds?.find((it) => it.what === 'mic')?.mid;
    },
    async moderate(call, seat, { mid, mute }) {
      try {
        await ask({ request: 'moderate', room: call, secret: secretOf(call), id: seat, mid, mute });
      } catch (error) {
        // It has ceased to send meanwhile.
        if (!(error instanceof JanusRefusal && [NO_SUCH_ROOM, NO_SUCH_FEED].includes(error.number))) throw error;
      }
    },
    async kick(call, seat) {
      put(call, seat, [], false);
      try {
        await ask({ request: 'kick', room: call, secret: secretOf(call), id: seat });
      } catch (error) {
        if (!(error instanceof JanusRefusal && [NO_SUCH_ROOM, NO_SUCH_FEED].includes(error.number))) throw error;
      }
    },
    async end(call) {
      rooms.delete(call);
      try {
        await ask({ request: 'destroy', room: call, secret: secretOf(call), permanent: false });
      } catch (error) {
        if (!(error instanceof JanusRefusal && error.number === NO_SUCH_ROOM)) throw error;
      }
    },
    leave: (call) => void rooms.delete(call),
    forget() {
      rooms.clear();
      desk = undefined;
    },
  };
}

type Sent = Omit<Feed, 'born'>;

function feedsIn(streams: unknown): Sent[] {
  if (!Array.isArray(streams)) return [];
  return (streams as Readonly<Record<string, unknown>>[]).flatMap((it) => {
    const { mid, description: what, disabled } = it;
    if (typeof mid !== 'string' || disabled === true) return [];
    return what === 'mic' || what === 'camera' || what === 'screen' ? [{ mid, what }] : [];
  });
}
