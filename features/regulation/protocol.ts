import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, shortText, Time } from '../../protocol/shapes.ts';
import {
  ACCEPTANCE_PAGE_MOST,
  DOCUMENT_BODY_MOST,
  FILE_BASE64_MOST,
  FORMS,
  ITEMS_MOST,
  LINE_MOST,
  LINES_MOST,
  TEXT_MOST,
} from './rules.ts';

const Line = shortText(LINE_MOST, 0);
const Lines = z.array(Line).max(LINES_MOST);

/** A regulation written here, box by box as Nghị định 30/2020/NĐ-CP has them. All of it plain text. */
export const DocumentShape = z.strictObject({
  superior: Line,
  agency: Line,
  number: z.string().regex(/^(\d{1,6}[a-zđ]?)?$/u),
  symbol: shortText(40, 0),
  place: shortText(100, 0),
  date: z.string().regex(/^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/),
  title: Line,
  bases: Lines,
  opening: shortText(1_000, 0),
  items: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('chapter'), title: Line }),
        z.strictObject({ kind: z.literal('article'), title: Line, text: longText(TEXT_MOST, 0) }),
      ]),
    )
    .max(ITEMS_MOST),
  recipients: Lines,
  authority: longText(200, 0),
  position: Line,
  signer: shortText(100, 0),
});

export const FileShape = z.strictObject({
  name: z.string(),
  form: z.enum(FORMS),
  /** Bytes. */
  size: z.number().int(),
  /** Of the bytes, in hexadecimal. */
  sha256: z.string(),
});

/** A published version, as it stands in a list. */
export const VersionShape = z.strictObject({
  id: Id,
  version: z.number().int(),
  title: z.string(),
  at: Time,
  by: z.string(),
  /** The unit whose default it was taken over from. */
  from: z.string().nullable(),
  file: FileShape.nullable(),
});
export type Version = z.output<typeof VersionShape>;

/** With what it says; null where it is a file. */
export const TextShape = VersionShape.extend({ document: DocumentShape.nullable() });
export type Text = z.output<typeof TextShape>;

export const DraftShape = z.strictObject({
  id: Id,
  title: z.string(),
  at: Time,
  by: z.string(),
  /** Raised by every saving, so that nobody saves over what they have not seen. */
  revision: z.number().int(),
  document: DocumentShape.nullable(),
  file: FileShape.nullable(),
});
export type Draft = z.output<typeof DraftShape>;

/** The default of the group's unit, or of the nearest one above it. */
export const OfferShape = z.strictObject({
  id: Id,
  unit: z.string(),
  version: z.number().int(),
  title: z.string(),
  /** In force in this group now: this one, an older one of the same unit, or neither. */
  taken: z.enum(['this', 'older', 'no']),
});

export const RegulationShape = z.strictObject({
  /** Null where none has been published. */
  current: TextShape.nullable(),
  /** The newest version that the actor has accepted; 0 for none. */
  accepted: z.number().int(),
  acceptedAt: Time.nullable(),
  /** For those who may publish; null for others. */
  governing: z
    .strictObject({
      members: z.number().int(),
      /** How many of them have accepted the version in force. */
      accepted: z.number().int(),
      remindedAt: Time.nullable(),
      draft: DraftShape.nullable(),
      offer: OfferShape.nullable(),
    })
    .nullable(),
});
export type Regulation = z.output<typeof RegulationShape>;

export const AcceptanceShape = z.strictObject({
  account: Id,
  name: z.string(),
  photo: Id.nullable(),
  position: z.string(),
  unit: z.string(),
  /** Of the version in force; null for who has not. */
  at: Time.nullable(),
  /** The newest version accepted; 0 for none. */
  version: z.number().int(),
});
export type Acceptance = z.output<typeof AcceptanceShape>;

export const DefaultShape = z.strictObject({
  unit: Id,
  /** From the top. */
  path: z.array(z.string()),
  /** Null where there is only a draft. */
  version: z.number().int().nullable(),
  title: z.string(),
  at: Time,
  draft: z.boolean(),
  /** Groups in which a version of it is in force. */
  groups: z.number().int(),
});
export type Default = z.output<typeof DefaultShape>;

export const regulationProblems = problems({
  'regulation.not_accepted': {
    status: 403,
    summary:
      'The actor has not accepted the group’s regulation in force; `version` says which. What was refused can be sent after accepting it.',
  },
  'regulation.superseded': {
    status: 409,
    summary: 'Another version has been published meanwhile; `version` says which.',
  },
  'regulation.draft_changed': {
    status: 409,
    summary: 'Somebody else has saved the draft meanwhile; `revision` says where it stands.',
  },
  'regulation.no_draft': { status: 409, summary: 'There is no draft to publish.' },
  'regulation.incomplete': { status: 409, summary: 'The draft lacks something; `missing` says what.' },
  'regulation.none': { status: 409, summary: 'No regulation is in force.' },
  'regulation.reminded': { status: 409, summary: 'They were reminded less than a day ago; `at` says when.' },
  'regulation.all_accepted': { status: 409, summary: 'Everybody has accepted: there is nobody to remind.' },
  'regulation.file_unfit': {
    status: 422,
    summary:
      'The file is not taken; `reason`: `kind` (neither DOCX nor PDF), `damaged`, `locked` (a password), `active` (it holds something that runs or loads by itself).',
  },
});

const Group = z.strictObject({ group: Id });
const Unit = z.strictObject({ unit: Id });
/** The draft this replaces; 0 where there is none. No further than its column counts. */
const Revision = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const Saved = z.strictObject({ revision: z.number().int() });
const Published = z.strictObject({ version: z.number().int() });
const Upload = {
  revision: Revision,
  title: shortText(LINE_MOST),
  /** As the person's computer calls it. */
  name: shortText(200),
  file: z.base64().max(FILE_BASE64_MOST),
};
const UPLOAD_BODY_MOST = FILE_BASE64_MOST + 4_000;
const DRAFT_PROBLEMS = ['regulation.draft_changed'];
const UPLOAD_PROBLEMS = [...DRAFT_PROBLEMS, 'regulation.file_unfit'];
const PUBLISH_PROBLEMS = [...DRAFT_PROBLEMS, 'regulation.no_draft', 'regulation.incomplete'];
const NOT_YET = { none: 'a draft governs nobody' } as const;

export const regulationActions = actions({
  'regulation.get': {
    summary:
      'The group’s regulation in force and how the actor stands to it; to those who may publish also the draft and what may be taken over.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: Group,
    output: RegulationShape,
  },
  'regulation.versions': {
    summary: 'All published versions of a group’s regulation, the newest first.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: Group,
    output: z.strictObject({ versions: z.array(VersionShape) }),
  },
  'regulation.version': {
    summary: 'One published version with what it says.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: Group.extend({ version: z.number().int().min(1).max(1_000_000) }),
    output: TextShape,
  },
  'regulation.accept': {
    summary: 'The actor has read the version in force and accepts it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    problems: ['regulation.superseded', 'regulation.none'],
    audit: { topic: 'group' },
    input: Group.extend({ version: z.number().int().min(1).max(1_000_000) }),
    output: z.strictObject({}),
  },
  'regulation.template': {
    summary: 'A regulation to begin with, filled in with what is known of the group.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    input: Group,
    output: z.strictObject({ document: DocumentShape }),
  },
  'regulation.save': {
    summary: 'Keep a written draft in place of the former draft.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    door: 'http',
    bodyLimit: DOCUMENT_BODY_MOST,
    rate: { burst: 30, perMinute: 60 },
    problems: DRAFT_PROBLEMS,
    audit: NOT_YET,
    input: Group.extend({ revision: Revision, document: DocumentShape }),
    output: Saved,
  },
  'regulation.upload': {
    summary:
      'Keep a DOCX or PDF in base64 as the draft. What it is is found by looking into it; it is handed out as it came.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    door: 'http',
    bodyLimit: UPLOAD_BODY_MOST,
    rate: { burst: 5, perMinute: 2 },
    problems: UPLOAD_PROBLEMS,
    audit: NOT_YET,
    input: Group.extend(Upload),
    output: Saved,
  },
  'regulation.discard': {
    summary: 'Throw the draft away.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    problems: DRAFT_PROBLEMS,
    audit: NOT_YET,
    input: Group.extend({ revision: Revision }),
    output: z.strictObject({}),
  },
  'regulation.publish': {
    summary:
      'Put the draft in force as the next version. All members have to accept it before they write again; who publishes has.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    problems: PUBLISH_PROBLEMS,
    audit: { topic: 'group' },
    input: Group.extend({ revision: Revision }),
    output: Published,
  },
  'regulation.takeOver': {
    summary: 'Put the default of the group’s unit, or of the nearest one above it, in force as the next version.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    problems: ['regulation.superseded', 'regulation.none'],
    audit: { topic: 'group', object: 'regulation' },
    input: Group.extend({ /** The default that was seen. */ regulation: Id }),
    output: Published,
  },
  'regulation.acceptance': {
    summary: 'Who has and who has not accepted the version in force, by unit; and how far each unit is.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    rate: { burst: 60, perMinute: 120 },
    input: Group.extend({
      show: z.enum(['all', 'accepted', 'waiting']).default('all'),
      /** Beginnings of words of name, position or unit, tones not needed. */
      query: shortText(100, 0).default(''),
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(ACCEPTANCE_PAGE_MOST).default(100),
    }),
    output: z.strictObject({
      version: z.number().int(),
      /** How many the words and the choice fit. */
      total: z.number().int(),
      people: z.array(AcceptanceShape),
      /** Of all members, whatever was looked for; only with the first page. In the order of `people`. */
      units: z.array(z.strictObject({ unit: z.string(), members: z.number().int(), accepted: z.number().int() })),
      remindedAt: Time.nullable(),
    }),
  },
  'regulation.remind': {
    summary: 'Remind the group’s members who have not accepted, by a line in the conversation. Once a day at most.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'regulation.publish',
    problems: ['regulation.none', 'regulation.reminded', 'regulation.all_accepted'],
    audit: { topic: 'group' },
    input: Group,
    output: z.strictObject({ waiting: z.number().int() }),
  },
  'regulation.defaults': {
    summary: 'All units that have a default regulation, or a draft of one.',
    kind: 'query',
    who: 'administrator',
    input: z.strictObject({}),
    output: z.strictObject({ defaults: z.array(DefaultShape) }),
  },
  'regulation.default': {
    summary: 'The default regulation of one unit itself, and its draft.',
    kind: 'query',
    who: 'administrator',
    input: Unit,
    output: z.strictObject({
      path: z.array(z.string()),
      current: TextShape.nullable(),
      draft: DraftShape.nullable(),
      groups: z.number().int(),
    }),
  },
  'regulation.defaultTemplate': {
    summary: 'A default regulation to begin with, filled in with what is known of the unit.',
    kind: 'query',
    who: 'administrator',
    input: Unit,
    output: z.strictObject({ document: DocumentShape }),
  },
  'regulation.saveDefault': {
    summary: 'Keep a written draft of a unit’s default in place of the former draft.',
    kind: 'change',
    who: 'administrator',
    door: 'http',
    bodyLimit: DOCUMENT_BODY_MOST,
    rate: { burst: 30, perMinute: 60 },
    problems: DRAFT_PROBLEMS,
    audit: NOT_YET,
    input: Unit.extend({ revision: Revision, document: DocumentShape }),
    output: Saved,
  },
  'regulation.uploadDefault': {
    summary: 'Keep a DOCX or PDF in base64 as the draft of a unit’s default.',
    kind: 'change',
    who: 'administrator',
    door: 'http',
    bodyLimit: UPLOAD_BODY_MOST,
    rate: { burst: 5, perMinute: 2 },
    problems: UPLOAD_PROBLEMS,
    audit: NOT_YET,
    input: Unit.extend(Upload),
    output: Saved,
  },
  'regulation.discardDefault': {
    summary: 'Throw the draft of a unit’s default away.',
    kind: 'change',
    who: 'administrator',
    problems: DRAFT_PROBLEMS,
    audit: NOT_YET,
    input: Unit.extend({ revision: Revision }),
    output: z.strictObject({}),
  },
  'regulation.publishDefault': {
    summary:
      'Make the draft the next version of a unit’s default. Groups that took the former over are told; none is changed by it.',
    kind: 'change',
    who: 'administrator',
    problems: PUBLISH_PROBLEMS,
    audit: { topic: 'directory', object: 'unit' },
    input: Unit.extend({ revision: Revision }),
    output: Published,
  },
});

export const regulationEvents = events({
  'regulation.published': {
    summary:
      'This version is in force: whoever has not accepted it does not write before they have. Who published it has.',
    stream: 'group',
    notice: true,
    rights: true,
    body: z.strictObject({
      version: z.number().int(),
      title: z.string(),
      /** The unit whose default it is. */
      from: z.string().nullable(),
    }),
  },
  'regulation.reminded': {
    summary: 'So many members have not accepted the version in force and are reminded.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ version: z.number().int(), waiting: z.number().int() }),
  },
  'regulation.renewed': {
    summary:
      'The default that this group took over has a new version; the group’s own stays until its leaders take it over.',
    stream: 'group',
    notice: true,
    body: z.strictObject({ unit: z.string(), version: z.number().int(), title: z.string() }),
  },
  'regulation.accepted': {
    summary: 'The account accepted this version of a group’s regulation.',
    stream: 'account',
    body: z.strictObject({ group: Id, version: z.number().int(), at: Time }),
  },
});
