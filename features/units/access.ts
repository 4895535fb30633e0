import type { Database } from '../../server/database.ts';
import { allOpenUnits, insertUnits, subtreeOf, takeTree, unitPaths } from './store.ts';
import type { NewUnit } from './store.ts';

export type { NewUnit };

/** The way to a unit from the top, itself last; empty where there is no such unit. */
export async function unitPath(db: Database, unit: string): Promise<{ id: string; name: string }[]> {
  const path = (await unitPaths(db, [unit])).get(unit) ?? [];
  return path.map(({ id, name }) => ({ id, name }));
}

/** The ids of a unit and of all below it; empty where there is no such unit. */
export async function unitsWithin(db: Database, unit: string): Promise<string[]> {
  return (await subtreeOf(db, unit)).map((it) => it.id);
}

/** The whole tree of open units. */
export const openUnits = allOpenUnits;

/** Adds units, parents before their children or with them; the caller has seen to it that the names are free. */
export async function addUnits(tx: Database, units: readonly NewUnit[]): Promise<void> {
  await insertUnits(tx, units);
}

/** Nobody else changes the tree until the end of the transaction. */
export const lockUnits = takeTree;
