import type { House } from '../../../server/house.ts';
import { canonicalJson, BEGINNING, linked } from './canonical.ts';
import { deleteWaitingEntries, insertLinks, lastLink, takeChain, waitingEntries } from '../store.ts';

/** Entries put into the chain by one transaction. */
const PART = 500;

export interface Appender {
  /** Something was committed; the chain follows by itself. */
  wake(): void;
  /** Resolves once all that had been committed when it was called is in the chain. */
  settle(): Promise<void>;
  /** Finishes what is under way; after that nothing is begun. */
  close(): Promise<void>;
}

/** Puts what waits at the end of the chain. One writer a node, and of several nodes one at a time. */
export function openAppender(house: House): Appender {
  let running: Promise<void> | undefined;
  let wanted = false;
  let closed = false;

  async function run(): Promise<void> {
    do {
      wanted = false;
      while ((await appendPart(house)) === PART);
    } while (wanted && !closed);
  }

  function begin(): Promise<void> {
    if (closed) return running ?? Promise.resolve();
    wanted = true;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    wake() {
      // What could not be done now is done by the job, or with the next act.
      begin().catch((error: unknown) =>
        house.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'the audit chain waits'),
      );
    },
    settle: begin,
    async close() {
      closed = true;
      await running?.catch(() => undefined);
    },
  };
}

/** How many it has put into the chain. */
async function appendPart({ db }: House): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await takeChain(tx);
    const waiting = await waitingEntries(tx, PART);
    if (waiting.length === 0) return 0;
    const last = await lastLink(tx);
    let seq = last?.seq ?? 0;
    let hash = last?.hash ?? BEGINNING;
    const links = waiting.map(({ entry: text }) => {
      seq += 1;
      const entry = canonicalJson({ ...(JSON.parse(text) as object), seq });
      hash = linked(hash, entry);
      return { seq, entry, hash };
    });
    await insertLinks(tx, links);
    await deleteWaitingEntries(
      tx,
      waiting.map((it) => it.place),
    );
    return waiting.length;
  });
}
