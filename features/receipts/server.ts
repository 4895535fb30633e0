import { problem } from '../../protocol/problem.ts';
import { Batch } from '../../server/batch.ts';
import { isTransient } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { publish } from '../../server/perform.ts';
import { insertEventsOfMany } from '../../server/stream.ts';
import { receiptActions } from './protocol.ts';
import { pointersOf, saveMarks } from './store.ts';
import type { Mark } from './store.ts';

const TOGETHER = 500;
const WAITING = 20_000;
const TRIES = 5;
/** Others learn of moved marks at most this often a group, whoever moved them. */
const SIGNAL_MS = 700;

/** Marks only move forward, so doing it twice is doing it once; no action id is kept for them. */
export function receiptHandlers(house: House): HandlersOf<typeof receiptActions> {
  const marks = new Batch<readonly Mark[], void>((lists) => markTogether(house, lists.flat(), moved), {
    most: TOGETHER,
    limit: WAITING,
  });
  const dirty = new Map<string, NodeJS.Timeout>();

  function moved(group: string): void {
    if (dirty.has(group)) return;
    const timer = setTimeout(() => {
      dirty.delete(group);
      pointersOf(house.db, group).then(
        (pointers) => house.bus.publish(`signal.${group}`, { signal: 'receipts.moved', in: group, with: pointers }),
        (error: unknown) => house.log.warn({ error }, 'could not tell a group how far it has read'),
      );
    }, SIGNAL_MS);
    timer.unref();
    dirty.set(group, timer);
  }

  return handlers(receiptActions, {
    'receipt.mark': async ({ actor }, { marks: list }) => {
      const waiting = marks.add(
        list.map((it) => ({ account: actor.account, group: it.group, read: it.read ?? 0, received: it.received ?? 0 })),
      );
      if (!waiting) throw problem('busy', { wait: 2 });
      await waiting;
      return {};
    },
    'receipt.get': ({ db }, { group }) => pointersOf(db, group),
  });
}

async function markTogether(house: House, list: readonly Mark[], moved: (group: string) => void): Promise<void[]> {
  const furthest = new Map<string, Mark>();
  for (const it of list) {
    const key = `${it.group} ${it.account}`;
    const other = furthest.get(key);
    furthest.set(
      key,
      other ? { ...it, read: Math.max(it.read, other.read), received: Math.max(it.received, other.received) } : it,
    );
  }
  const at = house.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { frames, groups } = await house.db.transaction().execute(async (tx) => {
        const rows = await saveMarks(tx, [...furthest.values()]);
        const read = rows.filter((it) => it.read);
        return {
          groups: new Set(rows.map((it) => it.group)),
          frames: await insertEventsOfMany(
            tx,
            house.events,
            at,
            read.map((it) => ({
              name: 'receipt.read',
              stream: it.account,
              by: it.account,
              body: { group: it.group, seq: it.readSeq, ordinal: it.readOrdinal },
            })),
          ),
        };
      });
      publish(house, frames);
      for (const group of groups) moved(group);
      return [];
    } catch (error) {
      if (!isTransient(error) || attempt >= TRIES) throw error;
    }
  }
}
