import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { GroupKindShape } from '../groups/protocol.ts';
import { MessageShape, PersonShape } from '../messages/protocol.ts';
import { CHOSEN_MOST } from '../messages/rules.ts';
import { SAVED_PAGE } from './rules.ts';

const Chosen = z.strictObject({ group: Id, messages: z.array(Id).min(1).max(CHOSEN_MOST) });

export const SavedShape = z.strictObject({
  message: MessageShape,
  group: z.strictObject({ id: Id, kind: GroupKindShape, name: z.string(), photo: Id.nullable() }),
  savedAt: Time,
});
export type Saved = z.output<typeof SavedShape>;

export const savedProblems = problems({
  'saved.too_many': { status: 409, summary: 'The account keeps as many messages as it may: `most`.' },
});

export const savedActions = actions({
  'message.save': {
    summary: 'Mark messages, to find them again in one’s own list. Nobody else is told.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'what a person marks for themselves is nobody else’s affair' },
    problems: ['saved.too_many'],
    input: Chosen,
    output: z.strictObject({}),
  },
  'message.unsave': {
    summary: 'Take that mark away.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'what a person marks for themselves is nobody else’s affair' },
    input: Chosen,
    output: z.strictObject({}),
  },
  'saved.list': {
    summary: 'The messages the actor has marked, of all chats, marked last first; only what the actor may still see.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({
      /** Where the page before it ended. */
      before: z.strictObject({ at: Time, message: Id }).optional(),
      limit: z.number().int().min(1).max(SAVED_PAGE).default(SAVED_PAGE),
    }),
    output: z.strictObject({
      list: z.array(SavedShape),
      /** Those who wrote them. */
      people: z.array(PersonShape),
      more: z.boolean(),
    }),
  },
});

const Marked = z.strictObject({ group: Id, messages: z.array(z.strictObject({ id: Id, seq: Seq })) });

export const savedEvents = events({
  'message.saved': { summary: 'The account has marked these.', stream: 'account', body: Marked },
  'message.unsaved': { summary: 'These are not marked any more.', stream: 'account', body: Marked },
});
