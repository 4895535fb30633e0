import { z } from 'zod';

import { ID_PATTERN } from './id.ts';

export const Id = z.string().regex(ID_PATTERN).describe('A lower-case UUID');

/** The last millisecond of the year 9999: beyond it neither a date nor the database knows a time. */
const TIME_MOST = 253_402_300_799_999;

/** Milliseconds since 1970, UTC. */
export const Time = z.number().int().nonnegative().max(TIME_MOST).describe('Milliseconds since 1970, UTC');

/** A number of a stream's log. */
export const Seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe('A number of a stream’s log');

/** Characters that have no business in a name or a message: C0/C1 controls except tab and line feed, and bidi overrides. */
// oxlint-disable-next-line no-control-regex -- naming control characters is the point
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What nobody sees in one line, but for the joiner inside an emoji: so that two names which look alike are alike. */
const UNSEEN =
  /\u034f|[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]|\u200d(?!\p{Extended_Pictographic})/gu;
/** Something to see: a letter, a number, a sign. Blanks that count as letters are none. */
const SEEN = /(?![\u115f\u1160\u2800\u3164\uffa0])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text shows anything at all. */
export function isSeen(text: string): boolean {
  return SEEN.test(text);
}

/** Text of several lines, as people write it: NFC, line feeds only, 1 to `max` code points, at most 32 KiB of UTF-8. */
export function longText(max: number, min = 1): z.ZodType<string, string> {
  return z
    .string()
    .max(max * 4)
    .refine((text) => text.isWellFormed(), 'lone surrogate')
    .transform((text) => text.replace(/\r\n?/g, '\n').normalize('NFC'))
    .refine((text) => !FORBIDDEN.test(text), 'control character')
    .refine((text) => SEEN.test(text) || min === 0, 'empty')
    .refine((text) => Array.from(text).length <= max, `longer than ${max} characters`)
    .refine((text) => new TextEncoder().encode(text).length <= 32_768, 'longer than 32 KiB');
}

/** Text of one line: as `longText`, without what nobody sees, trimmed, inner white space folded to one space. */
export function shortText(max: number, min = 1): z.ZodType<string, string> {
  return z
    .string()
    .max(max * 4)
    .refine((text) => text.isWellFormed(), 'lone surrogate')
    .transform((text) => text.normalize('NFC').replace(UNSEEN, '').replace(/\s+/g, ' ').trim())
    .refine((text) => !FORBIDDEN.test(text), 'control character')
    .refine((text) => SEEN.test(text) || min === 0, 'empty')
    .refine((text) => Array.from(text).length >= min, 'empty')
    .refine((text) => Array.from(text).length <= max, `longer than ${max} characters`);
}
