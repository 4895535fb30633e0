import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Actor, House } from '../../server/house.ts';
import type { Database } from '../../server/database.ts';
import { problem } from '../../protocol/problem.ts';
import { isId } from '../../protocol/id.ts';
import { areaFor, areasWithin, areaTitles } from '../areas/access.ts';
import { unitPath, unitsWithin } from '../units/access.ts';
import { personFor, shownTo } from './access.ts';
import { directoryActions } from './protocol.ts';
import { readPeopleQuery } from './rules.ts';
import { countPeople, peopleIn, searchByNumber, searchByWords } from './store.ts';
import type { PersonRow, Place, Scope } from './store.ts';

export function directoryHandlers(_house: House): HandlersOf<typeof directoryActions> {
  return handlers(directoryActions, {
    'directory.search': async ({ db, actor }, { query, unit, area, all, limit, after }) => {
      const asked = readPeopleQuery(query);
      if (asked.by === 'nothing') return { people: [], next: null };
      const scope = await scopeOf(db, actor, { unit, area, all });
      const from = readCursor(after);
      const rows =
        asked.by === 'words'
          ? await searchByWords(db, asked, scope, from, limit + 1)
          : await searchByNumber(db, asked, actor.administrator, scope, from, limit + 1);
      return page(actor, rows, limit);
    },

    'directory.people': async ({ db, actor }, { unit, area, all, limit, after }) => {
      const scope = await scopeOf(db, actor, { unit, area, all });
      const rows = limit === 0 ? [] : await peopleIn(db, scope, readCursor(after), limit + 1);
      return { ...page(actor, rows, limit), total: await countPeople(db, scope) };
    },

    'directory.person': async ({ db, actor }, { account }) => {
      const row = await personFor(db, actor, account);
      const units = row.unit === null ? [] : await unitPath(db, row.unit);
      const titles = row.area === null ? undefined : await areaTitles(db, [row.area]);
      return {
        person: shownTo(actor, row),
        email: row.email,
        units,
        areaTitle: (row.area !== null && titles?.get(row.area)) || '',
        administrator: row.administrator,
      };
    },
  });
}

async function scopeOf(
  db: Database,
  actor: Actor,
  { unit, area, all }: { unit: string | null; area: string | null; all: boolean },
): Promise<Scope> {
  const units = unit === null ? undefined : await unitsWithin(db, unit);
  if (units?.length === 0) throw problem('not_found');
  if (area !== null) await areaFor(db, area);
  return { units, areas: area === null ? undefined : await areasWithin(db, area), all: all && actor.administrator };
}

function page(actor: Actor, rows: readonly (PersonRow & { rank?: number })[], limit: number) {
  const people = rows.slice(0, limit);
  const last = people.at(-1);
  const next =
    rows.length > limit && last ? writeCursor({ rank: last.rank ?? 0, sortName: last.sortName, id: last.id }) : null;
  return { people: people.map((row) => shownTo(actor, row)), next };
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify([place.rank, place.sortName, place.id])).toString('base64url');
}

const isRank = (value: unknown): value is number => [0, 1, 2, 3].includes(value as number);

function readCursor(cursor: string | null): Place | undefined {
  if (cursor === null) return undefined;
  try {
    const [rank, sortName, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (
      isRank(rank) &&
      typeof sortName === 'string' &&
      /^[^\0]*$/.test(sortName) &&
      sortName.isWellFormed() &&
      isId(id)
    )
      return { rank, sortName, id };
  } catch {
    // Not one of ours.
  }
  throw problem('malformed', { field: 'after' });
}
