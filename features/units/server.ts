import { randomUUIDv7 } from 'node:crypto';

import { changesOf } from '../../server/changes.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import type { Database } from '../../server/database.ts';
import { problem } from '../../protocol/problem.ts';
import { fold } from '../../protocol/fold.ts';
import { openAreaFor } from '../areas/access.ts';
import { areaName } from '../areas/rules.ts';
import { renameUnitOfPeople } from '../directory/access.ts';
import { unitActions, unitProblems } from './protocol.ts';
import type { Unit } from './protocol.ts';
import { compareUnits, UNIT_DEPTH_MOST, unitPathText } from './rules.ts';
import {
  insertUnits,
  openUnitNamed,
  saveUnit,
  searchUnits,
  subtreeOf,
  takeTree,
  unitPaths,
  unitsBelow,
  unitsByIds,
} from './store.ts';
import type { UnitRow } from './store.ts';

export function unitHandlers(_house: House): HandlersOf<typeof unitActions> {
  return handlers(unitActions, {
    'unit.children': async ({ db }, { parent, closed }) => {
      if (parent !== null) await unitFor(db, parent);
      return { units: (await unitsBelow(db, parent, closed)).map(shown).sort(compareUnits) };
    },

    'unit.search': async ({ db }, { query, limit }) => {
      const words = fold(query).split(' ').filter(Boolean).slice(0, 10);
      if (words.length === 0) return { units: [] };
      const ids = await searchUnits(db, words, limit);
      const rows = new Map((await unitsByIds(db, ids)).map((row) => [row.id, row]));
      const paths = await unitPaths(db, ids);
      return {
        units: ids.map((id) => ({ ...shown(rows.get(id)!), place: unitPathText((paths.get(id) ?? []).slice(0, -1)) })),
      };
    },

    'unit.get': async ({ db }, { unit }) => {
      const row = await unitFor(db, unit);
      const path = (await unitPaths(db, [unit])).get(unit) ?? [];
      return { unit: shown(row), path: path.map(({ id, name }) => ({ id, name })) };
    },

    'unit.add': async ({ db, note }, { parent, name, area }) => {
      await takeTree(db);
      await placeFor(db, parent, 1);
      await refuseTaken(db, parent, name);
      if (area !== null) await openAreaFor(db, area);
      const id = randomUUIDv7();
      await insertUnits(db, [{ id, parent, name, folded: fold(name), area }]);
      note({ object: id, details: { parent } });
      return { unit: shown(await unitFor(db, id)) };
    },

    'unit.change': async (context, { unit, name, area }) => {
      const { db } = context;
      await takeTree(db);
      const before = await openUnitFor(db, unit);
      const after = { ...before, name: name ?? before.name, area: area === undefined ? before.area : area };
      if (after.name !== before.name) await refuseTaken(db, before.parent, after.name, unit);
      if (after.area !== null && after.area !== before.area) await openAreaFor(db, after.area);
      await saveUnit(db, { ...after, folded: fold(after.name) });
      context.note({ details: changesOf(before, after, 'name', 'area') });
      if (after.name !== before.name) await renameUnitOfPeople(context, unit, after.name);
      return { unit: shown(await unitFor(db, unit)) };
    },

    'unit.move': async ({ db, note }, { unit, parent }) => {
      await takeTree(db);
      const row = await openUnitFor(db, unit);
      const below = await subtreeOf(db, unit);
      if (parent !== null && below.some((it) => it.id === parent)) throw unitProblems('unit.circle');
      await placeFor(db, parent, Math.max(...below.map((it) => it.height)));
      if (parent !== row.parent) await refuseTaken(db, parent, row.name, unit);
      note({ details: changesOf(row, { parent }, 'parent') });
      await saveUnit(db, { ...row, parent, folded: fold(row.name) });
      return { unit: shown(await unitFor(db, unit)) };
    },

    'unit.close': async ({ db }, { unit }) => {
      await takeTree(db);
      const row = await openUnitFor(db, unit);
      if (row.people > 0 || row.children > 0)
        throw unitProblems('unit.in_use', { people: row.people, children: row.children });
      await saveUnit(db, { ...row, folded: fold(row.name), closed: true });
      return { unit: shown(await unitFor(db, unit)) };
    },
  });
}

function shown(row: UnitRow): Unit {
  const { areaKind, areaName: name, ...unit } = row;
  return { ...unit, areaName: areaKind === null || name === null ? '' : areaName({ kind: areaKind, name }) };
}

async function unitFor(db: Database, unit: string): Promise<UnitRow> {
  const [row] = await unitsByIds(db, [unit]);
  if (!row) throw problem('not_found');
  return row;
}

async function openUnitFor(db: Database, unit: string): Promise<UnitRow> {
  const row = await unitFor(db, unit);
  if (row.closed) throw unitProblems('unit.closed');
  return row;
}

/** A parent under which a tree of this height may stand. */
async function placeFor(db: Database, parent: string | null, height: number): Promise<void> {
  if (parent !== null) await openUnitFor(db, parent);
  const above = parent === null ? 0 : ((await unitPaths(db, [parent])).get(parent)?.length ?? 0);
  if (above + height > UNIT_DEPTH_MOST) throw unitProblems('unit.too_deep');
}

async function refuseTaken(db: Database, parent: string | null, name: string, except?: string): Promise<void> {
  const other = await openUnitNamed(db, parent, fold(name));
  if (other !== undefined && other !== except) throw unitProblems('unit.name_taken', { unit: other });
}
