import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { Id, Time } from '../../protocol/shapes.ts';
import { RANGE_DAYS_MOST, RANGE_TIMES_MOST } from './rules.ts';

/** Days since 1 January 1970 by the calendar of the office. */
const Day = z.number().int().min(0).max(84_005);

export const CalendarReminderShape = z.strictObject({
  id: Id,
  group: Id,
  title: z.string(),
  place: z.string(),
  wholeDay: z.boolean(),
  /** It repeats. */
  repeats: z.boolean(),
  /** It is meant for the actor too. */
  concerns: z.boolean(),
});
export type CalendarReminder = z.output<typeof CalendarReminderShape>;

export const CalendarTimeShape = z.strictObject({
  reminder: Id,
  /** When it was to be by the rule: what names this time among the others. */
  at: Time,
  start: Time,
  end: Time.nullable(),
  answer: z.enum(['accepted', 'declined', 'substitute']).nullable(),
  /** This time, or all of it, does not take place. */
  cancelled: z.boolean(),
});
export type CalendarTime = z.output<typeof CalendarTimeShape>;

/** 32 random bytes, made by the person’s own device. */
const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const calendarActions = actions({
  'calendar.range': {
    summary: 'The times of reminders between two days, of one group or of all groups of the actor, in order.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    input: z
      .strictObject({ group: Id.optional(), from: Day, to: Day })
      .refine((it) => it.to >= it.from && it.to - it.from < RANGE_DAYS_MOST, 'range'),
    output: z.strictObject({
      reminders: z.array(CalendarReminderShape),
      times: z.array(CalendarTimeShape).max(RANGE_TIMES_MOST),
      /** There are more between these days: those that are later are left out. */
      more: z.boolean(),
    }),
  },
  'feed.get': {
    summary:
      'Whether a calendar elsewhere may fetch the actor’s reminders by a secret address. The address itself is told to nobody.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({
      feed: z.strictObject({ titles: z.boolean(), madeAt: Time, usedAt: Time.nullable() }).nullable(),
    }),
  },
  'feed.renew': {
    summary:
      'Give the actor’s calendar a new secret address; the one before ends. The device makes the secret, so that it stands in no answer that is kept.',
    kind: 'change',
    who: 'account',
    rate: { burst: 10, perMinute: 1 },
    audit: { topic: 'account' },
    input: z.strictObject({ secret: Secret, titles: z.boolean() }),
    output: z.strictObject({}),
  },
  'feed.show': {
    summary: 'Choose whether titles and places go out by the secret address, or only that the actor is busy.',
    kind: 'change',
    who: 'account',
    audit: { topic: 'account' },
    input: z.strictObject({ titles: z.boolean() }),
    output: z.strictObject({}),
  },
  'feed.off': {
    summary: 'End the secret address.',
    kind: 'change',
    who: 'account',
    audit: { topic: 'account' },
    input: z.strictObject({}),
    output: z.strictObject({}),
  },
});

export const calendarEvents = events({
  'feed.changed': {
    summary: 'The account’s secret address is another, shows something else, or has ended.',
    stream: 'account',
    body: z.strictObject({ feed: z.strictObject({ titles: z.boolean(), madeAt: Time }).nullable() }),
  },
});
