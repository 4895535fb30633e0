import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { Id, Seq, shortText, Time } from '../../../protocol/shapes.ts';
import { HistoryShape, NamedShape } from '../../groups/protocol.ts';
import { DECIDED_AT_ONCE } from '../../groups/rules.ts';
import { REASON_MOST } from '../rules.ts';

/** How people stop being members, who may not come back, and what who comes may read. */
export const leavingActions = actions({
  'member.leave': {
    summary: 'Leave a group. The owner hands it over first (`transfer.offer`), unless nobody else is left.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: ['member.owner_stays', 'member.pair_stays'],
    audit: { topic: 'member' },
    input: z.strictObject({
      group: Id,
      /** No line in the conversation: only the leaders are told. */
      quiet: z.boolean().default(false),
      /** Not to be put into this group again. */
      refuse: z.boolean().default(false),
    }),
    output: z.strictObject({}),
  },
  'member.remove': {
    summary: 'Take members out of a group; they may be kept from coming back. They are told, with the reason.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.remove',
    problems: ['group.unknown_person', 'member.leads', 'member.owner_stays'],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE),
      reason: shortText(REASON_MOST, 0).default(''),
      block: z.boolean().default(false),
    }),
    output: z.strictObject({ removed: z.number().int() }),
  },
  'member.blocked': {
    summary: 'Who is kept from coming back into a group, the newest first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'member.remove',
    input: z.strictObject({
      group: Id,
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    output: z.strictObject({
      people: z.array(
        z.strictObject({
          account: Id,
          name: z.string(),
          position: z.string(),
          unit: z.string(),
          photo: Id.nullable(),
          by: NamedShape,
          reason: z.string(),
          at: Time,
        }),
      ),
      total: z.number().int(),
    }),
  },
  'member.unblock': {
    summary: 'Let people come back into a group.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'member.remove',
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({ group: Id, accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE) }),
    /** How many were blocked before. */
    output: z.strictObject({ unblocked: z.number().int() }),
  },
  'member.openHistory': {
    summary: 'Let members read more of what was said before they came; not oneself. It is never taken back.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.govern',
    problems: ['group.unknown_person', 'member.own_history'],
    audit: { topic: 'member', people: ['accounts'] },
    input: z.strictObject({
      group: Id,
      accounts: z.array(Id).min(1).max(DECIDED_AT_ONCE),
      history: HistoryShape,
    }),
    /** How many can read more than before. */
    output: z.strictObject({ opened: z.number().int() }),
  },
});

export const leavingEvents = events({
  'member.removed': {
    summary: 'These people were taken out of the group; the first few by name.',
    stream: 'group',
    notice: true,
    rights: true,
    follow: 'end',
    body: z.strictObject({ accounts: z.array(Id), names: z.array(z.string()), blocked: z.boolean() }),
  },
  'member.slipped': {
    summary: 'These people left and did not want it said: no line in the conversation.',
    stream: 'group',
    rights: true,
    follow: 'end',
    body: z.strictObject({ accounts: z.array(Id) }),
  },
  'member.leftQuietly': {
    summary: 'Told to the leaders of a group: somebody left it without a line in the conversation.',
    stream: 'account',
    body: z.strictObject({ group: Id, account: Id, name: z.string() }),
  },
  'member.historyOpened': {
    summary: 'These members can read more of what was said before they came.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      accounts: z.array(Id),
      names: z.array(z.string()),
      history: HistoryShape,
      /** They read what comes after this number. */
      from: Seq,
    }),
  },
});
