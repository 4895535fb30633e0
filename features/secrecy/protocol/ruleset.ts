import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, longText, shortText, Time } from '../../../protocol/shapes.ts';
import { NOTE_MOST, RULESET_STATES, TRY_FILE_MOST, TRY_TEXT_MOST } from '../rules.ts';
import { RULE_KINDS, RULES_MOST, TERM_LENGTH_MOST, TERMS_MOST, WEIGHTS } from '../rules/ruleset.ts';
import { HANDLINGS } from '../rules/verdict.ts';

export const RULE_ID = /^[a-z][a-z0-9_.-]{0,59}$/;

export const RuleShape = z.strictObject({
  id: z.string().regex(RULE_ID),
  kind: z.enum(RULE_KINDS),
  weight: z.enum(WEIGHTS),
  on: z.boolean(),
  terms: z.array(z.string().max(TERM_LENGTH_MOST)).max(TERMS_MOST),
});

/** As somebody writes it. */
const WrittenRule = RuleShape.extend({ terms: z.array(shortText(TERM_LENGTH_MOST)).max(TERMS_MOST) });

export const RuleSetShape = z.strictObject({
  version: z.number().int().min(1),
  rules: z.array(RuleShape).max(RULES_MOST),
});

const Person = z.strictObject({ id: Id, name: z.string() });
const Version = z.number().int().min(1).max(1_000_000);

/** A version of the rules. The one the program came with has nobody and no time. */
export const RulesetShape = z.strictObject({
  version: z.number().int(),
  state: z.enum(RULESET_STATES),
  reason: z.string(),
  proposedBy: Person.nullable(),
  proposedAt: Time.nullable(),
  /** Who approved, refused or withdrew it. */
  decidedBy: Person.nullable(),
  decidedAt: Time.nullable(),
  note: z.string(),
  /** What is stored is not what was approved; it is not gone by. */
  broken: z.boolean(),
});
export type Ruleset = z.output<typeof RulesetShape>;

export const TriedShape = z.strictObject({
  refused: z.boolean(),
  /** It cannot be checked, and is refused for that. */
  unchecked: z.boolean(),
  rules: z.array(z.string()),
  handling: z.enum(HANDLINGS).nullable(),
});
export type Tried = z.output<typeof TriedShape>;

export const rulesetProblems = problems({
  'ruleset.faulty': { status: 422, summary: 'These rules do not hold together; `faults` says where.' },
  'ruleset.unchanged': { status: 409, summary: 'They say what the rules in force say already.' },
  'ruleset.waiting': {
    status: 409,
    summary: 'Another proposal waits for the second person: it is decided first; `version` says which.',
  },
  'ruleset.own': { status: 409, summary: 'The second person must be another one than the first.' },
  'ruleset.officer_missing': { status: 409, summary: 'One of the two must be a secrecy officer.' },
  'ruleset.decided': { status: 409, summary: 'It has been approved, refused or withdrawn already.' },
  'ruleset.broken': { status: 409, summary: 'What is stored of it is not what was proposed: propose it anew.' },
});

const rate = { burst: 30, perMinute: 60 };
/** Looking into a file costs the machine more than anything else an officer does. */
const TRYING = { burst: 5, perMinute: 6 };

export const rulesetActions = actions({
  'ruleset.list': {
    summary: 'All versions of the rules, the newest first, with who proposed, approved or refused each, and why.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({}),
    output: z.strictObject({ versions: z.array(RulesetShape), active: z.number().int() }),
  },
  'ruleset.get': {
    summary: 'One version of the rules; the one in force where none is named.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({ version: Version.optional() }),
    output: z.strictObject({ ruleset: RulesetShape, rules: RuleSetShape }),
  },
  'ruleset.propose': {
    summary: 'Propose other rules. They are in force once a second person has approved them. Needs a fresh code.',
    kind: 'change',
    who: 'officer',
    rate: { burst: 10, perMinute: 10 },
    problems: ['ruleset.faulty', 'ruleset.unchanged', 'ruleset.waiting', 'secrecy.marked'],
    audit: { topic: 'secrecy', texts: ['reason'] },
    input: z.strictObject({ rules: z.array(WrittenRule).min(1).max(RULES_MOST), reason: longText(NOTE_MOST, 5) }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'ruleset.approve': {
    summary:
      'Approve, as the second person, a proposal of another; the rules are in force at once. One of the two is a secrecy officer. Needs a fresh code.',
    kind: 'change',
    who: 'officer',
    problems: ['ruleset.own', 'ruleset.officer_missing', 'ruleset.decided', 'ruleset.broken', 'ruleset.faulty'],
    audit: { topic: 'secrecy' },
    input: z.strictObject({ version: Version }),
    output: z.strictObject({}),
  },
  'ruleset.refuse': {
    summary: 'Refuse a proposal of another.',
    kind: 'change',
    who: 'officer',
    problems: ['ruleset.own', 'ruleset.decided', 'secrecy.marked'],
    audit: { topic: 'secrecy', texts: ['note'] },
    input: z.strictObject({ version: Version, note: longText(NOTE_MOST, 0).default('') }),
    output: z.strictObject({}),
  },
  'ruleset.withdraw': {
    summary: 'Take one’s own proposal back.',
    kind: 'change',
    who: 'officer',
    problems: ['ruleset.decided'],
    audit: { topic: 'secrecy' },
    input: z.strictObject({ version: Version }),
    output: z.strictObject({}),
  },
  'ruleset.try': {
    summary: 'What a version of the rules, the one in force where none is named, says of a text. Nothing is kept.',
    kind: 'query',
    who: 'officer',
    rate: { burst: 30, perMinute: 60 },
    audit: { topic: 'secrecy' },
    input: z.strictObject({ text: longText(TRY_TEXT_MOST), version: Version.optional() }),
    output: TriedShape,
  },
  'ruleset.tryFile': {
    summary: 'The same of a file; `file` is its bytes in base64. Nothing is kept.',
    kind: 'query',
    who: 'officer',
    door: 'http',
    rate: TRYING,
    bodyLimit: Math.ceil(TRY_FILE_MOST / 3) * 4 + 8_192,
    problems: ['secrecy.queue'],
    audit: { topic: 'secrecy' },
    input: z.strictObject({
      name: z.string().min(1).max(1_000),
      file: z.base64().max(Math.ceil(TRY_FILE_MOST / 3) * 4),
      version: Version.optional(),
    }),
    output: TriedShape,
  },
});

export const rulesetEvents = events({
  'ruleset.changed': {
    summary: 'A version of the rules was proposed, approved, refused or withdrawn; to the secrecy officers.',
    stream: 'account',
    body: z.strictObject({ version: z.number().int(), state: z.enum(RULESET_STATES) }),
  },
});
