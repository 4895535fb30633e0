export const QUESTION_MOST = 300;
export const CHOICE_MOST = 200;
export const CHOICES_LEAST = 2;
export const CHOICES_MOST = 30;
/** A deadline lies so far ahead at least, in milliseconds, and at most. */
export const DEADLINE_LEAST_MS = 60_000;
export const DEADLINE_MOST_MS = 366 * 86_400_000;
/** Polls of one page of the list, of one reading, and people of one page of those who voted. */
export const LISTED_MOST = 50;
export const READ_MOST = 50;
export const VOTERS_PAGE = 100;
/**
 * An anonymous poll in which fewer have voted is closed without a result: of one vote everybody would know whose it is, of two
 * each of the two would.
 */
export const ANONYMOUS_LEAST = 3;

/** `locked` by a person, who can open it again; `ended` by its deadline, or for good. */
export const POLL_STATES = ['open', 'locked', 'ended'] as const;
export type PollState = (typeof POLL_STATES)[number];

export interface Dated {
  readonly endsAt: number | null;
  readonly lockedAt: number | null;
  readonly endedAt: number | null;
}

/** The deadline counts from its moment on, whenever that is written down. */
export function stateAt({ endsAt, lockedAt, endedAt }: Dated, now: number): PollState {
  if (endedAt !== null || (endsAt !== null && endsAt <= now)) return 'ended';
  return lockedAt === null ? 'open' : 'locked';
}

/** How a poll is made: what never changes about it. */
export interface PollRules {
  /** How many choices one person may take; 1 where it is one of them. */
  readonly most: number;
  readonly anonymous: boolean;
  /** Results are shown to who has voted only, until it is closed. */
  readonly hidden: boolean;
  /** Members may add choices. */
  readonly open: boolean;
}

/**
 * Whether somebody is told the results. Those of an anonymous poll are opened once, for all, when it is closed: whoever saw them
 * grow could tell from who has just voted what they voted.
 */
export function seesResults(
  { anonymous, hidden }: Pick<PollRules, 'anonymous' | 'hidden'>,
  state: PollState,
  voted: boolean,
): boolean {
  if (state !== 'open') return true;
  return !anonymous && (!hidden || voted);
}

/** Two choices that read the same are one. */
export function sameChoice(a: string, b: string): boolean {
  return keyOf(a) === keyOf(b);
}

const keyOf = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLocaleLowerCase('vi');

/** The place of the first choice that says what one before it says; -1 where all differ. */
export function firstRepeated(choices: readonly string[]): number {
  return choices.findIndex((it, at) => choices.slice(0, at).some((one) => sameChoice(one, it)));
}

/** Choices of a vote as they are kept: each once, in the order of the poll. */
export function inOrder(choices: readonly number[]): number[] {
  return [...new Set(choices)].sort((a, b) => a - b);
}

/** Of those with votes, the ones with most. */
export function leading<T extends { readonly votes: number | null }>(choices: readonly T[]): T[] {
  const most = Math.max(0, ...choices.map((it) => it.votes ?? 0));
  return most === 0 ? [] : choices.filter((it) => it.votes === most);
}

/** What a card is drawn from, of a poll. */
interface Voted extends Standing {
  readonly anonymous: boolean;
  readonly voted: boolean;
  readonly mine: readonly number[];
  readonly voters: number;
  readonly choices: readonly { readonly id: number; readonly votes: number | null }[];
}

interface Standing {
  readonly state: PollState;
  readonly endsAt: number | null;
}

/** The poll as it will be once this person’s vote has come, as far as that can be known. */
export function withVote<T extends Voted>(poll: T, choices: readonly number[]): T {
  if (poll.anonymous)
    return poll.voted || choices.length === 0 ? poll : { ...poll, voted: true, voters: poll.voters + 1 };
  const mine = inOrder(choices);
  const voted = mine.length > 0;
  return {
    ...poll,
    mine,
    voted,
    voters: poll.voters + Number(voted) - Number(poll.voted),
    choices: poll.choices.map((it) =>
      it.votes === null
        ? it
        : { ...it, votes: it.votes + Number(mine.includes(it.id)) - Number(poll.mine.includes(it.id)) },
    ),
  };
}

/** The state that a screen shows: the deadline counts, whether the server has been heard since or not. */
export function shownState({ state, endsAt }: Standing, now: number): PollState {
  return endsAt !== null && endsAt <= now ? 'ended' : state;
}

/** What a press on a choice wishes for; undefined where one would be too many. */
export function pressed(
  { most }: Pick<PollRules, 'most'>,
  mine: readonly number[],
  choice: number,
): readonly number[] | undefined {
  if (mine.includes(choice)) return mine.filter((it) => it !== choice);
  if (most === 1) return [choice];
  return mine.length < most ? inOrder([...mine, choice]) : undefined;
}

/** How far the bar of a choice goes, from 0 to 1: of all who have voted. */
export function shareOf(votes: number | null, voters: number): number {
  return votes === null || voters === 0 ? 0 : Math.min(1, votes / voters);
}

/**
 * Within so many milliseconds the devices of a group ask again what has become of a poll: all of a small group at once, of a large
 * one a few hundred in a second.
 */
export function againWithin(members: number): number {
  return Math.min(10_000, 200 + members * 2);
}
