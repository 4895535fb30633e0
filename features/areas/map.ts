import { createHash } from 'node:crypto';

import { fold } from '../../protocol/fold.ts';
import type { Database } from '../../server/database.ts';
import { parseOfficial, readOfficial, splitKind } from './official.ts';
import { areaSearchText } from './rules.ts';
import { loadedMap, saveLoadedMap, saveOfficialAliases, saveOfficialAreas, takeMapLock } from './store.ts';

export interface MapLoad {
  /** False where this edition was in the database already. */
  readonly loaded: boolean;
  readonly provinces: number;
  readonly communes: number;
}

/**
 * Puts the official map into the database where it is not there yet, or is an older edition; about half a second. Own levels, and
 * who belongs where, are left as they are.
 */
export async function loadMap(
  db: Database,
  today: string = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10),
): Promise<MapLoad> {
  const text = await readOfficial();
  const digest = createHash('sha256').update(text).digest('hex');
  const lines = (start: RegExp): number => text.match(start)?.length ?? 0;
  const counts = { provinces: lines(/^\d{2}\t/gm), communes: lines(/^\d{5}\t/gm) };
  if ((await loadedMap(db)) === digest) return { loaded: false, ...counts };

  const map = parseOfficial(text);
  const byCode = new Map(map.areas.map((it) => [it.code, it]));
  const areas = map.areas.map((it) => {
    const above = byCode.get(it.parent);
    return {
      code: it.code,
      parent: it.parent || null,
      kind: it.kind,
      name: it.name,
      folded: fold(it.name),
      search: areaSearchText(above ? [it, above] : [it]),
    };
  });
  const aliases = map.oldNames.map(({ area, name, place }) => ({
    area,
    name,
    place,
    folded: fold(splitKind(name.charAt(0).toUpperCase() + name.slice(1)).name),
    search: ` ${fold(`${name} ${place}`)}`,
  }));
  const loaded = await db.transaction().execute(async (tx) => {
    await takeMapLock(tx);
    if ((await loadedMap(tx)) === digest) return false;
    await saveOfficialAreas(tx, areas, today);
    await saveOfficialAliases(tx, aliases);
    await saveLoadedMap(tx, digest);
    return true;
  });
  return { loaded, ...counts };
}
