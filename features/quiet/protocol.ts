import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import type { Quiet } from './rules.ts';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const QuietShape: z.ZodType<Quiet, Quiet> = z.strictObject({
  /** By the clock of the office; the same as `to`: no quiet hours. */
  from: Clock,
  to: Clock,
  /** Days of the week (1 Monday) that are quiet whole. */
  days: z
    .array(z.number().int().min(1).max(7))
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'a day twice'),
  /** The least urgency that rings all the same: 1 khẩn, 2 thượng khẩn, 3 hỏa tốc; 0: none does. */
  through: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
});

export const quietActions = actions({
  'quiet.get': {
    summary: 'The actor’s quiet hours.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({ quiet: QuietShape }),
  },
  'quiet.set': {
    summary: 'Choose quiet hours, quiet days, and what rings all the same.',
    kind: 'change',
    who: 'account',
    audit: { none: 'one’s own peace' },
    input: z.strictObject({ quiet: QuietShape }),
    output: z.strictObject({}),
  },
});

export const quietEvents = events({
  'quiet.changed': {
    summary: 'The account has other quiet hours.',
    stream: 'account',
    body: z.strictObject({ quiet: QuietShape }),
  },
});
