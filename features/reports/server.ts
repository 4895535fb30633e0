import { problem } from '../../protocol/problem.ts';
import { Batch } from '../../server/batch.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job } from '../../server/house.ts';
import { takeStreams } from '../../server/stream.ts';
import { messageGone } from '../messages/access.ts';
import { sealedKey } from '../sealed/access.ts';
import { tellDecided, tellOfficers, withdraw } from './access.ts';
import { ReportedShape, reportActions, reportProblems } from './protocol.ts';
import type { Report } from './protocol.ts';
import { DEVICES_KEPT_DAYS, PENDING_MOST, PURGED_MOST, READ_MS, VOICES_MOST } from './rules.ts';
import {
  addVoice,
  countOpen,
  insertOpening,
  messageOpened,
  openingsOf,
  reportable,
  reportById,
  reportsBefore,
  reportStanding,
  saveDismissed,
  thingWords,
  voicesOf,
  wordsOf,
} from './store.ts';
import type { ReportRow } from './store.ts';
import { countUp, groupsOf, minuteRow, pendingFor, saveConfirmed } from './store/withdrawing.ts';

const DAY_MS = 86_400_000;
/** Devices that are told in the same moment say so in the same moment. */
const TOGETHER = 500;
const WAITING = 20_000;

export interface ReportPlaces {
  /** Deletes the stored pieces of files that are gone. */
  removeGone(): Promise<void>;
}

export function reportHandlers(house: House, { removeGone }: ReportPlaces): HandlersOf<typeof reportActions> {
  const key = sealedKey(house);
  const confirmed = new Batch<{ session: string; withdrawals: readonly string[] }, void>(
    async (list) => {
      const rows = list.flatMap(({ session, withdrawals }) =>
        withdrawals.map((withdrawal) => ({ session, withdrawal })),
      );
      await saveConfirmed(house.db, rows, house.now());
      return list.map(() => undefined);
    },
    { most: TOGETHER, limit: WAITING },
  );

  return handlers(reportActions, {
    'report.make': async ({ actor, db, id, now, announce, note }, { group, message, reason }) => {
      const it = await reportable(db, actor.account, group, message);
      if (!it) throw problem('not_found');
      if (it.recalled) throw messageGone();
      const { at: sentAt, recalled: _recalled, ...rest } = it;
      const made = await addVoice(db, {
        ...rest,
        report: id,
        message,
        group,
        sentAt,
        account: actor.account,
        reason,
        at: now,
      });
      if (made.fresh) await tellOfficers({ db, announce }, [made.report], 'open');
      note(it.sender === null || it.sender === actor.account ? {} : { people: [it.sender] });
      return {};
    },

    'report.list': async ({ db }, { which, before, limit }) => {
      const rows = await reportsBefore(db, {
        which,
        before: before && { at: new Date(before.at), report: before.report },
        limit,
      });
      return { reports: rows.slice(0, limit).map(shown), more: rows.length > limit, open: await countOpen(db) };
    },

    'report.get': async ({ db }, { report }) => {
      const row = await reportById(db, report);
      if (!row) throw problem('not_found');
      const timed = <T extends { at: Date }>(it: T) => ({ ...it, at: it.at.getTime() });
      const voices = (await voicesOf(db, report, VOICES_MOST)).map(timed);
      const openings = (await openingsOf(db, row.message, VOICES_MOST)).map(timed);
      return { report: { ...shown(row), voices, openings } };
    },

    // It answers nothing of what was said: answers to changes are kept. What it opens is read by `report.read`.
    'report.open': async ({ actor, db, id, now, announce, note }, { report }) => {
      const it = await reportStanding(db, report);
      if (!it) throw problem('not_found');
      if (it.state === 'withdrawn' || !(await wordsOf(db, it.group, it.message)))
        throw reportProblems('report.nothing_left');
      await insertOpening(db, { id, report, message: it.message, account: actor.account, at: now });
      announce('report.opened', it.group, { id: it.message });
      note({ group: it.group, details: { message: it.message } });
      return {};
    },

    'report.read': async ({ actor, db, now }, { report, act }) => {
      const since = new Date(now.getTime() - READ_MS);
      const opened = await messageOpened(db, { act, report, account: actor.account, since });
      if (opened === undefined) throw problem('not_found');
      const found = await wordsOf(db, opened.group, opened.message);
      if (!found) throw reportProblems('report.nothing_left');
      const { versions, card } = found;
      const thing = card ? await thingWords(db, card.kind, card.id) : { texts: [], files: [] };
      return ReportedShape.parse({
        versions,
        files: [...(found.files ?? []), ...thing.files],
        thing: thing.texts,
      });
    },

    'report.decide': async (context, { report, decision, note: words }) => {
      const { actor, db, now, announce, note, afterCommit } = context;
      const before = await reportStanding(db, report);
      if (!before) throw problem('not_found');
      const { group, message } = before;
      // The group before the report, as whoever reports does.
      await takeStreams(db, [group]);
      const { state, sender } = (await reportStanding(db, report, true))!;
      if (state !== 'open') throw reportProblems('report.decided', { state });
      if (decision === 'withdraw') {
        const done = await withdraw(context, { group, message, by: actor.account, cause: 'report', note: words, key });
        afterCommit(removeGone);
        note({
          group,
          people: done.sender === null ? [] : [done.sender],
          details: { message, messages: done.removed.messages, groups: done.removed.groups, files: done.removed.files },
        });
        return { withdrawal: done.withdrawal };
      }
      await saveDismissed(db, { report, by: actor.account, at: now, note: words });
      await tellDecided({ db, now, announce }, [report], 'dismiss');
      note({ group, people: sender === null ? [] : [sender], details: { message } });
      return { withdrawal: null };
    },

    'report.minute': async ({ db, now }, { withdrawal }) => {
      const row = await minuteRow(db, withdrawal);
      if (!row) throw problem('not_found');
      const {
        message,
        sender,
        sentAt,
        group,
        told,
        confirmed: said,
        signedOut,
        firstReportAt,
        agency,
        at,
        ...rest
      } = row;
      const openings = await openingsOf(db, message, VOICES_MOST);
      return {
        minute: {
          ...rest,
          withdrawal,
          agency: agency ?? '',
          at: at.getTime(),
          message: { id: message, sender, sentAt: sentAt.getTime(), group },
          groups: await groupsOf(db, withdrawal),
          firstReportAt: firstReportAt?.getTime() ?? null,
          openings: openings.map((it) => ({ ...it, at: it.at.getTime() })),
          devices: { told, confirmed: said, signedOut },
          readAt: now.getTime(),
        },
      };
    },

    'withdrawal.pending': async ({ actor, db }) => ({
      purges: (await pendingFor(db, actor, { withdrawals: PENDING_MOST, each: PURGED_MOST })).map(
        ({ withdrawal, messages, files }) => ({ withdrawal, messages: [...messages], files: [...files] }),
      ),
    }),

    'withdrawal.confirm': async ({ actor }, { withdrawals }) => {
      const waiting = confirmed.add({ session: actor.session, withdrawals });
      if (!waiting) throw problem('busy', { wait: 2 });
      await waiting;
      return {};
    },
  });
}

function shown({ decidedBy, decidedAt, note, withdrawal, sentAt, firstAt, lastAt, ...row }: ReportRow): Report {
  return {
    ...row,
    sentAt: sentAt.getTime(),
    firstAt: firstAt.getTime(),
    lastAt: lastAt.getTime(),
    decided: decidedAt === null ? null : { by: decidedBy, at: decidedAt.getTime(), note, withdrawal },
  };
}

/** Which device has confirmed what is kept for a while; then the counts are. */
export function withdrawalsJob(house: House): Job {
  return {
    name: 'count up withdrawals',
    everySeconds: 3_600,
    async run() {
      const before = new Date(house.now().getTime() - DEVICES_KEPT_DAYS * DAY_MS);
      while ((await countUp(house.db, before, 50)) === 50);
    },
  };
}
