import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, shortText, Time } from '../../../protocol/shapes.ts';
import { HistoryShape, HoldersShape, NamedShape } from '../protocol.ts';
import { SETTABLE_RIGHTS } from '../rights.ts';
import { NAMES_MOST, QUESTION_MOST, SLOW_CHOICES } from '../rules.ts';

export const governingProblems = problems({
  'group.approver_missing': { status: 422, summary: 'Who is to admit members is not a member of the group.' },
  'group.not_dissolving': { status: 409, summary: 'The group is not being dissolved, or is gone already.' },
});

export const governingActions = actions({
  'group.govern': {
    summary: 'Change a group’s settings. What is absent stays.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.govern',
    problems: ['group.approver_missing'],
    audit: { topic: 'group', people: ['approver'] },
    input: z.strictObject({
      group: Id,
      /** What is the owner’s alone is given, and taken back, by the owner alone. */
      rights: z.partialRecord(z.enum(SETTABLE_RIGHTS), HoldersShape).optional(),
      announcing: z.boolean().optional(),
      marking: z.boolean().optional(),
      /** Seconds; one of the choices of the screen. */
      slow: z.literal(SLOW_CHOICES).optional(),
      history: HistoryShape.optional(),
      links: z.boolean().optional(),
      question: shortText(QUESTION_MOST, 0).optional(),
      records: z.boolean().optional(),
      approval: z.boolean().optional(),
      /** The one person named to admit members, or nobody. */
      approver: Id.nullable().optional(),
    }),
    output: z.strictObject({}),
  },
  'group.archive': {
    summary: 'Freeze a group: it can be read and nothing else. Or open it again.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.archive',
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id, on: z.boolean() }),
    output: z.strictObject({}),
  },
  'group.dissolve': {
    summary: 'Dissolve a group. It is frozen at once and gone after 24 hours; until then it can be undone.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.dissolve',
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id }),
    output: z.strictObject({ at: Time }),
  },
  'group.keep': {
    summary: 'Undo the dissolving of a group.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.dissolve',
    problems: ['group.not_dissolving'],
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id }),
    output: z.strictObject({}),
  },
  'group.names': {
    summary: 'Every renaming of a group, the newest first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({
      names: z
        .array(z.strictObject({ from: z.string(), to: z.string(), by: NamedShape.nullable(), at: Time }))
        .max(NAMES_MOST),
    }),
  },
});

export const governingEvents = events({
  'group.governed': {
    summary: 'Settings changed; only what changed is present.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      rights: z.record(z.string(), HoldersShape).optional(),
      announcing: z.boolean().optional(),
      marking: z.boolean().optional(),
      slow: z.number().int().optional(),
      history: HistoryShape.optional(),
      links: z.boolean().optional(),
      question: z.string().optional(),
      records: z.boolean().optional(),
      approval: z.boolean().optional(),
      approver: NamedShape.nullable().optional(),
    }),
  },
  'group.archived': {
    summary: 'The group was frozen, or opened again.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({ on: z.boolean() }),
  },
  'group.dissolving': {
    summary: 'The group is frozen and will be gone at this time, unless that is undone.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({ at: Time }),
  },
  'group.kept': {
    summary: 'The dissolving of the group was undone.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({}),
  },
  'group.dissolved': {
    summary: 'The group is gone; these were its members.',
    stream: 'group',
    rights: true,
    follow: 'end',
    body: z.strictObject({ accounts: z.array(Id) }),
  },
});
