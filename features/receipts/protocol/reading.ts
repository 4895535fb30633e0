import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, Seq, shortText, Time } from '../../../protocol/shapes.ts';
import { READERS_PAGE_MOST } from '../rules.ts';

const Named = z.strictObject({ group: Id, message: Id });

/** One of those a message was written to. */
export const ReaderShape = z.strictObject({
  account: Id,
  name: z.string(),
  photo: Id.nullable(),
  position: z.string(),
  /** What they stand under: their unit or their area, as was asked; empty for none. */
  under: z.string(),
  /** none: no device of theirs has it yet. */
  reached: z.enum(['none', 'received', 'seen']),
  acknowledgedAt: Time.nullable(),
});
export type Reader = z.output<typeof ReaderShape>;

export const TallyShape = z.strictObject({
  under: z.string(),
  members: z.number().int(),
  seen: z.number().int(),
  acknowledged: z.number().int(),
});
export type Tally = z.output<typeof TallyShape>;

export const ReminderShape = z.strictObject({
  id: Id,
  at: Time,
  by: Id,
  whom: z.enum(['unseen', 'unacknowledged']),
  people: z.number().int(),
});
export type Reminder = z.output<typeof ReminderShape>;

export const readingProblems = problems({
  'receipt.reminded': { status: 409, summary: 'They were reminded a short while ago; `at` says when.' },
  'receipt.nobody_waits': { status: 409, summary: 'Everybody has: there is nobody to remind.' },
  'receipt.too_late': { status: 409, summary: 'A reminder is taken back within five minutes.' },
  'receipt.not_asked': { status: 409, summary: 'The message does not ask to be acknowledged.' },
});

export const readingActions = actions({
  'receipt.acknowledge': {
    summary:
      'Say to have read a message that asks for it. The output is the number of the account’s own stream that says so to its devices; 0 where it was said before.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: ['receipt.not_asked', 'message.gone'],
    input: Named,
    output: z.strictObject({ at: Seq }),
  },
  'receipt.readers': {
    summary:
      'Who has and who has not seen or acknowledged a message, of those it was written to. For its sender and for leaders.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    input: Named.extend({
      show: z.enum(['all', 'seen', 'unseen', 'acknowledged', 'unacknowledged']).default('all'),
      /** What people stand under; `time`: in the order in which they acknowledged. */
      by: z.enum(['unit', 'area', 'time']).default('unit'),
      /** Only those who stand under this; empty for those who stand under nothing. */
      under: shortText(300, 0).optional(),
      /** Beginnings of words of name, position or unit, tones not needed. */
      query: shortText(100, 0).default(''),
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(READERS_PAGE_MOST).default(100),
    }),
    output: z.strictObject({
      /** How many the words and the choice fit. */
      total: z.number().int(),
      people: z.array(ReaderShape),
      /** Of all it was written to, whatever was looked for; only with the first page. The least seen first. */
      tallies: z.array(TallyShape),
      /** The message, as its readers' screen needs it. */
      message: z.strictObject({
        seq: Seq,
        by: Id.nullable(),
        at: Time,
        urgency: z.number().int(),
        ask: z.boolean(),
        text: z.string(),
      }),
      /** The last one that was not taken back. */
      reminder: ReminderShape.nullable(),
    }),
  },
  'receipt.remind': {
    summary:
      'Remind those who have not seen, or not acknowledged, a message. For its sender and for leaders; again after half an hour.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: ['receipt.reminded', 'receipt.nobody_waits', 'receipt.not_asked'],
    audit: { topic: 'group', object: 'message' },
    input: Named.extend({ whom: z.enum(['unseen', 'unacknowledged']).default('unseen') }),
    output: z.strictObject({ reminder: ReminderShape }),
  },
  'receipt.unremind': {
    summary: 'Take a reminder back, within five minutes.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: ['receipt.too_late'],
    audit: { topic: 'group', object: 'reminder' },
    input: Named.extend({ reminder: Id }),
    output: z.strictObject({}),
  },
});

export const readingEvents = events({
  'message.acknowledged': {
    summary: 'So many have acknowledged a message by now. One event for all who did at about the same time.',
    stream: 'group',
    body: z.strictObject({ message: Id, count: z.number().int() }),
  },
  'receipt.acknowledged': {
    summary: 'The account has acknowledged a message, on one of its devices.',
    stream: 'account',
    body: z.strictObject({ group: Id, message: Id, at: Time }),
  },
  'receipt.reminded': {
    summary:
      'Whoever has not seen, or not acknowledged, a message is reminded of it. One event for all: each device knows whether its person is meant.',
    stream: 'group',
    body: z.strictObject({
      message: Id,
      seq: Seq,
      reminder: Id,
      whom: z.enum(['unseen', 'unacknowledged']),
      people: z.number().int(),
    }),
  },
  'receipt.unreminded': {
    summary: 'A reminder was taken back.',
    stream: 'group',
    body: z.strictObject({ message: Id, reminder: Id }),
  },
});
