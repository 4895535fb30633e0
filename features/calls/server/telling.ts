import type { House } from '../../../server/house.ts';
import type { CallSignals } from '../protocol.ts';
import { COUNT_MS } from '../rules.ts';
import type { GoneSeat, SeatRow } from '../store.ts';
import { seatsSeenBy, shownSeat } from './shown.ts';

/** What the devices in a call are told at once. Signals may be lost: a device that misses one finds another version with its next beat. */
export interface Telling {
  /** To the devices of one account. */
  tell<N extends keyof CallSignals>(account: string, signal: N, body: CallSignals[N]): void;
  /** To all who are in the call: seats that have changed, and those that are gone. Who has just come in hears of all. */
  seats(it: {
    readonly call: string;
    readonly version: number;
    readonly all: readonly SeatRow[];
    readonly changed: ReadonlySet<string>;
    readonly fresh: ReadonlySet<string>;
    readonly gone: readonly GoneSeat[];
  }): void;
  /** To the group, not too often: how many are in it. */
  count(group: string, call: string, people: number): void;
  /** The call is over. */
  forget(call: string): void;
  close(): void;
}

interface Counting {
  timer: NodeJS.Timeout;
  people: number | undefined;
}

export function openTelling(house: House): Telling {
  /** By call: those whose number was told a moment ago. */
  const counts = new Map<string, Counting>();

  function tell<N extends keyof CallSignals>(account: string, signal: N, body: CallSignals[N]): void {
    house.bus.publish(`signal.${account}`, { signal, in: account, with: body });
  }

  function count(group: string, call: string, people: number): void {
    const waiting = counts.get(call);
    if (waiting) {
      waiting.people = people;
      return;
    }
    house.bus.publish(`signal.${group}`, { signal: 'call.count', in: group, with: { call, people } });
    const timer = setTimeout(() => {
      const later = counts.get(call)?.people;
      counts.delete(call);
      if (later !== undefined) count(group, call, later);
    }, COUNT_MS);
    timer.unref();
    counts.set(call, { timer, people: undefined });
  }

  function forget(call: string): void {
    clearTimeout(counts.get(call)?.timer);
    counts.delete(call);
  }

  return {
    tell,
    count,
    forget,
    seats({ call, version, all, changed, fresh, gone }) {
      for (const own of all) {
        const seen = seatsSeenBy(all, own);
        const seats = (fresh.has(own.id) ? seen : seen.filter((it) => changed.has(it.id))).map(shownSeat);
        // Ids of seats that who waits has never heard of tell them nothing.
        tell(own.account, 'call.seats', { call, version, seats, gone: gone.map((it) => it.id) });
      }
    },
    close() {
      for (const call of counts.keys()) forget(call);
    },
  };
}
