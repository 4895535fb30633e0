import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, shortText, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import {
  CAUSES,
  NOTE_LEAST,
  NOTE_MOST,
  PAGE_MOST,
  PENDING_MOST,
  PURGED_MOST,
  REASON_MOST,
  REPORT_STATES,
  TOLD_MOST,
  VOICES_MOST,
} from './rules.ts';

const Count = z.number().int().nonnegative();
const Named = z.strictObject({ id: Id, name: z.string(), position: z.string(), unit: z.string() });
export type Named = z.output<typeof Named>;
const GroupShape = z.strictObject({ id: Id, name: z.string(), pair: z.boolean() });

/** A reported message as lists show it: none of its words. */
export const ReportShape = z.strictObject({
  id: Id,
  state: z.enum(REPORT_STATES),
  group: GroupShape,
  message: Id,
  sender: Named.nullable(),
  sentAt: Time,
  /** What it carries, by kind; a thing of the board it stands for. */
  kind: z.enum(['text', 'photo', 'video', 'voice', 'document', 'note', 'reminder', 'poll']),
  firstAt: Time,
  lastAt: Time,
  /** How many members have reported it. */
  reporters: Count,
  /** How often officers have opened it. */
  opened: Count,
  /** Its sender or a leader has recalled it since: what is stored of it may be withdrawn all the same. */
  recalled: z.boolean(),
  decided: z.strictObject({ by: Named.nullable(), at: Time, note: z.string(), withdrawal: Id.nullable() }).nullable(),
});
export type Report = z.output<typeof ReportShape>;

/** A report with those who made it. */
export const WholeReportShape = ReportShape.extend({
  voices: z.array(z.strictObject({ by: Named.nullable(), at: Time, reason: z.string() })).max(VOICES_MOST),
  openings: z.array(z.strictObject({ by: Named.nullable(), at: Time })).max(VOICES_MOST),
});
export type WholeReport = z.output<typeof WholeReportShape>;

/** What a reported message says, for who has opened it. */
export const ReportedShape = z.strictObject({
  /** The first version first; the title of a thing of the board. */
  versions: z.array(z.strictObject({ text: z.string(), at: Time })),
  files: z.array(FileShape),
  /** What the note, the reminder or the poll says that it stands for. */
  thing: z.array(z.string()),
});
export type Reported = z.output<typeof ReportedShape>;

/** What was removed, and from where. */
export const RemovedShape = z.strictObject({
  messages: Count,
  groups: Count,
  /** Of these messages: copies in other places, forwarded or carrying the same file. */
  copies: Count,
  versions: Count,
  /** Sealed originals of recalled messages. */
  sealed: Count,
  /** Answers that quoted them; what their writers said themselves stays. */
  quotes: Count,
  pins: Count,
  saved: Count,
  scheduled: Count,
  notes: Count,
  reminders: Count,
  polls: Count,
  previews: Count,
  /** Files, and the stored pieces of them: sizes of a picture are pieces of their own. */
  files: Count,
  pieces: Count,
});
export type Removed = z.output<typeof RemovedShape>;

/** Where a withdrawal stands on the devices of those who could have it. */
export const DevicesShape = z.strictObject({
  told: Count,
  /** Have removed it and said so. */
  confirmed: Count,
  /** Were signed out since, which removes all that is kept there. */
  signedOut: Count,
});

/** All that a minute of the incident says; never what the message said, nor what a file was called. */
export const MinuteShape = z.strictObject({
  withdrawal: Id,
  /** Of the year in which it was made. */
  number: z.number().int().positive(),
  year: z.number().int(),
  agency: z.string(),
  cause: z.enum(CAUSES),
  at: Time,
  by: Named.nullable(),
  note: z.string(),
  message: z.strictObject({ id: Id, sender: Named.nullable(), sentAt: Time, group: GroupShape }),
  /** Groups in which something was withdrawn, with how many messages of each. */
  groups: z.array(z.strictObject({ group: GroupShape, messages: Count, members: Count })),
  firstReportAt: Time.nullable(),
  reporters: Count,
  openings: z.array(z.strictObject({ by: Named.nullable(), at: Time })),
  removed: RemovedShape,
  /** Stored pieces of files that wait to be deleted. */
  piecesLeft: Count,
  devices: DevicesShape,
  /** When the figures were read. */
  readAt: Time,
});
export type Minute = z.output<typeof MinuteShape>;

/** What a device is to forget. */
export const PurgeShape = z.strictObject({
  withdrawal: Id,
  /** Of groups the account is in. */
  messages: z.array(z.strictObject({ group: Id, message: Id })).max(PURGED_MOST),
  files: z.array(Id).max(PURGED_MOST),
});
export type Purge = z.output<typeof PurgeShape>;

export const reportProblems = problems({
  'report.decided': { status: 409, summary: 'An officer has decided about it meanwhile; `state` says how.' },
  'report.nothing_left': {
    status: 410,
    summary: 'Nothing of the message can be read any more: it was recalled or withdrawn.',
  },
});

export const reportActions = actions({
  'report.make': {
    summary:
      'Tell the secrecy officers that a message of this group looks like a state secret. Doing it again for the same message changes nothing.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'secrecy', object: 'message' },
    rate: { burst: 10, perMinute: 5 },
    problems: ['message.gone'],
    input: z.strictObject({ group: Id, message: Id, reason: shortText(REASON_MOST, 0).default('') }),
    output: z.strictObject({}),
  },
  'report.list': {
    summary: 'Messages that members have reported, those that wait or those that were decided, the latest first.',
    kind: 'query',
    who: 'officer',
    audit: { topic: 'log' },
    input: z.strictObject({
      which: z.enum(['open', 'decided']).default('open'),
      /** The last row of the page before. */
      before: z.strictObject({ at: Time, report: Id }).nullable().default(null),
      limit: z.number().int().min(1).max(PAGE_MOST).default(50),
    }),
    output: z.strictObject({ reports: z.array(ReportShape), more: z.boolean(), open: Count }),
  },
  'report.get': {
    summary: 'One report: who made it and why, who has opened the message.',
    kind: 'query',
    who: 'officer',
    audit: { topic: 'log' },
    input: z.strictObject({ report: Id }),
    output: z.strictObject({ report: WholeReportShape }),
  },
  'report.open': {
    summary: 'Open a reported message to decide about it. It is logged, and said in the group.',
    kind: 'change',
    who: 'officer',
    rate: { burst: 20, perMinute: 20 },
    audit: { topic: 'secrecy', object: 'report' },
    problems: ['report.nothing_left'],
    input: z.strictObject({ report: Id }),
    output: z.strictObject({}),
  },
  'report.read': {
    summary: 'What a reported message says, for who opened it with this act in the last quarter of an hour.',
    kind: 'query',
    who: 'officer',
    audit: { topic: 'log' },
    problems: ['report.nothing_left'],
    input: z.strictObject({ report: Id, act: Id }),
    output: ReportedShape,
  },
  'report.decide': {
    summary:
      'Withdraw a reported message everywhere, or find that it is no secret. Those who reported it are told which.',
    kind: 'change',
    who: 'officer',
    rate: { burst: 20, perMinute: 20 },
    audit: { topic: 'secrecy', object: 'report' },
    problems: ['report.decided'],
    input: z.strictObject({
      report: Id,
      decision: z.enum(['withdraw', 'dismiss']),
      note: shortText(NOTE_MOST, NOTE_LEAST),
    }),
    /** Of the withdrawal, whose minute can be read. */
    output: z.strictObject({ withdrawal: Id.nullable() }),
  },
  'report.minute': {
    summary: 'What the minute of a withdrawal says, with its figures as they are now.',
    kind: 'query',
    who: 'officer',
    audit: { topic: 'log' },
    input: z.strictObject({ withdrawal: Id }),
    output: z.strictObject({ minute: MinuteShape }),
  },
  'withdrawal.pending': {
    summary: 'What was withdrawn and this device has not said yet to have removed.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({}),
    output: z.strictObject({ purges: z.array(PurgeShape).max(PENDING_MOST) }),
  },
  'withdrawal.confirm': {
    summary: 'This device keeps nothing any more of what was withdrawn. Said twice it is said once.',
    kind: 'append',
    who: 'account',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({ withdrawals: z.array(Id).min(1).max(PENDING_MOST) }),
    output: z.strictObject({}),
  },
});

export const reportEvents = events({
  'message.withdrawn': {
    summary:
      'Messages of this group were withdrawn as secret: nothing they said and none of these files is to be kept or shown any more, on any device.',
    stream: 'group',
    body: z.strictObject({
      withdrawal: Id,
      messages: z.array(Id).max(TOLD_MOST),
      files: z.array(Id).max(TOLD_MOST),
    }),
  },
  'report.opened': {
    summary: 'A secrecy officer opened a message of this group that a member has reported.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ id: Id }),
  },
  'report.changed': {
    summary: 'For secrecy officers: a message was reported, or one was decided about; `open` is how many wait.',
    stream: 'account',
    body: z.strictObject({ report: Id, state: z.enum(REPORT_STATES), open: Count }),
  },
  'report.decided': {
    summary: 'What became of a message this account has reported.',
    stream: 'account',
    body: z.strictObject({ group: Id, message: Id, decision: z.enum(['withdraw', 'dismiss']) }),
  },
});
