import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { MessageShape, PersonShape } from '../messages/protocol.ts';
import { PIN_KINDS, PINS_MOST } from './rules.ts';

/** What is pinned, as lists show it. Members read it whatever part of the conversation they may read. */
export const PinShape = z.strictObject({
  /** The message, or the note, reminder or poll. */
  thing: Id,
  kind: z.enum(PIN_KINDS),
  /** Of the message in the conversation, of a thing its first card. */
  seq: Seq,
  /** Whoever wrote it. */
  by: PersonShape.nullable(),
  at: Time,
  /** The beginning of the message, the title of a thing. */
  text: z.string(),
  urgency: z.number().int().min(1).max(3).optional(),
  files: z.array(FileShape.pick({ kind: true, name: true, seconds: true })).optional(),
  pinned: z.strictObject({ by: Id.nullable(), name: z.string(), at: Time }),
  /** When it goes by itself; null for never. */
  until: Time.nullable(),
});
export type Pin = z.output<typeof PinShape>;

export const pinProblems = problems({
  'pin.too_many': { status: 409, summary: 'The group has as many pins as it may: `most`.' },
  'pin.order_changed': {
    status: 409,
    retry: false,
    summary: 'The one it was to stand before is not pinned any more.',
  },
  'pin.wrong_time': {
    status: 422,
    retry: false,
    summary: 'A pin ends in a minute at the earliest and in five years at the latest.',
  },
});

const One = z.strictObject({ group: Id, thing: Id });
const Until = Time.nullable();

export const pinActions = actions({
  'pin.add': {
    summary:
      'Pin a message, a note, a reminder or a poll, before all others. The card of a thing stands for the thing. What is pinned stays as it is.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.pin',
    audit: { topic: 'group', object: 'thing' },
    rate: { burst: 30, perMinute: 60 },
    problems: ['pin.too_many', 'pin.wrong_time', 'message.gone'],
    input: One.extend({ until: Until.default(null) }),
    output: z.strictObject({ thing: Id, kind: z.enum(PIN_KINDS) }),
  },
  'pin.remove': {
    summary: 'Unpin it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.pin',
    audit: { topic: 'group', object: 'thing' },
    rate: { burst: 30, perMinute: 60 },
    input: One,
    output: z.strictObject({}),
  },
  'pin.move': {
    summary: 'Put a pin before another one, or last.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.pin',
    audit: { topic: 'group', object: 'thing' },
    rate: { burst: 60, perMinute: 120 },
    problems: ['pin.order_changed'],
    input: One.extend({ before: Id.nullable() }),
    output: z.strictObject({}),
  },
  'pin.keep': {
    summary: 'Say until when it stays pinned, or for good.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'message.pin',
    audit: { topic: 'group', object: 'thing' },
    rate: { burst: 30, perMinute: 60 },
    problems: ['pin.wrong_time'],
    input: One.extend({ until: Until }),
    output: z.strictObject({}),
  },
  'pin.list': {
    summary: 'What is pinned in a group, in its order, with the number of the stream it is true at.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ group: Id, limit: z.number().int().min(1).max(PINS_MOST).default(PINS_MOST) }),
    output: z.strictObject({ pins: z.array(PinShape), total: z.number().int(), at: Seq }),
  },
  'pin.get': {
    summary: 'All of a pinned message, also where the actor may not read its place in the conversation.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: One,
    output: z.strictObject({ message: MessageShape, people: z.array(PersonShape) }),
  },
});

export const pinEvents = events({
  'pin.added': {
    summary: 'Something was pinned: it stands first. What it says is read from the list.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ thing: Id, kind: z.enum(PIN_KINDS), seq: Seq, until: Until }),
  },
  'pin.removed': {
    summary: 'It is not pinned any more: somebody unpinned it, its time is over, or it is gone itself.',
    stream: 'group',
    body: z.strictObject({ thing: Id, why: z.enum(['unpinned', 'over', 'gone']) }),
  },
  'pin.moved': {
    summary: 'A pin stands before this one now; null for the last.',
    stream: 'group',
    body: z.strictObject({ thing: Id, before: Id.nullable() }),
  },
  'pin.kept': {
    summary: 'A pin ends at another time now; null for never.',
    stream: 'group',
    body: z.strictObject({ thing: Id, until: Until }),
  },
});
