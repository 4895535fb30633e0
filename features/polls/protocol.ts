import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { PersonShape } from '../messages/protocol.ts';
import {
  CHOICE_MOST,
  CHOICES_LEAST,
  CHOICES_MOST,
  firstRepeated,
  LISTED_MOST,
  POLL_STATES,
  QUESTION_MOST,
  READ_MOST,
  VOTERS_PAGE,
} from './rules.ts';

const ChoiceId = z
  .number()
  .int()
  .min(0)
  .max(CHOICES_MOST - 1);
const Count = z.number().int().min(0);

export const ChoiceShape = z.strictObject({
  id: ChoiceId,
  text: z.string(),
  /** The member who added it later. */
  by: Id.optional(),
  /** Null where the actor is not told. */
  votes: Count.nullable(),
});
export type Choice = z.output<typeof ChoiceShape>;

export const PollShape = z.strictObject({
  /** The id of the action that made it, and of the message with its card. */
  id: Id,
  group: Id,
  by: PersonShape.nullable(),
  at: Time,
  question: z.string(),
  choices: z.array(ChoiceShape),
  /** How many one person may choose. */
  most: z.number().int().min(1).max(CHOICES_MOST),
  anonymous: z.boolean(),
  /** Results are for who has voted, until it is closed. */
  hidden: z.boolean(),
  /** Members may add choices. */
  open: z.boolean(),
  endsAt: Time.nullable(),
  state: z.enum(POLL_STATES),
  closedAt: Time.nullable(),
  /** Raised by everything that changes it. */
  version: Seq,
  /** How many have voted, of how many members. */
  voters: Count,
  members: Count,
  /** Closed with too few votes to open an anonymous result. */
  few: z.literal(true).optional(),
  // What only the actor sees of it.
  voted: z.boolean(),
  /** What the actor chose; always empty in an anonymous poll, where nobody knows any more. */
  mine: z.array(ChoiceId),
  /** The actor may lock and unlock it; may remove it. */
  lockable: z.boolean(),
  removable: z.boolean(),
});
export type Poll = z.output<typeof PollShape>;

export const pollProblems = problems({
  'poll.locked': { status: 409, summary: 'The poll is locked; nothing changes until it is unlocked.' },
  'poll.ended': { status: 409, summary: 'The deadline of the poll is over, or its anonymous result has been opened.' },
  'poll.voted': {
    status: 409,
    summary: 'The actor has voted in this anonymous poll. Whose vote it was is not kept, so it cannot be changed.',
  },
  'poll.wrong_choice': {
    status: 422,
    summary: 'More choices than one person may take (`most`), or one that is not there.',
  },
  'poll.wrong_deadline': { status: 422, summary: 'The deadline is over already, or more than a year away.' },
  'poll.fixed': { status: 409, summary: 'Members may not add choices to this poll.' },
  'poll.same_choice': { status: 409, summary: 'A choice that says the same is there already.' },
  'poll.choices_full': { status: 409, summary: 'The poll has as many choices as it may: `most`.' },
  'poll.still_hidden': {
    status: 403,
    summary: 'Results are for who has voted, those of an anonymous poll for nobody before it is closed.',
  },
});

const Of = { group: Id, poll: Id };
const Nothing = z.strictObject({});

/** Who it is, and what they chose where that may be known. */
export const VoterShape = z.strictObject({ person: PersonShape, choices: z.array(ChoiceId) });
export type Voter = z.output<typeof VoterShape>;

/** How many of a unit have voted. */
export const UnitShareShape = z.strictObject({
  /** Null: people of no unit. */
  unit: Id.nullable(),
  name: z.string(),
  voted: Count,
  members: Count,
});
export type UnitShare = z.output<typeof UnitShareShape>;

export const pollActions = actions({
  'poll.create': {
    summary: 'Ask the group to choose. The poll has the action id, and stands in the conversation as a card.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'poll.create',
    rate: { burst: 10, perMinute: 10 },
    audit: { topic: 'group' },
    problems: ['poll.wrong_deadline', 'regulation.not_accepted'],
    input: z
      .strictObject({
        group: Id,
        question: shortText(QUESTION_MOST),
        choices: z.array(shortText(CHOICE_MOST)).min(CHOICES_LEAST).max(CHOICES_MOST),
        most: z.number().int().min(1).max(CHOICES_MOST).default(1),
        anonymous: z.boolean().default(false),
        hidden: z.boolean().default(false),
        open: z.boolean().default(false),
        endsAt: Time.nullable().default(null),
      })
      .refine((it) => firstRepeated(it.choices) === -1, 'two choices say the same')
      // Whoever adds a choice is known, and is likely the one who takes it.
      .refine((it) => !(it.anonymous && it.open), 'members cannot add choices to an anonymous poll'),
    output: z.strictObject({ id: Id }),
  },
  'poll.vote': {
    summary:
      'Choose; what was chosen before is chosen no more, and no choice takes the vote back. In an anonymous poll once, for good.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: ['poll.locked', 'poll.ended', 'poll.voted', 'poll.wrong_choice'],
    input: z.strictObject({ ...Of, choices: z.array(ChoiceId).max(CHOICES_MOST) }),
    /** The number of the actor's own stream that tells their devices; 0 where nothing was told. */
    output: z.strictObject({ at: Seq }),
  },
  'poll.addChoice': {
    summary: 'Add a choice to a poll whose maker lets members do so.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    rate: { burst: 20, perMinute: 20 },
    audit: { none: 'what people propose to each other is their talk, not an act of governing' },
    problems: ['poll.locked', 'poll.ended', 'poll.fixed', 'poll.same_choice', 'poll.choices_full'],
    input: z.strictObject({ ...Of, text: shortText(CHOICE_MOST) }),
    output: z.strictObject({ choice: ChoiceId }),
  },
  'poll.lock': {
    summary:
      'Close a poll before its deadline; its maker or leaders. An anonymous one is closed for good: its result is opened.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'poll' },
    problems: ['poll.ended'],
    input: z.strictObject(Of),
    output: Nothing,
  },
  'poll.unlock': {
    summary: 'Open a locked poll again; its maker or leaders.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'poll' },
    problems: ['poll.ended'],
    input: z.strictObject(Of),
    output: Nothing,
  },
  'poll.remove': {
    summary: 'Remove a poll with its votes, and recall its card; its maker, or leaders who decide about the maker.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'poll' },
    input: z.strictObject(Of),
    output: Nothing,
  },
  'poll.get': {
    summary: 'One poll, as the actor may see it.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject(Of),
    output: z.strictObject({ poll: PollShape }),
  },
  'poll.read': {
    summary: 'Those of these polls that are there.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 120, perMinute: 240 },
    input: z.strictObject({ group: Id, ids: z.array(Id).min(1).max(READ_MOST) }),
    output: z.strictObject({ polls: z.array(PollShape) }),
  },
  'poll.list': {
    summary: 'The polls of a group, newest first; those that are open, those that are closed, or all.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({
      group: Id,
      which: z.enum(['open', 'closed', 'all']).default('all'),
      /** The last of the page before. */
      before: Id.optional(),
      limit: z.number().int().min(1).max(LISTED_MOST).default(20),
    }),
    output: z.strictObject({ polls: z.array(PollShape), more: z.boolean(), open: Count }),
  },
  'poll.voters': {
    summary:
      'Who chose what, who has voted, who has not (for who may see the member list); in the order of names, a page at a time, and by unit.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    problems: ['poll.still_hidden'],
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({
      ...Of,
      /** `choice`: who took this one. */
      who: z.enum(['choice', 'voted', 'waiting']),
      choice: ChoiceId.optional(),
      /** Only people of this unit; null: of none. */
      unit: Id.nullable().optional(),
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(VOTERS_PAGE).default(50),
    }),
    output: z.strictObject({
      list: z.array(VoterShape),
      total: Count,
      /** On the first page of `voted` and `waiting`, for who may see the member list. */
      units: z.array(UnitShareShape).optional(),
    }),
  },
});

export const pollEvents = events({
  'poll.changed': {
    summary: 'A poll was made, got another choice, was locked, unlocked or ended; read it again.',
    stream: 'group',
    body: z.strictObject({ id: Id, version: Seq }),
  },
  'poll.counted': {
    summary:
      'How many have voted; once for all who did so at about the same time. With the votes by choice where everybody sees them.',
    stream: 'group',
    body: z.strictObject({ id: Id, version: Seq, voters: Count, votes: z.array(Count).max(CHOICES_MOST).optional() }),
  },
  'poll.removed': { summary: 'A poll and its votes are gone.', stream: 'group', body: z.strictObject({ id: Id }) },
  'poll.closed': {
    summary:
      'A poll was closed by its deadline, or locked by whom the event is from. What it asked and what could be chosen stands in the poll.',
    stream: 'group',
    notice: true,
    body: z.strictObject({
      id: Id,
      why: z.enum(['deadline', 'locked']),
      voters: Count,
      members: Count,
      /** Those with most votes, and how many each of them has; none where nobody voted, or too few. */
      top: z.array(ChoiceId).max(CHOICES_MOST),
      votes: Count,
    }),
  },
  'poll.voted': {
    summary: 'What the account chose last, on one of its devices; never of an anonymous poll.',
    stream: 'account',
    body: z.strictObject({ group: Id, id: Id, choices: z.array(ChoiceId) }),
  },
});
