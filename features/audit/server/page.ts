import type { Database } from '../../../server/database.ts';
import type { Entry } from '../chain/entry.ts';
import type { AuditEntry } from '../protocol.ts';
import { accountNames, entriesOf, groupNames, placeNames } from '../store.ts';
import type { Filter, Place } from '../store.ts';

/** People of an entry that a page names; the rest is a number. */
const NAMED = 5;

/** A page of the log, with the names people, groups and places have today. */
export async function pageOf(
  db: Database,
  filter: Filter,
  range: { before: Place | null; above: number; upTo?: number; limit: number },
  { addresses, all = false }: { addresses: boolean; all?: boolean },
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  const { before, limit, ...rest } = range;
  const rows = await entriesOf(db, filter, { ...rest, before: before ?? undefined, limit: limit + 1 });
  const entries = rows.slice(0, limit).map((it) => ({ ...(JSON.parse(it.entry) as Entry), seq: it.seq }));
  const shown = (people: readonly string[]): readonly string[] => (all ? people : people.slice(0, NAMED));

  const names = await accountNames(db, [
    ...new Set(entries.flatMap((it) => [...(it.actor === null ? [] : [it.actor]), ...shown(it.people)])),
  ]);
  const groups = await groupNames(db, [...new Set(entries.flatMap((it) => it.group ?? []))]);
  const places = await placeNames(db, [...new Set(entries.flatMap((it) => it.object ?? []))]);
  const person = (id: string) => ({ id, name: names.get(id)?.name ?? '', photo: names.get(id)?.photo ?? null });

  return {
    more: rows.length > limit,
    entries: entries.map((it) => ({
      seq: it.seq,
      at: it.at,
      act: it.act,
      topic: it.topic,
      result: it.result,
      actor: it.actor === null ? null : person(it.actor),
      door: it.door,
      device: it.device,
      address: addresses ? it.address : '',
      group: it.group === null ? null : { id: it.group, name: groups.get(it.group) ?? '' },
      object: it.object === null ? null : { id: it.object, name: places.get(it.object) ?? '' },
      people: shown(it.people).map(person),
      count: it.count ?? it.people.length,
      details: it.details,
      more: it.more ?? 0,
    })),
  };
}
