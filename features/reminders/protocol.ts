import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { PersonShape } from '../messages/protocol.ts';
import {
  ANSWERS,
  ANSWERS_PAGE_MOST,
  COUNT_MOST,
  EARLY_MINUTES_MOST,
  EARLY_MOST,
  FILES_MOST,
  INTERVAL_MOST,
  isAddress,
  LINK_MOST,
  LISTED_MOST,
  MINUTES_MOST,
  PEOPLE_MOST,
  PLACE_MOST,
  READ_MOST,
  REASON_MOST,
  ROLES,
  TEXT_MOST,
  TITLE_MOST,
  UNITS_MOST,
} from './rules.ts';

const int = (least: number, most: number) => z.number().int().min(least).max(most);

/** 1 Monday to 7 Sunday. */
const Weekday = int(1, 7);
const Interval = int(1, INTERVAL_MOST).default(1);
/** The first to fourth of a month, or its last. */
const Nth = z.union([int(1, 4), z.literal(-1)]);
const Month = int(1, 12);
const ends = {
  /** None begins after it. */
  until: Time.optional(),
  /** So many, the cancelled ones among them. */
  count: int(1, COUNT_MOST).optional(),
};

const different = (list: readonly number[]): boolean => new Set(list).size === list.length;

/** How it comes again; the meaning of each is told at `Rhythm` (rules/when.ts). */
export const RepeatShape = z
  .union([
    z.strictObject({ every: z.literal('day'), interval: Interval, ...ends }),
    z.strictObject({ every: z.literal('workday'), ...ends }),
    z.strictObject({
      every: z.literal('week'),
      interval: Interval,
      on: z.array(Weekday).min(1).max(7).refine(different, 'repeated'),
      ...ends,
    }),
    z.strictObject({ every: z.literal('month'), interval: Interval, day: int(1, 31), ...ends }),
    z.strictObject({ every: z.literal('month'), interval: Interval, nth: Nth, weekday: Weekday, ...ends }),
    z.strictObject({ every: z.literal('year'), interval: Interval, month: Month, day: int(1, 31), ...ends }),
    z.strictObject({ every: z.literal('year'), interval: Interval, month: Month, nth: Nth, weekday: Weekday, ...ends }),
    z.strictObject({
      every: z.literal('lunarMonth'),
      days: z.array(int(1, 30)).min(1).max(4).refine(different, 'repeated'),
      ...ends,
    }),
    z.strictObject({ every: z.literal('lunarYear'), month: Month, day: int(1, 30), leap: z.boolean(), ...ends }),
  ])
  .refine((it) => it.until === undefined || it.count === undefined, 'until and count');
export type RepeatInput = z.input<typeof RepeatShape>;

/** Whom it concerns: those who are named, of these units, or have these roles; null: every member. */
export const WhomShape = z
  .strictObject({
    accounts: z.array(Id).max(PEOPLE_MOST),
    units: z.array(Id).max(UNITS_MOST),
    roles: z.array(z.enum(ROLES)).max(ROLES.length),
  })
  .refine((it) => it.accounts.length + it.units.length + it.roles.length > 0, 'nobody');
export type Whom = z.output<typeof WhomShape>;

export const CountsShape = z.strictObject({
  concerned: z.number().int(),
  accepted: z.number().int(),
  declined: z.number().int(),
  /** They send somebody in their place. */
  substitute: z.number().int(),
  /** No answer, or one that has to be given again. */
  none: z.number().int(),
});

const NamedShape = z.strictObject({ id: Id, name: z.string() });

/** What a person has answered. */
export const AnswerShape = z.strictObject({
  answer: z.enum(ANSWERS),
  /** For the person, who made it, and leaders; empty for all others. */
  reason: z.string(),
  /** Who goes in their place, and whether they have said that they will not. */
  substitute: NamedShape.extend({ refused: z.boolean() }).nullable(),
  /** The time has changed since: it counts as no answer until it is given again. */
  again: z.boolean(),
  /** Given for all times, not for this one alone. */
  series: z.boolean(),
  at: Time,
});
export type GivenAnswer = z.output<typeof AnswerShape>;

/** One time of a reminder as the actor sees it. */
export const OccurrenceShape = z.strictObject({
  /** When the rule has it: names it among the others, also after it was moved. */
  at: Time,
  start: Time,
  /** The same as `start` where nothing is said of how long it lasts. */
  end: Time,
  cancelled: z.boolean(),
  /** The house stood still when it was due, and nobody was told. */
  missed: z.boolean(),
  counts: CountsShape,
  mine: AnswerShape.nullable(),
  /** Those in whose place the actor goes; `refused`: has said not to. */
  standsInFor: z.array(NamedShape.extend({ refused: z.boolean() })),
});

export const ReminderShape = z.strictObject({
  id: Id,
  group: Id,
  /** Of its first card in the conversation. */
  seq: Seq,
  /** Grows with every change, not with answers. */
  version: z.number().int(),
  by: PersonShape,
  title: z.string(),
  text: z.string(),
  place: z.string(),
  /** A web address; empty for none. */
  link: z.string(),
  files: z.array(FileShape),
  urgency: int(0, 3),
  // When: as `When` of rules/when.ts, which knows all its times.
  start: Time,
  wholeDay: z.boolean(),
  minutes: z.number().int(),
  repeat: RepeatShape.nullable(),
  exceptions: z.array(z.strictObject({ at: Time, to: Time.nullable() })),
  /** Minutes before, the earliest first. At the time itself it is always told. */
  early: z.array(z.number().int()),
  whom: WhomShape.nullable(),
  /** The first few of them, for showing. */
  named: z.strictObject({ accounts: z.array(NamedShape), units: z.array(NamedShape) }),
  /** It concerns the actor. */
  concerns: z.boolean(),
  /** The actor may change, cancel and remove it. */
  mayChange: z.boolean(),
  /** The actor may see who answered what. */
  maySeeAnswers: z.boolean(),
  createdAt: Time,
  changedAt: Time,
  /** What was changed last of what matters to those who come. */
  changed: z.array(z.enum(['time', 'place', 'title', 'whom'])),
  /** All of it does not take place any more. */
  cancelled: z.strictObject({ by: Id.nullable(), at: Time, reason: z.string() }).nullable(),
  /**
   * The times around now, in order: the last that is over, the one under way, the next two. Of other times
   * (an old card) rules/when.ts tells when they were, and `reminder.get` with `at` all the rest.
   */
  near: z.array(OccurrenceShape).max(4),
});
export type Reminder = z.output<typeof ReminderShape>;
export type ReminderOccurrence = z.output<typeof OccurrenceShape>;

export const reminderProblems = problems({
  'reminder.unfit_time': {
    status: 422,
    summary:
      'Its first time has passed or is more than ten years ahead, the rule has no time at all, or a whole day does not begin at midnight.',
  },
  'reminder.changed_meanwhile': {
    status: 409,
    summary: 'Somebody has changed it since the actor read it; `version` is the present one.',
  },
  'reminder.no_such_time': { status: 409, summary: 'The reminder has no such time, or not any more.' },
  'reminder.cancelled': { status: 409, summary: 'The reminder, or this time of it, was cancelled.' },
  'reminder.over': { status: 409, summary: 'It is over: it cannot be answered, moved or cancelled any more.' },
  'reminder.too_many': { status: 409, summary: 'As many reminders of the group are to come as may: `most`.' },
  'reminder.too_many_exceptions': {
    status: 409,
    summary: 'As many single times were cancelled or moved as may: `most`.',
  },
  'reminder.unfit_substitute': {
    status: 422,
    summary: 'The substitute is no member of the group, or is the actor.',
  },
  'reminder.not_concerned': {
    status: 409,
    summary: 'The reminder does not concern the actor.',
  },
});

const Named = z.strictObject({ group: Id, reminder: Id });
const At = Time.nullable().describe('The time that is meant, as the rule has it; null: all times');
const Link = shortText(LINK_MOST, 0).refine((it) => it === '' || isAddress(it), 'no web address');
const Early = z.array(int(1, EARLY_MINUTES_MOST)).max(EARLY_MOST).refine(different, 'repeated');
const content = {
  title: shortText(TITLE_MOST),
  text: longText(TEXT_MOST, 0),
  place: shortText(PLACE_MOST, 0),
  link: Link,
  files: z.array(Id).max(FILES_MOST),
  urgency: int(0, 3),
  start: Time,
  wholeDay: z.boolean(),
  minutes: int(0, MINUTES_MOST),
  repeat: RepeatShape.nullable(),
  early: Early,
  whom: WhomShape.nullable(),
};
const forms = ['reminder.unfit_time', 'file.unknown', 'file.not_ready'] as const;

export const reminderActions = actions({
  'reminder.create': {
    summary:
      'Make a reminder for a group; it stands in the conversation as a card. The action id is its id, and that of the card’s message.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'reminder.create',
    rate: { burst: 20, perMinute: 10 },
    audit: { topic: 'group' },
    problems: [...forms, 'reminder.too_many', 'regulation.not_accepted'],
    input: z.strictObject({
      group: Id,
      ...content,
      text: content.text.default(''),
      place: content.place.default(''),
      link: content.link.default(''),
      files: content.files.default([]),
      urgency: content.urgency.default(0),
      wholeDay: content.wholeDay.default(false),
      minutes: content.minutes.default(0),
      repeat: content.repeat.default(null),
      early: content.early.default([]),
      whom: content.whom.default(null),
    }),
    output: z.strictObject({ id: Id }),
  },
  'reminder.change': {
    summary:
      'Change a reminder; what is absent stays. Another time or place stands in the conversation as a card again, and answers given for another time are to be given anew. For who made it and leaders who decide about them.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    rate: { burst: 20, perMinute: 10 },
    audit: { topic: 'group', object: 'reminder' },
    problems: [...forms, 'reminder.changed_meanwhile', 'reminder.cancelled'],
    input: Named.extend({ version: int(1, 2_147_483_647), ...z.strictObject(content).partial().shape }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'reminder.move': {
    summary:
      'Have one time of a reminder take place at another moment; at its own again (`to` the same as `at`) also after it was cancelled.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    rate: { burst: 20, perMinute: 10 },
    audit: { topic: 'group', object: 'reminder' },
    problems: [
      'reminder.no_such_time',
      'reminder.over',
      'reminder.cancelled',
      'reminder.unfit_time',
      'reminder.too_many_exceptions',
    ],
    input: Named.extend({ at: Time, to: Time }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'reminder.cancel': {
    summary:
      'Call off a reminder, or one time of it. It stays on the board, crossed out, and in the conversation as a card.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    rate: { burst: 20, perMinute: 10 },
    audit: { topic: 'group', object: 'reminder' },
    problems: ['reminder.no_such_time', 'reminder.over', 'reminder.too_many_exceptions'],
    input: Named.extend({ at: At.default(null), reason: shortText(REASON_MOST, 0).default('') }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'reminder.remove': {
    summary: 'Remove a reminder with its answers and recall its cards.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'reminder' },
    input: Named,
    output: z.strictObject({}),
  },
  'reminder.answer': {
    summary:
      'Say whether one comes, for one time or for all; null takes the answer back. The last one counts; one that is so already changes nothing. Sent again under its id it is done once.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: [
      'reminder.no_such_time',
      'reminder.cancelled',
      'reminder.over',
      'reminder.not_concerned',
      'reminder.unfit_substitute',
    ],
    input: Named.extend({
      at: At,
      answer: z.enum(ANSWERS).nullable(),
      reason: shortText(REASON_MOST, 0).default(''),
      /** Who goes in the actor’s place, a member; only with the answer `substitute`. */
      substitute: Id.optional(),
    }).refine((it) => (it.answer === 'substitute') === (it.substitute !== undefined), 'substitute'),
    /** The number of the actor’s own stream that tells their devices; 0 where nothing changed. */
    output: z.strictObject({ at: Seq }),
  },
  'reminder.standIn': {
    summary:
      'As a substitute, say whether one goes in somebody’s place after all. Who is refused is told, and has given no answer until they give another.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'an answer among colleagues, as all answers' },
    problems: ['reminder.over', 'reminder.no_such_time', 'reminder.cancelled'],
    input: Named.extend({ at: At, for: Id, goes: z.boolean() }),
    output: z.strictObject({}),
  },
  'reminder.get': {
    summary: 'A reminder, and with `at` that one of its times among `near` instead of those around now.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    problems: ['reminder.no_such_time'],
    input: Named.extend({ at: Time.optional() }),
    output: z.strictObject({ reminder: ReminderShape }),
  },
  'reminder.read': {
    summary: 'Those of these reminders that are there.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ group: Id, ids: z.array(Id).min(1).max(READ_MOST) }),
    output: z.strictObject({ reminders: z.array(ReminderShape) }),
  },
  'reminder.list': {
    summary:
      'The reminders of a group that are to come, the next first; or those that are over or were cancelled, the last first. A page at a time.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({
      group: Id,
      show: z.enum(['coming', 'past']).default('coming'),
      /** As `next` of the page before says. */
      before: z.strictObject({ at: Time, id: Id }).optional(),
      limit: int(1, LISTED_MOST).default(20),
    }),
    output: z.strictObject({
      reminders: z.array(ReminderShape),
      /** Where the next page begins; null where this is the last. */
      next: z.strictObject({ at: Time, id: Id }).nullable(),
      /** How many are to come. */
      coming: z.number().int(),
    }),
  },
  'reminder.answers': {
    summary:
      'Who comes, who does not and why, who sends whom, who has not answered; by unit, a page at a time. For who made it, leaders, and who may see the list of members; reasons are for the first two.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: ['reminder.no_such_time'],
    input: Named.extend({
      /** The time that is meant; the next one where it is absent, the only one where it does not repeat. */
      at: Time.optional(),
      show: z.enum(['all', ...ANSWERS, 'none']).default('all'),
      /** Only those of this unit; empty for those of none. */
      under: shortText(300, 0).optional(),
      /** Beginnings of words of name, position or unit, tones not needed. */
      query: shortText(100, 0).default(''),
      after: int(0, 100_000).default(0),
      limit: int(1, ANSWERS_PAGE_MOST).default(100),
    }),
    output: z.strictObject({
      /** The time they are of. */
      at: Time,
      /** How many the words and the choice fit. */
      total: z.number().int(),
      /** In the order of names. */
      people: z.array(
        z.strictObject({
          account: Id,
          name: z.string(),
          photo: Id.nullable(),
          position: z.string(),
          unit: z.string(),
          given: AnswerShape.nullable(),
        }),
      ),
      counts: CountsShape,
      /** Of all it concerns by unit, whatever was looked for; only with the first page. Most without an answer first. */
      tallies: z.array(CountsShape.extend({ under: z.string() })),
    }),
  },
});

export const reminderEvents = events({
  'reminder.changed': {
    summary:
      'A reminder was made, changed, moved or cancelled: whoever shows it reads it again (`reminder.read`). When it is due, its card in the conversation says so.',
    stream: 'group',
    body: z.strictObject({ id: Id, version: z.number().int() }),
  },
  'reminder.removed': {
    summary: 'A reminder and its answers are gone.',
    stream: 'group',
    body: z.strictObject({ id: Id }),
  },
  'reminder.counted': {
    summary:
      'The totals of the near times of a reminder after answers; once for all who answered at about the same time.',
    stream: 'group',
    body: z.strictObject({
      id: Id,
      counts: z.array(z.strictObject({ at: Time, counts: CountsShape })).max(8),
    }),
  },
  'reminder.answered': {
    summary: 'What the account answers now, after it did so on one of its devices. Without its reason.',
    stream: 'account',
    body: z.strictObject({
      group: Id,
      id: Id,
      at: At,
      answer: z.enum(ANSWERS).nullable(),
      substitute: NamedShape.nullable(),
    }),
  },
  'reminder.standIn': {
    summary:
      'The account is asked to stand in for somebody, not any more, or whom it asked has said that they will not (or will after all).',
    stream: 'account',
    body: z.strictObject({
      group: Id,
      id: Id,
      at: At,
      what: z.enum(['asked', 'withdrawn', 'refused', 'goes']),
      /** Who asked, or who was asked. */
      who: NamedShape,
    }),
  },
});
