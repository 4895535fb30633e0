import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, shortText } from '../../protocol/shapes.ts';
import { AreaCode } from '../areas/protocol.ts';
import { UNIT_NAME_MOST } from './rules.ts';

export const UnitShape = z.strictObject({
  id: Id,
  parent: Id.nullable(),
  name: z.string(),
  area: AreaCode.nullable(),
  /** “Xã Ia Grai” */
  areaName: z.string(),
  /** How many units lie directly below it. */
  children: z.number().int(),
  /** Active people of it and of all below it. */
  people: z.number().int(),
  closed: z.boolean(),
});
export type Unit = z.output<typeof UnitShape>;

export const UnitHitShape = UnitShape.extend({
  /** What lies above it: “UBND xã Ia Grai / Văn phòng”; empty at the top. */
  place: z.string(),
});
export type UnitHit = z.output<typeof UnitHitShape>;

export const unitProblems = problems({
  'unit.name_taken': {
    status: 409,
    summary: 'A unit of this name is there already, under the same parent; `unit` names it.',
  },
  'unit.closed': { status: 409, summary: 'The unit was closed.' },
  'unit.in_use': { status: 409, summary: 'People or open units are in it; `people` and `children` say how many.' },
  'unit.circle': { status: 409, summary: 'A unit cannot come to lie below itself.' },
  'unit.too_deep': { status: 409, summary: 'The tree of units would become deeper than it may.' },
});

const UnitName = shortText(UNIT_NAME_MOST);

export const unitActions = actions({
  'unit.children': {
    summary: 'The units directly below one; the top ones where `parent` is null.',
    kind: 'query',
    who: 'account',
    rate: { burst: 120, perMinute: 300 },
    input: z.strictObject({ parent: Id.nullable(), closed: z.boolean().default(false) }),
    output: z.strictObject({ units: z.array(UnitShape) }),
  },
  'unit.search': {
    summary: 'Units by the beginnings of the words of their name, tones not needed; exact names first.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({ query: shortText(100), limit: z.number().int().min(1).max(50).default(20) }),
    output: z.strictObject({ units: z.array(UnitHitShape) }),
  },
  'unit.get': {
    summary: 'One unit and the way to it from the top, itself last.',
    kind: 'query',
    who: 'account',
    rate: { burst: 120, perMinute: 300 },
    input: z.strictObject({ unit: Id }),
    output: z.strictObject({ unit: UnitShape, path: z.array(z.strictObject({ id: Id, name: z.string() })) }),
  },
  'unit.add': {
    summary: 'Add a unit below another, or at the top.',
    kind: 'change',
    who: 'administrator',
    problems: ['unit.name_taken', 'unit.closed', 'unit.too_deep', 'area.closed'],
    audit: { topic: 'directory', object: 'parent', texts: ['name', 'area'] },
    input: z.strictObject({ parent: Id.nullable(), name: UnitName, area: AreaCode.nullable().default(null) }),
    output: z.strictObject({ unit: UnitShape }),
  },
  'unit.change': {
    summary: 'Rename a unit or say where it works. What is absent stays.',
    kind: 'change',
    who: 'administrator',
    problems: ['unit.name_taken', 'unit.closed', 'area.closed'],
    audit: { topic: 'directory', object: 'unit', texts: ['name', 'area'] },
    input: z.strictObject({ unit: Id, name: UnitName.optional(), area: AreaCode.nullable().optional() }),
    output: z.strictObject({ unit: UnitShape }),
  },
  'unit.move': {
    summary: 'Put a unit with all below it under another, or at the top.',
    kind: 'change',
    who: 'administrator',
    problems: ['unit.name_taken', 'unit.closed', 'unit.circle', 'unit.too_deep'],
    audit: { topic: 'directory', object: 'unit' },
    input: z.strictObject({ unit: Id, parent: Id.nullable() }),
    output: z.strictObject({ unit: UnitShape }),
  },
  'unit.close': {
    summary: 'Close a unit that has neither people nor open units any more.',
    kind: 'change',
    who: 'administrator',
    problems: ['unit.closed', 'unit.in_use'],
    audit: { topic: 'directory', object: 'unit' },
    input: z.strictObject({ unit: Id }),
    output: z.strictObject({ unit: UnitShape }),
  },
});
