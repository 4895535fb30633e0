import { rings } from '../../quiet/rules.ts';
import type { Urgency } from '../../quiet/rules.ts';
import { ringDevices, ringsEnded } from '../../notifications/access.ts';
import { quietNow } from '../../notifications/rules.ts';
import type { RingEnd } from '../rules.ts';
import { RING_ALL_MOST, RING_MS, RUNG_MOST } from '../rules.ts';
import type { CallRow } from '../store.ts';
import { calleesOf, countRung, endRings, insertRings } from '../store/rings.ts';
import type { Callee, NewRing } from '../store/rings.ts';
import { shownCall } from './shown.ts';
import type { Turn } from './turn.ts';

export interface Ringing {
  /** Members who are not in the call and are to be rung: those named, or all of a small group. */
  gather(
    turn: Turn,
    it: {
      readonly group: string;
      readonly call: string;
      readonly pair: boolean;
      readonly urgency: number;
      readonly named: readonly string[] | null;
      readonly by: string;
    },
  ): Promise<NewRing[]>;
  /** Rings them; the call has its card. */
  begin(turn: Turn, call: CallRow, list: readonly NewRing[]): Promise<void>;
  /** Answers whose rings ended. */
  end(
    turn: Turn,
    call: Pick<CallRow, 'id' | 'group'>,
    it: { readonly of: readonly string[] | 'all' | 'due'; readonly how: RingEnd; readonly session?: string },
  ): Promise<string[]>;
}

/** `onRings`: devices without an open page are to ring, or to be quiet again. `expect`: a ring is over by itself then. */
export function openRinging({ onRings, expect }: { onRings(): void; expect(at: number): void }): Ringing {
  return {
    async gather({ db, now }, { group, call, pair, urgency, named, by }) {
      const most = named === null ? RING_ALL_MOST : RUNG_MOST;
      const people = await calleesOf(db, { group, call, named, not: by, now, most });
      if (named === null && people.length > RING_ALL_MOST) return [];
      const room = RUNG_MOST - (await countRung(db, call));
      const quiet = quietNow(now);
      return people
        .filter((it) => pair || !it.busy)
        .slice(0, Math.max(0, room))
        .map((it) => wayOf(it, urgency as Urgency, quiet));
    },

    async begin(turn, call, list) {
      const { db, now, announce } = turn;
      if (list.length === 0) return;
      const until = new Date(now.getTime() + RING_MS);
      await insertRings(db, { call: call.id, list, now, until });
      const rung = list.filter((it) => !it.busy);
      const shown = shownCall(call);
      for (const { account, loud, through } of rung)
        announce('call.rang', account, { call: shown, until: until.getTime(), loud, through });
      if (rung.length > 0) {
        await ringDevices(db, { call: call.id, rung, until }, now);
        turn.afterCommit(() => expect(until.getTime()));
      }
      const busy = list.filter((it) => it.busy);
      if (busy.length > 0)
        await ringsEnded(
          db,
          {
            group: call.group,
            call: call.id,
            ended: busy.map(({ account, loud }) => ({ account, loud, how: 'busy' })),
          },
          now,
        );
      turn.afterCommit(onRings);
    },

    async end(turn, call, { of, how, session }) {
      const { db, now, announce } = turn;
      const ended = await endRings(db, { call: call.id, of, how, now });
      if (ended.length === 0) return [];
      for (const { account } of ended)
        announce('call.ringEnded', account, { group: call.group, call: call.id, how, session: session ?? null });
      const { group, id } = call;
      await ringsEnded(db, { group, call: id, ended: ended.map((it) => ({ ...it, how })) }, now);
      turn.afterCommit(onRings);
      return ended.map((it) => it.account);
    },
  };
}

/** A call is meant for whom it rings: it tells them as a message that names them would. */
function wayOf(it: Callee, urgency: Urgency, quietOf: ReturnType<typeof quietNow>): NewRing {
  const { account, level, muted, busy, often } = it;
  const hours = quietOf(it.quiet);
  const way = rings({ own: false, urgency, mentioned: true, level, muted, ...hours });
  const loud = way === 'ring' && !busy && !(often && urgency === 0);
  return { account, loud, through: loud && hours.quiet, busy };
}
