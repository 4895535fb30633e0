import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, longText, Seq, shortText, Time } from '../../protocol/shapes.ts';
import { FileShape } from '../files/protocol.ts';
import { PersonShape } from '../messages/protocol.ts';
import { FILES_MOST } from '../messages/rules.ts';
import {
  EDITORS,
  NOTE_MOST,
  NOTE_READERS_PAGE_MOST,
  NOTE_VERSIONS_MOST,
  NOTE_VERSIONS_PAGE_MOST,
  NOTES_PAGE_MOST,
  TITLE_MOST,
} from './rules.ts';

const Version = z.number().int().min(1).max(NOTE_VERSIONS_MOST);

/** A note as its card shows it. */
export const NoteShape = z.strictObject({
  /** The id of the act that made it, and of its first card. */
  id: Id,
  group: Id,
  /** Of its first card in the conversation. */
  seq: Seq,
  version: Version,
  title: z.string(),
  /** Its beginning. */
  text: z.string(),
  /** The beginning is all of it. */
  whole: z.boolean(),
  /** How many files it carries. */
  files: z.number().int(),
  maker: PersonShape,
  /** What the maker is in the group now; null for who has left. */
  makerRole: z.enum(['owner', 'deputy', 'clerk', 'member', 'reader']).nullable(),
  at: Time,
  edited: z.strictObject({ by: PersonShape, at: Time }).optional(),
  editors: z.enum(EDITORS),
  /** Members are asked to say that they have read it: this version or a later one. `of`: all members now but who asks. */
  ask: z.strictObject({ version: Version, by: Id, at: Time, read: z.number().int(), of: z.number().int() }).optional(),
  /** The newest version the actor has acknowledged. */
  acknowledged: Version.optional(),
});
export type Note = z.output<typeof NoteShape>;

/** What one version says. */
export const NoteTextShape = z.strictObject({
  version: Version,
  title: z.string(),
  text: z.string(),
  files: z.array(FileShape).max(FILES_MOST),
});
export type NoteText = z.output<typeof NoteTextShape>;

/** A note with all it says. */
export const WholeNoteShape = NoteShape.extend({ text: z.string(), carries: z.array(FileShape).max(FILES_MOST) });
export type WholeNote = z.output<typeof WholeNoteShape>;

export const VersionShape = z.strictObject({
  version: Version,
  by: PersonShape,
  at: Time,
  title: z.string(),
  /** It is what this version said. */
  from: Version.optional(),
});
export type NoteVersion = z.output<typeof VersionShape>;

export const NoteReaderShape = z.strictObject({
  account: Id,
  name: z.string(),
  photo: Id.nullable(),
  position: z.string(),
  /** Their unit; empty for none. */
  under: z.string(),
  /** When they said to have read it; null where they have not. */
  at: Time.nullable(),
});
export type NoteReader = z.output<typeof NoteReaderShape>;

export const NoteTallyShape = z.strictObject({ under: z.string(), members: z.number().int(), read: z.number().int() });
export type NoteTally = z.output<typeof NoteTallyShape>;

export const noteProblems = problems({
  'note.changed_meanwhile': {
    status: 409,
    summary: 'Somebody has written a newer version since the one the actor began with; `version` names it.',
  },
  'note.too_many_versions': { status: 409, summary: 'It has been changed as often as it may: `most` versions.' },
  'note.not_asked': { status: 409, summary: 'Nobody asks the actor to say that they have read it.' },
});

const content = {
  title: shortText(TITLE_MOST),
  /** The markup of messages, headings (`# `) and boxes to tick (`[ ] `). */
  text: longText(NOTE_MOST, 0),
  files: z.array(Id).max(FILES_MOST).default([]),
};

const One = z.strictObject({ group: Id, note: Id });

export const noteActions = actions({
  'note.create': {
    summary: 'Write a note on the board. The action id is the note’s id, and that of its card in the conversation.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'note.create',
    audit: { topic: 'group' },
    rate: { burst: 20, perMinute: 20 },
    problems: ['regulation.not_accepted', 'file.unknown', 'file.not_ready'],
    input: z.strictObject({
      group: Id,
      ...content,
      editors: z.enum(EDITORS).default('all'),
      /** Ask all members to say that they have read it. */
      ask: z.boolean().default(false),
    }),
    output: z.strictObject({ note: Id, version: Version }),
  },
  'note.edit': {
    summary:
      'Write a new version over the one the actor began with. Where nothing differs there is none. Who may edit it and whether reading is acknowledged are changed with it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'note' },
    rate: { burst: 30, perMinute: 30 },
    problems: [
      'regulation.not_accepted',
      'file.unknown',
      'file.not_ready',
      'note.changed_meanwhile',
      'note.too_many_versions',
    ],
    input: One.extend({
      /** The version that was changed. */
      version: Version,
      ...content,
      /** Absent: as it is. */
      editors: z.enum(EDITORS).optional(),
      /** True: ask for this version, also those who have acknowledged an earlier one. False: ask nobody any more. Absent: as it is. */
      ask: z.boolean().optional(),
    }),
    output: z.strictObject({ version: Version }),
  },
  'note.restore': {
    summary: 'Write a new version that says what an earlier one said.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'note' },
    rate: { burst: 30, perMinute: 30 },
    problems: ['regulation.not_accepted', 'note.changed_meanwhile', 'note.too_many_versions'],
    input: One.extend({
      /** The version that stands. */
      version: Version,
      from: Version,
    }),
    output: z.strictObject({ version: Version }),
  },
  'note.remove': {
    summary: 'Remove a note: its versions, files and cards. For its maker, and leaders who decide about its maker.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'note' },
    input: One,
    output: z.strictObject({}),
  },
  'note.get': {
    summary: 'All of a note.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: One,
    output: z.strictObject({ note: WholeNoteShape }),
  },
  'note.list': {
    summary: 'The notes of a group, the last one made first, a page at a time.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({
      group: Id,
      /** The last of the page before. */
      before: Id.optional(),
      limit: z.number().int().min(1).max(NOTES_PAGE_MOST).default(20),
    }),
    output: z.strictObject({
      notes: z.array(NoteShape),
      /** How many there are in all. */
      total: z.number().int(),
      more: z.boolean(),
    }),
  },
  'note.read': {
    summary: 'Those of these notes that are there.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ group: Id, ids: z.array(Id).min(1).max(NOTES_PAGE_MOST) }),
    output: z.strictObject({ notes: z.array(NoteShape) }),
  },
  'note.versions': {
    summary: 'Who wrote which version when, the newest first, a page at a time.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: One.extend({
      /** Only those before this one. */
      before: Version.optional(),
      limit: z.number().int().min(1).max(NOTE_VERSIONS_PAGE_MOST).default(NOTE_VERSIONS_PAGE_MOST),
    }),
    output: z.strictObject({ versions: z.array(VersionShape), more: z.boolean() }),
  },
  'note.version': {
    summary: 'What one version says.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: One.extend({ version: Version }),
    output: NoteTextShape,
  },
  'note.acknowledge': {
    summary:
      'Say to have read a version of a note that asks for it. The output is the number of the account’s own stream that says so to its devices; 0 where it was said before.',
    kind: 'append',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: ['note.not_asked', 'note.changed_meanwhile'],
    input: One.extend({ version: Version }),
    output: z.strictObject({ at: Seq }),
  },
  'note.readers': {
    summary: 'Who has and who has not said to have read a note. For its maker, for who asks, and for leaders.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 120 },
    problems: ['note.not_asked'],
    input: One.extend({
      show: z.enum(['all', 'read', 'unread']).default('all'),
      /** What people stand under; `time`: in the order in which they said so, the last one first. */
      by: z.enum(['unit', 'time']).default('unit'),
      /** Beginnings of words of name, position or unit, tones not needed. */
      query: shortText(100, 0).default(''),
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(NOTE_READERS_PAGE_MOST).default(100),
    }),
    output: z.strictObject({
      /** How many the words and the choice fit. */
      total: z.number().int(),
      people: z.array(NoteReaderShape),
      /** Of all who are asked, whatever was looked for; only with the first page. The least read first. */
      tallies: z.array(NoteTallyShape),
    }),
  },
});

export const noteEvents = events({
  'note.changed': {
    summary: 'A note was made, has a new version, or is ruled otherwise. What it says is read again.',
    stream: 'group',
    body: z.strictObject({ id: Id, version: Version }),
  },
  'note.removed': {
    summary: 'A note was removed: nothing of it is to be kept or shown any more.',
    stream: 'group',
    body: z.strictObject({ id: Id }),
  },
  'note.counted': {
    summary: 'So many have said to have read a note by now. One event for all who did at about the same time.',
    stream: 'group',
    body: z.strictObject({ id: Id, version: Version, read: z.number().int(), of: z.number().int() }),
  },
  'note.acknowledged': {
    summary: 'The account has said to have read a note, on one of its devices.',
    stream: 'account',
    body: z.strictObject({ group: Id, note: Id, version: Version, at: Time }),
  },
});
