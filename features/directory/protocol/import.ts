import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { problems } from '../../../protocol/problem.ts';
import { Id, shortText } from '../../../protocol/shapes.ts';
import { FIELDS, FILE_MOST, RESULTS, REVIEWS, WRONG_CODES } from '../rules/import.ts';

export const WrongShape = z.strictObject({
  code: z.enum(WRONG_CODES),
  /** How many digits are missing or too many; the most letters. */
  n: z.number().int().optional(),
  /** As written in the cell, or the part of it that is wrong. */
  text: z.string().optional(),
  /** The number that was probably meant. */
  phone: z.string().optional(),
  /** The row that has the same number, and whose it is. */
  line: z.number().int().optional(),
  name: z.string().optional(),
  /** What it could be: names that are alike, or the several that it fits. */
  options: z.array(z.string()).optional(),
  /** Where it was looked for. */
  place: z.string().optional(),
});
export type Wrong = z.output<typeof WrongShape>;

export const EntryShape = z.strictObject({
  /** Row of the sheet, as the spreadsheet program numbers it; null for those who are not in the file. */
  line: z.number().int().nullable(),
  result: z.enum(RESULTS),
  account: Id.nullable(),
  name: z.string(),
  /** E.164; as written where it is wrong. */
  phone: z.string(),
  /** “UBND xã Ia Grai / Văn phòng” */
  unit: z.string(),
  position: z.string(),
  area: z.string(),
  email: z.string(),
  changes: z.array(
    z.strictObject({
      field: z.enum(['name', 'unit', 'position', 'area', 'email', 'state']),
      from: z.string(),
      to: z.string(),
    }),
  ),
  wrong: z.array(WrongShape),
  review: z.array(z.enum(REVIEWS)),
  /** For those who leave: groups they are in, and own. */
  groups: z.number().int(),
  owned: z.number().int(),
});
export type Entry = z.output<typeof EntryShape>;

export const CountsShape = z.strictObject({
  added: z.number().int(),
  changed: z.number().int(),
  moved: z.number().int(),
  left: z.number().int(),
  unchanged: z.number().int(),
  wrong: z.number().int(),
});
export type Counts = z.output<typeof CountsShape>;

export const ReportShape = z.strictObject({
  /** Of the file, the choices and the directory as it stood: applying is refused once any of them is another. */
  digest: z.string(),
  /** Name of the sheet; empty for CSV. */
  sheet: z.string(),
  /** Rows of people in it. */
  rows: z.number().int(),
  fields: z.array(z.enum(FIELDS)),
  /** Headings that were not understood. */
  ignored: z.array(z.string()),
  scope: z.enum(['units', 'all']),
  newUnits: z.boolean(),
  /** Units that will be made, as paths. */
  unitsAdded: z.array(z.string()),
  /** People who are not in the file but have the name of a wrong row: they stay. */
  kept: z.number().int(),
  counts: CountsShape,
  entries: z.array(EntryShape),
});
export type Report = z.output<typeof ReportShape>;

export const importProblems = problems({
  'import.unreadable': {
    status: 422,
    summary:
      'The file is not a staff list that can be read; `reason`: not_a_table, old_excel, damaged, too_big_inside, too_slow, encoding, empty.',
  },
  'import.too_large': {
    status: 413,
    summary: 'The file has more bytes or rows than it may; `bytes` and `rows` say how many it may have.',
  },
  'import.no_columns': {
    status: 422,
    summary: 'No row names the columns; `missing` lists those without which it cannot be read.',
  },
  'import.stale': {
    status: 409,
    summary: 'The directory, the file or the choices are not those of the dry run: check again.',
  },
  'import.review': { status: 409, summary: 'There are entries to look at first; `entries` says how many.' },
});

const Choices = {
  /** The file's name, for the report. */
  name: shortText(200),
  /** Base64. */
  file: z.string().max(Math.ceil(FILE_MOST / 3) * 4 + 4),
  /** Who is missing has left: of the units that occur in the file, or of the whole agency. */
  scope: z.enum(['units', 'all']).default('units'),
  /** Whether units that are not there yet are made. Absent: only while there are none at all. */
  newUnits: z.boolean().optional(),
};

const rate = { burst: 10, perMinute: 10 };
const bodyLimit = 30_000_000;

export const importActions = actions({
  'import.check': {
    summary: 'What a staff list would do to the directory, row by row. Writes nothing.',
    kind: 'query',
    who: 'administrator',
    door: 'http',
    bodyLimit,
    rate,
    problems: ['import.unreadable', 'import.too_large', 'import.no_columns'],
    input: z.strictObject(Choices),
    output: ReportShape,
  },
  'import.apply': {
    summary: 'Do what the dry run with this digest said, all of it or nothing.',
    kind: 'change',
    who: 'administrator',
    door: 'http',
    bodyLimit,
    rate,
    problems: Object.keys(importProblems.kinds),
    audit: { topic: 'directory' },
    input: z.strictObject({
      ...Choices,
      digest: z.string().max(100),
      /** The actor has looked at the entries that want it. */
      reviewed: z.boolean().default(false),
    }),
    output: z.strictObject({ counts: CountsShape, unitsAdded: z.number().int() }),
  },
});
