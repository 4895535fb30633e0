import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, shortText } from '../../protocol/shapes.ts';
import { CHAT_LABELS_MOST, LABEL_COLOURS, LABEL_NAME_MOST, LABELS_MOST } from './rules.ts';

const Name = shortText(LABEL_NAME_MOST);
const Colour = z.enum(LABEL_COLOURS);

export const LabelShape = z.strictObject({
  label: Id,
  name: z.string(),
  colour: Colour,
  /** The chats that carry it, in no order. */
  groups: z.array(Id),
});
export type Label = z.output<typeof LabelShape>;

const none = { none: 'one’s own labels are nobody else’s affair' } as const;

export const labelProblems = problems({
  'label.too_many': { status: 409, summary: `The account has ${LABELS_MOST} labels, as many as it may.` },
});

export const labelActions = actions({
  'label.list': {
    summary: 'The actor’s labels in their order, and the chats that carry them.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({
      labels: z.array(LabelShape).max(LABELS_MOST),
      /** Number of the account's own stream. */ at: Seq,
    }),
  },
  'label.add': {
    summary: 'Make a label of one’s own. It comes last.',
    kind: 'change',
    who: 'account',
    audit: none,
    problems: ['label.too_many'],
    input: z.strictObject({ name: Name, colour: Colour }),
    output: z.strictObject({ label: Id }),
  },
  'label.change': {
    summary: 'Give a label another name or colour.',
    kind: 'change',
    who: 'account',
    audit: none,
    input: z.strictObject({ label: Id, name: Name, colour: Colour }),
    output: z.strictObject({}),
  },
  'label.order': {
    summary:
      'Put the labels in this order. Those not named come after the others, as they were; unknown ones are passed over.',
    kind: 'change',
    who: 'account',
    audit: none,
    input: z.strictObject({ labels: z.array(Id).min(1).max(LABELS_MOST) }),
    output: z.strictObject({}),
  },
  'label.remove': {
    summary: 'Remove a label, also from the chats that carry it.',
    kind: 'change',
    who: 'account',
    audit: none,
    input: z.strictObject({ label: Id }),
    output: z.strictObject({}),
  },
  'label.put': {
    summary: 'Let a chat carry exactly these labels of the actor.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: none,
    input: z.strictObject({ group: Id, labels: z.array(Id).max(CHAT_LABELS_MOST) }),
    output: z.strictObject({}),
  },
});

export const labelEvents = events({
  'label.added': {
    summary: 'The account has a new label, the last.',
    stream: 'account',
    body: z.strictObject({ label: Id, name: z.string(), colour: Colour }),
  },
  'label.changed': {
    summary: 'A label has another name or colour.',
    stream: 'account',
    body: z.strictObject({ label: Id, name: z.string(), colour: Colour }),
  },
  'label.ordered': {
    summary: 'The account’s labels stand in this order.',
    stream: 'account',
    body: z.strictObject({ labels: z.array(Id) }),
  },
  'label.removed': { summary: 'A label is no more.', stream: 'account', body: z.strictObject({ label: Id }) },
  'label.put': {
    summary: 'A chat carries these labels now, and no others.',
    stream: 'account',
    body: z.strictObject({ group: Id, labels: z.array(Id), /** Id of the act that led to it. */ act: Id.optional() }),
  },
});
