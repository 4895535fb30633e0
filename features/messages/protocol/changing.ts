import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, Time } from '../../../protocol/shapes.ts';
import { ContentShape, MentionShape, MessageText } from '../protocol.ts';
import { MENTIONS_MOST, VERSIONS_MOST } from '../rules.ts';

export const changingProblems = problems({
  'message.too_late': {
    status: 409,
    summary: 'The time in which the actor may edit or recall it is over; `hours` says how long it was.',
  },
  'message.too_many_versions': {
    status: 409,
    summary: 'It has been edited as often as it may; `most` says how often.',
  },
  'message.not_own_words': {
    status: 409,
    summary: 'It was forwarded: what somebody else said is not edited.',
  },
});

export const changingActions = actions({
  'message.edit': {
    summary:
      'Change the words of an own message, for a time after it was sent. What it said before stays readable for all who see it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    rate: { burst: 30, perMinute: 30 },
    audit: { none: 'every version of it stays in the conversation' },
    problems: [
      'message.gone',
      'message.card',
      'message.empty',
      'message.too_late',
      'message.too_many_versions',
      'message.not_own_words',
      'regulation.not_accepted',
    ],
    input: z.strictObject({
      group: Id,
      message: Id,
      text: MessageText,
      /** In the place of those it had. */
      mentions: z.array(MentionShape).min(1).max(MENTIONS_MOST).optional(),
    }),
    output: z.strictObject({}),
  },
  'message.versions': {
    summary: 'Everything a message has said, the first version first, the one that stands last.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    problems: ['message.gone'],
    input: z.strictObject({ group: Id, message: Id }),
    output: z.strictObject({
      versions: z
        .array(z.strictObject({ text: z.string(), mentions: z.array(MentionShape).optional(), at: Time }))
        .max(VERSIONS_MOST),
    }),
  },
  'message.recall': {
    summary:
      'Take a message back for everybody: the own for a time after it was sent; leaders those of the people they decide about, at any time.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'message' },
    problems: ['message.too_late', 'message.card'],
    input: z.strictObject({ group: Id, message: Id }),
    output: z.strictObject({}),
  },
});

export const changingEvents = events({
  'message.edited': {
    summary: 'A message says something else; this is what it is now.',
    stream: 'group',
    body: ContentShape,
  },
  'message.recalled': {
    summary: 'A message was taken back: nothing it said is to be kept or shown any more.',
    stream: 'group',
    body: z.strictObject({ id: Id }),
  },
});
