import { z } from 'zod';

import { actions, AUDIT_TOPICS } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { EXPORT_PAGE_MOST, PAGE_MOST, RESULTS, WHAT_BROKE } from './rules.ts';

const Person = z.strictObject({ id: Id, name: z.string(), photo: Id.nullable() });

export const AuditEntryShape = z.strictObject({
  seq: Seq,
  at: Time,
  /** The action, `group.change`; what the house does by itself is named in the same way, `house.started`. */
  act: z.string(),
  topic: z.string(),
  result: z.enum(RESULTS),
  /** Null: the house itself, or somebody who was not signed in. */
  actor: Person.nullable(),
  door: z.enum(['http', 'socket', 'program', 'house']),
  /** “Android”, “Chrome”; null where it was no browser. */
  device: z.strictObject({ kind: z.string(), system: z.string(), browser: z.string() }).nullable(),
  /** Empty for leaders of a group. */
  address: z.string(),
  group: z.strictObject({ id: Id, name: z.string() }).nullable(),
  /** A unit, an area, or another thing it was done to; the name it has today. */
  object: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  /** Whom it was done to: the first few, and how many. */
  people: z.array(Person),
  count: z.number().int(),
  /** What was changed and how, by name of the field. */
  details: z.record(z.string(), z.unknown()),
  /** Refusals of the same person before this one that were only counted. */
  more: z.number().int(),
});
export type AuditEntry = z.output<typeof AuditEntryShape>;

const PlaceShape = z.strictObject({ at: Time, seq: Seq });

const Choice = {
  /** Who did it, or to whom it was done. */
  person: Id.nullable().default(null),
  topic: z.enum(AUDIT_TOPICS).nullable().default(null),
  /** Only what was denied or failed. */
  refused: z.boolean().default(false),
  from: Time.nullable().default(null),
  to: Time.nullable().default(null),
};

const Page = {
  /** Place of the last entry of the page before. */
  before: PlaceShape.nullable().default(null),
  /** Only what is newer than this number. */
  above: Seq.default(0),
  limit: z.number().int().min(1).max(PAGE_MOST).default(50),
};

const PageAnswer = z.strictObject({
  entries: z.array(AuditEntryShape),
  /** Whether there are older ones. */
  more: z.boolean(),
});

export const VerdictShape = z.strictObject({
  entries: z.number().int(),
  from: z.number().int(),
  head: Seq,
  checkpoints: z.number().int(),
  /** The newest entry that a signed checkpoint stands for. */
  anchored: Seq,
  /** Where it does not hold first; null where it does. */
  broken: z.strictObject({ what: z.enum(WHAT_BROKE), seq: Seq }).nullable(),
});
export type AuditVerdict = z.output<typeof VerdictShape>;

export const AuditExportShape = z.strictObject({
  id: Id,
  by: Person,
  entries: z.number().int(),
  from: Time.nullable(),
  to: Time.nullable(),
  askedAt: Time,
  endsAt: Time,
  /** Who agreed; null while it waits for the second person. */
  agreedBy: Person.nullable(),
});
export type AuditExport = z.output<typeof AuditExportShape>;

export const auditProblems = problems({
  'audit.too_many': {
    status: 409,
    summary: 'The choice has more entries than one export may have; `most` says how many. Choose less time.',
  },
  'audit.not_agreed': { status: 409, summary: 'The second person has not agreed yet.' },
  'audit.own_export': { status: 409, summary: 'The second person must be another one than the first.' },
  'audit.agreed_already': { status: 409, summary: 'Somebody else has agreed already.' },
});

const rate = { burst: 30, perMinute: 60 };
const EXPORTS = { burst: 2, perMinute: 2 / 60 };

export const auditActions = actions({
  'audit.list': {
    summary: 'The agency’s audit log, the newest first: who did what, when, from where. It holds no messages.',
    kind: 'query',
    who: 'auditor',
    rate,
    audit: { topic: 'log' },
    input: z.strictObject({ ...Choice, group: Id.nullable().default(null), ...Page }),
    output: PageAnswer,
  },
  'audit.ofGroup': {
    summary: 'The part of the audit log that is about one group, for its leaders.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'audit.read',
    rate,
    audit: { topic: 'log' },
    input: z.strictObject({ group: Id, ...Choice, ...Page }),
    output: PageAnswer,
  },
  'audit.state': {
    summary: 'Whether the chain of the log was whole when it was last walked, and up to where it is signed.',
    kind: 'query',
    who: 'auditor',
    rate,
    input: z.strictObject({}),
    output: z.strictObject({
      head: Seq,
      checkpoint: PlaceShape.nullable(),
      /** The last walk over the whole chain. */
      walked: z.strictObject({ at: Time, verdict: VerdictShape }).nullable(),
    }),
  },
  'audit.verify': {
    summary:
      'Walk the whole chain now and say whether it holds. `outside`: lines of a copy of the checkpoints that was kept elsewhere.',
    kind: 'change',
    who: 'auditor',
    rate: { burst: 3, perMinute: 1 },
    audit: { topic: 'log' },
    input: z.strictObject({ outside: z.string().max(30_000_000).default('') }),
    output: VerdictShape,
  },
  'audit.askExport': {
    summary:
      'Ask to take a part of the log out. Needs a fresh code, and a second person who agrees; where there is no other who could, it is agreed at once.',
    kind: 'change',
    who: 'auditor',
    rate: EXPORTS,
    problems: ['audit.too_many'],
    audit: { topic: 'log' },
    input: z.strictObject({ ...Choice, group: Id.nullable().default(null) }),
    output: z.strictObject({ export: Id, agreed: z.boolean() }),
  },
  'audit.askGroupExport': {
    summary: 'As `audit.askExport`, of one group, for its leaders.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'audit.read',
    rate: EXPORTS,
    problems: ['audit.too_many'],
    audit: { topic: 'log' },
    input: z.strictObject({ group: Id, ...Choice }),
    output: z.strictObject({ export: Id, agreed: z.boolean() }),
  },
  'audit.exports': {
    summary: 'Exports of the agency’s log that wait for the second person or can be fetched.',
    kind: 'query',
    who: 'auditor',
    rate,
    input: z.strictObject({}),
    output: z.strictObject({ exports: z.array(AuditExportShape) }),
  },
  'audit.groupExports': {
    summary: 'Exports of a group’s part of the log that wait for the second person or can be fetched.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'audit.read',
    rate,
    input: z.strictObject({ group: Id }),
    output: z.strictObject({ exports: z.array(AuditExportShape) }),
  },
  'audit.agree': {
    summary: 'Agree, as the second person, that somebody takes a part of the agency’s log out. Needs a fresh code.',
    kind: 'change',
    who: 'auditor',
    problems: ['audit.own_export', 'audit.agreed_already'],
    audit: { topic: 'log' },
    input: z.strictObject({ export: Id }),
    output: z.strictObject({}),
  },
  'audit.agreeGroup': {
    summary: 'As `audit.agree`, of one group, for another of its leaders.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'audit.read',
    problems: ['audit.own_export', 'audit.agreed_already'],
    audit: { topic: 'log' },
    input: z.strictObject({ group: Id, export: Id }),
    output: z.strictObject({}),
  },
  'audit.fetchExport': {
    summary: 'The entries of an agreed export, page by page, for whoever asked for it.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    problems: ['audit.not_agreed'],
    input: z.strictObject({
      export: Id,
      before: PlaceShape.nullable().default(null),
      limit: z.number().int().min(1).max(EXPORT_PAGE_MOST).default(EXPORT_PAGE_MOST),
    }),
    output: PageAnswer,
  },
  'audit.auditors': {
    summary: 'Who may read the agency’s log besides the administrators.',
    kind: 'query',
    who: 'administrator',
    input: z.strictObject({}),
    output: z.strictObject({
      auditors: z.array(
        z.strictObject({ account: Id, name: z.string(), photo: Id.nullable(), position: z.string(), unit: z.string() }),
      ),
    }),
  },
  'audit.appoint': {
    summary: 'Let somebody read the agency’s log, or no longer.',
    kind: 'change',
    who: 'administrator',
    audit: { topic: 'log', people: ['account'] },
    input: z.strictObject({ account: Id, on: z.boolean() }),
    output: z.strictObject({}),
  },
});
