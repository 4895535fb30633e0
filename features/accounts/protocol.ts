import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { PHOTO_BASE64_MOST } from '../photos/rules.ts';
import { NAME_MOST } from './rules.ts';

export const accountProblems = problems({
  'account.wrong_number': {
    status: 422,
    summary: 'Not a Vietnamese mobile number. The same for every number that is none, whoever asks.',
  },
  'account.too_many_codes': {
    status: 429,
    retry: true,
    summary: 'A code was asked for too recently or too often, for this number or from this address; `wait` seconds.',
  },
  'account.too_many_checks': {
    status: 429,
    retry: true,
    summary: 'Too many codes were tried from this address; `wait` seconds.',
  },
  'account.code_over': { status: 410, summary: 'This code was entered too long ago, or elsewhere: ask for a new one.' },
  'account.photo_unreadable': { status: 422, summary: 'The photo is not a picture that can be read.' },
  'account.not_waiting': { status: 409, summary: 'Somebody else has answered this request already.' },
});

/** Any spelling; the server reads it. */
const TypedNumber = z.string().min(1).max(40);

const Code = z.string().regex(/^\d{8}$/);

export const MyselfShape = z.strictObject({
  id: Id,
  name: z.string(),
  position: z.string(),
  unit: Id.nullable(),
  unitName: z.string(),
  /** “Xã Ia Grai” */
  areaName: z.string(),
  phone: z.string().nullable(),
  email: z.string(),
  photo: Id.nullable(),
  /** Who sees the number: everybody signed in, or nobody but administrators. */
  phoneShown: z.enum(['colleagues', 'nobody']),
  /** Is invited into groups, and not put into them without being asked. */
  askedFirst: z.boolean(),
  administrator: z.boolean(),
  /** May read the agency’s audit log without being an administrator. */
  auditor: z.boolean(),
  /** Secrecy officer: what the guard refused, and messages reported as secret, come to them. */
  officer: z.boolean(),
});
export type Myself = z.output<typeof MyselfShape>;

/** The answer to a code. Refusals are answers, not problems: the try is counted in the transaction that answers. */
export const CodeAnswer = z.discriminatedUnion('result', [
  /** Signed in; `first` on the first time ever, when name, photo, position and unit are shown for checking. */
  z.strictObject({ result: z.literal('in'), account: Id, first: z.boolean() }),
  /** Right, and the number may register: `account.register` with a name comes next. */
  z.strictObject({ result: z.literal('name') }),
  /** Right, and an administrator has still to agree. */
  z.strictObject({ result: z.literal('waiting') }),
  /** Wrong; so many tries are left, the next one after `wait` seconds. */
  z.strictObject({ result: z.literal('wrong'), left: z.number().int(), wait: z.number().int() }),
  /** Too early, not counted; `wait` seconds. */
  z.strictObject({ result: z.literal('slow'), wait: z.number().int() }),
  /** The code no longer holds: too old, used, tried too often, replaced by a newer one, or asked for by another browser. */
  z.strictObject({ result: z.literal('over') }),
  /** Too many wrong codes for this number today: only an administrator lets it in. */
  z.strictObject({ result: z.literal('locked') }),
  /** Too many wrong codes for all numbers together: nobody signs in anew for some minutes. */
  z.strictObject({ result: z.literal('paused'), wait: z.number().int() }),
]);
export type CodeAnswer = z.output<typeof CodeAnswer>;

/** Only against floods: the limits that count are in the database, and a whole office may come from one address. */
const OFFICE = { burst: 200, perMinute: 600 };

export const accountActions = actions({
  'account.requestCode': {
    summary:
      'Send a sign-in code to a mobile number. Any number gets the same answer; a text message goes only to those of the directory and of invitations, or where registration is open.',
    kind: 'change',
    who: 'anyone',
    door: 'http',
    rate: OFFICE,
    problems: ['account.wrong_number', 'account.too_many_codes'],
    audit: { none: 'the code that is entered is kept, not that one was asked for' },
    input: z.strictObject({ phone: TypedNumber }),
    output: z.strictObject({
      challenge: Id,
      /** The number as it was read, E.164. */
      phone: z.string(),
      endsAt: Time,
      /** From when on a further code may be asked for; null where not within this day. */
      resendAt: Time.nullable(),
      now: Time,
    }),
  },
  'account.verifyCode': {
    summary: 'Sign in with the code of a text message, on the browser that asked for it. Sets the session cookie.',
    kind: 'change',
    who: 'anyone',
    door: 'http',
    rate: OFFICE,
    problems: ['account.too_many_checks'],
    audit: { topic: 'sign_in' },
    input: z.strictObject({ challenge: Id, code: Code }),
    output: CodeAnswer,
  },
  'account.register': {
    summary: 'Give a name after the right code, where the number is not on the staff list.',
    kind: 'change',
    who: 'anyone',
    door: 'http',
    rate: OFFICE,
    problems: ['account.code_over'],
    audit: { topic: 'sign_in', texts: ['name'] },
    input: z.strictObject({ challenge: Id, name: shortText(NAME_MOST, 2) }),
    output: CodeAnswer,
  },
  'account.confirm': {
    summary: 'Enter a fresh code for the own number, so that administrator rights wake up on this device.',
    kind: 'change',
    who: 'account',
    door: 'http',
    rate: { burst: 60, perMinute: 120 },
    problems: ['account.too_many_checks'],
    audit: { topic: 'sign_in' },
    input: z.strictObject({ challenge: Id, code: Code }),
    output: CodeAnswer,
  },
  'account.me': {
    summary: 'Who is signed in here, and what others see of them.',
    kind: 'query',
    who: 'account',
    input: z.strictObject({}),
    output: z.strictObject({
      account: MyselfShape,
      /** People who wait for an administrator; 0 for everybody else. */
      waiting: z.number().int(),
      at: Seq,
    }),
  },
  'account.setProfile': {
    summary:
      'Change the own name, who sees the own number, or whether to be asked before being put into groups. Position and unit come from the staff list.',
    kind: 'change',
    who: 'account',
    rate: { burst: 10, perMinute: 10 },
    audit: { topic: 'account', texts: ['name'] },
    input: z.strictObject({
      name: shortText(NAME_MOST, 2).optional(),
      phoneShown: z.enum(['colleagues', 'nobody']).optional(),
      askedFirst: z.boolean().optional(),
    }),
    output: z.strictObject({}),
  },
  'account.setPhoto': {
    summary: 'Set the own photo, or take it away. JPEG, PNG or WebP in base64; it is re-encoded.',
    kind: 'change',
    who: 'account',
    door: 'http',
    bodyLimit: 800_000,
    rate: { burst: 10, perMinute: 5 },
    problems: ['account.photo_unreadable'],
    audit: { topic: 'account' },
    input: z.strictObject({ photo: z.base64().max(PHOTO_BASE64_MOST).nullable() }),
    output: z.strictObject({ photo: Id.nullable() }),
  },
  'account.requests': {
    summary: 'People who asked to register and wait for an administrator, who waits longest first.',
    kind: 'query',
    who: 'administrator',
    input: z.strictObject({}),
    output: z.strictObject({
      requests: z.array(z.strictObject({ account: Id, name: z.string(), phone: z.string(), at: Time })),
    }),
  },
  'account.approve': {
    summary: 'Let somebody register who asked to.',
    kind: 'change',
    who: 'administrator',
    problems: ['account.not_waiting'],
    audit: { topic: 'account', people: ['account'] },
    input: z.strictObject({ account: Id }),
    output: z.strictObject({}),
  },
  'account.refuse': {
    summary: 'Refuse somebody who asked to register. They may ask again.',
    kind: 'change',
    who: 'administrator',
    problems: ['account.not_waiting'],
    audit: { topic: 'account', people: ['account'] },
    input: z.strictObject({ account: Id }),
    output: z.strictObject({}),
  },
  'account.unlock': {
    summary:
      'Forget the wrong codes of a person’s number and the codes asked for, so that they can sign in again today.',
    kind: 'change',
    who: 'administrator',
    audit: { topic: 'sign_in', people: ['account'] },
    input: z.strictObject({ account: Id }),
    output: z.strictObject({}),
  },
});

export const accountEvents = events({
  'account.changed': {
    summary: 'What others see of the account changed; only what changed is present.',
    stream: 'account',
    body: z.strictObject({
      name: z.string().optional(),
      position: z.string().optional(),
      unit: Id.nullable().optional(),
      unitName: z.string().optional(),
      areaName: z.string().optional(),
      photo: Id.nullable().optional(),
      phoneShown: z.enum(['colleagues', 'nobody']).optional(),
      askedFirst: z.boolean().optional(),
      auditor: z.boolean().optional(),
      officer: z.boolean().optional(),
    }),
  },
  'account.requested': {
    summary: 'To administrators: so many people wait for an answer to their registration.',
    stream: 'account',
    body: z.strictObject({ waiting: z.number().int() }),
  },
});
