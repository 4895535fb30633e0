import type { Database } from '../../server/database.ts';
import type { Act, AuditLog, House } from '../../server/house.ts';
import type { AuditValue } from '../../server/handler.ts';
import { Buckets } from '../../server/rate.ts';
import { canonicalJson } from './chain/canonical.ts';
import { entryOf, houseEntry } from './chain/entry.ts';
import type { Appender } from './chain/append.ts';
import { REFUSED_ALL, REFUSED_EACH } from './rules.ts';
import { insertWaiting } from './store.ts';

export { openAppender } from './chain/append.ts';
export type { Appender } from './chain/append.ts';

/** People whose refusals are counted at once; past it the oldest count is forgotten. */
const COUNTED_MOST = 10_000;

/** Writes acts down in the transactions that do them; the appender takes them from there into the chain. */
export function auditLog(house: House, appender: Appender): AuditLog {
  const buckets = new Buckets();
  const counted = new Map<string, number>();

  /** How many refusals of this person were only counted since the last one that was kept; undefined where this one is too. */
  function room({ caller, at }: Act): number | undefined {
    const now = at.getTime();
    const who = caller.actor?.account ?? caller.address;
    const over = buckets.take(who, REFUSED_EACH, now) > 0 || buckets.take('', REFUSED_ALL, now) > 0;
    const before = counted.get(who) ?? 0;
    counted.delete(who);
    if (!over) return before;
    if (counted.size >= COUNTED_MOST) counted.delete(counted.keys().next().value!);
    counted.set(who, before + 1);
    return undefined;
  }

  return {
    async write(tx, act) {
      const failed = act.notes.some((it) => it.failed === true);
      const more = failed ? room(act) : 0;
      if (more === undefined) return;
      const entry = entryOf(act, failed ? 'failed' : 'done');
      await insertWaiting(tx, canonicalJson(more > 0 ? { ...entry, more } : entry));
    },

    async denied(act, right) {
      const more = room(act);
      if (more === undefined) return;
      const entry = entryOf(act, 'denied', { right });
      try {
        await insertWaiting(house.db, canonicalJson(more > 0 ? { ...entry, more } : entry));
        appender.wake();
      } catch (error) {
        // The refusal stands, written down or not.
        house.log.error(
          { act: act.name, error: error instanceof Error ? error.message : 'unknown' },
          'a refusal was not written down',
        );
      }
    },

    wake: () => appender.wake(),
  };
}

/** What the house did by itself, within the transaction that did it or after it. Waits at most until the next act for its place in the chain. */
export async function writeOwnAct(
  db: Database,
  it: {
    readonly act: string;
    readonly topic: string;
    readonly at: Date;
    readonly group?: string;
    readonly people?: readonly string[];
    readonly details: Readonly<Record<string, AuditValue>>;
  },
): Promise<void> {
  await insertWaiting(db, canonicalJson(houseEntry(it)));
}
