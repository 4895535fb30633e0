import type { InputOf, OutputOf } from '../../../protocol/action.ts';
import type { Cell } from '../../../protocol/csv.ts';
import type { Poll, pollActions, Voter } from '../protocol.ts';
import { VOTERS_PAGE } from '../rules.ts';
import type { Polls } from '../state.ts';

export type VotersInput = InputOf<(typeof pollActions)['poll.voters']>;
export type Voters = OutputOf<(typeof pollActions)['poll.voters']>;

/** All of them, for a table: page after page, each person once though somebody votes meanwhile. */
export async function everyVoter(
  state: Pick<Polls, 'call'>,
  group: string,
  poll: string,
  who: 'voted' | 'waiting',
): Promise<Voter[]> {
  const people = new Map<string, Voter>();
  for (let after = 0; ; after += VOTERS_PAGE) {
    const { list } = await state.call('poll.voters', { group, poll, who, after, limit: VOTERS_PAGE });
    for (const it of list) people.set(it.person.id, it);
    if (list.length < VOTERS_PAGE) return [...people.values()];
  }
}

interface TableWords {
  readonly headings: readonly string[];
  readonly total: string;
  readonly yes: string;
  readonly no: string;
}

/** A row a person and a column a choice, the totals on top; in an anonymous poll only the totals say what was chosen. */
export function votersTable(
  poll: Poll,
  { voted, waiting }: { readonly voted: readonly Voter[]; readonly waiting: readonly Voter[] },
  { headings, total, yes, no }: TableWords,
  nameOf: (name: string) => string,
): { headings: readonly string[]; rows: readonly (readonly Cell[])[] } {
  const people = [...voted.map((it) => ({ ...it, state: yes })), ...waiting.map((it) => ({ ...it, state: no }))];
  return {
    headings: [...headings, ...poll.choices.map((it) => it.text)],
    rows: [
      [total, '', '', `${poll.voters}/${poll.members}`, ...poll.choices.map((it) => it.votes ?? '')],
      ...people.map(({ person, choices, state }) => [
        nameOf(person.name),
        person.position,
        person.unit,
        state,
        ...poll.choices.map((it) => (choices.includes(it.id) ? 'x' : '')),
      ]),
    ],
  };
}
