import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, isSeen, longText, Seq, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { HANDLINGS } from '../secrecy/rules/verdict.ts';
import { FILES_MOST, MENTIONS_MOST, PAGE_MOST, TEXT_MOST } from './rules.ts';

export const PersonShape = z.strictObject({
  id: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
  photo: Id.nullable(),
});
export type Person = z.output<typeof PersonShape>;

/** What a person writes: something that can be seen, or nothing where files speak for themselves. */
export const MessageText = longText(TEXT_MOST, 0).refine((text) => text === '' || isSeen(text), 'empty');

/** The message that another one answers, as it is when it is read. */
export const QuoteShape = z.strictObject({
  id: Id,
  seq: Seq,
  by: Id.nullable(),
  /** Its beginning; empty where it is gone, or had no words. */
  text: z.string(),
  kind: z.enum(['text', 'photo', 'video', 'voice', 'document']),
  /** It was recalled. */
  gone: z.boolean(),
});
export type Quote = z.output<typeof QuoteShape>;

/** A place in a text that names somebody: from the first to after the last UTF-16 unit. */
export const MentionShape = z.strictObject({
  from: z
    .number()
    .int()
    .min(0)
    .max(TEXT_MOST * 2),
  to: z
    .number()
    .int()
    .min(1)
    .max(TEXT_MOST * 2),
  who: z.enum(['account', 'all', 'unit', 'role']),
  /** The account or unit; the name of the role; absent for all. */
  id: z.string().max(40).optional(),
});
export type Mention = z.output<typeof MentionShape>;

/** Where a forwarded message comes from, in the words of that moment. */
export const OriginShape = z.strictObject({ by: z.string(), group: z.string(), at: Time });

/** The thing of the board that a message stands for. */
export const CardShape = z.strictObject({
  kind: z.enum(['note', 'reminder', 'poll', 'call']),
  id: Id,
  /** Of a reminder that is due: the time it calls to. */
  at: Time.optional(),
});
export type Card = z.output<typeof CardShape>;

/** What a message says: with its number and its sender, all that others see of it. */
const contentShape = {
  id: Id,
  /** How many messages of people the group had up to and with this one. */
  ordinal: Seq,
  /** Empty where it has files only, null where it was recalled or is a notice. */
  text: z.string().nullable(),
  /** 1 khẩn, 2 thượng khẩn, 3 hỏa tốc; absent for ordinary ones. */
  urgency: z.number().int().min(1).max(3).optional(),
  quote: QuoteShape.optional(),
  forwarded: OriginShape.optional(),
  mentions: z.array(MentionShape).optional(),
  files: z.array(FileShape).optional(),
  /** Who reads it is asked to acknowledge it. */
  ask: z.literal(true).optional(),
  /** It stands for this; its text is the title then. */
  card: CardShape.optional(),
  /** It bears a circulation mark: LƯU HÀNH NỘI BỘ, XEM XONG TRẢ LẠI. It is not forwarded. */
  handling: z.enum(HANDLINGS).optional(),
  edited: z.strictObject({ count: z.number().int(), at: Time }).optional(),
  /** `secrecy`: it was withdrawn because it looked like a state secret. */
  recalled: z.strictObject({ by: Id.nullable(), at: Time, secrecy: z.literal(true).optional() }).optional(),
  /** Totals by emoji, in the order of their first coming. */
  reactions: z.array(z.tuple([z.string(), z.number().int()])).optional(),
  /** How many have acknowledged it. */
  acknowledged: z.number().int().optional(),
};
export const ContentShape = z.strictObject(contentShape);
export type Content = z.output<typeof ContentShape>;

/** A line of a conversation: what a person wrote, or a notice of what happened. */
export const MessageShape = z.strictObject({
  ...contentShape,
  seq: Seq,
  kind: z.enum(['text', 'notice']),
  by: Id.nullable(),
  at: Time,
  notice: z.strictObject({ on: z.string(), with: z.unknown() }).nullable(),
  // What only the actor sees of it.
  /** Emoji the actor gave. */
  mine: z.array(z.string()).optional(),
  /** When the actor acknowledged it. */
  acknowledgedAt: Time.optional(),
  /** The actor keeps it. */
  saved: z.literal(true).optional(),
});
export type Message = z.output<typeof MessageShape>;

export const messageProblems = problems({
  'message.slow': {
    status: 429,
    retry: true,
    summary: 'The group is in slow mode: the actor may write again after `wait` seconds.',
  },
  'message.empty': { status: 422, retry: false, summary: 'Neither words nor files.' },
  'message.card': {
    status: 409,
    retry: false,
    summary: 'It stands for a note, a reminder or a poll: what becomes of it is decided on the board.',
  },
  'message.kept_here': {
    status: 409,
    retry: false,
    summary:
      'It, or a file with it, bears a mark of circulation: it is not carried elsewhere; `handling` says which mark (`internal`, `return`).',
  },
  'message.gone': {
    status: 410,
    retry: false,
    summary: 'The message that is answered or forwarded is not there any more, or not for the actor.',
  },
});

export const messageActions = actions({
  'message.send': {
    summary:
      'Write into a group: text, files that were uploaded before, or a message of another chat that is forwarded. The action id is the message’s id.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    rate: { burst: 60, perMinute: 60 },
    // Twenty a second.
    groupRate: { burst: 40, perMinute: 1_200 },
    problems: [
      'message.slow',
      'regulation.not_accepted',
      'message.empty',
      'message.gone',
      'message.card',
      'message.kept_here',
      'file.unknown',
      'file.not_ready',
    ],
    input: z.strictObject({
      group: Id,
      text: MessageText,
      /** The message of this group that it answers. */
      reply: Id.optional(),
      files: z.array(Id).min(1).max(FILES_MOST).optional(),
      mentions: z.array(MentionShape).min(1).max(MENTIONS_MOST).optional(),
      urgency: z.number().int().min(1).max(3).optional(),
      ask: z.literal(true).optional(),
      /** What is forwarded: its words and files are taken along, `text` stays empty. */
      forward: z.strictObject({ group: Id, message: Id }).optional(),
    }),
    output: z.strictObject({ id: Id, seq: Seq, ordinal: Seq, at: Time }),
  },
  'message.page': {
    summary:
      'A page of a conversation, oldest first, before or after a number, or around it; the newest where none is given.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({
      group: Id,
      before: Seq.optional(),
      after: Seq.optional(),
      around: Seq.optional(),
      limit: z.number().int().min(1).max(PAGE_MOST).default(60),
    }),
    output: z.strictObject({
      messages: z.array(MessageShape),
      /** Those who wrote them. */
      people: z.array(PersonShape),
      /** Nothing older than the first, nothing newer than the last that the actor may read. */
      first: z.boolean(),
      last: z.boolean(),
      at: Seq,
    }),
  },
});

export const messageEvents = events({
  'message.sent': {
    summary: 'Somebody wrote.',
    stream: 'group',
    body: ContentShape,
  },
});
