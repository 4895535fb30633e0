import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { Id, Seq, Time } from '../../../protocol/shapes.ts';
import { PersonShape } from '../../messages/protocol.ts';
import { FileShape } from '../protocol.ts';
import { PLACE_MOST, SHELVES, STORE_PAGE_MOST } from '../rules.ts';

/** Where an entry of the media store stands: the message’s number, and its place in the message. */
export const PlaceShape = z.strictObject({ seq: Seq, place: z.number().int().min(0).max(PLACE_MOST) });

/** A file or a link of a chat, and the message it came with. */
export const EntryShape = z.strictObject({
  ...PlaceShape.shape,
  message: Id,
  by: Id.nullable(),
  at: Time,
  /** One of the two. */
  file: FileShape.optional(),
  link: z.string().optional(),
});
export type Entry = z.output<typeof EntryShape>;

/** A calendar month in Vietnam: `2026-11`. */
const Month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);

export const mediaStoreActions = actions({
  'file.list': {
    summary:
      'The media store of a chat, newest first: photos and videos, documents, voice messages, links; of a month, of a sender.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({
      group: Id,
      shelf: z.enum(SHELVES),
      month: Month.optional(),
      sender: Id.optional(),
      /** Extensions of names, lower case: `pdf`, `docx`; of documents. */
      extensions: z
        .array(z.string().regex(/^[a-z0-9]{1,8}$/))
        .min(1)
        .max(20)
        .optional(),
      /** Older than this, or, from the nearest on, newer than that. */
      before: PlaceShape.optional(),
      after: PlaceShape.optional(),
      limit: z.number().int().min(1).max(STORE_PAGE_MOST).default(60),
    }),
    output: z.strictObject({
      entries: z.array(EntryShape),
      /** Those who sent them. */
      people: z.array(PersonShape),
      /** Nothing older; with `after`, nothing newer. */
      last: z.boolean(),
    }),
  },
  'file.months': {
    summary:
      'In which months something stands on a shelf of the media store, newest first, and how much; and from whom.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({ group: Id, shelf: z.enum(SHELVES) }),
    output: z.strictObject({
      months: z.array(z.strictObject({ month: Month, count: z.number().int() })),
      /** At most 200, who sent most first. */
      senders: z.array(PersonShape.extend({ count: z.number().int() })),
    }),
  },
});
