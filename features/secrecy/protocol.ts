import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, Time } from '../../protocol/shapes.ts';
import { RULE_ID, RuleSetShape } from './protocol/ruleset.ts';
import { APPEAL_MOST, INCIDENT_KINDS, INCIDENTS_PAGE_MOST, NOTE_MOST, PROCEDURE_MOST } from './rules.ts';

export const OfficerShape = z.strictObject({
  account: Id,
  name: z.string(),
  photo: Id.nullable(),
  position: z.string(),
  unit: z.string(),
  /** E.164; null where they do not show it. */
  phone: z.string().nullable(),
});
export type Officer = z.output<typeof OfficerShape>;

export const GuardedPersonShape = z.strictObject({
  id: Id,
  name: z.string(),
  photo: Id.nullable(),
  position: z.string(),
});

const Named = z.strictObject({ id: Id, name: z.string() });

/** Something the guard refused. It says nothing of what it was. */
export const IncidentShape = z.strictObject({
  id: Id,
  at: Time,
  kind: z.enum(INCIDENT_KINDS),
  /** Null: somebody who was not signed in. */
  person: GuardedPersonShape.nullable(),
  /** Where the person was at that time. */
  unit: Named.nullable(),
  group: Named.nullable(),
  /** The action by which it came (`message.send`), or `file`. */
  channel: z.string(),
  /** Ids of rules; empty where it could not be checked. */
  rules: z.array(z.string()),
  /** Version of the rules. */
  version: z.number().int(),
  bytes: z.number().int(),
  /** HMAC-SHA-256 of its bytes with the house’s key, hexadecimal: the same thing has the same one. */
  digest: z.string(),
  /** The same of a file’s name. */
  nameDigest: z.string().nullable(),
  /** Refusals of the same person after this one that were only counted. */
  more: z.number().int(),
  appeal: z.strictObject({ at: Time, reason: z.string() }).nullable(),
  decision: z
    .strictObject({ at: Time, by: GuardedPersonShape, outcome: z.enum(['mistaken', 'upheld']), note: z.string() })
    .nullable(),
});
export type Incident = z.output<typeof IncidentShape>;

/** An incident as its sender sees it: never by which rule. */
export const OwnIncidentShape = z.strictObject({
  id: Id,
  at: Time,
  kind: z.enum(INCIDENT_KINDS),
  file: z.boolean(),
  group: Named.nullable(),
  appealedAt: Time.nullable(),
  /** Until when it can be appealed. */
  until: Time,
  decision: z.strictObject({ at: Time, outcome: z.enum(['mistaken', 'upheld']) }).nullable(),
});
export type OwnIncident = z.output<typeof OwnIncidentShape>;

const Choice = {
  person: Id.nullable().default(null),
  unit: Id.nullable().default(null),
  group: Id.nullable().default(null),
  channel: z
    .string()
    .regex(/^[A-Za-z.]{1,60}$/)
    .nullable()
    .default(null),
  rule: z.string().regex(RULE_ID).nullable().default(null),
  kind: z.enum(INCIDENT_KINDS).nullable().default(null),
  /** Only those that were appealed and wait for an answer. */
  waiting: z.boolean().default(false),
  from: Time.nullable().default(null),
  to: Time.nullable().default(null),
};

const Place = z.strictObject({ at: Time, id: Id });

export const secrecyProblems = problems({
  'secrecy.marked': {
    status: 422,
    summary:
      'It looks like a state secret and was not taken; nothing of it was kept. `incident` is its number, null where none was written down.',
  },
  'secrecy.unchecked': {
    status: 422,
    summary: 'It cannot be checked and was not taken; nothing of it was kept. `incident` is its number, or null.',
  },
  'secrecy.queue': {
    status: 429,
    retry: true,
    summary: 'The actor has as many files waiting to be checked as they may; try again after `wait` seconds.',
  },
  'incident.appealed': { status: 409, summary: 'It has been appealed already, or decided.' },
  'incident.too_late': { status: 409, summary: 'It can be appealed no longer.' },
  'incident.decided': { status: 409, summary: 'Somebody has decided it already.' },
  'incident.own': {
    status: 409,
    summary: 'It was refused to the actor; somebody else decides, since there is somebody who can.',
  },
});

const rate = { burst: 30, perMinute: 60 };

export const secrecyActions = actions({
  'secrecy.contacts': {
    summary: 'The secrecy officers, and what the agency asks everybody to do with something secret.',
    kind: 'query',
    who: 'account',
    rate: { burst: 20, perMinute: 30 },
    input: z.strictObject({}),
    output: z.strictObject({ officers: z.array(OfficerShape), procedure: z.string() }),
  },
  'secrecy.rules': {
    summary:
      'The rules for a warning on the device while somebody writes; null where the device has them (`known`) or the agency wants no such warning (`on`).',
    kind: 'query',
    who: 'account',
    rate: { burst: 20, perMinute: 30 },
    input: z.strictObject({ known: z.number().int().min(0).max(1_000_000).nullable().default(null) }),
    output: z.strictObject({ on: z.boolean(), version: z.number().int(), rules: RuleSetShape.nullable() }),
  },
  'secrecy.state': {
    summary: 'How the guard stands: what it goes by, and what waits for the officers.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({}),
    output: z.strictObject({
      procedure: z.string(),
      /** Devices warn while somebody writes. */
      early: z.boolean(),
      version: z.number().int(),
      /** What is stored of the rules is not what was approved: the last that hold are in force. */
      broken: z.boolean(),
      /** Appeals that wait for an answer. */
      appeals: z.number().int(),
      /** A change of the rules that waits for the second person. */
      proposed: z.number().int().nullable(),
      /** Files being checked on this node, and waiting for it. */
      files: z.number().int(),
    }),
  },
  'secrecy.setProcedure': {
    summary: 'Say what the agency asks everybody to do with something secret.',
    kind: 'change',
    who: 'officer',
    audit: { topic: 'secrecy' },
    input: z.strictObject({ procedure: longText(PROCEDURE_MOST, 0) }),
    output: z.strictObject({}),
  },
  'secrecy.setEarly': {
    summary: 'Have devices warn while somebody writes, or not.',
    kind: 'change',
    who: 'officer',
    audit: { topic: 'secrecy' },
    input: z.strictObject({ on: z.boolean() }),
    output: z.strictObject({}),
  },
  'secrecy.setOfficer': {
    summary: 'Make somebody a secrecy officer, or no longer.',
    kind: 'change',
    who: 'administrator',
    audit: { topic: 'secrecy', people: ['account'] },
    input: z.strictObject({ account: Id, on: z.boolean() }),
    output: z.strictObject({}),
  },
  'secrecy.figures': {
    summary:
      'How well the rules do on the measured collection, as the program came with it; null where it came without.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({}),
    output: z.strictObject({ figures: z.record(z.string(), z.unknown()).nullable() }),
  },
  'incident.mine': {
    summary: 'What the guard refused of one’s own, the newest first.',
    kind: 'query',
    who: 'account',
    rate,
    input: z.strictObject({
      before: Place.nullable().default(null),
      limit: z.number().int().min(1).max(50).default(20),
    }),
    output: z.strictObject({ incidents: z.array(OwnIncidentShape), more: z.boolean() }),
  },
  'incident.appeal': {
    summary: 'Say that something of one’s own was refused by mistake; once, within seven days.',
    kind: 'change',
    who: 'account',
    rate: { burst: 10, perMinute: 2 },
    problems: ['incident.appealed', 'incident.too_late', 'secrecy.marked'],
    audit: { topic: 'secrecy', object: 'incident' },
    input: z.strictObject({ incident: Id, reason: longText(APPEAL_MOST) }),
    output: z.strictObject({}),
  },
  'incident.list': {
    summary: 'What the guard refused, the newest first; never what it said.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({
      ...Choice,
      before: Place.nullable().default(null),
      limit: z.number().int().min(1).max(INCIDENTS_PAGE_MOST).default(50),
    }),
    output: z.strictObject({ incidents: z.array(IncidentShape), more: z.boolean() }),
  },
  'incident.counts': {
    summary: 'How often the guard refused, by unit, by rule, by way and by day (of the agency’s clock).',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({ from: Time.nullable().default(null), to: Time.nullable().default(null) }),
    output: z.strictObject({
      total: z.number().int(),
      marked: z.number().int(),
      unchecked: z.number().int(),
      waiting: z.number().int(),
      mistaken: z.number().int(),
      upheld: z.number().int(),
      units: z.array(z.strictObject({ unit: Named.nullable(), count: z.number().int() })),
      rules: z.array(z.strictObject({ rule: z.string(), count: z.number().int() })),
      channels: z.array(z.strictObject({ channel: z.string(), count: z.number().int() })),
      days: z.array(z.strictObject({ day: z.string().describe('YYYY-MM-DD'), count: z.number().int() })),
    }),
  },
  'incident.export': {
    summary:
      'Note that a part of the list is taken out, and how long it is; its entries are then read by `incident.list`, page by page.',
    kind: 'change',
    who: 'officer',
    rate: { burst: 5, perMinute: 2 },
    audit: { topic: 'secrecy' },
    input: z.strictObject(Choice),
    output: z.strictObject({ incidents: z.number().int() }),
  },
  'incident.decide': {
    summary: 'Say whether the guard was mistaken; whoever sent it is told the outcome, not the note.',
    kind: 'change',
    who: 'officer',
    problems: ['incident.decided', 'incident.own', 'secrecy.marked'],
    audit: { topic: 'secrecy', object: 'incident' },
    input: z.strictObject({
      incident: Id,
      outcome: z.enum(['mistaken', 'upheld']),
      note: longText(NOTE_MOST, 0).default(''),
    }),
    output: z.strictObject({}),
  },
});

export const secrecyEvents = events({
  'incident.recorded': {
    summary: 'The guard refused something; to the secrecy officers.',
    stream: 'account',
    body: z.strictObject({ incident: Id, kind: z.enum(INCIDENT_KINDS) }),
  },
  'incident.appealed': {
    summary: 'Somebody says that it was a mistake; to the secrecy officers.',
    stream: 'account',
    body: z.strictObject({ incident: Id }),
  },
  'incident.decided': {
    summary: 'An incident was decided; to whoever sent it, and to the secrecy officers.',
    stream: 'account',
    body: z.strictObject({ incident: Id, outcome: z.enum(['mistaken', 'upheld']) }),
  },
});
