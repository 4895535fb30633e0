import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id } from '../../protocol/shapes.ts';
import { HANDLINGS } from '../secrecy/rules/verdict.ts';
import { FILE_BYTES_MOST, SECONDS_MOST, WAVE_SAMPLES, WISHES } from './rules.ts';

/** A file as a message shows it. */
export const FileShape = z.strictObject({
  id: Id,
  kind: z.enum(['photo', 'video', 'voice', 'document']),
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Media type, as the server found it. */
  type: z.string(),
  /** Pixels, upright, of photos and videos. */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** Length of voice, other sound and video. */
  seconds: z.number().optional(),
  /** Pages of a document, where they could be counted. */
  pages: z.number().int().optional(),
  /** Loudness of a voice message: 64 samples of 0–255, base64. */
  wave: z.string().optional(),
  /** There is a picture of it to show: the first page, a frame. Photos are always shown. */
  preview: z.boolean().optional(),
  /** It bears a circulation mark: LƯU HÀNH NỘI BỘ, XEM XONG TRẢ LẠI. Messages with it are not forwarded. */
  handling: z.enum(HANDLINGS).optional(),
});
export type File = z.output<typeof FileShape>;

export const fileProblems = problems({
  'file.too_large': { status: 413, summary: 'The file is larger than `most` bytes.' },
  'file.kind_refused': {
    status: 415,
    summary: 'Files of this kind are not taken; `extension` says which. Also where one stands in an archive.',
  },
  'file.mismatch': { status: 422, summary: 'What is in the file is not what its name says.' },
  'file.damaged': { status: 422, summary: 'The file is damaged: it cannot be read to its end.' },
  'file.unchecked': {
    status: 422,
    summary: 'The file cannot be checked: it has a password, is packed in an unknown way, or takes too long.',
  },
  'file.active': { status: 422, summary: 'The file holds something that runs by itself: macros, scripts, programs.' },
  'file.too_much_inside': {
    status: 422,
    summary: 'A picture of too many pixels, or an archive in which there is more than may be unpacked.',
  },
  'file.too_many_uploads': {
    status: 429,
    retry: true,
    summary: 'The actor has as many uploads under way as they may; `most` says how many.',
  },
  'file.quota': {
    status: 403,
    summary: 'No room for it: `of` says whether of the last 24 hours (`day`) or of all the actor has sent (`person`).',
  },
  'file.unknown': { status: 422, summary: 'There is no such file that the actor has uploaded; `file` names it.' },
  'file.not_ready': {
    status: 409,
    retry: true,
    summary: 'The file has not come in whole or is being checked; `file` names it.',
  },
  'file.elsewhere': { status: 409, summary: 'The part does not begin where the last one ended; `offset` says where.' },
  'file.version': {
    status: 412,
    summary: 'Another version of tus than this door speaks; `version` says which it does.',
  },
  'file.lost': {
    status: 500,
    summary: 'What is stored is not what was stored: the file is damaged on the disk, and nothing of it is handed out.',
  },
  'file.checksum': { status: 460, retry: true, summary: 'The part is not what its checksum says; it was not kept.' },
});

/** What a file can be refused for after all of it has come; what the guard refuses has its own codes. */
const FindingShape = z.strictObject({
  code: z.string(),
  extension: z.string().optional(),
  /** Number of the incident, where the secrecy guard noted one. */
  incident: Id.optional(),
});
export type Finding = z.output<typeof FindingShape>;

/** Where an upload stands. */
export const UploadShape = z.strictObject({
  id: Id,
  state: z.enum(['uploading', 'checking', 'ready', 'refused']),
  name: z.string(),
  bytes: z.number().int(),
  /** Bytes that have come. */
  offset: z.number().int(),
  /** Once it is ready; not for a poster. */
  file: FileShape.optional(),
  /** Why it was refused. */
  problem: FindingShape.optional(),
});
export type Upload = z.output<typeof UploadShape>;

export const fileActions = actions({
  'file.begin': {
    summary:
      'Begin an upload; its bytes follow by tus 1.0 (`PATCH /files/uploads/<file>`). `POST /files/uploads` with tus’ own headers is this action too.',
    kind: 'change',
    who: 'account',
    audit: { none: 'what people send each other is theirs; the message that carries it is counted' },
    rate: { burst: 60, perMinute: 60 },
    problems: [
      'file.too_large',
      'file.kind_refused',
      'file.too_many_uploads',
      'file.quota',
      'file.unknown',
      'server.storage_full',
    ],
    input: z.strictObject({
      /** As the person’s device calls it; the extension says what it is. */
      name: z.string().min(1).max(1_000),
      bytes: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
      /** What the sender takes it for: a voice message and a sound file are the same bytes. */
      kind: z.enum(WISHES).default('document'),
      /** Of voice: as recorded. Where the file says it itself, that counts. */
      seconds: z.number().min(0).max(SECONDS_MOST).optional(),
      wave: z
        .base64()
        .length(Math.ceil(WAVE_SAMPLES / 3) * 4)
        .optional(),
      /** Of a video: a picture that was uploaded before, with the kind `poster`. */
      poster: Id.optional(),
    }),
    output: z.strictObject({ file: Id, most: z.number().int().default(FILE_BYTES_MOST) }),
  },
  'file.cancel': {
    summary: 'Give up an upload, or a file that no message carries; nothing of it is kept.',
    kind: 'change',
    who: 'account',
    audit: { none: 'nothing has been sent to anybody' },
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({ file: Id }),
    output: z.strictObject({}),
  },
  'file.status': {
    summary: 'Where the actor’s uploads stand; those that are not there are left out.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ files: z.array(Id).min(1).max(50) }),
    output: z.strictObject({ uploads: z.array(UploadShape) }),
  },
});

export const fileEvents = events({
  'file.checked': {
    summary: 'An upload of this person is ready to be sent, or was refused.',
    stream: 'account',
    body: UploadShape,
  },
});
