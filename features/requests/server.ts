import { problem } from '../../protocol/problem.ts';
import type { OutputOf } from '../../protocol/action.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job } from '../../server/house.ts';
import { takeStreams } from '../../server/stream.ts';
import type { NoticeWriter } from '../../server/stream.ts';
import { changeUnattended } from '../../server/unattended.ts';
import { writeOwnAct } from '../audit/access.ts';
import { kindFor, tooManyMembers } from '../groups/access.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { inviteAccounts } from '../invitations/access.ts';
import { addMembers, countMembers } from '../members/access.ts';
import { finishRequests } from './access.ts';
import { requestActions } from './protocol.ts';
import { maskedPhone } from './rules.ts';
import { groupsDue, ownRequest, ownRequests, queueOf, queuesFor, requestsOf, statesOf, waitingAmong } from './store.ts';
import type { DecidedRow, EndState, RequestRow } from './store.ts';

/** Who waits to come in, and who lets them. */
export function requestHandlers(): HandlersOf<typeof requestActions> {
  return handlers(requestActions, {
    'request.list': async ({ db }, { group, after, limit }) => {
      const requests = await requestsOf(db, { group, after, limit });
      const { waiting, oldest } = await queueOf(db, group);
      return { requests: requests.map(shownRequest), waiting, oldest: oldest?.getTime() ?? null };
    },

    'request.waiting': async ({ db, actor, now }) => {
      const groups = await queuesFor(db, actor.account, now);
      const own = await ownRequests(db, actor.account);
      return {
        groups: groups.map((it) => ({ ...it, oldest: it.oldest?.getTime() ?? null })),
        own: own.map((it) => ({ ...it, at: it.at.getTime() })),
      };
    },

    'request.approve': async (context, { group, requests }) => {
      const { actor, db } = context;
      const waiting = await waitingAmong(db, group, requests);
      const decided = await decidedAmong(db, group, requests);
      const asked = waiting.filter((it) => it.added && it.askedFirst);
      const coming = waiting.filter((it) => !it.added || !it.askedFirst);
      if ((await countMembers(db, group)) + coming.length > MEMBERS_MOST) throw tooManyMembers();
      const ended = await finishRequests(context, {
        group,
        requests: waiting.map((it) => it.request),
        state: 'approved',
        by: actor.account,
      });
      const comes = new Set(coming.map((it) => it.account));
      const people = ended.flatMap(({ account, name }) => (comes.has(account) ? [{ id: account, name }] : []));
      const kind = await kindFor(db, group);
      const added = await addMembers(context, { group, kind, people, by: actor.account, as: 'member.added' });
      await inviteAccounts(
        context,
        group,
        asked.map((it) => it.account),
      );
      context.note({ people: ended.map((it) => it.account), details: { requests: ended.length } });
      return { approved: added.length, invited: asked.length, decided };
    },

    'request.refuse': async (context, { group, requests, reason }) => {
      const { actor, db } = context;
      const decided = await decidedAmong(db, group, requests);
      const ended = await finishRequests(context, { group, requests, state: 'refused', by: actor.account, reason });
      context.note({ people: ended.map((it) => it.account), details: { requests: ended.length } });
      return { refused: ended.length, decided };
    },

    'request.withdraw': async (context, { request }) => {
      const { actor, db } = context;
      const known = await ownRequest(db, request, actor.account);
      if (!known) throw problem('not_found');
      await takeStreams(db, [known.group]);
      const ended = await finishRequests(context, {
        group: known.group,
        requests: [request],
        state: 'withdrawn',
        by: actor.account,
      });
      context.note({ group: known.group });
      if (ended.length > 0) return { state: 'withdrawn' };
      const { state } = (await ownRequest(db, request, actor.account))!;
      return { state: state as EndState };
    },
  });
}

type Decided = OutputOf<(typeof requestActions)['request.approve']>['decided'];

/** Those somebody else has decided already; fails where one was never made in this group. */
async function decidedAmong(
  db: Parameters<typeof statesOf>[0],
  group: string,
  requests: readonly string[],
): Promise<Decided> {
  const states = await statesOf(db, group, requests);
  if (states.length < new Set(requests).size) throw problem('not_found');
  return states.filter((it): it is DecidedRow & { state: EndState } => it.state !== 'waiting');
}

type Shown = OutputOf<(typeof requestActions)['request.list']>['requests'][number];

function shownRequest({ at, phone, ...it }: RequestRow): Shown {
  return { ...it, at: at.getTime(), phone: it.listed || phone === null ? null : maskedPhone(phone) };
}

/** Requests nobody decided end by themselves: once, whichever node comes first. */
export function requestsJob(house: House, writeNotices: NoticeWriter): Job {
  return {
    name: 'end old requests',
    everySeconds: 60,
    async run() {
      for (const group of await groupsDue(house.db, house.now())) {
        await changeUnattended(house, writeNotices, async (context) => {
          const { db, now } = context;
          await takeStreams(db, [group]);
          const ended = await finishRequests(context, { group, dueAt: now, state: 'expired', by: null });
          if (ended.length === 0) return;
          const people = ended.map((it) => it.account);
          await writeOwnAct(db, {
            act: 'house.requestsEnded',
            topic: 'member',
            at: now,
            group,
            people,
            details: { count: people.length },
          });
        });
      }
    },
  };
}
