import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { invitationProblems } from '../invitations/protocol.ts';
import { PHOTO_BASE64_MOST } from '../photos/rules.ts';
import { HOLDERS } from './rights.ts';
import { ADDED_AT_ONCE, CHOSEN_KINDS, DESCRIPTION_MOST, HISTORY_DAYS_MOST, NAME_MOST, TOPIC_MOST } from './rules.ts';

export const GroupKindShape = z.enum(['pair', 'directive', 'coordination', 'area', 'announcement']);
export const RoleShape = z.enum(['owner', 'deputy', 'clerk', 'member', 'reader']);
/** Archived: frozen, can be read. Dissolving: frozen too, and gone when the countdown ends. */
export const GroupStateShape = z.enum(['open', 'archived', 'dissolving']);
export const HoldersShape = z.enum(HOLDERS);

/** What who comes in may read of what was said before: `History` in rights.ts; a number is days. */
export const HistoryShape = z.union([
  z.enum(['none', 'joining', 'all']),
  z.number().int().min(1).max(HISTORY_DAYS_MOST),
]);

/** What a group sets for itself. */
export const SettingsShape = z.strictObject({
  /** By right, only where it is given to others than the kind of group begins with. */
  rights: z.record(z.string(), HoldersShape),
  /** Announcement mode: only leaders write. */
  announcing: z.boolean(),
  /** Messages of owner and deputies carry their mark. */
  marking: z.boolean(),
  /** Slow mode: seconds between two messages of one member; 0 where it is off. */
  slow: z.number().int(),
  history: HistoryShape,
  /** People come in by links, or ask to. */
  links: z.boolean(),
  /** What who asks to come in is asked; empty where nothing is. */
  question: z.string(),
  /** Originals of recalled messages are kept, sealed. */
  records: z.boolean(),
});

/** What is decided for one person, by right; it beats what the group sets for everybody. */
export const ExceptionsShape = z.record(z.string(), z.strictObject({ allowed: z.boolean(), until: Time.nullable() }));

/** The lead of a group, offered and not yet answered. */
export const TransferShape = z.strictObject({
  from: Id,
  fromName: z.string(),
  to: Id,
  toName: z.string(),
  /** Who hands over leaves the group with it. */
  leaves: z.boolean(),
  endsAt: Time,
});
export type Transfer = z.output<typeof TransferShape>;

export const NamedShape = z.strictObject({ account: Id, name: z.string() });

/** A mobile number, E.164. */
export const Phone = z.string().regex(/^\+84\d{9}$/);

export const GroupShape = z.strictObject({
  id: Id,
  kind: GroupKindShape,
  name: z.string(),
  description: z.string(),
  photo: Id.nullable(),
  area: z.strictObject({ code: z.string(), name: z.string() }).nullable(),
  topic: z.string(),
  /** Name of the unit it belongs to. */
  unit: z.string(),
  approval: z.boolean(),
  approver: Id.nullable(),
  approverName: z.string(),
  settings: SettingsShape,
  state: GroupStateShape,
  /** End of the countdown in which dissolving can be undone. */
  dissolvesAt: Time.nullable(),
  /** The lead that is offered to somebody: told to leaders and to whom it is offered. */
  transfer: TransferShape.nullable(),
  createdBy: Id,
  createdAt: Time,
  members: z.number().int(),
  /** Owner, deputies and clerks: their messages are marked. */
  leaders: z.array(z.strictObject({ account: Id, name: z.string(), role: RoleShape })),
  role: RoleShape,
  /** End of the actor’s term of office. */
  roleUntil: Time.nullable(),
  /** What is decided for single people: told to leaders; others hear what is decided for themselves. */
  exceptions: z.array(z.strictObject({ account: Id, name: z.string(), photo: Id.nullable(), rights: ExceptionsShape })),
  rights: z.array(z.string()),
  /** Number of the group's stream that this picture belongs to. */
  at: Seq,
});
export type Group = z.output<typeof GroupShape>;

export const groupProblems = problems({
  'group.too_many_members': {
    status: 409,
    summary: 'The group would have more members than it may; `most` says how many.',
  },
  'group.unknown_person': {
    status: 422,
    summary: 'A person chosen as member or approver is not on the staff list any more; `accounts` names them.',
  },
  'group.unknown_area': { status: 422, summary: 'No area has this code.' },
  'group.photo_unreadable': { status: 422, summary: 'The photo is not a picture that can be read.' },
});

const Photo = z.base64().max(PHOTO_BASE64_MOST);

export const groupActions = actions({
  'group.create': {
    summary: 'Make a group by area or by work and put people into it.',
    kind: 'change',
    who: 'account',
    // Ten a day.
    rate: { burst: 10, perMinute: 10 / 1440 },
    problems: ['group.unknown_person', 'group.unknown_area', ...Object.keys(invitationProblems.kinds)],
    audit: { topic: 'group', people: ['members'], texts: ['name', 'area', 'topic'] },
    input: z.strictObject({
      name: shortText(NAME_MOST),
      kind: z.enum(CHOSEN_KINDS),
      description: longText(DESCRIPTION_MOST, 0).default(''),
      area: z.string().max(40).nullable().default(null),
      topic: shortText(TOPIC_MOST, 0).default(''),
      members: z.array(Id).max(ADDED_AT_ONCE),
      /** Numbers not on the staff list, invited where the agency lets the actor do so. */
      invite: z.array(Phone).max(100).default([]),
      approval: z.boolean().default(true),
      /** Who admits members; the creator where absent. */
      approver: Id.nullable().default(null),
    }),
    output: z.strictObject({
      group: Id,
      /** Numbers that nobody has yet; they are in the group once they register. */
      invited: z.number().int(),
    }),
  },
  'group.openPair': {
    summary: 'Open the conversation with one person; made if there is none.',
    kind: 'change',
    who: 'account',
    rate: { burst: 30, perMinute: 10 },
    problems: ['group.unknown_person'],
    audit: { none: 'who writes with whom, the two alone, is not the agency’s to keep' },
    input: z.strictObject({ account: Id }),
    output: z.strictObject({ group: Id }),
  },
  'group.get': {
    summary: 'What a group is and how the actor stands in it.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: GroupShape,
  },
  'group.change': {
    summary: 'Rename a group, or change its description, area or topic. What is absent stays.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.change',
    problems: ['group.unknown_area'],
    audit: { topic: 'group', texts: ['name', 'area', 'topic'] },
    input: z.strictObject({
      group: Id,
      name: shortText(NAME_MOST).optional(),
      description: longText(DESCRIPTION_MOST, 0).optional(),
      area: z.string().max(40).nullable().optional(),
      topic: shortText(TOPIC_MOST, 0).optional(),
    }),
    output: z.strictObject({}),
  },
  'group.setPhoto': {
    summary: 'Give a group a photo, or take it away. JPEG, PNG or WebP in base64; it is re-encoded.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'group.change',
    door: 'http',
    bodyLimit: PHOTO_BASE64_MOST + 1_000,
    rate: { burst: 10, perMinute: 5 },
    problems: ['group.photo_unreadable'],
    audit: { topic: 'group' },
    input: z.strictObject({ group: Id, photo: Photo.nullable() }),
    output: z.strictObject({ photo: Id.nullable() }),
  },
});

export const groupEvents = events({
  'group.created': {
    summary: 'The group was made, with this name and so many members.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ name: z.string(), members: z.number().int() }),
  },
  'group.changed': {
    summary: 'Name, description, area, topic or photo changed; only what changed is present.',
    stream: 'group',
    notice: true,
    body: z.strictObject({
      name: z.string().optional(),
      description: z.string().optional(),
      area: z.strictObject({ code: z.string(), name: z.string() }).nullable().optional(),
      topic: z.string().optional(),
      photo: Id.nullable().optional(),
    }),
  },
});
