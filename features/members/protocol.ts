import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { GroupKindShape, Phone, RoleShape } from '../groups/protocol.ts';
import { ADDED_AT_ONCE } from '../groups/rules.ts';
import { invitationProblems } from '../invitations/protocol.ts';

export const memberProblems = problems({
  'member.owner_stays': { status: 409, summary: 'The owner names a successor, and nobody else is asked for one.' },
  'member.pair_stays': { status: 409, summary: 'A conversation of two is not left.' },
});

export const MemberShape = z.strictObject({
  account: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
  photo: Id.nullable(),
  role: RoleShape,
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
    summary: 'Put people of the staff list into a group, and invite numbers that are not on it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.add',
    rate: { burst: 30, perMinute: 20 },
    problems: ['group.too_many_members', 'group.unknown_person', ...Object.keys(invitationProblems.kinds)],
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).max(ADDED_AT_ONCE),
      invite: z.array(Phone).max(100).default([]),
    }),
    output: z.strictObject({ added: z.array(Id), already: z.array(Id), invited: z.number().int() }),
  },
  'member.leave': {
    summary: 'Leave a group. The owner hands it over to a member in the same act, unless nobody else is left.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: [...Object.keys(memberProblems.kinds), 'group.unknown_person'],
    input: z.strictObject({ group: Id, /** The new owner. */ successor: Id.nullable().default(null) }),
    output: z.strictObject({}),
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
      /** The new owner, where the old one left. */
      owner: z.strictObject({ account: Id, name: z.string() }).optional(),
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
    body: z.strictObject({ group: Id, why: z.enum(['left', 'removed']) }),
  },
});
