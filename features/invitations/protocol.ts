import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Time } from '../../protocol/shapes.ts';
import { INVITED_SHOWN } from './rules.ts';

export const invitationProblems = problems({
  'invitation.not_allowed': {
    status: 403,
    summary: 'The actor may not invite numbers that are not on the staff list.',
  },
  'invitation.too_many': {
    status: 409,
    summary: 'More people than one person may invite within 24 hours; `most` says how many.',
  },
  'invitation.over': {
    status: 409,
    summary: 'The invitation was withdrawn or answered, has ended, or the group takes nobody any more.',
  },
});

// Written out, as the shapes of groups are made of these problems.
const Kind = z.enum(['pair', 'directive', 'coordination', 'area', 'announcement']);
const Role = z.enum(['owner', 'deputy', 'clerk', 'member', 'reader']);
const Named = z.strictObject({ account: Id, name: z.string() });

/** What is shown of a group to who is invited: never its members, never what is said in it. */
export const InvitationShape = z.strictObject({
  id: Id,
  name: z.string(),
  kind: Kind,
  unit: z.string(),
  leaders: z.array(z.strictObject({ name: z.string(), position: z.string(), role: Role })),
  members: z.number().int(),
  by: Named,
  at: Time,
  endsAt: Time,
});
export type Invitation = z.output<typeof InvitationShape>;

export const invitationActions = actions({
  'invitation.mine': {
    summary: 'The groups to which the actor is invited, and has not answered.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({ invitations: z.array(InvitationShape) }),
  },
  'invitation.answer': {
    summary: 'Come into a group the actor is invited to, or decline; and not be invited or put into it again.',
    kind: 'change',
    who: 'account',
    rate: { burst: 30, perMinute: 5 },
    problems: ['invitation.over', 'group.too_many_members'],
    audit: { topic: 'member', object: 'invitation' },
    input: z.strictObject({ invitation: Id, answer: z.enum(['accept', 'decline', 'block']) }),
    /** The group, where the actor is in it now. */
    output: z.strictObject({ group: Id.nullable() }),
  },
  'invitation.list': {
    summary: 'Who is invited into a group and has not answered, the newest first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'member.admit',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({
      people: z
        .array(
          z.strictObject({
            id: Id,
            /** Null: a number that is not on the staff list. */
            account: Id.nullable(),
            name: z.string(),
            position: z.string(),
            unit: z.string(),
            photo: Id.nullable(),
            /** With its middle left out. */
            phone: z.string().nullable(),
            by: Named,
            at: Time,
            endsAt: Time,
          }),
        )
        .max(INVITED_SHOWN),
    }),
  },
  'invitation.withdraw': {
    summary: 'Take invitations back that have not been answered.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.admit',
    audit: { topic: 'member' },
    input: z.strictObject({ group: Id, invitations: z.array(Id).min(1).max(200) }),
    output: z.strictObject({ withdrawn: z.number().int() }),
  },
});

export const invitationEvents = events({
  'invitation.made': {
    summary: 'The account is invited into a group.',
    stream: 'account',
    body: z.strictObject({ invitation: InvitationShape }),
  },
  'invitation.ended': {
    summary: 'The invitation stands no longer: told to who was invited.',
    stream: 'account',
    body: z.strictObject({ invitation: Id, how: z.enum(['accepted', 'declined', 'withdrawn']) }),
  },
  'invitation.answered': {
    summary: 'Told to who invited: this person came in, or declined.',
    stream: 'account',
    body: z.strictObject({ group: Id, account: Id, name: z.string(), accepted: z.boolean() }),
  },
});
