import { randomUUIDv7 } from 'node:crypto';

import { problem } from '../../protocol/problem.ts';
import { handlers, preparing } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { Actor, House, Job } from '../../server/house.ts';
import { withLease } from '../../server/lease.ts';
import { mayIn } from '../groups/access.ts';
import type { Appender } from './access.ts';
import { writeOwnAct } from './access.ts';
import { copyCheckpoints, signCheckpoint } from './chain/checkpoint.ts';
import { lastWalk } from './chain/walker.ts';
import type { Walker } from './chain/walker.ts';
import type { Verdict } from './chain/verify.ts';
import { auditActions, auditProblems, VerdictShape } from './protocol.ts';
import type { AuditExport } from './protocol.ts';
import { EXPORT_HOURS, EXPORT_MOST, STEP_UP_MINUTES } from './rules.ts';
import { pageOf } from './server/page.ts';
import {
  accountNames,
  auditorsOf,
  countEntries,
  countOtherLeaders,
  countOtherReaders,
  deleteExports,
  exportById,
  insertExport,
  isReader,
  isWaiting,
  lastCheckpoint,
  lastLink,
  openExports,
  provedSince,
  saveAgreed,
  saveAuditor,
} from './store.ts';
import type { ExportRow, Filter } from './store.ts';

interface Choice {
  readonly person: string | null;
  readonly topic: string | null;
  readonly refused: boolean;
  readonly from: number | null;
  readonly to: number | null;
}

function filterOf({ person, topic, refused, from, to }: Choice, group: string | null): Filter {
  return {
    ...(group === null ? {} : { group }),
    ...(person === null ? {} : { person }),
    ...(topic === null ? {} : { topic }),
    ...(refused ? { refused } : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
}

type Asking = Pick<ChangeContext, 'db' | 'now' | 'note' | 'caller'> & { readonly actor: Actor };

export function auditHandlers(
  house: House,
  { appender, walker }: { appender: Appender; walker: Walker },
): HandlersOf<typeof auditActions> {
  async function ask(
    context: Asking,
    filter: Filter,
    group: string | null,
    others: () => Promise<number>,
  ): Promise<{ export: string; agreed: boolean }> {
    const { db, now, actor, note } = context;
    await stepUp(context);
    await appender.settle();
    const entries = await countEntries(db, filter, EXPORT_MOST);
    if (entries > EXPORT_MOST) throw auditProblems('audit.too_many', { most: EXPORT_MOST });
    const alone = (await others()) === 0;
    const id = randomUUIDv7();
    await deleteExports(db, now);
    await insertExport(db, {
      id,
      by: actor.account,
      group,
      filter,
      entries,
      head: (await lastLink(db))?.seq ?? 0,
      askedAt: now,
      endsAt: new Date(now.getTime() + EXPORT_HOURS * 3_600_000),
      agreedBy: alone ? actor.account : null,
      agreedAt: alone ? now : null,
    });
    note({ object: id, ...(group === null ? {} : { group }), details: { entries, ...(alone ? { alone } : {}) } });
    return { export: id, agreed: alone };
  }

  async function agree(context: Asking, id: string, group: string | null): Promise<Record<string, never>> {
    const { db, now, actor, note } = context;
    await stepUp(context);
    const row = await exportById(db, id, now);
    if (!row || row.group !== group) throw problem('not_found');
    if (row.by === actor.account) throw auditProblems('audit.own_export');
    if (!(await saveAgreed(db, id, actor.account, now))) throw auditProblems('audit.agreed_already');
    note({ object: id, people: [row.by], details: { entries: row.entries } });
    return {};
  }

  return handlers(auditActions, {
    'audit.list': async ({ db }, { group, before, above, limit, ...choice }) => {
      await appender.settle();
      return pageOf(db, filterOf(choice, group), { before, above, limit }, { addresses: true });
    },

    'audit.ofGroup': async ({ db }, { group, before, above, limit, ...choice }) => {
      await appender.settle();
      return pageOf(db, filterOf(choice, group), { before, above, limit }, { addresses: false });
    },

    'audit.state': async ({ db }) => {
      await appender.settle();
      const point = await lastCheckpoint(db);
      const walk = await lastWalk(db);
      const verdict = VerdictShape.safeParse(walk?.verdict);
      return {
        head: (await lastLink(db))?.seq ?? 0,
        checkpoint: point ? { at: point.at, seq: point.seq } : null,
        walked: walk && verdict.success ? { at: walk.at, verdict: verdict.data } : null,
      };
    },

    'audit.verify': preparing(
      ({ outside }: { outside: string }): Promise<Verdict> => walker.whole(outside),
      async ({ note }, _input, verdict) => {
        note({ details: { verdict: { ...verdict, broken: verdict.broken && { ...verdict.broken } } } });
        return verdict;
      },
    ),

    'audit.askExport': (context, { group, ...choice }) =>
      ask(context, filterOf(choice, group), null, () => countOtherReaders(context.db, context.actor.account)),

    'audit.askGroupExport': (context, { group, ...choice }) =>
      ask(context, filterOf(choice, group), group, () => countOtherLeaders(context.db, group, context.actor.account)),

    'audit.exports': async ({ db, now }) => ({ exports: await exportsShown(db, await openExports(db, null, now)) }),

    'audit.groupExports': async ({ db, now }, { group }) => ({
      exports: await exportsShown(db, await openExports(db, group, now)),
    }),

    'audit.agree': (context, input) => agree(context, input.export, null),
    'audit.agreeGroup': (context, input) => agree(context, input.export, input.group),

    'audit.fetchExport': async ({ db, actor, now }, { export: id, before, limit }) => {
      const row = await exportById(db, id, now);
      if (!row || row.by !== actor.account) throw problem('not_found');
      if (row.agreedBy === null) throw auditProblems('audit.not_agreed');
      // Whoever asked may have lost the right since.
      const may =
        row.group === null
          ? await isReader(db, actor.account)
          : await mayIn(db, { group: row.group, account: actor.account, right: 'audit.read', now });
      if (!may) throw problem('not_found');
      return pageOf(
        db,
        row.filter,
        { before, above: 0, upTo: row.head, limit },
        { addresses: row.group === null, all: true },
      );
    },

    'audit.auditors': async ({ db }) => ({ auditors: await auditorsOf(db) }),

    'audit.appoint': async ({ db, announce }, { account, on }) => {
      if (!(await saveAuditor(db, account, on))) throw problem('not_found');
      announce('account.changed', account, { auditor: on });
      return {};
    },
  });

  async function stepUp({ db, now, actor, caller }: Asking): Promise<void> {
    if (caller.door === 'program') return;
    const since = new Date(now.getTime() - STEP_UP_MINUTES * 60_000);
    if (!(await provedSince(db, actor.session, since))) throw problem('confirm_needed');
  }

  async function exportsShown(db: House['db'], rows: readonly ExportRow[]): Promise<AuditExport[]> {
    const names = await accountNames(
      db,
      rows.flatMap((it) => [it.by, ...(it.agreedBy === null ? [] : [it.agreedBy])]),
    );
    const person = (id: string) => ({ id, name: names.get(id)?.name ?? '', photo: names.get(id)?.photo ?? null });
    return rows.map((it) => ({
      id: it.id,
      by: person(it.by),
      entries: it.entries,
      from: it.filter.from ?? null,
      to: it.filter.to ?? null,
      askedAt: it.askedAt.getTime(),
      endsAt: it.endsAt.getTime(),
      agreedBy: it.agreedBy === null ? null : person(it.agreedBy),
    }));
  }
}

/** Keeps the chain up to date where nobody wakes it, signs its end when it is time, and copies what is signed. */
export function chainJob(house: House, appender: Appender): Job {
  return {
    name: 'chain and sign the audit log',
    everySeconds: 10,
    async run() {
      await appender.settle();
      await signCheckpoint(house);
      // Also what another node signed, and ended before it was copied.
      await copyCheckpoints(house);
    },
  };
}

const DAY = 86_400_000;
/** Two o’clock in the night in Vietnam, as an hour of UTC. */
const NIGHT = 19;

/** After a start what came since the last checkpoint is walked, every night all of it; what is found stands in the log. */
export function walkJob(house: House, walker: Walker): Job {
  let started = false;
  return {
    name: 'walk the audit log',
    everySeconds: 600,
    async run() {
      const now = house.now();
      if (!started) {
        const verdict = await walker.tail();
        await writeOwnAct(house.db, {
          act: 'house.started',
          topic: 'log',
          at: now,
          details: { node: process.version, whole: verdict.broken === null },
        });
        started = true;
      }
      const isDue = async (): Promise<boolean> => {
        if (await isWaiting(house.db, 'house.walked')) return false;
        const age = now.getTime() - ((await lastWalk(house.db))?.at ?? 0);
        const night = now.getUTCHours() === NIGHT;
        return age >= (night ? DAY / 2 : DAY + 3_600_000);
      };
      if (!(await isDue())) return;
      await withLease(house.db, 'walk of the audit log', async () => {
        // Another node may have done it between the look and the lease.
        if (!(await isDue())) return;
        const verdict = await walker.whole();
        await writeOwnAct(house.db, {
          act: 'house.walked',
          topic: 'log',
          at: house.now(),
          details: { verdict: { ...verdict, broken: verdict.broken && { ...verdict.broken } } },
        });
      });
    },
  };
}
