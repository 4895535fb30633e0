import { fileTypeFromBuffer } from 'file-type';

import { extensionOf, FORMATS, isTaken } from '../rules.ts';
import type { Extension } from '../rules.ts';
import { partsOf } from './archive.ts';
import type { Budget } from './archive.ts';
import { lookAtBoxes } from './boxes.ts';
import { latin, none, Refused } from './finding.ts';
import type { Found, Look, Question } from './finding.ts';
import { lookAtMail } from './mail.ts';
import { officeReader } from './office.ts';
import type { OfficeForm } from './office.ts';
import { lookAtRich } from './rich.ts';
import { lookAtMp3, lookAtOgg } from './sound.ts';
import { lookAtText } from './text.ts';
import { lookAtWebm } from './webm.ts';
import { lookAtWord } from './word.ts';

/** An archive in an archive is unpacked; one in that is not. */
const ARCHIVES_MOST = 2;
/** A table in a document in an archive, and a picture of it. */
const DEPTH_MOST = 4;

/** What a file begins with, by what its name says it is; as `file-type` calls it. Text begins with anything it does not know. */
const BEGINS: Readonly<Partial<Record<Extension, readonly string[]>>> = {
  jpg: ['jpg'],
  jpeg: ['jpg'],
  png: ['png', 'apng'],
  webp: ['webp'],
  gif: ['gif'],
  mp4: ['mp4', 'mov', 'm4v', '3gp', '3g2', 'f4v'],
  mov: ['mov', 'mp4', 'm4v'],
  webm: ['webm'],
  mp3: ['mp3'],
  m4a: ['m4a', 'mp4', 'm4b', 'mov', '3gp'],
  ogg: ['ogg', 'oga', 'opus'],
  pdf: ['pdf'],
  doc: ['cfb'],
  rtf: ['rtf'],
};

/** Looks at a whole upload. Throws `Refused`. */
export async function lookAt(question: Question, bytes: Buffer): Promise<Look> {
  const { extension, wish } = question;
  const look = await lookAs(extension, bytes);
  const { found } = look;
  if (wish === 'poster' && found.kind !== 'photo') throw new Refused('file.mismatch');
  const isSound = found.type.startsWith('audio/');
  return wish === 'voice' && isSound ? { ...look, found: { ...found, kind: 'voice' } } : look;
}

async function lookAs(
  extension: Extension,
  bytes: Buffer,
  budget: Budget = { entries: 0, inside: 0 },
  depth = 1,
  archives = FORMATS[extension].family === 'archive' ? 1 : 0,
): Promise<Look> {
  const { family, type } = FORMATS[extension];
  if (family === 'office' || family === 'archive') {
    await lookIntoZip(extension, bytes, budget, depth, archives);
    return documentOf({ kind: 'document', type });
  }
  await refuseOther(extension, bytes);
  switch (family) {
    case 'picture': {
      const { lookAtPicture } = await import('./picture.ts');
      return lookAtPicture(bytes, extension);
    }
    case 'pdf': {
      const { lookAtPdf } = await import('./pdf.ts');
      return lookAtPdf(bytes);
    }
    case 'moving':
      return extension === 'webm' ? lookAtWebm(bytes) : lookAtBoxes(bytes, { film: type, sound: 'audio/mp4' });
    case 'sound':
      if (extension === 'mp3') return lookAtMp3(bytes);
      return extension === 'ogg' ? lookAtOgg(bytes) : lookAtBoxes(bytes, { film: 'video/mp4', sound: type });
    case 'word':
      return lookAtWord(bytes, type);
    case 'rich':
      return lookAtRich(bytes, type);
    case 'mail':
      if (depth > DEPTH_MOST) throw new Refused('file.too_much_inside');
      return lookAtMail(bytes, type, budget, (kind, part) => lookInside(kind, part, budget, depth, archives));
    case 'text':
      return lookAtText(bytes, type);
  }
}

const documentOf = (found: Found): Look => ({ found, pictures: none() });

/** What its first bytes say must agree with what its name says. */
async function refuseOther(extension: Extension, bytes: Uint8Array): Promise<void> {
  const begins = await fileTypeFromBuffer(bytes.subarray(0, 65_536)).catch(() => undefined);
  const wanted = BEGINS[extension];
  // A sound file may begin with tags of any length.
  if (extension === 'mp3' && begins === undefined) return;
  if (wanted ? !begins || !wanted.includes(begins.ext) : begins !== undefined) throw new Refused('file.mismatch');
}

async function lookIntoZip(
  extension: Extension,
  bytes: Buffer,
  budget: Budget,
  depth: number,
  archives: number,
): Promise<void> {
  if (latin(bytes, 0, 4) !== 'PK\u0003\u0004') {
    // What Office puts a document into that has a password; or an old format under a new name.
    const compound = bytes.readUIntBE(0, 4) === 0xd0cf11e0;
    if (compound && bytes.includes('EncryptedPackage', 0, 'utf16le')) throw new Refused('file.unchecked');
    throw new Refused('file.mismatch');
  }
  if (depth > DEPTH_MOST) throw new Refused('file.too_much_inside');
  const isArchive = extension === 'zip';
  if (isArchive) refuseDisguised(bytes);
  const reader = isArchive ? undefined : officeReader(extension as OfficeForm);
  for (const part of partsOf(bytes, budget)) {
    reader?.part(part);
    if (part.isFolder) continue;
    const inner = extensionOf(part.name.split('/').at(-1)!);
    // An archive carries what could be sent by itself; a document carries parts of its own making, and other documents.
    if (isArchive) {
      if (isMacNote(part.name)) continue;
      if (!isTaken(inner)) throw new Refused({ code: 'file.kind_refused', extension: inner.slice(0, 16) });
      await lookInside(inner, part.read(), budget, depth, archives);
    } else if (/(?:^|\/)embeddings\//i.test(part.name) && !/\.(?:bin|rels)$/i.test(part.name)) {
      if (!isTaken(inner)) throw new Refused('file.active');
      await lookInside(inner, part.read(), budget, depth, archives);
    } else if (/^(?:exe|dll|com|scr|bat|cmd|vbs|js|jse|wsf|hta|ps1|jar|msi|lnk|html?|xhtml|mht)$/.test(inner))
      throw new Refused('file.active');
  }
  reader?.end();
}

/** What a Mac adds to archives: the folder’s view and notes about each file. */
const isMacNote = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name);

/** Something in an archive or a document: as strict as by itself, only that pictures and films are not made anew. */
async function lookInside(
  extension: Extension,
  bytes: Buffer,
  budget: Budget,
  depth: number,
  archives: number,
): Promise<void> {
  const { family } = FORMATS[extension];
  if (bytes.length === 0) return;
  if (family === 'archive' || family === 'office') {
    if (family === 'archive' && archives >= ARCHIVES_MOST) throw new Refused('file.too_much_inside');
    await lookIntoZip(extension, bytes, budget, depth + 1, family === 'archive' ? archives + 1 : archives);
    return;
  }
  if (family === 'picture') return refuseOther(extension, bytes);
  const { pictures } = await lookAs(extension, bytes, budget, depth + 1, archives);
  // Nothing of it is drawn: told so, it gives back what it holds.
  await pictures[Symbol.asyncIterator]().return?.();
}

/** An archive is no document, program or book under another name. */
function refuseDisguised(bytes: Buffer): void {
  const head = latin(bytes, 30, 90);
  if (/^(?:mimetypeapplication\/|META-INF\/|AndroidManifest|\[Content_Types\]\.xml)/.test(head))
    throw new Refused('file.mismatch');
}
