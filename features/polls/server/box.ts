import { hash } from 'node:crypto';

import { problem } from '../../../protocol/problem.ts';
import type { Problem } from '../../../protocol/problem.ts';
import { isTransient } from '../../../server/database.ts';
import type { Database } from '../../../server/database.ts';
import type { Actor, House, Standing } from '../../../server/house.ts';
import { Paced } from '../../../server/paced.ts';
import { publish } from '../../../server/perform.ts';
import { insertEventsOfMany, takeStreams } from '../../../server/stream.ts';
import { pollProblems } from '../protocol.ts';
import { inOrder } from '../rules.ts';
import { takePolls } from '../store.ts';
import { marksAmong, putInBox } from '../store/box.ts';
import { closedFor, wrongIn } from './counting.ts';
import type { VoteWish } from './counting.ts';

/** A box is opened for new votes at most once in this time: those that came meanwhile go in together. */
const EVERY_MS = 500;
/** Votes of one transaction, and waiting for one. */
const TOGETHER = 1_000;
const WAITING = 20_000;
const TRIES = 5;

interface Ballot {
  readonly account: string;
  readonly group: string;
  readonly poll: string;
  readonly mark: Buffer;
  readonly choices: readonly number[];
  readonly rightsVersion: number;
}

type Outcome = 'done' | 'rights_changed' | Problem;

/**
 * Takes votes of anonymous polls. It does not go the way of other small acts, which are remembered by act, person and time, with a
 * digest of what was wished for and an event to the person’s devices: thirty choices are soon tried against a digest. What is kept
 * here stands in the box, of all who voted together, and the action id is kept as a hash beside the name, so that a vote which is
 * sent again after a lost answer is the same vote, and another one is refused.
 */
export function openBallots(house: House) {
  const ballots = new Paced<Ballot, Outcome>((list) => boxTogether(house, list), {
    everyMs: EVERY_MS,
    most: TOGETHER,
    limit: WAITING,
  });
  return async (
    { id, actor, standing }: { readonly id: string; readonly actor: Actor; readonly standing: Standing },
    { group, poll, choices }: VoteWish,
  ): Promise<{ at: number } | 'rights_changed'> => {
    const mark = hash('sha256', `vote\n${actor.account}\n${id}`, 'buffer').subarray(0, 16);
    const { rightsVersion } = standing;
    const waiting = ballots.add(poll, {
      account: actor.account,
      group,
      poll,
      mark,
      choices: inOrder(choices),
      rightsVersion,
    });
    if (!waiting) throw problem('busy', { wait: 2 });
    const outcome = await waiting;
    if (outcome === 'rights_changed') return outcome;
    if (outcome !== 'done') throw outcome;
    return { at: 0 };
  };
}

async function boxTogether(house: House, list: readonly Ballot[]): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { outcomes, frames } = await house.db.transaction().execute((tx) => boxIn(tx, house, list));
      publish(house, frames);
      return outcomes;
    } catch (error) {
      if (!isTransient(error) || attempt >= TRIES) throw error;
    }
  }
}

const keyOf = ({ poll, account }: Ballot): string => `${poll} ${account}`;

async function boxIn(tx: Database, house: House, list: readonly Ballot[]) {
  const at = house.now();
  // The groups’ streams only: a lock on a person’s row would name the transaction in it.
  const streams = await takeStreams(tx, [...new Set(list.map((it) => it.group))]);
  const polls = await takePolls(tx, [...new Set(list.map((it) => it.poll))]);
  const marks = await marksAmong(tx, list);
  const fresh: Ballot[] = [];
  const outcomes = list.map((it): Outcome => {
    const poll = polls.get(it.poll);
    if (!poll || poll.group !== it.group) return problem('not_found');
    const before = marks.get(keyOf(it));
    if (before) return before.equals(it.mark) ? 'done' : pollProblems('poll.voted');
    if (streams.get(it.group)?.rightsVersion !== it.rightsVersion) return 'rights_changed';
    const why = closedFor(poll, 'poll.vote', at) ?? wrongIn(poll, it.choices);
    if (why) return why;
    // What lies in the box cannot be taken out again: an empty paper has no place there.
    if (it.choices.length === 0) return pollProblems('poll.wrong_choice', { most: poll.most });
    marks.set(keyOf(it), it.mark);
    fresh.push(it);
    return 'done';
  });
  const announcements = [];
  for (const [id, ballots] of Map.groupBy(fresh, (it) => it.poll)) {
    const poll = polls.get(id)!;
    const votes = poll.votes.map((_, choice) => ballots.filter((it) => it.choices.includes(choice)).length);
    const { voters, version } = await putInBox(tx, { poll: id, voters: ballots, votes });
    announcements.push({ name: 'poll.counted', stream: poll.group, by: null, body: { id, version, voters } });
  }
  const frames = await insertEventsOfMany(tx, house.events, at, announcements);
  return { outcomes, frames };
}
