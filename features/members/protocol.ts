import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { GroupKindShape, NamedShape, Phone, RoleShape } from '../groups/protocol.ts';
import { SETTABLE_RIGHTS } from '../groups/rights.ts';
import { ADDED_AT_ONCE, DECIDED_AT_ONCE } from '../groups/rules.ts';
import { invitationProblems } from '../invitations/protocol.ts';

export const memberProblems = problems({
  'member.owner_stays': {
    status: 409,
    summary: 'The owner hands the group over before leaving; and keeps the role until then.',
  },
  'member.leads': { status: 409, summary: 'Only the owner decides about deputies and clerks; `accounts` names them.' },
  'member.term_over': { status: 422, summary: 'The end of the term, or of the exception, lies in the past.' },
  'member.own_history': {
    status: 409,
    summary: 'Nobody lets themselves read more of what was said before they came; another leader does.',
  },
  'member.pair_stays': { status: 409, summary: 'A conversation of two is not left.' },
});

export const MemberShape = z.strictObject({
  account: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
  photo: Id.nullable(),
  role: RoleShape,
  /** End of the term of office. */
  roleUntil: Time.nullable(),
  joinedAt: Time,
  /** False where the person is on the staff list but has not signed in yet. */
  registered: z.boolean(),
  /** False for who is no longer on the staff list. */
  active: z.boolean(),
});

export type Member = z.output<typeof MemberShape>;

export const memberActions = actions({
  'member.list': {
    summary: 'Members of a group, leaders first, then by given name; a page at a time, searched toneless.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'member.list',
    input: z.strictObject({
      group: Id,
      query: shortText(100, 0).default(''),
      after: z.number().int().min(0).max(10_000).default(0),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    output: z.strictObject({ members: z.array(MemberShape), total: z.number().int(), at: Seq }),
  },
  'member.add': {
    summary:
      'Put people of the staff list into a group, and invite numbers that are not on it. Who asked to be asked first is invited; where the group approves its members and the actor may not admit them, they wait.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.add',
    rate: { burst: 30, perMinute: 20 },
    problems: ['group.too_many_members', 'group.unknown_person', ...Object.keys(invitationProblems.kinds)],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).max(ADDED_AT_ONCE),
      invite: z.array(Phone).max(100).default([]),
    }),
    output: z.strictObject({
      added: z.array(Id),
      already: z.array(Id),
      invited: z.number().int(),
      /** Wait until somebody who may admits them; and those who are asked first. */
      waiting: z.array(NamedShape),
      asked: z.array(NamedShape),
      /** Left out: kept from coming back; and who asked not to be put into this group again. */
      blocked: z.array(NamedShape),
      unwilling: z.array(NamedShape),
    }),
  },
  'member.appoint': {
    summary: 'Give members a role, for good or for a term; at its end they are plain members.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.appoint',
    problems: ['group.unknown_person', 'member.owner_stays', 'member.term_over'],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE),
      role: z.enum(['deputy', 'clerk', 'member', 'reader']),
      until: Time.nullable().default(null),
    }),
    /** How many had another role, or another term, before. */
    output: z.strictObject({ changed: z.number().int() }),
  },
  'member.restrict': {
    summary: 'Let plain members only read, for good or for a time; or let them write again.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.restrict',
    problems: ['group.unknown_person', 'member.leads', 'member.owner_stays', 'member.term_over'],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE),
      readOnly: z.boolean(),
      until: Time.nullable().default(null),
    }),
    output: z.strictObject({ changed: z.number().int() }),
  },
  'member.except': {
    summary: 'Allow or deny single people one right, whatever the group sets for everybody; or lift that again.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.govern',
    problems: ['group.unknown_person', 'member.leads', 'member.owner_stays', 'member.term_over'],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE),
      right: z.enum(SETTABLE_RIGHTS),
      /** Null lifts the exception. */
      allowed: z.boolean().nullable(),
      until: Time.nullable().default(null),
    }),
    output: z.strictObject({ changed: z.number().int() }),
  },
  'member.readNumbers': {
    summary: 'What would become of each line of a pasted list of numbers. Changes nothing.',
    kind: 'query',
    who: 'account',
    rate: { burst: 10, perMinute: 5 },
    input: z.strictObject({
      group: Id.nullable().default(null),
      lines: z.array(z.string().max(200)).max(ADDED_AT_ONCE),
    }),
    output: z.strictObject({
      lines: z.array(
        z.strictObject({
          line: z.number().int(),
          /** add: on the staff list; invite: not on it, and the actor may invite; unknown: not on it; wrong: no mobile number; twice: stands above already. */
          result: z.enum(['add', 'already', 'invite', 'unknown', 'wrong', 'twice']),
          phone: Phone.nullable(),
          account: Id.nullable(),
          name: z.string(),
          position: z.string(),
          unit: z.string(),
        }),
      ),
    }),
  },
});

export const memberEvents = events({
  'member.added': {
    summary: 'People were put into the group.',
    stream: 'group',
    notice: true,
    /** The first few and how many in all. */
    body: z.strictObject({ accounts: z.array(Id), names: z.array(z.string()), count: z.number().int() }),
  },
  'member.joined': {
    summary: 'An invited person registered and is a member now.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ accounts: z.array(Id), names: z.array(z.string()) }),
  },
  'member.left': {
    summary: 'These people are no longer members.',
    stream: 'group',
    notice: true,
    rights: true,
    follow: 'end',
    body: z.strictObject({
      accounts: z.array(Id),
      names: z.array(z.string()),
      /** They had asked for it, when they offered the lead to whoever took it now. */
      own: z.literal(true).optional(),
    }),
  },
  'member.appointed': {
    summary: 'These members have this role now; the first few by name.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      accounts: z.array(Id),
      names: z.array(z.string()),
      role: RoleShape,
      until: Time.nullable(),
    }),
  },
  'member.termEnded': {
    summary: 'The term of these members is over: they are plain members again.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({ accounts: z.array(Id), names: z.array(z.string()), role: RoleShape }),
  },
  'member.excepted': {
    summary: 'These members are allowed or denied a right, or (null) no longer.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      accounts: z.array(Id),
      names: z.array(z.string()),
      right: z.string(),
      allowed: z.boolean().nullable(),
      until: Time.nullable(),
    }),
  },
  'chat.added': {
    summary: 'The account is a member of this group now.',
    stream: 'account',
    follow: 'begin',
    body: z.strictObject({ group: Id, kind: GroupKindShape }),
  },
  'chat.removed': {
    summary: 'The account is no longer a member: what a device keeps of the group is to be deleted.',
    stream: 'account',
    body: z.strictObject({
      group: Id,
      why: z.enum(['left', 'removed', 'dissolved']),
      /** What the leader who removed them wrote. */
      reason: z.string().optional(),
    }),
  },
});
