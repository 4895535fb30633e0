import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, shortText, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { MentionShape } from '../messages/protocol.ts';
import { PAGE_MOST, REASON_LEAST, REASON_MOST } from './rules.ts';

const Named = z.strictObject({ id: Id, name: z.string() });

export const SealedShape = z.strictObject({
  message: Id,
  group: Named,
  sender: Named.nullable(),
  sentAt: Time,
  recalledBy: Named.nullable(),
  recalledAt: Time,
  /** How often it has been opened. */
  opened: z.number().int(),
});
export type Sealed = z.output<typeof SealedShape>;

const VersionShape = z.strictObject({ text: z.string(), mentions: z.array(MentionShape).optional(), at: Time });

/** What lies in a box. */
export const OriginalShape = z.strictObject({
  /** The first version first. */
  versions: z.array(VersionShape),
  urgency: z.number().int(),
  files: z.array(FileShape),
});
export type Original = z.output<typeof OriginalShape>;

export const sealedProblems = problems({
  'message.seal_broken': {
    status: 409,
    summary: 'It cannot be opened: the key of this installation is another one, or what was sealed has been touched.',
  },
});

export const sealedActions = actions({
  'sealed.list': {
    summary:
      'Recalled messages whose originals are kept sealed, of all groups or of one, the newest recall first. None of their words.',
    kind: 'query',
    who: 'auditor',
    audit: { topic: 'log' },
    input: z.strictObject({
      group: Id.nullable().default(null),
      /** The last row of the page before. */
      before: z.strictObject({ at: Time, message: Id }).nullable().default(null),
      limit: z.number().int().min(1).max(PAGE_MOST).default(50),
    }),
    output: z.strictObject({ messages: z.array(SealedShape), more: z.boolean() }),
  },
  'message.unseal': {
    summary: 'Open the original of a recalled message, for a reason. It is logged, and said in the group.',
    kind: 'change',
    who: 'auditor',
    rate: { burst: 10, perMinute: 10 },
    audit: { topic: 'group', object: 'message', texts: ['reason'] },
    problems: ['message.seal_broken'],
    input: z.strictObject({ message: Id, reason: shortText(REASON_MOST, REASON_LEAST) }),
    output: z.strictObject({}),
  },
  'sealed.read': {
    summary: 'What was sealed, for who opened it with this act in the last quarter of an hour.',
    kind: 'query',
    who: 'auditor',
    audit: { topic: 'log' },
    problems: ['message.seal_broken'],
    input: z.strictObject({ message: Id, act: Id }),
    output: OriginalShape,
  },
});

export const sealedEvents = events({
  'message.unsealed': {
    summary: 'Somebody who may read the agency’s audit log opened the original of a recalled message.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ id: Id }),
  },
});
