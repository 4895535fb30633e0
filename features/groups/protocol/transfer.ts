import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, shortText, Time } from '../../../protocol/shapes.ts';
import { GroupKindShape, GroupStateShape, NamedShape, TransferShape } from '../protocol.ts';

export const transferProblems = problems({
  'transfer.none': {
    status: 409,
    summary: 'The lead of this group is not offered, or not to the actor; it was withdrawn, answered or has ended.',
  },
});

export const transferActions = actions({
  'transfer.offer': {
    summary: 'Offer the lead of a group to a member, who has seven days to answer. It replaces an offer made before.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.transfer',
    rate: { burst: 20, perMinute: 5 },
    problems: ['group.unknown_person'],
    audit: { topic: 'group', people: ['to'] },
    input: z.strictObject({
      group: Id,
      to: Id,
      /** Leave the group once it is accepted. */ leaves: z.boolean().default(false),
    }),
    output: z.strictObject({ endsAt: Time }),
  },
  'transfer.withdraw': {
    summary: 'Take back the offer of the lead.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.transfer',
    problems: ['transfer.none'],
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id }),
    output: z.strictObject({}),
  },
  'transfer.answer': {
    summary: 'Take over the lead of a group that was offered to the actor, or decline.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: ['transfer.none'],
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id, accept: z.boolean() }),
    output: z.strictObject({}),
  },
  'group.appointOwner': {
    summary: 'Name a new owner of a group whose post changed hands. Who is no member becomes one; the group sees it.',
    kind: 'change',
    who: 'administrator',
    problems: ['group.unknown_person', 'group.too_many_members'],
    audit: { topic: 'group', people: ['account'] },
    input: z.strictObject({ group: Id, account: Id }),
    output: z.strictObject({}),
  },
  'group.search': {
    summary: 'The groups of the agency and who leads them, for naming a new owner: never what is said in them.',
    kind: 'query',
    who: 'administrator',
    rate: { burst: 60, perMinute: 60 },
    input: z.strictObject({
      query: shortText(100, 0).default(''),
      /** Only groups whose owner left the agency, or that have none. */
      leaderless: z.boolean().default(false),
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(100).default(50),
    }),
    output: z.strictObject({
      groups: z.array(
        z.strictObject({
          id: Id,
          kind: GroupKindShape,
          name: z.string(),
          photo: Id.nullable(),
          unit: z.string(),
          members: z.number().int(),
          state: GroupStateShape,
          /** `active` is false for who is no longer on the staff list. */
          owner: z.strictObject({ account: Id, name: z.string(), active: z.boolean() }).nullable(),
        }),
      ),
      total: z.number().int(),
      /** Groups whose owner left the agency, or that have none. */
      leaderless: z.number().int(),
    }),
  },
});

export const transferEvents = events({
  'transfer.offered': {
    summary: 'The lead of a group is offered: told to who offers and to whom.',
    stream: 'account',
    body: z.strictObject({ group: Id, transfer: TransferShape }),
  },
  'transfer.ended': {
    summary: 'The offer stands no longer: told to who offered and to whom.',
    stream: 'account',
    body: z.strictObject({
      group: Id,
      why: z.enum(['accepted', 'declined', 'withdrawn', 'expired', 'void']),
      from: NamedShape,
      to: NamedShape,
    }),
  },
  'group.handedOver': {
    summary: 'The group has a new owner; the former one is a plain member.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      from: NamedShape.nullable(),
      to: NamedShape,
      /** Offered and accepted, or named by an administrator. */
      how: z.enum(['accepted', 'appointed']),
    }),
  },
});
