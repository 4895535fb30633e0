import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, shortText, Time } from '../../protocol/shapes.ts';
import { AreaCode } from '../areas/protocol.ts';
import { GroupKindShape, NamedShape, RoleShape } from '../groups/protocol.ts';
import { ANSWER_MOST } from '../requests/rules.ts';
import { LINK_NAME_MOST, LINKS_MOST, QUOTA_MOST } from './rules.ts';

export const linkProblems = problems({
  'link.dead': {
    status: 404,
    summary:
      'No link has this code, or it has expired, was revoked or used up, or is not for the actor: always the same.',
  },
  'link.elsewhere': {
    status: 403,
    summary: 'The link is for people of one area or unit, and the actor is not of it; `place` names it.',
  },
  'link.too_many': { status: 409, summary: 'The group has as many links as it may; `most` says how many.' },
  'link.end_over': { status: 422, summary: 'The end of the link lies in the past, or more than a year ahead.' },
  'link.unknown_place': { status: 422, summary: 'There is no such area or unit.' },
});

const Code = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

export const LinkShape = z.strictObject({
  id: Id,
  name: z.string(),
  code: Code,
  by: NamedShape,
  at: Time,
  endsAt: Time.nullable(),
  quota: z.number().int().nullable(),
  /** Who came in by it, and who waits to. */
  used: z.number().int(),
  area: z.strictObject({ code: z.string(), name: z.string() }).nullable(),
  unit: z.strictObject({ id: Id, name: z.string() }).nullable(),
  state: z.enum(['open', 'ended', 'full']),
});
export type Link = z.output<typeof LinkShape>;

/** What is shown of a group before joining it: never its members, never what is said in it. */
export const PreviewShape = z.strictObject({
  name: z.string(),
  kind: GroupKindShape,
  /** It has a photo; shown at /photos/links/<code>. */
  photo: z.boolean(),
  unit: z.string(),
  leaders: z.array(z.strictObject({ name: z.string(), position: z.string(), role: RoleShape })),
  members: z.number().int(),
  approval: z.boolean(),
  question: z.string(),
  /** The actor’s request that waits. */
  request: z.strictObject({ id: Id, at: Time }).nullable(),
  /** The group, for its members. */
  group: Id.nullable(),
});
export type Preview = z.output<typeof PreviewShape>;

export const linkActions = actions({
  'link.list': {
    summary: 'The links of a group that are not revoked, the newest first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'link.invite',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({ links: z.array(LinkShape).max(LINKS_MOST) }),
  },
  'link.make': {
    summary: 'Make a link by which people come into a group, or ask to.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'link.invite',
    rate: { burst: 20, perMinute: 2 },
    problems: ['link.too_many', 'link.end_over', 'link.unknown_place'],
    audit: { topic: 'group', texts: ['name'] },
    input: z.strictObject({
      group: Id,
      name: shortText(LINK_NAME_MOST, 0).default(''),
      endsAt: Time.nullable().default(null),
      quota: z.number().int().min(1).max(QUOTA_MOST).nullable().default(null),
      /** Only for people of this area, or this unit, and all below it. */
      area: AreaCode.nullable().default(null),
      unit: Id.nullable().default(null),
    }),
    output: z.strictObject({ link: LinkShape }),
  },
  'link.revoke': {
    summary: 'End a link for good: leaders every one, others their own.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'link.invite',
    audit: { topic: 'group', object: 'link' },
    input: z.strictObject({ group: Id, link: Id }),
    output: z.strictObject({}),
  },
  'link.preview': {
    summary: 'What is shown of a group to who has a link to it.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 20 },
    problems: ['link.dead'],
    input: z.strictObject({ code: Code }),
    output: PreviewShape,
  },
  'link.join': {
    summary: 'Come into a group by a link; where it approves its members, ask to.',
    kind: 'change',
    who: 'account',
    // Thirty an hour.
    rate: { burst: 30, perMinute: 0.5 },
    problems: ['link.dead', 'link.elsewhere', 'group.too_many_members'],
    audit: { topic: 'member' },
    input: z.strictObject({
      code: Code,
      way: z.enum(['link', 'qr']).default('link'),
      answer: shortText(ANSWER_MOST, 0).default(''),
    }),
    output: z.discriminatedUnion('result', [
      z.strictObject({ result: z.literal('in'), group: Id }),
      z.strictObject({ result: z.literal('waiting'), request: Id }),
    ]),
  },
});
