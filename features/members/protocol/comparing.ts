import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { Id } from '../../../protocol/shapes.ts';
import { RoleShape } from '../../groups/protocol.ts';
import { COMPARED_MOST, LINE_MOST, LIST_BYTES_MOST } from '../rules.ts';

export const NamedPersonShape = z.strictObject({
  account: Id,
  name: z.string(),
  position: z.string(),
  unit: z.string(),
});

/** The members held against a list of people, as it comes out of an office. */
export const comparingActions = actions({
  'member.compare': {
    summary:
      'Hold a list, as a file or as pasted lines, against the members: who is in both, only in the list, only in the group. Changes nothing. It takes the right to add members or to remove them.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    door: 'http',
    bodyLimit: 10_000_000,
    rate: { burst: 10, perMinute: 5 },
    problems: ['import.unreadable', 'import.too_large', 'import.no_columns'],
    input: z.strictObject({
      group: Id,
      /** XLSX or CSV, base64; null where lines are given. */
      file: z
        .string()
        .max(Math.ceil(LIST_BYTES_MOST / 3) * 4 + 4)
        .nullable()
        .default(null),
      lines: z.array(z.string().max(LINE_MOST)).max(COMPARED_MOST).default([]),
    }),
    output: z.strictObject({
      listed: z.array(
        z.strictObject({
          line: z.number().int(),
          /**
           * both: a member; add: on the staff list, no member; unknown: not on the staff list; several: the name is of more than one; number: the
           * number is nobody’s, but the name is of this person; wrong: no number, and nobody of that name; twice: stands above already.
           */
          result: z.enum(['both', 'add', 'unknown', 'several', 'number', 'wrong', 'twice']),
          /** As the list has them; empty where it says none. */
          name: z.string(),
          phone: z.string(),
          person: NamedPersonShape.nullable(),
        }),
      ),
      /** Members of whom the list says nothing; empty for who may not see the members. */
      extra: z.array(NamedPersonShape.extend({ role: RoleShape, photo: Id.nullable() })),
      members: z.number().int(),
    }),
  },
});
