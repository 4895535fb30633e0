import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, shortText } from '../../protocol/shapes.ts';
import { NAME_MOST } from '../accounts/rules.ts';
import { AreaCode } from '../areas/protocol.ts';
import { AGENCY_NAME_MOST, HELP_NAME_MOST } from './rules.ts';

export const agencyProblems = problems({
  'agency.wrong_code': { status: 403, summary: 'Not the set-up code that the program printed where it was started.' },
  'agency.set_up_already': { status: 409, summary: 'The agency has been set up; sign in.' },
  'agency.wrong_number': {
    status: 422,
    summary: 'Not a Vietnamese number, or not a mobile one where it must be; `field` names it.',
  },
  'agency.unknown_area': { status: 422, summary: 'No area has this code.' },
});

const Help = z.strictObject({ name: z.string(), phone: z.string(), email: z.string() });
export type HelpShape = z.output<typeof Help>;

const HelpInput = z.strictObject({
  name: shortText(HELP_NAME_MOST, 2),
  /** Any spelling; a fixed number too. */
  phone: z.string().min(1).max(40),
  email: z.union([z.literal(''), z.email().max(254)]).default(''),
});

const Registration = z.enum(['directory', 'approval']);

export const agencyActions = actions({
  'agency.get': {
    summary: 'Whose house this is and whom to call for help; before it has been set up, how far the program is ready.',
    kind: 'query',
    who: 'anyone',
    input: z.strictObject({}),
    output: z.strictObject({
      setUp: z.boolean(),
      name: z.string(),
      area: z.strictObject({ code: AreaCode, title: z.string() }).nullable(),
      help: Help.nullable(),
      registration: Registration,
      /** Before set-up and for administrators. `sms`: how codes leave the house; only `http` and `smpp` reach phones. */
      ready: z
        .strictObject({
          sms: z.enum(['console', 'file', 'http', 'smpp']),
          provinces: z.number().int(),
          communes: z.number().int(),
        })
        .nullable(),
    }),
  },
  'agency.setUp': {
    summary:
      'Set the agency up: its name, area, first administrator and help contact. Needs the code printed by the program, and signs the administrator in.',
    kind: 'change',
    who: 'anyone',
    door: 'http',
    rate: { burst: 10, perMinute: 10 },
    problems: Object.keys(agencyProblems.kinds),
    audit: { topic: 'agency', texts: ['name', 'area'] },
    input: z.strictObject({
      /** Not asked for at the door of the program itself. */
      code: z.string().max(40).default(''),
      name: shortText(AGENCY_NAME_MOST, 2),
      area: AreaCode,
      administrator: z.strictObject({ name: shortText(NAME_MOST, 2), phone: z.string().min(1).max(40) }),
      /** Null: the administrator is the help contact. */
      help: HelpInput.nullable(),
    }),
    output: z.strictObject({ account: Id }),
  },
  'agency.change': {
    summary: 'Change the agency’s name, its help contact, or how newcomers come in. What is absent stays.',
    kind: 'change',
    who: 'administrator',
    problems: ['agency.wrong_number'],
    audit: { topic: 'agency', texts: ['name'] },
    input: z.strictObject({
      name: shortText(AGENCY_NAME_MOST, 2).optional(),
      help: HelpInput.optional(),
      registration: Registration.optional(),
    }),
    output: z.strictObject({}),
  },
});
