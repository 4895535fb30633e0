import { randomUUIDv7 } from 'node:crypto';

import { problem } from '../../protocol/problem.ts';
import type { ChangeContext } from '../../server/handler.ts';
import { takeStreams } from '../../server/stream.ts';
import { SESSION } from '../devices/rules.ts';
import { dropFiles, dropLinks, removeContents } from '../files/access.ts';
import { takeOut } from '../messages/access.ts';
import { unpinGone } from '../pins/access.ts';
import { sealedOriginal } from '../sealed/access.ts';
import { forgetWords } from '../search/access.ts';
import type { Removed } from './protocol.ts';
import { TOLD_MOST } from './rules.ts';
import type { Cause } from './rules.ts';
import { countOpen, officers, reportersOf } from './store.ts';
import {
  boxesOf,
  cardsOfThings,
  clearUploads,
  closeReports,
  copiesOf,
  countQuotes,
  countSavedAndVersions,
  deletePreviews,
  deleteScheduled,
  deleteSealed,
  deleteThings,
  dropPhrases,
  endTexts,
  filesLike,
  insertWithdrawal,
  markWithdrawn,
  NEEDLE_LEAST,
  needlesOf,
  originOf,
  tellDevices,
  thingsLike,
} from './store/withdrawing.ts';
import type { Origin, Place, ThingAt } from './store/withdrawing.ts';

/** Groups that forward to each other while one is being looked through; each round holds what the one before has found. */
const ROUNDS = 8;
const ZONE_MS = 7 * 3_600_000;

/** What withdrawing needs: of a change, or of a job (`changeUnattended`). */
export type WithdrawContext = Pick<ChangeContext, 'db' | 'now' | 'announce'>;

export interface Withdrawing {
  readonly group: string;
  readonly message: string;
  /** The officer; null where a job does it. */
  readonly by: string | null;
  readonly cause: Cause;
  readonly note?: string;
  /** Under which the originals of recalled messages lie (`sealedKey`). */
  readonly key: Buffer;
}

export interface Withdrawn {
  readonly withdrawal: string;
  readonly removed: Removed;
  readonly sender: string | null;
}

/**
 * Takes a message away everywhere as secret, with all its copies, within the transaction of an act or a job: what it said in all
 * versions, what lay sealed, its files and every file of the same bytes wherever they are carried, forwarded copies, things of the board that
 * it stands for or that say the same, pins, marks, waiting messages, words in the index. Reports of it are decided with it. What
 * is left are lines without a word. Stored pieces of files go after the commit (`Files.removeGone`, else within a minute by
 * the job). Fails with `not_found` where there is no such message. Withdrawing again what is withdrawn looks for copies anew.
 */
export async function withdraw(context: WithdrawContext, wish: Withdrawing): Promise<Withdrawn> {
  const { db, now, announce } = context;
  const origin = await originOf(db, wish.group, wish.message);
  if (!origin) throw problem('not_found');
  const { places, files, things, needles } = await traced(context, origin, wish.key);
  const messages = places.map((it) => it.message);
  const withdrawal = randomUUIDv7();
  const groups = [...new Set(places.map((it) => it.group))].sort();

  const counted = await countSavedAndVersions(db, messages);
  const quotes = await countQuotes(db, places);
  const previews = await deletePreviews(db, messages);
  const sealed = await deleteSealed(db, messages);
  let pins = 0;
  for (const it of [...places.map((at) => ({ group: at.group, id: at.message })), ...things])
    if (await unpinGone(context, it.group, it.id)) pins += 1;
  await dropFiles(db, messages);
  await dropLinks(db, messages);
  await clearUploads(db, files);
  const pieces = await removeContents(db, files);
  await endTexts(db, messages);
  await deleteThings(
    db,
    things.map((it) => it.id),
  );
  const scheduled = await deleteScheduled(db, files, needles);
  await dropPhrases(db, needles);
  for (const group of groups) {
    const here = places.filter((it) => it.group === group);
    await takeOut(
      db,
      group,
      here.map((it) => it.message),
      wish.by,
      now,
    );
    await forgetWords(
      db,
      group,
      here.map((it) => it.seq),
    );
  }

  const removed: Removed = {
    messages: places.length,
    groups: groups.length,
    copies: places.length - 1,
    versions: counted.versions,
    sealed,
    quotes,
    pins,
    saved: counted.saved,
    scheduled: scheduled.length,
    notes: things.filter((it) => it.kind === 'note').length,
    reminders: things.filter((it) => it.kind === 'reminder').length,
    polls: things.filter((it) => it.kind === 'poll').length,
    previews,
    files: files.length,
    pieces,
  };
  const note = wish.note ?? '';
  const year = new Date(now.getTime() + ZONE_MS).getUTCFullYear();
  await insertWithdrawal(db, {
    id: withdrawal,
    cause: wish.cause,
    origin,
    by: wish.by,
    at: now,
    year,
    note,
    removed,
    files,
  });
  await markWithdrawn(db, withdrawal, places);
  const sessions = {
    used: new Date(now.getTime() - SESSION.idle),
    created: new Date(now.getTime() - SESSION.absolute),
  };
  await tellDevices(db, { withdrawal, groups, ...sessions });

  for (const it of things) announce(`${it.kind}.removed`, it.group, { id: it.id });
  for (const it of places) announce('message.recalled', it.group, { id: it.message });
  for (const group of groups) {
    const list = places.filter((it) => it.group === group).map((it) => it.message);
    for (let at = 0; at < list.length; at += TOLD_MOST)
      announce('message.withdrawn', group, {
        withdrawal,
        messages: list.slice(at, at + TOLD_MOST),
        files: files.slice(0, TOLD_MOST),
      });
  }
  for (const it of scheduled)
    announce('scheduled.changed', it.account, { scheduled: it.id, group: it.group, what: 'cancelled' });

  const closed = await closeReports(db, { withdrawal, messages, by: wish.by, at: now, note });
  await tellDecided(context, closed, 'withdraw');
  return { withdrawal, removed, sender: origin.sender };
}

/** Tells who reported these, and the officers. */
export async function tellDecided(
  { db, announce }: WithdrawContext,
  reports: readonly string[],
  decision: 'withdraw' | 'dismiss',
): Promise<void> {
  if (reports.length === 0) return;
  for (const { account, group, message } of await reportersOf(db, reports))
    announce('report.decided', account, { group, message, decision });
  await tellOfficers({ db, announce }, reports, decision === 'withdraw' ? 'withdrawn' : 'dismissed');
}

export async function tellOfficers(
  { db, announce }: Pick<WithdrawContext, 'db' | 'announce'>,
  reports: readonly string[],
  state: 'open' | 'withdrawn' | 'dismissed',
): Promise<void> {
  const open = await countOpen(db);
  for (const account of await officers(db))
    for (const report of reports) announce('report.changed', account, { report, state, open });
}

interface Traced {
  readonly places: readonly Place[];
  readonly files: readonly string[];
  readonly things: readonly ThingAt[];
  readonly needles: readonly string[];
}

/**
 * Everything that is to go, with the streams of its groups held: nothing is forwarded, edited or pinned there until the commit. What
 * was found in one round is held before the next looks, until a round finds no other group.
 */
async function traced({ db }: WithdrawContext, origin: Origin, key: Buffer): Promise<Traced> {
  let held: readonly string[] = [];
  for (let round = 0; ; round += 1) {
    const found = await look(db, origin, key);
    const groups = [...new Set([...found.places, ...found.things].map((it) => it.group))].sort();
    if (groups.every((it) => held.includes(it))) return found;
    if (round >= ROUNDS) throw problem('busy', { wait: 2 });
    // Those held already are held in any order; new ones behind them may wait for each other, which PostgreSQL ends and `perform` does again.
    await takeStreams(db, groups);
    held = groups;
  }
}

async function look(db: WithdrawContext['db'], origin: Origin, key: Buffer): Promise<Traced> {
  const first: Place = { message: origin.message, group: origin.group, seq: origin.seq };
  const thing = origin.thing === null ? [] : [origin.thing];
  // Only what was said and carried first is looked for: other words beside a copy are none of it. What was forwarded says the same.
  const forwards = await copiesOf(db, [first.message], []);
  const same = [...new Set([first, ...forwards].map((it) => it.message))];
  // Whoever recalls what was reported takes it out of sight only.
  const originals = (await boxesOf(db, same)).flatMap((it) => sealedOriginal(key, it.message, it.box) ?? []);
  const sealed = originals.flatMap((it) => it.versions.map(({ text }) => text.trim()));
  const needles = [
    ...new Set([...(await needlesOf(db, same, thing)), ...sealed.filter((it) => it.length >= NEEDLE_LEAST)]),
  ];
  const carried = originals.flatMap((it) => it.files.map(({ id }) => id));
  const files = await filesLike(db, carried, same, thing);
  const copies = await copiesOf(db, [first.message], files);
  const things = await thingsLike(
    db,
    [first, ...copies].map((it) => it.message),
    files,
    needles,
  );
  const cards = await cardsOfThings(
    db,
    things.map((it) => it.id),
  );
  const places = new Map([first, ...copies, ...cards].map((it) => [it.message, it]));
  return { places: [...places.values()], files, things, needles };
}
