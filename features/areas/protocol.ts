import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { shortText } from '../../protocol/shapes.ts';
import { AREA_NAME_MOST, HEAD_MOST, OWN_KINDS } from './rules.ts';

/** Official code (52, 23764) or that of an own level (23764.3). */
export const AreaCode = z.string().regex(/^\d{2}$|^\d{5}(\.\d{1,4}){0,3}$/);

export const AreaShape = z.strictObject({
  code: AreaCode,
  parent: AreaCode.nullable(),
  kind: z.string(),
  name: z.string(),
  /** Below the commune: the agency's own. */
  own: z.boolean(),
  /** Names it had, or that its parts had: “thị trấn Ia Kha”. */
  oldNames: z.array(z.string()),
  /** Head of the village; empty where there is none or nobody is signed in. */
  head: z.string(),
  households: z.number().int().nullable(),
  /** How many areas lie directly below it. */
  children: z.number().int(),
  /** First day on which it was no longer there. */
  closed: z.iso.date().nullable(),
});
export type Area = z.output<typeof AreaShape>;

export const AreaHitShape = AreaShape.extend({
  /** What lies above it, inside a sentence: “xã Ia Grai, tỉnh Gia Lai”; empty for a province. */
  place: z.string(),
  /** The old name that was found, with where it lay: “thị trấn Ia Kha, huyện Ia Grai, Gia Lai”. */
  found: z.string().nullable(),
});
export type AreaHit = z.output<typeof AreaHitShape>;

export const areaProblems = problems({
  'area.name_taken': {
    status: 409,
    summary: 'An area of this name is there already, under the same parent; `code` names it.',
  },
  'area.not_own': {
    status: 409,
    summary: 'The official levels are not changed here, and own ones only stand below a commune.',
  },
  'area.closed': { status: 409, summary: 'The area is no longer there.' },
  'area.in_use': { status: 409, summary: 'Open areas lie below it; `children` says how many.' },
  'area.wrong_date': { status: 422, summary: 'An area cannot end before it began.' },
});

const Day = z.iso.date().refine((day) => day >= '1900-01-01', 'before 1900');
const Households = z.number().int().min(0).max(100_000).nullable();

export const areaActions = actions({
  'area.children': {
    summary: 'The areas directly below one; provinces where `parent` is null. Before signing in: the official ones.',
    kind: 'query',
    who: 'anyone',
    rate: { burst: 120, perMinute: 300 },
    input: z.strictObject({ parent: AreaCode.nullable(), closed: z.boolean().default(false) }),
    output: z.strictObject({
      areas: z.array(AreaShape),
      /** The province in which the agency is; null before the set-up. */
      home: AreaCode.nullable(),
    }),
  },
  'area.search': {
    summary:
      'Areas by code, name or old name, tones not needed; exact hits first, then those of the agency’s province.',
    kind: 'query',
    who: 'anyone',
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({
      query: shortText(100),
      within: AreaCode.nullable().default(null),
      limit: z.number().int().min(1).max(50).default(20),
    }),
    output: z.strictObject({ areas: z.array(AreaHitShape) }),
  },
  'area.get': {
    summary: 'One area and the way to it from the province down, itself last.',
    kind: 'query',
    who: 'anyone',
    rate: { burst: 120, perMinute: 300 },
    input: z.strictObject({ code: AreaCode }),
    output: z.strictObject({ area: AreaShape, path: z.array(AreaShape.pick({ code: true, kind: true, name: true })) }),
  },
  'area.add': {
    summary: 'Add a level of the agency’s own below a commune.',
    kind: 'change',
    who: 'administrator',
    problems: ['area.name_taken', 'area.not_own', 'area.closed'],
    audit: { topic: 'directory', object: 'parent', texts: ['name'] },
    input: z.strictObject({
      parent: AreaCode,
      kind: z.enum(OWN_KINDS),
      name: shortText(AREA_NAME_MOST),
      head: shortText(HEAD_MOST, 0).default(''),
      households: Households.default(null),
      from: Day.optional(),
    }),
    output: z.strictObject({ area: AreaShape }),
  },
  'area.change': {
    summary:
      'Rename an own area or change its head and households; the name it had stays findable. What is absent stays.',
    kind: 'change',
    who: 'administrator',
    problems: ['area.name_taken', 'area.not_own', 'area.closed'],
    audit: { topic: 'directory', object: 'code', texts: ['name', 'head'] },
    input: z.strictObject({
      code: AreaCode,
      kind: z.enum(OWN_KINDS).optional(),
      name: shortText(AREA_NAME_MOST).optional(),
      head: shortText(HEAD_MOST, 0).optional(),
      households: Households.optional(),
    }),
    output: z.strictObject({ area: AreaShape }),
  },
  'area.close': {
    summary:
      'End an own area on a day. `into` names its successors, which become findable by its names: one for a merge, several for a split. With exactly one successor the people of the area go along.',
    kind: 'change',
    who: 'administrator',
    problems: ['area.not_own', 'area.closed', 'area.in_use', 'area.wrong_date'],
    audit: { topic: 'directory', object: 'code', texts: ['into', 'on'] },
    input: z.strictObject({ code: AreaCode, into: z.array(AreaCode).max(10).default([]), on: Day.optional() }),
    output: z.strictObject({ area: AreaShape, moved: z.number().int() }),
  },
});
