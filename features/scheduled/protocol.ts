import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { FILES_MOST, MENTIONS_MOST } from '../messages/rules.ts';
import { MentionShape, MessageText } from '../messages/protocol.ts';
import { SCHEDULED_MOST } from './rules.ts';

/** What is to be sent, as `message.send` takes it. */
const content = {
  text: MessageText,
  reply: Id.optional(),
  files: z.array(Id).min(1).max(FILES_MOST).optional(),
  mentions: z.array(MentionShape).min(1).max(MENTIONS_MOST).optional(),
  urgency: z.number().int().min(1).max(3).optional(),
  ask: z.literal(true).optional(),
};

/** Why it was not sent: the problem's code and what it said besides. */
const RefusedShape = z.looseObject({ code: z.string() });

export const ScheduledShape = z.strictObject({
  /** The id the message has once it is sent. */
  id: Id,
  group: Id,
  /** As it is called today; empty for two people. */
  groupName: z.string(),
  /** Its beginning. */
  text: z.string(),
  files: z.number().int(),
  urgency: z.number().int().min(1).max(3).optional(),
  at: Time,
  refused: RefusedShape.optional(),
});
export type Scheduled = z.output<typeof ScheduledShape>;

export const scheduledProblems = problems({
  'scheduled.too_many': { status: 409, summary: 'As many messages of the actor wait as may; `most` says how many.' },
  'scheduled.unfit_time': {
    status: 422,
    summary: 'The time has passed, is almost there, or is more than a year ahead.',
  },
  'scheduled.late': {
    status: 409,
    summary: 'The house could not send it at its time, and now it is too late to send it unasked.',
  },
});

const forms = ['message.empty', 'message.gone', 'file.unknown', 'file.not_ready'] as const;

export const scheduledActions = actions({
  'scheduled.add': {
    summary:
      'Write a message now that is sent later, under the rights its writer has then. The action id is the message’s id.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    audit: { none: 'what people write to each other' },
    rate: { burst: 30, perMinute: 30 },
    problems: [...forms, 'scheduled.too_many', 'scheduled.unfit_time'],
    input: z.strictObject({ group: Id, ...content, at: Time }),
    output: z.strictObject({}),
  },
  'scheduled.change': {
    summary: 'Change the words of a message that waits, or its time. What is absent stays.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    audit: { none: 'what people write to each other' },
    rate: { burst: 30, perMinute: 30 },
    problems: [...forms, 'scheduled.unfit_time'],
    input: z.strictObject({
      group: Id,
      scheduled: Id,
      content: z.strictObject(content).optional(),
      at: Time.optional(),
    }),
    output: z.strictObject({}),
  },
  'scheduled.send': {
    summary: 'Send a message that waits now.',
    kind: 'change',
    who: 'account',
    audit: { none: 'what people write to each other' },
    rate: { burst: 30, perMinute: 30 },
    input: z.strictObject({ scheduled: Id }),
    output: z.strictObject({}),
  },
  'scheduled.cancel': {
    summary: 'Do not send a message that waits, and forget it.',
    kind: 'change',
    who: 'account',
    audit: { none: 'what people write to each other' },
    input: z.strictObject({ scheduled: Id }),
    output: z.strictObject({}),
  },
  'scheduled.list': {
    summary: 'The actor’s messages that wait, and those that could not be sent, the next first.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({ scheduled: z.array(ScheduledShape).max(SCHEDULED_MOST * 2) }),
  },
  'scheduled.get': {
    summary: 'All of a message that waits.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({ scheduled: Id }),
    output: z.strictObject({
      id: Id,
      group: Id,
      at: Time,
      ...content,
      text: z.string(),
      files: z.array(FileShape).optional(),
    }),
  },
});

export const scheduledEvents = events({
  'scheduled.changed': {
    summary: 'A message that waits was added, changed, cancelled, sent, or could not be sent. None of its words.',
    stream: 'account',
    body: z.strictObject({
      scheduled: Id,
      group: Id,
      what: z.enum(['added', 'changed', 'cancelled', 'sent', 'refused']),
      problem: RefusedShape.optional(),
    }),
  },
});
