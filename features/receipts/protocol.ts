import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { Id, Seq } from '../../protocol/shapes.ts';

/**
 * How far the members have come: `[number, members]` pairs, number descending, a pair for each different pointer; at most 64,
 * the last one standing for all that are further back, at the number they have all come to. Seen by (n) = sum of members whose number ≥ n.
 */
export const Pointers = z.array(z.tuple([Seq, z.number().int()])).max(64);
export type Pointers = z.output<typeof Pointers>;

/**
 * What is told of a group's reading, also as the signal `receipts.moved` in its stream, at most once a second. `since`: at which
 * numbers members came in after the beginning: what was written up to there was not written to them.
 */
export const ReceiptsMoved = z.strictObject({ read: Pointers, received: Pointers, since: Pointers });

export const receiptActions = actions({
  'receipt.mark': {
    summary:
      'How far the actor has read, and how far this device has received, in any of their groups. Only ever forward.',
    kind: 'append',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({
      marks: z
        .array(z.strictObject({ group: Id, read: Seq.optional(), received: Seq.optional() }))
        .min(1)
        .max(100),
    }),
    output: z.strictObject({}),
  },
  'receipt.get': {
    summary: 'How far the members of a group have come.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: ReceiptsMoved,
  },
});

export const receiptEvents = events({
  'receipt.read': {
    summary: 'The account has read a group up to this number, on one of its devices.',
    stream: 'account',
    body: z.strictObject({ group: Id, seq: Seq, ordinal: Seq }),
  },
});
