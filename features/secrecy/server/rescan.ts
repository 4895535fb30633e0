import { randomUUIDv7 } from 'node:crypto';

import { problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import { handlers } from '../../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../../server/handler.ts';
import type { House, Job } from '../../../server/house.ts';
import { takeStreams } from '../../../server/stream.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import { writeOwnAct } from '../../audit/access.ts';
import { filesAfter } from '../../files/access.ts';
import type { StoredFile } from '../../files/access.ts';
import { extensionOf } from '../../files/rules.ts';
import { withdraw } from '../../reports/access.ts';
import { sealedKey, sealedWords } from '../../sealed/access.ts';
import type { Checker } from '../check/run.ts';
import { rescanActions, rescanProblems } from '../protocol/rescan.ts';
import type { Finding, Rescan } from '../protocol/rescan.ts';
import { INCIDENT_DAYS, RESCANNED } from '../rules.ts';
import type { Rescanned } from '../rules.ts';
import { officersOf } from '../store.ts';
import {
  beginAnew,
  deleteRescans,
  estimateOf,
  findingOf,
  findingsOf,
  insertFindings,
  insertRescan,
  rescanOf,
  rescansOf,
  runningRescan,
  saveProgress,
  saveStopped,
  storedAfter,
  takeRescan,
} from '../store/rescans.ts';
import type { FindingRow, NewFinding, RescanRow, Stored } from '../store/rescans.ts';
import type { Rulebook } from './rulebook.ts';

/** Looked at in one go; files one by one. */
const TEXTS_AT_ONCE = 200;
const FILES_AT_ONCE = 5;
const FINDINGS_MOST = 10_000;
/** A node that has not said anything for so long has ended; another takes it on. */
const SILENT_MS = 120_000;
/** It rests three times as long as it works, so that nobody waits for it. */
const REST = 3;
const REST_MOST_MS = 5_000;
/** How often the officers are told how far it is. */
const TELL_MS = 5_000;
const RESCANS_SHOWN = 20;
/** Whose turn its files take: nobody’s who waits for an upload. */
const PERSON = 'stored';

export interface RescanRoom {
  readonly house: House;
  readonly rulebook: Rulebook;
  readonly checker: Checker;
  readonly writeNotices: NoticeWriter;
  /** Reads a stored file from its beginning. */
  readonly read: (file: StoredFile) => AsyncIterable<Uint8Array>;
  /** Stored pieces of files that nothing carries any more are to be deleted. */
  readonly removeGone?: () => Promise<void>;
}

export interface Rescans {
  readonly handlers: HandlersOf<typeof rescanActions>;
  readonly job: Job;
  close(): Promise<void>;
}

interface Looked {
  readonly last: string | undefined;
  readonly count: number;
  readonly findings: readonly NewFinding[];
}

/** Looks at everything that is stored by the rules of today, one at a time on whichever node, and goes on where it was after a restart. */
export function openRescans(room: RescanRoom): Rescans {
  const { house, rulebook, checker, writeNotices } = room;
  const node = randomUUIDv7();
  const key = sealedKey(house);
  const ending = new AbortController();
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    let toldAt = -Infinity;
    for (;;) {
      if (ending.signal.aborted) return;
      const began = performance.now();
      const row = await runningRescan(house.db);
      const now = house.now();
      if (!row?.stage) return;
      if (!(await takeRescan(house.db, row.id, node, new Date(now.getTime() - SILENT_MS), now))) return;
      if (row.version !== rulebook.current.set.version) {
        await house.db.transaction().execute((tx) => beginAnew(tx, row.id, rulebook.current.set.version));
        continue;
      }
      const { stage } = row;
      const looked = stage === 'file' ? await lookAtFiles(row) : await lookAtTexts(row, stage);
      if (!looked) return;
      const isOver = looked.last === undefined;
      const next = isOver ? (row.what[row.what.indexOf(stage) + 1] ?? null) : stage;
      const tells = next === null || performance.now() - toldAt > TELL_MS;
      if (tells) toldAt = performance.now();
      const goesOn = await saved(row, looked, next, tells);
      if (!goesOn || next === null) return;
      if (house.limits) await rest(Math.min(REST_MOST_MS, (performance.now() - began) * REST), ending.signal);
    }
  }

  async function saved(row: RescanRow, looked: Looked, stage: Rescanned | null, tells: boolean): Promise<boolean> {
    let goesOn = false;
    await changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
      await insertFindings(db, row.id, looked.findings, FINDINGS_MOST);
      const unchecked = looked.findings.filter((it) => it.unchecked).length;
      const progress = await saveProgress(db, {
        id: row.id,
        node,
        stage,
        after: looked.last ?? '',
        looked: looked.count,
        found: looked.findings.length - unchecked,
        unchecked,
        at: now,
      });
      if (!progress) return;
      goesOn = true;
      if (stage === null)
        await writeOwnAct(db, {
          act: 'house.rescanned',
          topic: 'secrecy',
          at: now,
          details: { version: row.version, ...progress },
        });
      if (!tells) return;
      const { found, looked: all } = progress;
      for (const officer of await officersOf(db))
        announce('rescan.moved', officer, {
          rescan: row.id,
          state: stage === null ? 'done' : 'running',
          looked: all,
          found,
        });
    });
    return goesOn;
  }

  async function lookAtTexts(row: RescanRow, stage: Exclude<Rescanned, 'file'>): Promise<Looked | undefined> {
    const stored = await storedAfter(house.db, stage, row.after, stage === 'photo' ? FILES_AT_ONCE : TEXTS_AT_ONCE);
    const findings: NewFinding[] = [];
    for (const it of stored) {
      const found = await lookAtOne(stage, it);
      if (found === 'starved') return undefined;
      if (found) findings.push({ what: stage, ...it, ...found });
      // Others have their turn: what is done here is done on the thread that answers people.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { last: stored.at(-1)?.key, count: stored.length, findings };
  }

  interface Found {
    readonly rules: readonly string[];
    readonly unchecked: boolean;
  }

  async function lookAtOne(stage: Rescanned, it: Stored): Promise<Found | 'starved' | undefined> {
    const { judge } = rulebook.current;
    const texts = [...it.texts, ...wordsIn(it.inside)];
    if (it.box && it.message !== null) {
      const words = sealedWords(key, it.message, it.box);
      if (!words) return { rules: [], unchecked: true };
      texts.push(...words);
    }
    const kind = stage === 'message' || stage === 'version' ? 'chat' : 'document';
    for (const text of texts) {
      if (!text) continue;
      const verdict = judge.text(text, { kind });
      if (verdict.refused) return { rules: verdict.rules, unchecked: false };
    }
    const { bytes } = it;
    if (!bytes) return undefined;
    return lookInto(it.name ?? '', bytes.length, async function* read() {
      yield bytes;
    });
  }

  async function lookAtFiles(row: RescanRow): Promise<Looked | undefined> {
    const stored = await filesAfter(house.db, row.after || FIRST, FILES_AT_ONCE);
    const findings: NewFinding[] = [];
    for (const it of stored) {
      const found = await lookInto(it.name, it.bytes, () => room.read(it)).catch((error: unknown) => {
        // It cannot be read: that is for the nightly look at the store to tell.
        house.log.error({ file: it.id, error: (error as Error).message }, 'a stored file could not be looked at');
        return { rules: [], unchecked: true };
      });
      if (found === 'starved') return undefined;
      if (found)
        findings.push({
          what: 'file',
          object: it.id,
          message: it.message,
          group: it.group,
          account: it.owner,
          at: it.at,
          ...found,
        });
    }
    return { last: stored.at(-1)?.id, count: stored.length, findings };
  }

  async function lookInto(
    name: string,
    bytes: number,
    read: () => AsyncIterable<Uint8Array>,
  ): Promise<Found | 'starved' | undefined> {
    const checked = await checker.check(rulebook.current.set, PERSON, {
      name,
      extension: extensionOf(name),
      bytes,
      read,
    });
    if ('starved' in checked) return 'starved';
    if ('unchecked' in checked) return { rules: [], unchecked: true };
    return checked.refused ? { rules: checked.rules, unchecked: false } : undefined;
  }

  const run = (): Promise<void> =>
    (working ??= work().finally(() => {
      working = undefined;
    }));

  return {
    job: {
      name: 'look at what is stored',
      everySeconds: 15,
      async run(signal) {
        const end = (): void => ending.abort();
        signal?.addEventListener('abort', end);
        await run().finally(() => signal?.removeEventListener('abort', end));
        await deleteRescans(house.db, new Date(house.now().getTime() - INCIDENT_DAYS * 86_400_000));
      },
    },
    handlers: rescanHandlers(room, () => {
      run().catch((error: unknown) =>
        house.log.error({ error: (error as Error).message }, 'what is stored could not be looked at'),
      );
    }),
    async close() {
      ending.abort();
      await working?.catch(() => undefined);
    },
  };
}

const FIRST = '00000000-0000-0000-0000-000000000000';

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Every text in a document, whatever its form. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

function rescanHandlers(room: RescanRoom, wake: () => void): HandlersOf<typeof rescanActions> {
  const { rulebook } = room;
  const key = sealedKey(room.house);

  async function known(db: Database, id: string): Promise<RescanRow> {
    const row = await rescanOf(db, id);
    if (!row) throw problem('not_found');
    return row;
  }

  async function tell({ db, announce }: Pick<ChangeContext, 'db' | 'announce'>, body: object): Promise<void> {
    for (const officer of await officersOf(db)) announce('rescan.moved', officer, body);
  }

  return handlers(rescanActions, {
    'rescan.begin': async ({ db, actor, now, note, announce, afterCommit }, { what }) => {
      const id = randomUUIDv7();
      const { version } = rulebook.current.set;
      const stages = RESCANNED.filter((it) => what.includes(it));
      const whole = await estimateOf(db, stages);
      if (!(await insertRescan(db, { id, version, what: stages, by: actor.account, at: now, whole }))) {
        const running = await runningRescan(db);
        // What is asked for is under way.
        if (running && running.what.join() === stages.join()) return { rescan: running.id };
        throw rescanProblems('rescan.running', { rescan: running?.id ?? null });
      }
      note({ object: id, details: { version } });
      await tell({ db, announce }, { rescan: id, state: 'running', looked: 0, found: 0 });
      afterCommit(wake);
      return { rescan: id };
    },

    'rescan.list': async ({ db }) => ({ rescans: (await rescansOf(db, RESCANS_SHOWN)).map(shown) }),

    'rescan.get': async ({ db }, { rescan }) => shown(await known(db, rescan)),

    'rescan.stop': async ({ db, now, announce }, { rescan }) => {
      const { looked, found } = await known(db, rescan);
      if (!(await saveStopped(db, rescan, now))) throw rescanProblems('rescan.over');
      await tell({ db, announce }, { rescan, state: 'stopped', looked, found });
      return {};
    },

    'rescan.findings': async ({ db }, { rescan, after, limit }) => {
      await known(db, rescan);
      const rows = await findingsOf(db, rescan, after, limit);
      return { findings: rows.slice(0, limit).map(findingShown), more: rows.length > limit };
    },

    'rescan.withdraw': async ({ db, actor, now, announce, note, afterCommit }, { rescan, number, note: words }) => {
      const found = await findingOf(db, rescan, number);
      if (!found) throw problem('not_found');
      const { group, message } = found;
      if (group === null || message === null) throw rescanProblems('rescan.no_message');
      // The group before anything else, as whoever writes does.
      await takeStreams(db, [group]);
      const { withdrawal } = await withdraw(
        { db, now, announce },
        { group, message, by: actor.account, cause: 'rescan', key, ...(words === '' ? {} : { note: words }) },
      );
      note({ group, details: { message } });
      const { removeGone } = room;
      if (removeGone) afterCommit(removeGone);
      return { withdrawal };
    },
  });
}

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

function shown(it: RescanRow): Rescan {
  return {
    id: it.id,
    state: it.state,
    version: it.version,
    begunBy: { id: it.begunBy, name: it.begunByName },
    begunAt: it.begunAt.getTime(),
    endedAt: it.endedAt?.getTime() ?? null,
    what: it.what,
    at: it.stage,
    looked: it.looked,
    of: Math.max(it.whole, it.looked),
    found: it.found,
    unchecked: it.unchecked,
  };
}

function findingShown(it: FindingRow): Finding {
  return {
    number: it.number,
    what: it.what,
    object: it.object,
    message: it.message,
    group: named(it.group, it.groupName),
    person: named(it.account, it.accountName),
    at: it.at?.getTime() ?? null,
    rules: it.rules,
    unchecked: it.unchecked,
    withdrawn: it.withdrawn,
  };
}
