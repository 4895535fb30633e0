import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { Id, shortText } from '../../protocol/shapes.ts';
import { AreaCode } from '../areas/protocol.ts';

export const PersonShape = z.strictObject({
  id: Id,
  name: z.string(),
  position: z.string(),
  unit: Id.nullable(),
  unitName: z.string(),
  area: AreaCode.nullable(),
  /** “Xã Ia Grai” */
  areaName: z.string(),
  /** E.164; null where its owner does not show it. */
  phone: z.string().nullable(),
  photo: Id.nullable(),
  /** False where the person is on the staff list but has not signed in yet. */
  registered: z.boolean(),
  /** Anything but `active` is shown to administrators only. */
  state: z.enum(['active', 'waiting', 'left', 'disabled']),
});
export type Person = z.output<typeof PersonShape>;

/** Opaque: where the next page begins. */
const Cursor = z.string().max(600);

const People = z.strictObject({ people: z.array(PersonShape), next: Cursor.nullable() });

export const directoryActions = actions({
  'directory.search': {
    summary:
      'People by toneless name (all words, in any order, beginnings suffice), number (any spelling, at least four digits), position or unit; exact names first, then by given name.',
    kind: 'query',
    who: 'account',
    // Thirty a minute; the burst is for words that are looked for while they are typed.
    rate: { burst: 60, perMinute: 30 },
    input: z.strictObject({
      query: shortText(100),
      /** Only people of this unit and those below it. */
      unit: Id.nullable().default(null),
      /** Only people of this area and those below it. */
      area: AreaCode.nullable().default(null),
      /** Those who left, wait or are disabled too; heeded for administrators only. */
      all: z.boolean().default(false),
      limit: z.number().int().min(1).max(100).default(30),
      after: Cursor.nullable().default(null),
    }),
    output: People,
  },
  'directory.people': {
    summary: 'People by given name, of everywhere or of a unit or an area with all below it; `total` counts them all.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({
      unit: Id.nullable().default(null),
      area: AreaCode.nullable().default(null),
      all: z.boolean().default(false),
      limit: z.number().int().min(0).max(200).default(100),
      after: Cursor.nullable().default(null),
    }),
    output: People.extend({ total: z.number().int() }),
  },
  'directory.person': {
    summary: 'One person, with the way to their unit and area.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ account: Id }),
    output: z.strictObject({
      person: PersonShape,
      email: z.string(),
      /** From the top unit down, their own last. */
      units: z.array(z.strictObject({ id: Id, name: z.string() })),
      /** “Xã Ia Grai, tỉnh Gia Lai”; empty where there is none. */
      areaTitle: z.string(),
      administrator: z.boolean(),
    }),
  },
});
