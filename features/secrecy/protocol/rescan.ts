import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, longText, Time } from '../../../protocol/shapes.ts';
import { FINDINGS_PAGE_MOST, NOTE_MOST, RESCAN_STATES, RESCANNED } from '../rules.ts';

const NUMBER_MOST = 1_000_000;

export const RescanShape = z.strictObject({
  id: Id,
  state: z.enum(RESCAN_STATES),
  /** Version of the rules it goes by. */
  version: z.number().int(),
  begunBy: z.strictObject({ id: Id, name: z.string() }),
  begunAt: Time,
  endedAt: Time.nullable(),
  what: z.array(z.enum(RESCANNED)),
  /** Where it is; null once it is over. */
  at: z.enum(RESCANNED).nullable(),
  looked: z.number().int(),
  /** Roughly how many there are. */
  of: z.number().int(),
  found: z.number().int(),
  /** Files that could not be checked. */
  unchecked: z.number().int(),
});
export type Rescan = z.output<typeof RescanShape>;

/** Something that is stored and that the rules of today refuse. It says nothing of what it is. */
export const FindingShape = z.strictObject({
  number: z.number().int(),
  what: z.enum(RESCANNED),
  /** The message, the note, the file … */
  object: z.string(),
  /** Of a file: a message that carries it. */
  message: Id.nullable(),
  group: z.strictObject({ id: Id, name: z.string() }).nullable(),
  person: z.strictObject({ id: Id, name: z.string() }).nullable(),
  /** When it was written. */
  at: Time.nullable(),
  rules: z.array(z.string()),
  unchecked: z.boolean(),
  /** It has been withdrawn since. */
  withdrawn: z.boolean(),
});
export type Finding = z.output<typeof FindingShape>;

export const rescanProblems = problems({
  'rescan.running': { status: 409, summary: 'Another one is under way; `rescan` says which.' },
  'rescan.no_message': {
    status: 409,
    summary: 'No message stands for what was found: it is removed where it stands, by whoever may.',
  },
  'rescan.over': { status: 409, summary: 'It is over.' },
});

const rate = { burst: 30, perMinute: 60 };

export const rescanActions = actions({
  'rescan.begin': {
    summary:
      'Have everything that is stored looked at by the rules in force; it goes on by itself, one at a time. Where the same is under way, that one is answered.',
    kind: 'change',
    who: 'officer',
    problems: ['rescan.running'],
    audit: { topic: 'secrecy' },
    input: z.strictObject({
      what: z
        .array(z.enum(RESCANNED))
        .min(1)
        .max(RESCANNED.length)
        .default([...RESCANNED]),
    }),
    output: z.strictObject({ rescan: Id }),
  },
  'rescan.list': {
    summary: 'The last looks at what is stored, the newest first.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({}),
    output: z.strictObject({ rescans: z.array(RescanShape) }),
  },
  'rescan.get': {
    summary: 'How far one of them is.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({ rescan: Id }),
    output: RescanShape,
  },
  'rescan.stop': {
    summary: 'End the one that is under way; what it found stays.',
    kind: 'change',
    who: 'officer',
    problems: ['rescan.over'],
    audit: { topic: 'secrecy', object: 'rescan' },
    input: z.strictObject({ rescan: Id }),
    output: z.strictObject({}),
  },
  'rescan.findings': {
    summary: 'What it found, in the order of finding; never what it says.',
    kind: 'query',
    who: 'officer',
    rate,
    audit: { topic: 'secrecy' },
    input: z.strictObject({
      rescan: Id,
      after: z.number().int().min(0).max(NUMBER_MOST).default(0),
      limit: z.number().int().min(1).max(FINDINGS_PAGE_MOST).default(50),
    }),
    output: z.strictObject({ findings: z.array(FindingShape), more: z.boolean() }),
  },
  'rescan.withdraw': {
    summary: 'Withdraw the message that carries something that was found, everywhere, as a reported one is.',
    kind: 'change',
    who: 'officer',
    problems: ['rescan.no_message', 'secrecy.marked'],
    audit: { topic: 'secrecy', object: 'rescan' },
    input: z.strictObject({
      rescan: Id,
      number: z.number().int().min(1).max(NUMBER_MOST),
      note: longText(NOTE_MOST, 0).default(''),
    }),
    output: z.strictObject({ withdrawal: Id }),
  },
});

export const rescanEvents = events({
  'rescan.moved': {
    summary: 'A look at what is stored has gone on, or is over; to the secrecy officers.',
    stream: 'account',
    body: z.strictObject({
      rescan: Id,
      state: z.enum(RESCAN_STATES),
      looked: z.number().int(),
      found: z.number().int(),
    }),
  },
});
