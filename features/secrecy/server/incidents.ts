import { randomUUIDv7 } from 'node:crypto';

import type { Rate } from '../../../protocol/action.ts';
import type { House } from '../../../server/house.ts';
import { Buckets } from '../../../server/rate.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import type { IncidentKind } from '../rules.ts';
import { addMore, insertIncident, officersOf } from '../store.ts';

/** Incidents of one person that are written down each; the rest of them is counted. */
const EACH: Rate = { burst: 20, perMinute: 0.5 };
/** Of all who are not signed in together, whose addresses cost nothing. */
const STRANGERS: Rate = { burst: 30, perMinute: 1 };
/** Of the whole house, whatever happens. */
const ALL: Rate = { burst: 2_000, perMinute: 200 };
/** People whose refusals are counted at once; past it the oldest count is written down early. */
const COUNTED_MOST = 10_000;

export interface Refused {
  readonly kind: IncidentKind;
  readonly account: string | null;
  /** Where nobody is signed in: whose refusals are counted together. */
  readonly address: string;
  readonly group: string | null;
  readonly channel: string;
  readonly rules: readonly string[];
  readonly version: number;
  readonly bytes: number;
  readonly digest: Buffer;
  readonly nameDigest: Buffer | null;
}

/** Where refusals are written down: bounded a person, so that nobody fills the table by trying. */
export interface Incidents {
  /** The number of the incident; of the person’s last one where this one was only counted; null where there is none. Never fails. */
  record(it: Refused): Promise<string | null>;
  /** Writes down what was only counted. */
  flush(): Promise<void>;
}

export function openIncidents(house: House, writeNotices: NoticeWriter): Incidents {
  const buckets = new Buckets();
  const last = new Map<string, { readonly id: string; more: number }>();

  function isOver({ account, address }: Refused, now: number): boolean {
    if (buckets.take(account ?? `address ${address}`, EACH, now) > 0) return true;
    if (account === null && buckets.take('strangers', STRANGERS, now) > 0) return true;
    return buckets.take('all', ALL, now) > 0;
  }

  async function flush(): Promise<void> {
    const counted = [...last.values()].filter((it) => it.more > 0).map(({ id, more }) => ({ id, more }));
    if (counted.length === 0) return;
    await addMore(house.db, counted);
    // What was counted meanwhile stays.
    for (const { id, more } of counted) for (const it of last.values()) if (it.id === id) it.more -= more;
  }

  return {
    flush,
    async record(it) {
      const now = house.now();
      const who = it.account ?? `address ${it.address}`;
      const before = last.get(who);
      house.metrics.refusals.inc({ kind: it.kind });
      if (isOver(it, now.getTime())) {
        if (before) before.more += 1;
        return before?.id ?? null;
      }
      const id = randomUUIDv7();
      try {
        await changeUnattended(house, writeNotices, async ({ db, announce }) => {
          await insertIncident(db, { ...it, id, at: now });
          for (const officer of await officersOf(db))
            announce('incident.recorded', officer, { incident: id, kind: it.kind });
        });
        if (before && before.more > 0) await addMore(house.db, [before]);
        last.delete(who);
        if (last.size >= COUNTED_MOST) {
          const [oldest, count] = last.entries().next().value!;
          last.delete(oldest);
          if (count.more > 0) await addMore(house.db, [count]);
        }
        last.set(who, { id, more: 0 });
        return id;
      } catch (error) {
        // The refusal stands, written down or not.
        house.log.error(
          { error: error instanceof Error ? error.message : 'unknown' },
          'a refusal of the guard was not written down',
        );
        return null;
      }
    },
  };
}
