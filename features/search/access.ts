import type { Database } from '../../server/database.ts';
import { renew } from './parts.ts';
import { holdGroup, partsOver } from './store.ts';

/**
 * What these messages said is taken out of the index in the transaction that takes it out of the messages, not by the next run of the job:
 * what looks secret is not to be found by a word of it a moment longer.
 */
export async function forgetWords(tx: Database, group: string, seqs: readonly number[]): Promise<void> {
  const number = await holdGroup(tx, group);
  if (number === undefined) return;
  for (const part of await partsOver(tx, group, seqs)) await renew(tx, group, number, part);
}
