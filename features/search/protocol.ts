import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { PersonShape } from '../messages/protocol.ts';
import { KINDS, PAGE_MOST, QUERY_MOST } from './rules.ts';

const Marks = z.array(z.tuple([z.number().int(), z.number().int()]));

export const HitShape = z.strictObject({
  id: Id,
  group: Id,
  seq: Seq,
  by: Id.nullable(),
  at: Time,
  /** A piece of the text around what was found, and where in it that is: UTF-16 units, from and to. */
  text: z.string(),
  marks: Marks,
  /** The file whose name was found, or the first one it carries. */
  file: z
    .strictObject({
      id: Id,
      kind: z.enum(['photo', 'video', 'voice', 'document']),
      name: z.string(),
      bytes: z.number().int().nonnegative(),
      marks: Marks,
    })
    .nullable(),
});
export type Hit = z.output<typeof HitShape>;

/** Opaque: where the next page begins. */
const Cursor = z.string().max(200);

const wish = {
  query: z
    .string()
    .max(QUERY_MOST)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'not a text')
    .transform((text) => text.normalize('NFC')),
  /** The last word may not be finished: its beginning suffices. */
  typing: z.boolean().default(true),
  /** Only in this chat, of this sender, from and before these times. */
  group: Id.optional(),
  by: Id.optional(),
  from: Time.optional(),
  to: Time.optional(),
};

const Page = z.strictObject({
  hits: z.array(HitShape),
  /** Null where there is nothing more. */
  next: Cursor.nullable(),
});

export const searchActions = actions({
  'search.typed': {
    summary:
      'The first of each kind in all chats of the actor while a query is typed: numbers of documents, files by name, messages. All words must be there, tones need not; words in quotation marks must follow each other. Exact tones first, then the newest.',
    kind: 'query',
    who: 'account',
    rate: { burst: 40, perMinute: 120 },
    input: z.strictObject(wish),
    output: z.strictObject({
      numbers: z.array(HitShape),
      files: Page,
      messages: Page,
      /** Those who wrote them. */
      people: z.array(PersonShape),
    }),
  },
  'search.page': {
    summary: 'A page of one kind, from the beginning or where the page before it ended.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 30 },
    input: z.strictObject({
      ...wish,
      kind: z.enum(KINDS),
      after: Cursor.nullable().default(null),
      limit: z.number().int().min(1).max(PAGE_MOST).default(30),
    }),
    output: Page.extend({ people: z.array(PersonShape) }),
  },
});
