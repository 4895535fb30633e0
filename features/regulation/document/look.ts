import { inflateSync } from 'node:zlib';

import { readZip, ZipRefused } from '../../../server/zip.ts';
import type { Form } from '../rules.ts';

/** Why a file is not taken: of another kind; damaged; locked by a password; it holds something that runs or loads by itself. */
export type Unfit = 'kind' | 'damaged' | 'locked' | 'active';

export type Look = { readonly form: Form } | { readonly unfit: Unfit };

/** The first bytes of a PDF, of a DOCX, or of what Office makes of one behind a password: all else need not be looked into. */
export function mayBeFit(bytes: Uint8Array): boolean {
  return [PDF, ZIP, COMPOUND].some((it) => starts(bytes, it));
}

const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0];

/** What a file is, by what is in it and never by its name. */
export function lookAt(bytes: Uint8Array): Look {
  if (starts(bytes, PDF)) return lookAtPdf(Buffer.from(bytes));
  if (starts(bytes, ZIP)) return lookAtDocx(bytes);
  // A compound file: an old .doc, or a .docx behind a password.
  if (starts(bytes, COMPOUND)) {
    return { unfit: Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'locked' : 'kind' };
  }
  return { unfit: 'kind' };
}

const starts = (bytes: Uint8Array, first: readonly number[]): boolean => first.every((it, at) => bytes[at] === it);

const MAIN = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

function lookAtDocx(bytes: Uint8Array): Look {
  let parts: Map<string, Uint8Array>;
  try {
    parts = readZip(bytes, (name) => name === '[Content_Types].xml' || name.endsWith('.rels'));
  } catch (error) {
    if (error instanceof ZipRefused) return { unfit: 'damaged' };
    throw error;
  }
  const types = textOf(parts.get('[Content_Types].xml'));
  if (
    /macroEnabled|vbaProject/i.test(types) ||
    [...parts.keys()].some((name) => /vbaProject|activeX|\.bin$/i.test(name))
  )
    return { unfit: 'active' };
  if (!types.includes(MAIN)) return { unfit: 'kind' };
  if (!parts.has('word/document.xml')) return { unfit: 'damaged' };
  for (const [name, part] of parts) {
    if (!name.endsWith('.rels')) continue;
    // So that opening it fetches nothing from anywhere: links that are pressed are let be.
    for (const [relation] of textOf(part).matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)) {
      if (/TargetMode\s*=\s*["']External/i.test(relation) && !/relationships\/hyperlink["']/i.test(relation))
        return { unfit: 'active' };
      if (/relationships\/(?:oleObject|control|package|attachedToolbars)/i.test(relation)) return { unfit: 'active' };
    }
  }
  return { form: 'docx' };
}

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Bytes that come out of the packed objects of one PDF. */
const INSIDE_MOST = 100_000_000;
const ACTIVE = /\/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|OpenAction\s*<<\s*\/S\s*\/(?!GoTo))(?![A-Za-z])/;

function lookAtPdf(bytes: Buffer): Look {
  if (bytes.lastIndexOf('%%EOF') < bytes.length - 2_048 || !bytes.includes('startxref')) return { unfit: 'damaged' };
  const plain = bytes.toString('latin1');
  if (/\/Encrypt(?![A-Za-z])/.test(plain)) return { unfit: 'locked' };
  if (ACTIVE.test(unescaped(plain))) return { unfit: 'active' };
  let inside = 0;
  for (const found of plain.matchAll(/\/Type\s*\/ObjStm\b[^]{0,400}?stream\r?\n/g)) {
    const from = found.index + found[0].length;
    try {
      const end = bytes.indexOf('endstream', from);
      const packed = bytes.subarray(from, end < 0 ? undefined : end);
      const unpacked = inflateSync(packed, { maxOutputLength: INSIDE_MOST - inside || 1 });
      inside += unpacked.length;
      if (ACTIVE.test(unescaped(unpacked.toString('latin1')))) return { unfit: 'active' };
    } catch {
      return { unfit: 'damaged' };
    }
  }
  return { form: 'pdf' };
}

/** `/J#61vaScript` is `/JavaScript`. */
const unescaped = (text: string): string =>
  text.replace(/#([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
