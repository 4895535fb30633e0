import type { Call, Inside, Seat } from '../protocol.ts';
import { SEAT_LOST_MS } from '../rules.ts';
import type { Over, Stage } from './shapes.ts';

/** Whether anything is heard of others: not yet, now, or no more. */
export type Sound = 'none' | 'there' | 'lost';

/** Where a call stands on this device: everything that its stage, its clock and its seats are read from. */
export interface Standing {
  readonly call: Call | undefined;
  /** The own seat’s id; undefined until the house has given one. */
  readonly own: string | undefined;
  /** The oldest first. */
  readonly seats: readonly Seat[];
  /** Of the seats; another one than the house names: they are read again. */
  readonly version: number;
  /** Something was missed: the seats are to be read. */
  readonly stale: boolean;
  /** The seat is gone for having been silent too long: it is to be asked for again. */
  readonly rejoin: boolean;
  readonly sound: Sound;
  /** When the house heard of this seat last, by this device’s clock. */
  readonly heardAt: number;
  readonly over: Over | undefined;
}

/** What happens to a call, as this device learns of it: answers and signals in any order, doubled, or late. */
export type Happening =
  | { readonly what: 'inside'; readonly inside: Omit<Inside, 'ice'>; readonly now: number }
  | {
      readonly what: 'seats';
      readonly call: string;
      readonly version: number;
      readonly seats: readonly Seat[];
      readonly gone: readonly string[];
    }
  /** The seats as they were read. */
  | { readonly what: 'read'; readonly call: Call; readonly seats: readonly Seat[]; readonly now: number }
  | { readonly what: 'beaten'; readonly version: number; readonly now: number }
  | { readonly what: 'changed'; readonly call: Omit<Call, 'rung'> }
  | { readonly what: 'put'; readonly seat: string; readonly why: Over }
  /** The house knows nothing of this seat; `why`, where it says so. */
  | { readonly what: 'seatGone'; readonly seat: string; readonly why: Over | undefined; readonly now: number }
  | { readonly what: 'sound'; readonly there: boolean }
  /** By the person’s own hand, or since it cannot go on. */
  | { readonly what: 'over'; readonly over: Over };

export const BEFORE: Standing = {
  call: undefined,
  own: undefined,
  seats: [],
  version: -1,
  stale: false,
  rejoin: false,
  sound: 'none',
  heardAt: 0,
  over: undefined,
};

const inOrder = (seats: Iterable<Seat>): readonly Seat[] =>
  [...seats].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

/** What it is after this has happened; the same where nothing has. */
export function after(standing: Standing, it: Happening): Standing {
  if (standing.over) return afterOver(standing, it);
  switch (it.what) {
    case 'inside': {
      const { call, seat, seats } = it.inside;
      const moved = standing.own !== undefined && standing.own !== seat;
      const next: Standing = {
        ...standing,
        own: seat,
        rejoin: false,
        heardAt: it.now,
        // A new seat hears nobody yet.
        sound: moved ? 'none' : standing.sound,
      };
      // Signals of this seat may have come before the answer that gave it.
      const older = !moved && standing.call !== undefined && call.version < standing.version;
      if (older) return { ...next, stale: true };
      const early = standing.own === undefined && standing.stale;
      return closing({ ...next, call, seats: inOrder(seats), version: call.version, stale: early });
    }
    case 'seats': {
      if (standing.call && it.call !== standing.call.id) return standing;
      if (it.version <= standing.version) return standing;
      // Before the answer that gives the seat there is nothing that this could be a change of.
      if (standing.own === undefined) return { ...standing, stale: true };
      const seats = new Map(standing.seats.map((one) => [one.id, one]));
      for (const one of it.seats) seats.set(one.id, one);
      for (const id of it.gone) seats.delete(id);
      // The own seat ends by `put` only, which says why.
      const own = standing.seats.find((one) => one.id === standing.own);
      if (own && !seats.has(own.id)) seats.set(own.id, own);
      const missed = it.version > standing.version + 1;
      return alone({
        ...standing,
        seats: inOrder(seats.values()),
        version: it.version,
        stale: standing.stale || missed,
      });
    }
    case 'read': {
      if (standing.call && it.call.id !== standing.call.id) return standing;
      if (it.call.version < standing.version) return standing;
      return alone(
        closing({
          ...standing,
          call: it.call,
          seats: inOrder(it.seats),
          version: it.call.version,
          stale: false,
          heardAt: Math.max(standing.heardAt, it.now),
        }),
      );
    }
    case 'beaten':
      return { ...standing, heardAt: it.now, stale: standing.stale || it.version > standing.version };
    case 'changed': {
      if (!standing.call || it.call.id !== standing.call.id) return standing;
      // An end is an end, however late it is heard.
      if (it.call.version < standing.call.version && it.call.endedAt === null) return standing;
      const { rung } = standing.call;
      return closing({
        ...standing,
        call: { ...it.call, rung },
        stale: standing.stale || it.call.version > standing.version,
      });
    }
    case 'put':
      return it.seat === standing.own ? { ...standing, over: it.why, rejoin: false } : standing;
    case 'seatGone': {
      // Of a seat that it has no more.
      if (it.seat !== standing.own) return standing;
      // So that nobody comes back by themselves who was put out, or takes the call from the device they went on with.
      const lost = it.why ? it.why === 'lost' : it.now - standing.heardAt >= SEAT_LOST_MS;
      return lost ? { ...standing, rejoin: true } : { ...standing, over: it.why ?? 'lost', rejoin: false };
    }
    case 'sound': {
      const sound = it.there ? 'there' : standing.sound === 'none' ? 'none' : 'lost';
      return sound === standing.sound ? standing : { ...standing, sound };
    }
    case 'over':
      return { ...standing, over: it.over, rejoin: false };
  }
}

/** Of a call that is over only the reason may become clearer. */
function afterOver(standing: Standing, it: Happening): Standing {
  const end = it.what === 'changed' && it.call.id === standing.call?.id ? it.call.end : null;
  if (standing.over !== 'ended' || end === null || end === 'ended') return standing;
  return { ...standing, over: end };
}

const closing = (standing: Standing): Standing =>
  standing.call?.end ? { ...standing, over: standing.call.end, rejoin: false } : standing;

/** Who has nobody to hear has lost nobody. */
const alone = (standing: Standing): Standing =>
  othersIn(standing).length === 0 && standing.sound !== 'none' ? { ...standing, sound: 'none' } : standing;

export const ownSeat = ({ seats, own }: Standing): Seat | undefined => seats.find((it) => it.id === own);

/** The seats that this device is to hear. */
export const othersIn = ({ seats, own }: Standing): readonly Seat[] =>
  seats.filter((it) => it.id !== own && it.state === 'in');

export function stageOf(standing: Standing, online: boolean): Stage {
  const { over, call, own, rejoin, sound } = standing;
  if (over) return 'over';
  if (!call || own === undefined) return 'asking';
  if (ownSeat(standing)?.state === 'waiting') return 'waiting';
  if (rejoin) return 'mending';
  const others = othersIn(standing).length;
  if (others === 0 && call.answeredAt === null) return 'calling';
  if (sound === 'lost' || (others === 0 && !online)) return 'mending';
  return others > 0 && sound === 'none' ? 'connecting' : 'on';
}

/** What its clock counts from, by the house’s clock: since there was somebody to speak with. */
export function sinceOf(standing: Standing): number | undefined {
  const { call } = standing;
  const own = ownSeat(standing);
  if (!call || call.answeredAt === null || !own || own.state !== 'in') return undefined;
  return Math.max(call.answeredAt, own.at);
}
