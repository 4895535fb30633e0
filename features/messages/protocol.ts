import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, Seq, Time } from '../../protocol/shapes.ts';
import { PAGE_MOST, TEXT_MOST } from './rules.ts';

export const PersonShape = z.strictObject({
  id: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
  photo: Id.nullable(),
});
export type Person = z.output<typeof PersonShape>;

/** A line of a conversation: what a person wrote, or a notice of what happened. */
export const MessageShape = z.strictObject({
  id: Id,
  seq: Seq,
  /** How many messages of people the group had up to and with this one. */
  ordinal: Seq,
  kind: z.enum(['text', 'notice']),
  by: Id.nullable(),
  at: Time,
  text: z.string().nullable(),
  notice: z.strictObject({ on: z.string(), with: z.unknown() }).nullable(),
});
export type Message = z.output<typeof MessageShape>;

export const messageProblems = problems({
  'message.slow': {
    status: 429,
    retry: true,
    summary: 'The group is in slow mode: the actor may write again after `wait` seconds.',
  },
});

export const messageActions = actions({
  'message.send': {
    summary: 'Write into a group. The action id is the message’s id.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    rate: { burst: 60, perMinute: 60 },
    // Twenty a second.
    groupRate: { burst: 40, perMinute: 1_200 },
    problems: ['message.slow', 'regulation.not_accepted'],
    input: z.strictObject({ group: Id, text: longText(TEXT_MOST) }),
    output: z.strictObject({ id: Id, seq: Seq, ordinal: Seq, at: Time }),
  },
  'message.page': {
    summary:
      'A page of a conversation, oldest first, before or after a number, or around it; the newest where none is given.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({
      group: Id,
      before: Seq.optional(),
      after: Seq.optional(),
      around: Seq.optional(),
      limit: z.number().int().min(1).max(PAGE_MOST).default(60),
    }),
    output: z.strictObject({
      messages: z.array(MessageShape),
      /** Those who wrote them. */
      people: z.array(PersonShape),
      /** Nothing older than the first, nothing newer than the last that the actor may read. */
      first: z.boolean(),
      last: z.boolean(),
      at: Seq,
    }),
  },
});

export const messageEvents = events({
  'message.sent': {
    summary: 'Somebody wrote.',
    stream: 'group',
    body: z.strictObject({ id: Id, ordinal: Seq, text: z.string() }),
  },
});
