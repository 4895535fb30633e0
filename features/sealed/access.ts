import type { Database } from '../../server/database.ts';
import type { House } from '../../server/house.ts';
import { keyOf } from '../../server/keys.ts';
import { seal, unseal } from './box.ts';
import { OriginalShape } from './protocol.ts';
import type { Original } from './protocol.ts';
import { insertSealed } from './store.ts';

/** The key under which originals lie: of this installation, in no backup of the database. */
export function sealedKey(house: House): Buffer {
  return keyOf(house.config.keysDir, 'sealed');
}

export interface Recalled {
  readonly message: string;
  readonly group: string;
  readonly sender: string | null;
  readonly sentAt: Date;
  readonly recalledBy: string;
  readonly recalledAt: Date;
  readonly original: Original;
}

/** Keeps what a message said, so that nobody reads it by looking: in the transaction that takes it out of the tables. */
export async function sealOriginal(tx: Database, key: Buffer, { original, ...it }: Recalled): Promise<void> {
  await insertSealed(tx, { ...it, box: seal(key, it.message, original) });
}

/** For what the guard or an officer takes away; undefined where the seal does not hold. */
export function sealedOriginal(key: Buffer, message: string, box: Buffer): Original | undefined {
  return OriginalShape.safeParse(unseal(key, message, box)).data;
}

/** What an original says, in all its versions, for the look of the rules at what is stored; undefined where the seal does not hold. */
export function sealedWords(key: Buffer, message: string, box: Buffer): string[] | undefined {
  return sealedOriginal(key, message, box)?.versions.map((it) => it.text);
}
