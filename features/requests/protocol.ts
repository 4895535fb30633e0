import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { Id, shortText, Time } from '../../protocol/shapes.ts';
import { NamedShape } from '../groups/protocol.ts';
import { ADMITTED_AT_ONCE, REASON_MOST, WAYS } from './rules.ts';

export const RequestShape = z.strictObject({
  id: Id,
  account: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
  photo: Id.nullable(),
  /** Is on the staff list: belongs to a unit. */
  listed: z.boolean(),
  /** With its middle left out, of who is not on the staff list. */
  phone: z.string().nullable(),
  way: z.enum(WAYS),
  /** Name of the link they came by. */
  link: z.string(),
  /** The member who wants to add them. */
  by: NamedShape.nullable(),
  answer: z.string(),
  at: Time,
});
export type JoinRequest = z.output<typeof RequestShape>;

/** What the actor has asked for. */
export const OwnRequestShape = z.strictObject({ id: Id, name: z.string(), at: Time });
export type OwnRequest = z.output<typeof OwnRequestShape>;

const Queue = { waiting: z.number().int(), oldest: Time.nullable() };

/** Of several who decide at once the first decides; the others are told who it was. */
export const DecidedShape = z.strictObject({
  request: Id,
  state: z.enum(['approved', 'refused', 'withdrawn', 'expired', 'void']),
  by: NamedShape.nullable(),
});

export const requestActions = actions({
  'request.list': {
    summary: 'Who waits to come into a group, the longest waiting first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'member.admit',
    rate: { burst: 60, perMinute: 60 },
    input: z.strictObject({
      group: Id,
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(ADMITTED_AT_ONCE).default(100),
    }),
    output: z.strictObject({ requests: z.array(RequestShape), ...Queue }),
  },
  'request.waiting': {
    summary: 'How many wait in each group whose members the actor admits; and what the actor has asked for.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 60 },
    input: z.strictObject({}),
    output: z.strictObject({
      groups: z.array(z.strictObject({ group: Id, ...Queue })),
      own: z.array(OwnRequestShape),
    }),
  },
  'request.approve': {
    summary: 'Let people in who wait for it. What somebody else has decided meanwhile stays as it is.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.admit',
    problems: ['group.too_many_members', 'invitation.too_many'],
    audit: { topic: 'member' },
    input: z.strictObject({ group: Id, requests: z.array(Id).min(1).max(ADMITTED_AT_ONCE) }),
    output: z.strictObject({
      /** Are in now; and those who are asked first, and have to agree themselves. */
      approved: z.number().int(),
      invited: z.number().int(),
      decided: z.array(DecidedShape),
    }),
  },
  'request.refuse': {
    summary: 'Refuse people who wait to come in. They are told, with the reason.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.admit',
    audit: { topic: 'member' },
    input: z.strictObject({
      group: Id,
      requests: z.array(Id).min(1).max(ADMITTED_AT_ONCE),
      reason: shortText(REASON_MOST, 0).default(''),
    }),
    output: z.strictObject({ refused: z.number().int(), decided: z.array(DecidedShape) }),
  },
  'request.withdraw': {
    summary: 'Take back what the actor has asked for. Done too where it has been decided meanwhile.',
    kind: 'change',
    who: 'account',
    audit: { topic: 'member', object: 'request' },
    input: z.strictObject({ request: Id }),
    output: z.strictObject({ state: z.enum(['approved', 'refused', 'withdrawn', 'expired', 'void']) }),
  },
});

export const requestEvents = events({
  'request.made': {
    summary: 'Told to those who admit members of a group: so many wait now; the first names of who has just come.',
    stream: 'account',
    body: z.strictObject({ group: Id, names: z.array(z.string()), ...Queue }),
  },
  'request.ended': {
    summary: 'Told to those who admit members of a group: these wait no longer.',
    stream: 'account',
    body: z.strictObject({
      group: Id,
      requests: z.array(Id),
      how: z.enum(['approved', 'refused', 'withdrawn', 'expired', 'void']),
      by: NamedShape.nullable(),
      ...Queue,
    }),
  },
  'request.asked': {
    summary: 'The account has asked to come into a group and waits.',
    stream: 'account',
    body: z.strictObject({ request: OwnRequestShape }),
  },
  'request.answered': {
    summary: 'What the account asked for, for itself or for others, has been decided.',
    stream: 'account',
    body: z.strictObject({
      requests: z.array(Id),
      /** Name of the group. */
      name: z.string(),
      result: z.enum(['approved', 'refused', 'withdrawn', 'expired', 'void']),
      reason: z.string(),
      /** The first of those the account wanted to add; none where it asked for itself. */
      people: z.array(z.string()),
    }),
  },
});
