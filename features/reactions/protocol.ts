import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { PersonShape } from '../messages/protocol.ts';
import { EACH_MOST, EMOJI_MOST, KINDS_MOST, LISTED_MOST } from './rules.ts';

const Emoji = z.string().min(1).max(EMOJI_MOST);

export const CountsShape = z.array(z.tuple([z.string(), z.number().int()])).max(KINDS_MOST);

export const reactionProblems = problems({
  'reaction.unknown': { status: 422, summary: 'It is no emoji.' },
  'reaction.too_many': { status: 409, summary: 'The actor has given this message as many as one person may: `most`.' },
  'reaction.kinds_full': {
    status: 409,
    summary: 'The message carries as many kinds of emoji as it may: `most`. One that is there already can be given.',
  },
});

export const reactionActions = actions({
  'reaction.give': {
    summary:
      'Give a message an emoji, or take it back. The last wish of each emoji counts; one that is so already changes nothing.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    right: 'message.react',
    rate: { burst: 60, perMinute: 120 },
    problems: Object.keys(reactionProblems.kinds),
    input: z.strictObject({ group: Id, message: Id, emoji: Emoji, on: z.boolean() }),
    /** The number of the actor's own stream that tells their devices; 0 where nothing changed. */
    output: z.strictObject({ at: Seq }),
  },
  'reaction.list': {
    summary: 'Who gave a message which emoji, first givers first; all, or one emoji; a page at a time.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({
      group: Id,
      message: Id,
      emoji: Emoji.optional(),
      /** The last of the page before. */
      after: z.strictObject({ at: Time, account: Id, emoji: Emoji }).optional(),
      limit: z.number().int().min(1).max(LISTED_MOST).default(50),
    }),
    output: z.strictObject({
      reactions: z.array(z.strictObject({ person: PersonShape, emoji: z.string(), at: Time })),
      /** Totals by emoji, of the same moment. */
      counts: CountsShape,
      more: z.boolean(),
    }),
  },
});

export const reactionEvents = events({
  'reaction.counted': {
    summary:
      'The totals of a message after members gave it emoji or took them back; once for all who did so at about the same time.',
    stream: 'group',
    body: z.strictObject({ message: Id, counts: CountsShape }),
  },
  'reaction.given': {
    summary: 'All emoji the account gives a message now, after it changed them on one of its devices.',
    stream: 'account',
    body: z.strictObject({ group: Id, message: Id, emoji: z.array(z.string()).max(EACH_MOST) }),
  },
});
