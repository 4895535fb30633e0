import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { AreaCode, areaProblems } from './protocol.ts';
import { areaName } from './rules.ts';
import { agencyArea, allAreaNames, areaPaths, areasByCode, subtreeOf } from './store.ts';
import type { AreaNames, AreaRow } from './store.ts';

export type { AreaNames };

/** The area, or `not_found`, also for what is no code at all. */
export async function areaFor(db: Database, code: string): Promise<AreaRow> {
  const [row] = AreaCode.safeParse(code).success ? await areasByCode(db, [code]) : [];
  if (!row) throw problem('not_found');
  return row;
}

/** The area, or `area.closed` where it is no longer there. */
export async function openAreaFor(db: Database, code: string): Promise<AreaRow> {
  const row = await areaFor(db, code);
  if (row.closed) throw areaProblems('area.closed');
  return row;
}

/** “Xã Ia Grai, tỉnh Gia Lai” for each code that exists. */
export async function areaTitles(db: Database, codes: readonly string[]): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  for (const [code, path] of await areaPaths(db, codes)) {
    const [self, ...above] = path.toReversed();
    titles.set(code, [areaName(self!), ...above.map((it) => areaName(it, 'inside'))].join(', '));
  }
  return titles;
}

/** The codes of an area and of all below it; empty where there is no such area. */
export function areasWithin(db: Database, code: string): Promise<string[]> {
  return subtreeOf(db, code);
}

/** Everything that a name in a staff list could mean. */
export function areaNames(db: Database): Promise<AreaNames> {
  return allAreaNames(db);
}

/** The area of the agency that runs this house; null before it has been set up. */
export function areaOfAgency(db: Database): Promise<string | null> {
  return agencyArea(db);
}
