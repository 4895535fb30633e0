import { changesOf } from '../../server/changes.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Actor, House } from '../../server/house.ts';
import type { Database } from '../../server/database.ts';
import { problem } from '../../protocol/problem.ts';
import { fold } from '../../protocol/fold.ts';
import { areaFor, openAreaFor } from './access.ts';
import { areaActions, areaProblems } from './protocol.ts';
import type { Area } from './protocol.ts';
import { areaName, areaSearchText, compareAreas, levelOf, OWN_DEPTH_MOST, queryWords } from './rules.ts';
import {
  agencyArea,
  areaPaths,
  areasBelow,
  areasByCode,
  insertOwnAliases,
  insertOwnArea,
  movePeople,
  nextNumber,
  openAreaNamed,
  saveClosed,
  saveOwnArea,
  saveSearchTexts,
  searchAreas,
  subtreeOf,
  takeArea,
} from './store.ts';
import type { AreaRow } from './store.ts';

export function areaHandlers(_house: House): HandlersOf<typeof areaActions> {
  return handlers(areaActions, {
    'area.children': async ({ db, actor }, { parent, closed }) => {
      const rows = parent !== null && levelOf(parent) >= 1 && !actor ? [] : await areasBelow(db, parent, closed);
      return { areas: rows.map((row) => shown(row, actor)).sort(compareAreas), home: await homeProvince(db) };
    },

    'area.search': async ({ db, actor }, { query, within, limit }) => {
      const words = queryWords(query);
      const digits = query.replace(/\s/g, '');
      const code = /^\d{2,5}$|^\d{5}(\.\d{1,4}){1,3}$/.test(digits) ? digits : null;
      if (words.length === 0) return { areas: [] };
      const near = await homeProvince(db);
      const hits = await searchAreas(db, {
        text: words.join(' '),
        words,
        code,
        within,
        near,
        own: actor !== undefined,
        limit,
      });
      const codes = hits.map((it) => it.code);
      const rows = new Map((await areasByCode(db, codes)).map((row) => [row.code, row]));
      const paths = await areaPaths(db, codes);
      return {
        areas: hits.map((hit) => ({
          ...shown(rows.get(hit.code)!, actor),
          place: (paths.get(hit.code) ?? [])
            .slice(0, -1)
            .toReversed()
            .map((it) => areaName(it, 'inside'))
            .join(', '),
          found: hit.found,
        })),
      };
    },

    'area.get': async ({ db, actor }, { code }) => {
      const row = await areaFor(db, code);
      if (row.own && !actor) throw problem('not_found');
      const path = (await areaPaths(db, [code])).get(code) ?? [];
      return { area: shown(row, actor), path: path.map(({ code, kind, name }) => ({ code, kind, name })) };
    },

    'area.add': async ({ db, now, actor, note }, { parent, kind, name, head, households, from }) => {
      const above = await takeArea(db, parent);
      if (!above) throw problem('not_found');
      if (above.closed) throw areaProblems('area.closed');
      if (levelOf(parent) < 1 || levelOf(parent) > OWN_DEPTH_MOST) throw areaProblems('area.not_own');
      const folded = fold(name);
      await refuseTaken(db, parent, kind, folded);
      const code = `${parent}.${await nextNumber(db, parent)}`;
      const path = (await areaPaths(db, [parent])).get(parent) ?? [];
      const search = areaSearchText([{ kind, name }, ...path.toReversed()]);
      await insertOwnArea(db, { code, parent, kind, name, folded, search, head, households, from: from ?? dayOf(now) });
      note({ object: code, details: { parent } });
      return { area: shown(await areaFor(db, code), actor) };
    },

    'area.change': async ({ db, actor, note }, { code, ...changes }) => {
      const before = await takeOwn(db, code);
      const after = { code, kind: changes.kind ?? before.kind, name: changes.name ?? before.name };
      const all = { ...after, head: changes.head ?? before.head };
      note({ details: changesOf(before, all, 'name', 'kind', 'head') });
      const folded = fold(after.name);
      const renamed = after.kind !== before.kind || after.name !== before.name;
      if (renamed) await refuseTaken(db, before.parent!, after.kind, folded, code);
      await saveOwnArea(db, {
        ...after,
        folded,
        head: changes.head ?? before.head,
        households: changes.households === undefined ? before.households : changes.households,
      });
      if (renamed) {
        await insertOwnAliases(db, [await aliasOf(db, before, code)]);
        await refreshSearch(db, code);
      }
      return { area: shown(await areaFor(db, code), actor) };
    },

    'area.close': async ({ db, now, actor, note }, { code, into, on }) => {
      const area = await takeOwn(db, code);
      const day = on ?? dayOf(now);
      if (day < area.from) throw areaProblems('area.wrong_date');
      if (area.children > 0) throw areaProblems('area.in_use', { children: area.children });
      const successors = [...new Set(into)];
      if (successors.includes(code)) throw problem('malformed', { field: 'into' });
      for (const successor of successors) await openAreaFor(db, successor);
      await insertOwnAliases(db, await Promise.all(successors.map((it) => aliasOf(db, area, it))));
      await saveClosed(db, code, day);
      const moved = successors.length === 1 ? await movePeople(db, code, successors[0]!) : 0;
      note({ details: { moved } });
      return { area: shown(await areaFor(db, code), actor), moved };
    },
  });
}

/** Heads of villages are people: their names are for those who have signed in. */
function shown(row: AreaRow, actor: Actor | undefined): Area {
  return {
    ...row,
    head: actor ? row.head : '',
    households: actor ? row.households : null,
    children: actor || levelOf(row.code) === 0 ? row.children : 0,
  };
}

/** The province in which the agency is: what it searches is mostly there. */
async function homeProvince(db: Database): Promise<string | null> {
  const own = await agencyArea(db);
  return own === null ? null : ((await areaPaths(db, [own])).get(own)?.[0]?.code ?? own);
}

async function takeOwn(tx: Database, code: string): Promise<AreaRow & { from: string }> {
  const row = await takeArea(tx, code);
  if (!row) throw problem('not_found');
  if (!row.own) throw areaProblems('area.not_own');
  if (row.closed) throw areaProblems('area.closed');
  return row;
}

async function refuseTaken(tx: Database, parent: string, kind: string, folded: string, except?: string): Promise<void> {
  const other = await openAreaNamed(tx, parent, kind, folded);
  if (other && other !== except) throw areaProblems('area.name_taken', { code: other });
}

/** The name that an area has now, to be found at `area` from now on. */
async function aliasOf(
  tx: Database,
  old: { code: string; kind: string; name: string },
  area: string,
): Promise<{ area: string; name: string; place: string; folded: string; search: string }> {
  const above = ((await areaPaths(tx, [old.code])).get(old.code) ?? []).slice(0, -1).toReversed();
  const name = areaName(old, 'inside');
  const place = above.map((it) => areaName(it, 'inside')).join(', ');
  return { area, name, place, folded: fold(old.name), search: ` ${fold(`${name} ${place}`)}` };
}

/** The search texts of an area and of those below it say its name. */
async function refreshSearch(tx: Database, code: string): Promise<void> {
  const paths = await areaPaths(tx, await subtreeOf(tx, code));
  await saveSearchTexts(
    tx,
    [...paths].map(([leaf, path]) => ({ code: leaf, search: areaSearchText(path.toReversed()) })),
  );
}

/** The calendar day in Vietnam, which has no summer time. */
function dayOf(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}
