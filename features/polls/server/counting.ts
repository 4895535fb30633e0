import { problem } from '../../../protocol/problem.ts';
import type { Problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import type { SmallAct, Tallied } from '../../../server/tally.ts';
import { pollProblems } from '../protocol.ts';
import { inOrder, stateAt } from '../rules.ts';
import { saveTotals, saveVotes, takePolls, votesAmong } from '../store.ts';
import type { TakenPoll } from '../store.ts';

export interface VoteWish {
  readonly group: string;
  readonly poll: string;
  readonly choices: readonly number[];
}

/** Why nobody may change anything of the poll now; undefined where they may. */
export function closedFor(poll: TakenPoll, right: string, now: Date): Problem | undefined {
  // A group that is frozen is read and nothing else.
  if (!poll.groupOpen) return problem('forbidden', { right });
  const state = stateAt(
    {
      endsAt: poll.endsAt?.getTime() ?? null,
      lockedAt: poll.lockedAt?.getTime() ?? null,
      endedAt: poll.endedAt?.getTime() ?? null,
    },
    now.getTime(),
  );
  if (state === 'open') return undefined;
  return pollProblems(state === 'locked' ? 'poll.locked' : 'poll.ended');
}

/** Why such a vote is none; undefined where it is one. */
export function wrongIn(poll: TakenPoll, choices: readonly number[]): Problem | undefined {
  const unknown = choices.some((it) => it >= poll.votes.length);
  return unknown || choices.length > poll.most ? pollProblems('poll.wrong_choice', { most: poll.most }) : undefined;
}

/** Many votes of many people in polls that keep who chose what; in their order, the last of each person counts. */
export async function countTogether(tx: Database, acts: readonly SmallAct<VoteWish>[], at: Date): Promise<Tallied> {
  const polls = await takePolls(tx, [...new Set(acts.map((it) => it.input.poll))]);
  const known = await votesAmong(
    tx,
    acts.map(({ account, input: { poll } }) => ({ poll, account })),
  );
  const keyOf = (poll: string, account: string): string => `${poll} ${account}`;
  const before = new Map(known.map((it) => [keyOf(it.poll, it.account), it.choices]));
  const after = new Map<string, { poll: string; account: string; choices: readonly number[] }>();

  const refused = acts.map(({ account, input: { group, poll, choices } }): Problem | undefined => {
    const it = polls.get(poll);
    if (!it || it.group !== group) return problem('not_found');
    const wanted = inOrder(choices);
    const why = closedFor(it, 'poll.vote', at) ?? wrongIn(it, wanted);
    if (!why) after.set(keyOf(poll, account), { poll, account, choices: wanted });
    return why;
  });

  // What was chosen and taken back within the batch was never there.
  const changed = [...after].flatMap(([key, it]) => {
    const was = before.get(key) ?? [];
    return was.join() === it.choices.join() ? [] : [{ ...it, was }];
  });
  const totals = [...Map.groupBy(changed, (it) => it.poll)].map(([id, list]) => {
    const poll = polls.get(id)!;
    const votes = [...poll.votes];
    let { voters } = poll;
    for (const { was, choices } of list) {
      for (const it of was) votes[it]! -= 1;
      for (const it of choices) votes[it]! += 1;
      voters += Number(choices.length > 0) - Number(was.length > 0);
    }
    return { id, poll, voters, votes, version: poll.version + 1 };
  });
  await saveVotes(tx, changed, at);
  await saveTotals(tx, totals);

  return {
    refused,
    announcements: [
      ...totals.map(({ id, poll, voters, votes, version }) => ({
        name: 'poll.counted',
        stream: poll.group,
        by: null,
        // Where results are for who has voted they are in no event: everybody in the group is told those.
        body: { id, version, voters, ...(poll.hidden ? {} : { votes }) },
      })),
      ...changed.map(({ poll, account, choices }) => ({
        name: 'poll.voted',
        stream: account,
        by: account,
        body: { group: polls.get(poll)!.group, id: poll, choices },
      })),
    ],
  };
}
