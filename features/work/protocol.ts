import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { WORK_KINDS, WORK_LISTS, WORK_MOST, WORK_PAGE } from './rules.ts';

const Count = z
  .number()
  .int()
  .min(0)
  .max(WORK_MOST * WORK_KINDS.length);

export const WorkItemShape = z.strictObject({
  kind: z.enum(WORK_KINDS),
  group: Id,
  /** Of the reminder, poll, note or message. */
  id: Id,
  /** Its next time begins, it closes; null where there is no such moment. */
  due: Time.nullable(),
  /** Of a reminder: which of its times it is. */
  at: Time.optional(),
  /** The actor is asked to do something about it, and has not. */
  waiting: z.boolean(),
  /** Of a message: its number, who wrote it when, and how it begins. Other things are read by their own noun. */
  message: z.strictObject({ seq: Seq, by: z.string(), at: Time, text: z.string() }).optional(),
});
export type WorkItem = z.output<typeof WorkItemShape>;

/** How many there are in each list, up to a bound. */
export const WorkCountsShape = z.strictObject({ todo: Count, reminder: Count, poll: Count, reading: Count });
export type WorkCounts = z.output<typeof WorkCountsShape>;

export const workActions = actions({
  'work.count': {
    summary: 'How much waits for the actor, over all groups.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 30 },
    input: z.strictObject({}),
    output: WorkCountsShape,
  },
  'work.list': {
    summary:
      'What waits for the actor over all groups (`todo`), or all of one kind that is still open to them: reminders to come, polls, what asks to be acknowledged. What is due first comes first, a page at a time.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({
      list: z.enum(WORK_LISTS).default('todo'),
      /** The last of the page before. */
      after: z.strictObject({ due: Time.nullable(), id: Id }).optional(),
      limit: z.number().int().min(1).max(WORK_PAGE).default(WORK_PAGE),
    }),
    output: z.strictObject({ items: z.array(WorkItemShape), counts: WorkCountsShape, more: z.boolean() }),
  },
});
