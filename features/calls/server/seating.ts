import { newId } from '../../../protocol/id.ts';
import type { House } from '../../../server/house.ts';
import { callProblems } from '../protocol.ts';
import { MESH_MOST, SEATS_MOST } from '../rules.ts';
import type { CallEnd, CallMode, SeatState } from '../rules.ts';
import { beforeIn, endSeats, insertSeat, saveCall, saveEnd, seatsOf, takeSeatOf, touchSeat } from '../store.ts';
import type { CallRow, GoneSeat, SeatRow } from '../store.ts';
import type { Ringing } from './rings.ts';
import type { MediaServer } from './sfu.ts';
import { shownCall } from './shown.ts';
import type { Telling } from './telling.ts';
import type { Turn } from './turn.ts';

/** What has happened to a call in a turn, before it is settled. */
export interface Happened {
  /** Seats that are new or look otherwise. */
  readonly changed?: readonly string[];
  /** Seats that have come in now: they are told of all others. */
  readonly fresh?: readonly string[];
  readonly gone?: readonly GoneSeat[];
  readonly lobby?: boolean;
}

export interface Coming {
  readonly account: string;
  readonly session: string;
  readonly leads: boolean;
  readonly mic: boolean;
  readonly camera: boolean;
}

export interface Taken {
  readonly seat: string;
  readonly state: SeatState;
  readonly happened: Happened;
}

/** Who sits in a call, and what follows from it. All within turns. */
export interface Seating {
  /** Gives a device a seat; fails where the person sits elsewhere, or no more fit in. To be settled. */
  take(turn: Turn, call: CallRow, who: Coming): Promise<Taken>;
  /** Fails where so many more would not fit in. */
  fit(turn: Turn, call: CallRow, more: number): Promise<void>;
  /** Draws what follows from what has happened: counts, answers, goes over to the media server, ends; and tells everybody. */
  settle(turn: Turn, call: CallRow, happened: Happened): Promise<{ call: CallRow; seats: SeatRow[] }>;
  /** Ends the call for everybody. */
  end(
    turn: Turn,
    call: CallRow,
    it: { readonly end: CallEnd; readonly by?: string | null; readonly gone?: readonly GoneSeat[] },
  ): Promise<CallRow>;
}

export function openSeating(
  house: House,
  parts: {
    readonly ringing: Ringing;
    readonly telling: Telling;
    readonly media: MediaServer;
    /** A call of another group has lost a seat: it is to be looked at. */
    readonly look: (group: string) => void;
    /** Seats are taken in this group, and must be given up when their people leave it. */
    readonly watch: (group: string) => void;
  },
): Seating {
  const { ringing, telling, media, look, watch } = parts;

  const most = (): number => (media.there ? SEATS_MOST : MESH_MOST);

  async function fit({ db, now }: Turn, call: CallRow, more: number): Promise<void> {
    const inside = (await seatsOf(db, call.id, now)).filter((it) => it.state === 'in').length;
    if (inside + more > most()) throw callProblems('call.full', { most: most() });
  }

  /** They have nothing of the call any more: their devices are told, and what the media server passes on to and from them ends. */
  function putOut(turn: Turn, call: CallRow, gone: readonly GoneSeat[]): void {
    if (gone.length === 0) return;
    turn.afterCommit(() => {
      if (call.mode === 'server') void media.putOut(gone.map((it) => ({ call: call.id, seat: it.id })));
      for (const { id, account, why } of gone)
        if (why !== 'left') telling.tell(account, 'call.put', { call: call.id, seat: id, why });
    });
  }

  async function end(
    turn: Turn,
    call: CallRow,
    { end: how, by = null, gone = [] }: { end: CallEnd; by?: string | null; gone?: readonly GoneSeat[] },
  ): Promise<CallRow> {
    const { db, now, announce, afterCommit } = turn;
    const left = await seatsOf(db, call.id, now);
    const ended = await endSeats(db, { call: call.id, seats: left.map((it) => it.id), why: 'ended', now });
    const row = await saveEnd(db, { call: call.id, end: how, by, at: now });
    await ringing.end(turn, call, {
      of: 'all',
      how: how === 'missed' || how === 'declined' || how === 'busy' ? how : 'cancelled',
    });
    announce('call.changed', call.group, { call: shownCall(row) });
    putOut(turn, call, [...gone, ...ended]);
    afterCommit(() => {
      telling.forget(call.id);
      if (call.mode === 'server') void media.end(call.id);
    });
    return row;
  }

  return {
    fit,
    end,

    async take(turn, call, { account, session, leads, mic, camera }) {
      const { db, now, afterCommit } = turn;
      const seats = await seatsOf(db, call.id, now);
      const before = await takeSeatOf(db, account, now);
      const here = before?.call === call.id;
      if (before && here && before.session === session) {
        await touchSeat(db, { seat: before.id, now, mic, camera });
        const happened = { changed: before.mic !== mic || before.camera !== camera ? [before.id] : [] };
        return { seat: before.id, state: before.state, happened };
      }
      if (before && !here && !before.empty)
        throw callProblems('call.elsewhere', { group: before.group, call: before.call });

      // Their other device is where they were let in: nobody decides about them again.
      const state = before && here ? before.state : await stateFor(turn, call, { account, leads });
      const others = seats.filter((it) => it.account !== account && it.state === state).length;
      if (others >= (state === 'in' ? most() : SEATS_MOST))
        throw callProblems('call.full', { most: state === 'in' ? most() : SEATS_MOST });

      const gone = before
        ? await endSeats(db, { call: before.call, seats: [before.id], why: here ? 'moved' : 'lost', now })
        : [];
      if (before && !here) afterCommit(() => look(before.group));
      const seat = newId();
      const at = before && here ? before.at : now;
      // Another device of theirs has come into another call at this moment.
      if (!(await insertSeat(db, { id: seat, call: call.id, account, session, state, at, now, mic, camera }))) {
        const there = await takeSeatOf(db, account, now);
        throw callProblems('call.elsewhere', there ? { group: there.group, call: there.call } : {});
      }
      afterCommit(() => watch(call.group));
      return { seat, state, happened: { changed: [seat], fresh: [seat], gone: here ? gone : [] } };
    },

    async settle(turn, call, { changed = [], fresh = [], gone = [], lobby = call.lobby }) {
      const { db, now, announce, afterCommit } = turn;
      const seats = await seatsOf(db, call.id, now);
      const inside = seats.filter((it) => it.state === 'in').length;
      const how = endOf(call, inside, gone);
      if (how) {
        // Only who took part ends it; that they were put out is somebody else’s doing.
        const by = gone.length === 1 && gone[0]!.why === 'left' ? gone[0]!.account : null;
        return { call: await end(turn, call, { end: how, by, gone }), seats: [] };
      }
      const answeredAt = call.answeredAt ?? (inside >= 2 ? now : null);
      const mode: CallMode = inside > MESH_MOST ? 'server' : call.mode;
      const same =
        changed.length === 0 &&
        gone.length === 0 &&
        inside === call.people &&
        lobby === call.lobby &&
        mode === call.mode;
      if (same) return { call, seats };
      const row = await saveCall(db, { call: call.id, people: inside, mode, lobby, answeredAt });
      if (mode !== call.mode || lobby !== call.lobby || answeredAt !== call.answeredAt)
        announce('call.changed', call.group, { call: shownCall(row) });
      putOut(turn, call, gone);
      afterCommit(() => {
        telling.seats({
          call: call.id,
          version: row.version,
          all: seats,
          changed: new Set(changed),
          fresh: new Set(fresh),
          gone,
        });
        if (inside !== call.people) telling.count(call.group, call.id, inside);
      });
      return { call: row, seats };
    },
  };

  async function stateFor(
    { db }: Turn,
    call: CallRow,
    { account, leads }: { account: string; leads: boolean },
  ): Promise<SeatState> {
    if (call.pair || leads) return 'in';
    const { admitted, dismissed } = await beforeIn(db, call.id, account);
    // Who was put out does not come back by themselves, lobby or not.
    if (dismissed) return 'waiting';
    return admitted || !call.lobby || call.by.id === account ? 'in' : 'waiting';
  }
}

/** Whether a call is over with so many in it. */
function endOf(call: CallRow, inside: number, gone: readonly GoneSeat[]): CallEnd | undefined {
  const lost = gone.length > 0 && gone.every((it) => it.why === 'lost');
  if (inside === 0) return lost ? 'lost' : call.answeredAt ? 'left' : 'cancelled';
  // Of two, nobody stays behind alone.
  if (call.pair && call.answeredAt && inside < 2) return lost ? 'lost' : 'left';
  return undefined;
}
