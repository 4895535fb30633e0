import { problem } from '../../protocol/problem.ts';
import type { ChangeContext } from '../../server/handler.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Actor, House, Standing } from '../../server/house.ts';
import { openTally } from '../../server/tally.ts';
import { canDecideAbout } from '../groups/rights.ts';
import type { Role } from '../groups/rights.ts';
import { roleIn } from '../members/access.ts';
import type { Cards } from '../messages/access.ts';
import { acceptedFor } from '../regulation/access.ts';
import { shownPoll } from './access.ts';
import { pollActions, pollProblems } from './protocol.ts';
import { CHOICES_MOST, DEADLINE_LEAST_MS, DEADLINE_MOST_MS, sameChoice, seesResults } from './rules.ts';
import { openBallots } from './server/box.ts';
import { clearAway, closePoll } from './server/closing.ts';
import { closedFor, countTogether } from './server/counting.ts';
import type { VoteWish } from './server/counting.ts';
import {
  choiceTexts,
  countOpen,
  deletePoll,
  insertChoice,
  insertPoll,
  isAnonymous,
  pollPage,
  pollsIn,
  savePoll,
  takePolls,
  unitShares,
  votersPage,
} from './store.ts';
import type { TakenPoll } from './store.ts';

type Acting = Pick<ChangeContext, 'db' | 'now'> & { readonly actor: Actor; readonly standing: Standing };

/** The poll, held until the end of the transaction; fails as not found. */
async function pollFor({ db, standing }: Acting, id: string): Promise<TakenPoll> {
  const poll = (await takePolls(db, [id])).get(id);
  if (!poll || poll.group !== standing.group) throw problem('not_found');
  return poll;
}

/** Whoever made it, and leaders; fails as forbidden. */
function mustLead({ actor, standing }: Acting, poll: TakenPoll, right: string): void {
  const may = poll.groupOpen && (poll.maker === actor.account || standing.can('message.recallOthers'));
  if (!may) throw problem('forbidden', { right });
}

export function pollHandlers(house: House, cards: Cards): HandlersOf<typeof pollActions> {
  const count = openTally<VoteWish>(house, 'poll.vote', countTogether);
  const putIn = openBallots(house);

  return handlers(pollActions, {
    'poll.create': async (context, { group, choices, endsAt, ...wish }) => {
      const { actor, db, standing, id, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const ahead = endsAt === null ? undefined : endsAt - now.getTime();
      if (ahead !== undefined && (ahead < DEADLINE_LEAST_MS || ahead > DEADLINE_MOST_MS))
        throw pollProblems('poll.wrong_deadline');
      await insertPoll(db, {
        ...wish,
        id,
        group,
        maker: actor.account,
        at: now,
        choices,
        endsAt: endsAt === null ? null : new Date(endsAt),
      });
      await cards.send(context, {
        id,
        group,
        sender: actor.account,
        text: wish.question,
        card: { kind: 'poll', id },
      });
      announce('poll.changed', group, { id, version: 1 });
      return { id };
    },

    'poll.vote': async (context, wish) => {
      const anonymous = await isAnonymous(context.db, wish.group, wish.poll);
      if (anonymous === undefined) throw problem('not_found');
      return anonymous ? putIn(context, wish) : count(context, wish);
    },

    'poll.addChoice': async (context, { group, poll, text }) => {
      const { actor, db, standing, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const it = await pollFor(context, poll);
      const closed = closedFor(it, 'poll.addChoice', now);
      if (closed) throw closed;
      if (!it.open) throw pollProblems('poll.fixed');
      const texts = await choiceTexts(db, poll);
      if (texts.some((one) => sameChoice(one, text))) throw pollProblems('poll.same_choice');
      if (texts.length >= CHOICES_MOST) throw pollProblems('poll.choices_full', { most: CHOICES_MOST });
      await insertChoice(db, { poll, id: texts.length, text, by: actor.account });
      announce('poll.changed', group, { id: poll, version: await savePoll(db, poll, {}) });
      return { choice: texts.length };
    },

    'poll.lock': async (context, { poll }) => {
      const { db, now, announce, afterCommit } = context;
      const it = await pollFor(context, poll);
      mustLead(context, it, 'poll.lock');
      const closed = closedFor(it, 'poll.lock', now);
      // Locked is locked, whoever did it; what has ended by its deadline is the clock’s.
      if (closed?.code === 'poll.locked') return {};
      if (closed) throw closed;
      await closePoll({ db, now, announce, why: 'locked' }, it);
      if (it.anonymous) afterCommit(() => clearAway(house));
      return {};
    },

    'poll.unlock': async (context, { group, poll }) => {
      const { db, now, announce } = context;
      const it = await pollFor(context, poll);
      mustLead(context, it, 'poll.unlock');
      const closed = closedFor(it, 'poll.unlock', now);
      if (!closed) return {};
      if (closed.code !== 'poll.locked') throw closed;
      announce('poll.changed', group, { id: poll, version: await savePoll(db, poll, { lockedAt: null }) });
      return {};
    },

    'poll.remove': async (context, { group, poll }) => {
      const { actor, db, standing, now, announce } = context;
      const it = await pollFor(context, poll);
      if (it.maker !== actor.account || !it.groupOpen) {
        const role = await roleIn(db, group, it.maker, now);
        const above = standing.can('message.recallOthers') && canDecideAbout(standing.role as Role, role ?? 'member');
        if (!above) throw problem('forbidden', { right: 'poll.remove' });
      }
      await deletePoll(db, poll);
      await cards.recall(context, [poll]);
      announce('poll.removed', group, { id: poll });
      return {};
    },

    'poll.get': async ({ db, actor, standing, now }, { group, poll }) => {
      const [row] = await pollsIn(db, { account: actor.account, group, ids: [poll] });
      if (!row) throw problem('not_found');
      return { poll: shownPoll(row, actor.account, standing, now) };
    },

    'poll.read': async ({ db, actor, standing, now }, { group, ids }) => {
      const rows = await pollsIn(db, { account: actor.account, group, ids });
      return { polls: rows.map((it) => shownPoll(it, actor.account, standing, now)) };
    },

    'poll.list': async ({ db, actor, standing, now }, { group, which, before, limit }) => {
      const rows = await pollPage(db, { account: actor.account, group, which, before, limit: limit + 1, now });
      return {
        polls: rows.slice(0, limit).map((it) => shownPoll(it, actor.account, standing, now)),
        more: rows.length > limit,
        open: await countOpen(db, group, now),
      };
    },

    'poll.voters': async ({ db, actor, standing, now }, { group, poll, who, choice, unit, after, limit }) => {
      const [row] = await pollsIn(db, { account: actor.account, group, ids: [poll] });
      if (!row) throw problem('not_found');
      const { state, voted } = shownPoll(row, actor.account, standing, now);
      const sees = seesResults(row, state, voted);
      if (who === 'choice' && (row.anonymous || !sees)) throw pollProblems('poll.still_hidden');
      const lists = standing.can('member.list');
      if (who === 'waiting' && !lists) throw problem('forbidden', { right: 'member.list' });
      const wish = { group, poll, anonymous: row.anonymous, who, choice, unit, after, limit };
      const { list, total } = await votersPage(db, wish);
      return {
        // That somebody has voted is known before what they chose is.
        list: list.map((it) => ({ person: it.person, choices: sees ? [...it.choices] : [] })),
        total,
        ...(after === 0 && who !== 'choice' && lists ? { units: await unitShares(db, wish) } : {}),
      };
    },
  });
}
