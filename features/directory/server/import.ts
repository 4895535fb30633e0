import type { Database } from '../../../server/database.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import type { House } from '../../../server/house.ts';
import { insertStreams } from '../../../server/stream.ts';
import { areaNames, areaOfAgency } from '../../areas/access.ts';
import { endAllSessions } from '../../devices/access.ts';
import { takeOutOfGroups } from '../../members/access.ts';
import { addUnits, lockUnits, openUnits } from '../../units/access.ts';
import { bytesOf, refused } from '../import/file.ts';
import type { Directory } from '../import/plan.ts';
import { planOnThread } from '../import/run.ts';
import type { Planned } from '../import/worker.ts';
import { importActions, importProblems } from '../protocol/import.ts';
import type { Counts, Entry, Report } from '../protocol/import.ts';
import { FILE_MOST } from '../rules/import.ts';
import {
  registeredAmong,
  allPeople,
  groupsOf,
  insertPeople,
  releaseNumbers,
  saveLeft,
  takeDirectory,
  updatePeople,
} from '../store/import.ts';

interface Asked {
  readonly file: string;
  readonly scope: 'units' | 'all';
  readonly newUnits?: boolean | undefined;
}

/** `plan` reads the file and holds it against the directory; on a thread of its own unless told otherwise. */
export function importHandlers(_house: House, plan = planOnThread): HandlersOf<typeof importActions> {
  return handlers(importActions, {
    'import.check': async ({ db, actor }, asked) => (await check(db, actor.account, asked, plan)).report,

    'import.apply': async (context, { digest, reviewed, ...asked }) => {
      const { db, actor, now, announce, note } = context;
      await takeDirectory(db);
      await lockUnits(db);
      const { planned, report } = await check(db, actor.account, asked, plan);
      if (report.digest !== digest) throw importProblems('import.stale');
      const open = report.entries.filter((it) => it.review.length > 0).length;
      if (open > 0 && !reviewed) throw importProblems('import.review', { entries: open });

      const { units, insert, update, release, leave } = planned.writes;
      await addUnits(db, units);
      await releaseNumbers(db, release);
      for (let at = 0; at < insert.length; at += 10_000) {
        await insertStreams(
          db,
          'account',
          insert.slice(at, at + 10_000).map((it) => it.id),
        );
      }
      await insertPeople(db, insert, now);
      await updatePeople(db, update);
      await saveLeft(db, leave);
      const registered = await registeredAmong(
        db,
        update.map((it) => it.id),
      );
      for (const it of update) {
        if (!registered.has(it.id)) continue;
        const { name, position, unit, unitName, areaName } = it;
        announce('account.changed', it.id, { name, position, unit, unitName, areaName });
      }
      await endAllSessions(context, leave);
      await takeOutOfGroups(context, leave);
      note({ people: leave, details: { ...report.counts, units: units.length } });
      return { counts: report.counts, unitsAdded: units.length };
    },
  });
}

/** Reads the file and holds it against the directory as it stands. Throws the problem that the file is. */
async function check(
  db: Database,
  actor: string,
  { file, scope, newUnits }: Asked,
  plan: typeof planOnThread,
): Promise<{ planned: Planned; report: Report }> {
  const directory = await readDirectory(db);
  const choices = { scope, newUnits: newUnits ?? directory.units.length === 0, actor };
  const outcome = await plan({ bytes: bytesOf(file, FILE_MOST), directory, choices });
  if ('refusal' in outcome) throw refused(outcome.refusal);
  const { planned } = outcome;
  const groups = await groupsOf(db, planned.writes.leave);
  const entries = planned.entries.map((it): Entry => {
    const own = it.result === 'left' && it.account !== null ? groups.get(it.account) : undefined;
    if (!own) return it;
    return {
      ...it,
      groups: own.groups,
      owned: own.owned,
      review: own.owned > 0 ? ['owns_groups', ...it.review] : it.review,
    };
  });
  const { digest, sheet, rows, fields, ignored, unitsAdded, kept } = planned;
  return {
    planned,
    report: {
      digest,
      sheet,
      rows,
      fields: [...fields],
      ignored: ignored.map((it) => it.slice(0, 100)),
      scope,
      newUnits: choices.newUnits,
      unitsAdded: [...unitsAdded],
      kept,
      counts: countsOf(entries),
      entries,
    },
  };
}

async function readDirectory(db: Database): Promise<Directory> {
  const people = await allPeople(db);
  const units = await openUnits(db);
  return { people, units, areas: await areaNames(db), near: await areaOfAgency(db) };
}

function countsOf(entries: readonly Entry[]): Counts {
  const counts = { added: 0, changed: 0, moved: 0, left: 0, unchanged: 0, wrong: 0 };
  for (const it of entries) counts[it.result] += 1;
  return counts;
}
