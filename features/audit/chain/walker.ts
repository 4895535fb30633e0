import { setImmediate } from 'node:timers/promises';

import type { House } from '../../../server/house.ts';
import { lastCheckpoint, lastOf } from '../store.ts';
import type { Appender } from './append.ts';
import { copiesOf, readCopy, readLines, signingKey } from './checkpoint.ts';
import { verifyLog } from './verify.ts';
import type { Verdict } from './verify.ts';

/** Names under which a walk over the whole chain stands in the log. */
export const WALKS = ['audit.verify', 'house.walked'] as const;

export interface Walker {
  /** The whole chain, held against every copy of the checkpoints and the lines given. */
  whole(lines?: string): Promise<Verdict>;
  /** What came after the last checkpoint in the database. */
  tail(): Promise<Verdict>;
}

export function openWalker(house: House, appender: Appender): Walker {
  let walking: Promise<Verdict> | undefined;

  async function walk(lines: string, fromCheckpoint: boolean): Promise<Verdict> {
    await appender.settle();
    // Another node may be at it; its entries come a moment later.
    await setImmediate();
    const { open: key } = signingKey(house.config.keysDir);
    const copies = await Promise.all(copiesOf(house.config).map(readCopy));
    const outside = [...copies.flat(), ...readLines(lines)];
    const since = fromCheckpoint ? await lastCheckpoint(house.db) : undefined;
    const verdict = await verifyLog(house.db, { key, outside, since });
    if (verdict.broken)
      house.log.error(
        { ...verdict.broken },
        'the audit log does not hold: somebody changed it behind the program’s back',
      );
    return verdict;
  }

  return {
    whole(lines = '') {
      // Several who ask at once get one walk.
      if (lines !== '') return walk(lines, false);
      walking ??= walk('', false).finally(() => {
        walking = undefined;
      });
      return walking;
    },
    tail: () => walk('', true),
  };
}

/** The last walk over the whole chain, as it stands in the log. */
export async function lastWalk(db: House['db']): Promise<{ at: number; verdict: unknown } | undefined> {
  const found = await Promise.all(WALKS.map((act) => lastOf(db, act)));
  const last = found.filter((it) => it !== undefined).sort((a, b) => b.seq - a.seq)[0];
  if (!last) return undefined;
  const { at, details } = JSON.parse(last.entry) as { at: number; details: { verdict?: unknown } };
  return { at, verdict: details.verdict };
}
