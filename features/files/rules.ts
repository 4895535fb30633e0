/** Limits of one file, of one person at once, in 24 hours and in all; bytes. */
export const FILE_BYTES_MOST = 100 * 1_048_576;
export const UPLOADS_MOST = 5;
/** Of one person, that have come and wait to be looked at. */
export const CHECKING_MOST = 40;
export const DAY_BYTES_MOST = 2 * 1_073_741_824;
export const PERSON_BYTES_MOST = 20 * 1_073_741_824;
/** An upload that is not finished by then ends; a file that no message took by then is deleted. */
export const UPLOAD_HOURS = 24;
export const UNSENT_DAYS = 7;
export const NAME_MOST = 200;
/** Loudness of a voice message: so many samples of one byte. */
export const WAVE_SAMPLES = 64;
/** What a client claims of length is bounded: a day. */
export const SECONDS_MOST = 86_400;
/** A picture's longest side in each size it is kept in, pixels. */
export const SIDES = { thumb: 320, screen: 1_600, large: 4_096 } as const;

export type FileKind = 'photo' | 'video' | 'voice' | 'document';
/** `poster`: a picture to go with a video that is uploaded after it; no message carries it by itself. */
export const WISHES = ['photo', 'video', 'voice', 'document', 'poster'] as const;
export type Wish = (typeof WISHES)[number];
export type Size = keyof typeof SIDES;

interface FormatRow {
  /** Media type it is served with. */
  readonly type: string;
  readonly family: 'picture' | 'moving' | 'sound' | 'pdf' | 'office' | 'word' | 'rich' | 'mail' | 'archive' | 'text';
}

/** What is taken, by the extension of the name; everything else is refused. */
export const FORMATS = {
  jpg: { type: 'image/jpeg', family: 'picture' },
  jpeg: { type: 'image/jpeg', family: 'picture' },
  png: { type: 'image/png', family: 'picture' },
  webp: { type: 'image/webp', family: 'picture' },
  gif: { type: 'image/gif', family: 'picture' },
  mp4: { type: 'video/mp4', family: 'moving' },
  mov: { type: 'video/quicktime', family: 'moving' },
  webm: { type: 'video/webm', family: 'moving' },
  mp3: { type: 'audio/mpeg', family: 'sound' },
  m4a: { type: 'audio/mp4', family: 'sound' },
  ogg: { type: 'audio/ogg', family: 'sound' },
  pdf: { type: 'application/pdf', family: 'pdf' },
  docx: { type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', family: 'office' },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', family: 'office' },
  pptx: { type: 'application/vnd.openxmlformats-officedocument.presentationml.presentation', family: 'office' },
  odt: { type: 'application/vnd.oasis.opendocument.text', family: 'office' },
  ods: { type: 'application/vnd.oasis.opendocument.spreadsheet', family: 'office' },
  odp: { type: 'application/vnd.oasis.opendocument.presentation', family: 'office' },
  doc: { type: 'application/msword', family: 'word' },
  rtf: { type: 'application/rtf', family: 'rich' },
  eml: { type: 'message/rfc822', family: 'mail' },
  zip: { type: 'application/zip', family: 'archive' },
  txt: { type: 'text/plain', family: 'text' },
  csv: { type: 'text/csv', family: 'text' },
} as const satisfies Record<string, FormatRow>;

export type Extension = keyof typeof FORMATS;
export type Family = FormatRow['family'];

/** Lower case, without the dot; empty where the name has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

export function isTaken(extension: string): extension is Extension {
  return Object.hasOwn(FORMATS, extension);
}

/** For a file dialogue: `.jpg,.png,…`. */
export const ACCEPT = Object.keys(FORMATS)
  .map((it) => `.${it}`)
  .join(',');

// oxlint-disable no-control-regex -- naming control characters is the point
const UNNAMEABLE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
// oxlint-enable no-control-regex

/**
 * A name as it is kept and shown: NFC, without controls, marks that turn the direction, and what nobody sees; without a path; at
 * most 200 characters, the extension kept. Empty where nothing of it remains.
 */
export function fileName(given: string): string {
  const clean = given.toWellFormed().normalize('NFC').replace(UNNAMEABLE, '');
  const last = clean
    .split(/[\\/]/)
    .at(-1)!
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '');
  const points = Array.from(last);
  if (points.length <= NAME_MOST) return last;
  const extension = extensionOf(last);
  const end = extension === '' || extension.length > 8 ? '' : `.${extension}`;
  return `${points
    .slice(0, NAME_MOST - end.length)
    .join('')
    .trim()}${end}`;
}

/**
 * Where a file is. A photo has all three sizes and no other original: without a size it is its `large` one. `thumb` and `screen` of
 * other kinds where `preview` is set: the first page, a frame.
 */
export function filePath(file: string, size?: Size): string {
  return size === undefined || size === 'large' ? `/f/${file}` : `/f/${file}/${size}`;
}

/** The same to keep on one’s device, under its name. */
export function savePath(file: string): string {
  return `/f/${file}?save=1`;
}

/** Tus 1.0: `POST` here, then `PATCH` the answer’s `Location`. */
export const UPLOADS_PATH = '/files/uploads';
/** How long one request may send: whoever is slower sends less at once; what has come is kept in any case. */
export const PATCH_SECONDS = 25;

/** The shelves of the media store (kho lưu trữ): photos and videos, documents, voice messages, links. */
export const SHELVES = ['media', 'document', 'voice', 'link'] as const;
export type Shelf = (typeof SHELVES)[number];
export const STORE_PAGE_MOST = 200;
/** Links kept of one message, and the length of one. */
export const LINKS_MOST = 20;
export const LINK_MOST = 2_000;
/** Files, and links, of one message are numbered from 0; no message has as many. */
export const PLACE_MOST = 100;
