import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { Actor, House, Standing } from '../../server/house.ts';
import { openTally } from '../../server/tally.ts';
import { readPeopleQuery } from '../directory/rules.ts';
import { boardFilesAmong, dropBoardFiles, keepBoardFiles, takeFiles } from '../files/access.ts';
import type { File } from '../files/protocol.ts';
import { isOpen } from '../groups/access.ts';
import { roleIn } from '../members/access.ts';
import type { Cards } from '../messages/access.ts';
import { aim } from '../notifications/access.ts';
import { acceptedFor } from '../regulation/access.ts';
import { reminderActions, reminderProblems } from './protocol.ts';
import type { Whom } from './protocol.ts';
import { AHEAD_MS, COMING_MOST, EXCEPTIONS_MOST, RETITLED_MOST } from './rules.ts';
import { dayOf, startOfDay } from './rules/civil.ts';
import { firstOf, nextOccurrences, occurrenceAt, overAt } from './rules/when.ts';
import type { Exception, Occurrence, When } from './rules/when.ts';
import { answerTogether, closedFor, keptAt } from './server/answering.ts';
import type { AnswerWish } from './server/answering.ts';
import type { Firing } from './server/firing.ts';
import { afterPending, cancelledSchedule, scheduleOf } from './server/schedule.ts';
import { givenOf, mayChange, seesAnswers, seesReasons, shownAll, Totals } from './server/shown.ts';
import {
  answersPage,
  answerTallies,
  askAgain,
  askAgainAt,
  audiencesOf,
  cardsOf,
  countAnswered,
  countComing,
  deleteReminder,
  insertCards,
  insertReminder,
  namesAmong,
  reminderIn,
  remindersAmong,
  remindersPage,
  saveCancelled,
  saveReminder,
  saveStandIn,
  timesAnswered,
} from './store.ts';
import type { Change, ReminderRow } from './store.ts';

type Changing = Omit<ChangeContext, 'actor' | 'standing'> & { readonly actor: Actor; readonly standing: Standing };

/** A first time that is nobody’s any more, or far away, and a rule that never comes true, are mistakes. */
function fitTiming(wish: When, now: number): When {
  const { wholeDay, start, repeat } = wish;
  const minutes = wholeDay ? Math.max(1_440, Math.ceil(wish.minutes / 1_440) * 1_440) : wish.minutes;
  const timing = { ...wish, minutes };
  const [next] = nextOccurrences({ ...timing, exceptions: [] }, now, 1);
  // What begins today and lasts all day is still to come; anything else begins after now, or again.
  const ahead = next && (wholeDay || next.start > now || repeat !== null);
  const midnight = !wholeDay || start === startOfDay(dayOf(start));
  if (!ahead || !midnight || next.start - now > AHEAD_MS) throw reminderProblems('reminder.unfit_time');
  return timing;
}

const sorted = (early: readonly number[]): number[] => early.toSorted((a, b) => b - a);

/** Files it is to carry, in the order asked for: what it carried before, and what its writer has uploaded. */
async function carried(
  { db, actor, standing }: { db: Database; actor: Actor; standing: Standing },
  reminder: string | undefined,
  ids: readonly string[],
): Promise<{ files: File[]; fresh: string[] }> {
  const wanted = [...new Set(ids)];
  const known = new Map((reminder ? await boardFilesAmong(db, reminder, wanted) : []).map((it) => [it.id, it]));
  const fresh = wanted.filter((id) => !known.has(id));
  if (fresh.length > 0) {
    if (!standing.can('file.send')) throw problem('forbidden', { right: 'file.send' });
    for (const file of await takeFiles(db, actor.account, fresh)) known.set(file.id, file);
  }
  return { files: wanted.map((id) => known.get(id)!), fresh };
}

/** Exceptions of times that the rule still has; where they become too many the oldest of those that are over go. */
function keptExceptions(timing: When, list: readonly Exception[], now: number): Exception[] {
  const kept = list.filter((it) => occurrenceAt({ ...timing, exceptions: [] }, it.at)).toSorted((a, b) => a.at - b.at);
  while (kept.length > EXCEPTIONS_MOST && Math.max(kept[0]!.at, kept[0]!.to ?? 0) < now) kept.shift();
  if (kept.length > EXCEPTIONS_MOST) throw reminderProblems('reminder.too_many_exceptions', { most: EXCEPTIONS_MOST });
  return kept;
}

export function reminderHandlers(house: House, cards: Cards, firing: Firing): HandlersOf<typeof reminderActions> {
  const totals = new Totals();

  /** One that the actor may change; fails as not found, or forbidden for all other members. */
  async function changeable({ db, actor, standing, now }: Changing, id: string, right: string): Promise<ReminderRow> {
    const row = await reminderIn(db, standing.group, id);
    if (!row) throw problem('not_found');
    const makerRole = (await roleIn(db, standing.group, row.maker, now)) ?? null;
    const open = await isOpen(db, standing.group);
    if (!mayChange({ ...row, makerRole, open }, actor, standing)) throw problem('forbidden', { right });
    return row;
  }

  /** It stands in the conversation again, with what has become of it; those who were to come are told. */
  async function postAgain(context: Changing, row: ReminderRow, title: string, at: number | undefined): Promise<void> {
    const { db, actor, standing, id, now } = context;
    const posted = await cards.send(context, {
      id,
      group: standing.group,
      sender: actor.account,
      text: title,
      card: { kind: 'reminder', id: row.id, ...(at === undefined ? {} : { at }) },
      urgency: row.urgency,
    });
    await insertCards(db, [{ reminder: row.id, message: id }]);
    const [audience] = await audiencesOf(db, [{ reminder: row.id, at: at ?? 0 }]);
    const { others, named } = without(audience!, actor.account);
    await aim(db, [{ others, named, group: standing.group, seq: posted.sent.seq }], now);
  }

  function expectNext(context: Changing, dueAt: Date | null): void {
    if (dueAt) context.afterCommit(() => firing.expect(dueAt.getTime()));
  }

  /** A single time of it that can still be changed. */
  function timeFor(row: ReminderRow, at: number, now: number): Occurrence {
    const time = occurrenceAt(row.timing, at);
    if (!time) throw reminderProblems('reminder.no_such_time');
    if (overAt(time) <= now) throw reminderProblems('reminder.over');
    return time;
  }

  /** With this exception in the place of any other of the same time. */
  async function saveExcept(context: Changing, row: ReminderRow, it: Exception): Promise<number> {
    const { db, now } = context;
    const others = row.timing.exceptions.filter((one) => one.at !== it.at);
    const list = it.to === it.at ? others : [...others, it];
    const timing = { ...row.timing, exceptions: keptExceptions(row.timing, list, now.getTime()) };
    const schedule = afterPending(row, scheduleOf(timing, row.early, now.getTime()), now);
    expectNext(context, schedule.dueAt);
    return saveReminder(db, { ...row, timing, ...schedule, at: now, changed: ['time'] });
  }

  return handlers(reminderActions, {
    'reminder.create': async (context, { group, files: ids, whom, early, ...wish }) => {
      const { actor, db, standing, id, now, announce, note } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      mayBeUrgent(standing, wish.urgency);
      const { start, wholeDay, minutes, repeat, ...rest } = wish;
      const timing = fitTiming({ start, wholeDay, minutes, repeat, exceptions: [] }, now.getTime());
      if ((await countComing(db, group)) >= COMING_MOST)
        throw reminderProblems('reminder.too_many', { most: COMING_MOST });
      const { files, fresh } = await carried(context, undefined, ids);
      const schedule = scheduleOf(timing, sorted(early), now.getTime());
      const content = { ...rest, files, timing, early: sorted(early), whom: distinct(whom) };
      await insertReminder(db, { ...content, ...schedule, id, group, maker: actor.account, at: now });
      await keepBoardFiles(db, { thing: id, group, files: fresh });
      const posted = await cards.send(context, {
        id,
        group,
        sender: actor.account,
        text: wish.title,
        card: { kind: 'reminder', id },
        urgency: wish.urgency,
      });
      // Whom it does not concern sees it, and is not called for it.
      if (whom) {
        const [audience] = await audiencesOf(db, [{ reminder: id, at: 0 }]);
        await aim(db, [{ ...without(audience!, actor.account), group, seq: posted.sent.seq }], now);
      }
      announce('reminder.changed', group, { id, version: 1 });
      note({ object: id });
      expectNext(context, schedule.dueAt);
      return { id };
    },

    'reminder.change': async (context, { group, reminder, version, files: ids, ...wish }) => {
      const { db, actor, standing, now, announce, note } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const row = await changeable(context, reminder, 'reminder.change');
      if (row.version !== version) throw reminderProblems('reminder.changed_meanwhile', { version: row.version });
      if (row.cancelledAt) throw reminderProblems('reminder.cancelled');
      if (wish.urgency !== undefined && wish.urgency !== row.urgency) mayBeUrgent(standing, wish.urgency);
      const { start, wholeDay, minutes, repeat, early, whom, ...rest } = wish;
      const asked: When = {
        start: start ?? row.timing.start,
        wholeDay: wholeDay ?? row.timing.wholeDay,
        minutes: minutes ?? row.timing.minutes,
        repeat: repeat === undefined ? row.timing.repeat : repeat,
        exceptions: row.timing.exceptions,
      };
      const retimed = !sameTiming(asked, row.timing);
      const fit = retimed ? fitTiming(asked, now.getTime()) : row.timing;
      const timing = retimed
        ? { ...fit, exceptions: keptExceptions(fit, row.timing.exceptions, now.getTime()) }
        : row.timing;
      const { files, fresh } = ids ? await carried(context, reminder, ids) : { files: row.files, fresh: [] };
      const next = {
        ...row,
        ...rest,
        files,
        timing,
        early: early ? sorted(early) : row.early,
        whom: whom === undefined ? row.whom : distinct(whom),
      };
      const changed = changesOf(row, next, retimed);
      if (changed.length === 0 && sameRest(row, next)) return { version };
      const anew = scheduleOf(timing, next.early, now.getTime());
      const schedule = retimed ? { ...anew, lookedAt: now } : afterPending(row, anew, now);
      const saved = await saveReminder(db, { ...next, ...schedule, at: now, changed });
      await keepBoardFiles(db, { thing: reminder, group, files: fresh });
      if (retimed) {
        const after = now.getTime();
        const kept = (await timesAnswered(db, reminder, after)).filter((at) => occurrenceAt(timing, at));
        await askAgain(db, { reminder, after, kept });
        await countAnswered(db, [reminder]);
      }
      if (changed.includes('title'))
        await cards.retitle(context, [reminder, ...(await cardsOf(db, reminder, RETITLED_MOST))], next.title);
      if (changed.includes('time') || changed.includes('place'))
        await postAgain(context, { ...row, urgency: next.urgency }, next.title, undefined);
      announce('reminder.changed', group, { id: reminder, version: saved });
      note({ details: { changed } });
      expectNext(context, schedule.dueAt);
      return { version: saved };
    },

    'reminder.move': async (context, { group, reminder, at, to }) => {
      const { db, now, announce } = context;
      const row = await changeable(context, reminder, 'reminder.move');
      if (row.cancelledAt) throw reminderProblems('reminder.cancelled');
      const time = timeFor(row, at, now.getTime());
      if (time.start === to && !time.cancelled) return { version: row.version };
      const midnight = !row.timing.wholeDay || to === startOfDay(dayOf(to));
      if (to <= now.getTime() || to - now.getTime() > AHEAD_MS || !midnight)
        throw reminderProblems('reminder.unfit_time');
      const version = await saveExcept(context, row, { at, to });
      // What is as it was before needs no other answer.
      if (time.start !== to) {
        await askAgainAt(db, reminder, keptAt(row, at));
        await countAnswered(db, [reminder]);
      }
      await postAgain(context, row, row.title, at);
      announce('reminder.changed', group, { id: reminder, version });
      return { version };
    },

    'reminder.cancel': async (context, { group, reminder, at, reason }) => {
      const { db, actor, now, announce } = context;
      const row = await changeable(context, reminder, 'reminder.cancel');
      if (row.cancelledAt) return { version: row.version };
      if (row.nextAt === null) throw reminderProblems('reminder.over');
      let version: number;
      if (at !== null && row.timing.repeat !== null) {
        if (timeFor(row, at, now.getTime()).cancelled) return { version: row.version };
        version = await saveExcept(context, row, { at, to: null });
      } else {
        if (at !== null) timeFor(row, at, now.getTime());
        const schedule = cancelledSchedule(row, now.getTime());
        version = await saveCancelled(db, { ...schedule, id: reminder, at: now, by: actor.account, reason });
      }
      await postAgain(context, row, row.title, row.timing.repeat === null ? undefined : (at ?? undefined));
      announce('reminder.changed', group, { id: reminder, version });
      return { version };
    },

    'reminder.remove': async (context, { group, reminder }) => {
      const { db, announce } = context;
      const row = await reminderIn(db, group, reminder);
      if (!row) throw problem('not_found');
      await changeable(context, reminder, 'reminder.remove');
      const others = await cardsOf(db, reminder);
      await deleteReminder(db, reminder);
      await dropBoardFiles(db, reminder);
      await cards.recall(context, [reminder, ...others]);
      announce('reminder.removed', group, { id: reminder });
      return {};
    },

    'reminder.answer': openTally<AnswerWish>(house, 'reminder.answer', answerTogether),

    'reminder.standIn': async ({ db, actor, standing, now, announce }, { group, reminder, at, for: who, goes }) => {
      const row = await reminderIn(db, group, reminder);
      if (!row) throw problem('not_found');
      if (!(await isOpen(db, standing.group))) throw problem('forbidden', { right: 'reminder.answer' });
      const closed = closedFor(row, at, now.getTime());
      if (closed) throw closed;
      const time = keptAt(row, at);
      const changed = await saveStandIn(db, { reminder, at: time, for: who, substitute: actor.account, goes });
      if (changed === undefined) throw problem('not_found');
      if (!changed) return {};
      await countAnswered(db, [reminder]);
      const names = await namesAmong(db, [
        { group, account: actor.account },
        { group, account: who },
      ]);
      const name = names.get(`${group} ${actor.account}`) ?? '';
      // Who has left the group meanwhile hears no more of it.
      if (names.has(`${group} ${who}`))
        announce('reminder.standIn', who, {
          group,
          id: reminder,
          at: time === 0 ? null : time,
          what: goes ? 'goes' : 'refused',
          who: { id: actor.account, name },
        });
      announce('reminder.changed', group, { id: reminder, version: row.version });
      return {};
    },

    'reminder.get': async (context, { group, reminder, at }) => {
      const { db, actor } = context;
      const rows = await remindersAmong(db, { account: actor.account, group, ids: [reminder] });
      if (!rows[0]) throw problem('not_found');
      const time = at === undefined ? undefined : occurrenceAt(rows[0].timing, at);
      if (at !== undefined && !time) throw reminderProblems('reminder.no_such_time');
      const [shown] = await shownAll(context, totals, rows, time && [time]);
      return { reminder: shown! };
    },

    'reminder.read': async (context, { group, ids }) => {
      const rows = await remindersAmong(context.db, { account: context.actor.account, group, ids });
      return { reminders: await shownAll(context, totals, rows) };
    },

    'reminder.list': async (context, { group, show, before, limit }) => {
      const { db, actor } = context;
      const rows = await remindersPage(db, {
        account: actor.account,
        group,
        show,
        before: before && { at: new Date(before.at), id: before.id },
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1)! : undefined;
      const [reminders, coming] = await Promise.all([shownAll(context, totals, page), countComing(db, group)]);
      return {
        reminders,
        next: last ? { at: (last.nextAt ?? last.lastAt)!.getTime(), id: last.id } : null,
        coming,
      };
    },

    'reminder.answers': async (context, { group, reminder, at, show, under, query, after, limit }) => {
      const { db, actor, standing, now } = context;
      const [row] = await remindersAmong(db, { account: actor.account, group, ids: [reminder] });
      if (!row) throw problem('not_found');
      if (!seesAnswers(row, actor, standing)) throw problem('forbidden', { right: 'member.list' });
      const time = at ?? nextOccurrences(row.timing, now.getTime(), 1)[0]?.at ?? firstOf(row.timing)!;
      if (!occurrenceAt(row.timing, time)) throw reminderProblems('reminder.no_such_time');
      const asked = readPeopleQuery(query);
      const words = asked.by === 'words' ? asked.words : [];
      // Numbers and what holds no letter find nobody here.
      const nobody = query !== '' && asked.by !== 'words';
      const wish = { reminder, at: time, show, under, words, after, limit };
      const [page, tallies, counts] = await Promise.all([
        nobody ? { people: [], total: 0 } : answersPage(db, wish),
        after === 0 ? answerTallies(db, { reminder, at: time }) : [],
        totals.of(db, [{ row, at: time }], now.getTime()),
      ]);
      const reasons = seesReasons(row, actor, standing);
      const repeats = row.timing.repeat !== null;
      return {
        at: time,
        total: page.total,
        people: page.people.map(({ row: given, ...person }) => ({
          ...person,
          given: given ? givenOf(given, { repeats, reasons: reasons || person.account === actor.account }) : null,
        })),
        counts: counts.get(`${reminder} ${time}`)!,
        tallies,
      };
    },
  });
}

/** Nobody is told of what they have just done. `named` is as PostgreSQL writes an array. */
function without(
  { others, named }: { readonly others: boolean; readonly named: string },
  account: string,
): { others: boolean; named: string } {
  const rest = named
    .slice(1, -1)
    .split(',')
    .filter((it) => it !== '' && it !== account);
  return { others, named: `{${(others ? [...rest, account] : rest).join()}}` };
}

/** What calls louder is a right of its own, as for messages. */
function mayBeUrgent(standing: Standing, urgency: number): void {
  const right = (['', 'message.urgent', 'message.pressing', 'message.express'] as const)[urgency];
  if (right && !standing.can(right)) throw problem('forbidden', { right });
}

function distinct(whom: Whom | null): Whom | null {
  return (
    whom && {
      accounts: [...new Set(whom.accounts)],
      units: [...new Set(whom.units)],
      roles: [...new Set(whom.roles)],
    }
  );
}

const sameTiming = (a: When, b: When): boolean =>
  a.start === b.start && a.wholeDay === b.wholeDay && a.minutes === b.minutes && sameJson(a.repeat, b.repeat);

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortedKeys(a)) === JSON.stringify(sortedKeys(b));
}

/** The database keeps the fields of an object in an order of its own. */
function sortedKeys(it: unknown): unknown {
  if (typeof it !== 'object' || it === null || Array.isArray(it)) return it;
  return Object.fromEntries(
    Object.entries(it)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function changesOf(
  row: ReminderRow,
  next: Pick<ReminderRow, 'title' | 'place' | 'link' | 'whom'>,
  retimed: boolean,
): Change[] {
  const list: Change[] = [];
  if (retimed) list.push('time');
  if (next.place !== row.place || next.link !== row.link) list.push('place');
  if (next.title !== row.title) list.push('title');
  if (!sameJson(next.whom, row.whom)) list.push('whom');
  return list;
}

function sameRest(row: ReminderRow, next: Pick<ReminderRow, 'text' | 'urgency' | 'early' | 'files'>): boolean {
  return (
    next.text === row.text &&
    next.urgency === row.urgency &&
    next.early.join() === row.early.join() &&
    next.files.map((it) => it.id).join() === row.files.map((it) => it.id).join()
  );
}
