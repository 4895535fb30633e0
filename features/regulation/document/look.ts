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
/** Of a part: what Word carries out, runs or takes in when the document is opened. */
const ACTIVE_PART = /relationships\/(?:oleObject|control|package|attachedToolbars|aFChunk|vbaProject)$/i;
/** Of a field: what fetches or starts something, or puts such a field together. */
const ACTIVE_FIELD =
  /(?<![A-Za-z])(?:(?:DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT)(?![A-Za-z])|QUOTE\s+"?\d|(?<![\w/.-])(?:LINK|IMPORT|INCLUDE)\s)/i;

function lookAtDocx(bytes: Uint8Array): Look {
  let parts: Map<string, Uint8Array>;
  try {
    parts = readZip(bytes, (name) => /\.(?:rels|xml)$/i.test(name));
  } catch (error) {
    if (error instanceof ZipRefused) return { unfit: 'damaged' };
    throw error;
  }
  // Word tells no capitals from small letters in the names of parts.
  if (new Set([...parts.keys()].map((name) => name.toLowerCase())).size < parts.size) return { unfit: 'damaged' };
  if (!parts.has('word/document.xml')) return { unfit: parts.has('[Content_Types].xml') ? 'kind' : 'damaged' };
  if ([...parts.keys()].some((name) => /vbaProject|activeX|\.bin$/i.test(name))) return { unfit: 'active' };
  for (const [name, part] of parts) {
    if (!/\.(?:rels|xml)$/i.test(name)) continue;
    const text = xmlOf(part);
    if (text === undefined) return { unfit: 'damaged' };
    if (name === '[Content_Types].xml') {
      const types = decoded(text);
      if (/macroEnabled|vbaProject/i.test(types)) return { unfit: 'active' };
      if (!types.includes(MAIN)) return { unfit: 'kind' };
      // Written text under another ending would not be looked into.
      const texts = types.match(/<[^<>]*wordprocessingml[^<>]*>/gi) ?? [];
      if (texts.some((it) => !/PartName\s*=\s*["'][^"']*\.xml["']|Extension\s*=\s*["']xml["']/i.test(it)))
        return { unfit: 'damaged' };
    } else if (/\.rels$/i.test(name)) {
      const unfit = unfitRelations(text);
      if (unfit) return { unfit };
    } else if (ACTIVE_FIELD.test(fieldsIn(text))) return { unfit: 'active' };
  }
  return parts.has('[Content_Types].xml') ? { form: 'docx' } : { unfit: 'damaged' };
}

/** The text of a part; undefined where a reader could take it for another: in other letters, or with names of its own for texts. */
function xmlOf(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const [, encoding = 'utf-8'] = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text) ?? [];
  const foreign = !/^(?:utf-8|us-ascii)$/i.test(encoding) || text.includes('\0') || !/^\s*</.test(text);
  return foreign || text.includes('<!DOCTYPE') ? undefined : text;
}

const NAMED_LETTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** `&#69;xternal` is `External`. */
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, ten?: string, sixteen?: string, name?: string) => {
    if (name !== undefined) return NAMED_LETTERS[name] ?? whole;
    const code = ten === undefined ? Number.parseInt(sixteen!, 16) : Number(ten);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

const RELATION = /<(?:[^\s<>:"'/=]+:)?Relationship(?=[\s/>])/g;
const ATTRIBUTE = /\s+(?:[^\s<>:"'/=]+:)?([^\s<>:"'/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const END_OF_TAG = /\s*\/?>/y;

/** So that opening it fetches nothing from anywhere: links that are pressed are let be. */
function unfitRelations(text: string): Unfit | undefined {
  let damaged = false;
  for (const found of text.matchAll(RELATION)) {
    const attributes = new Map<string, string>();
    ATTRIBUTE.lastIndex = END_OF_TAG.lastIndex = found.index + found[0].length;
    for (let it = ATTRIBUTE.exec(text); it; it = ATTRIBUTE.exec(text)) {
      END_OF_TAG.lastIndex = ATTRIBUTE.lastIndex;
      attributes.set(it[1]!, decoded(it[2] ?? it[3] ?? '').trim());
    }
    // One that cannot be read is no reason to overlook the next.
    if (!END_OF_TAG.test(text)) damaged = true;
    const type = attributes.get('Type') ?? '';
    const external = attributes.get('TargetMode')?.toLowerCase() === 'external';
    if ((external && !type.endsWith('/relationships/hyperlink')) || ACTIVE_PART.test(type)) return 'active';
  }
  return damaged ? 'damaged' : undefined;
}

/** What the fields of a part say, those that are spread over several runs put together. */
function fieldsIn(text: string): string {
  const spread = [...text.matchAll(/<(?:[^\s<>:"'/=]+:)?(?:instrText|delInstrText)(?:\s[^<>]*)?>([^<]*)/g)];
  const simple = [...text.matchAll(/\s(?:[^\s<>:"'/=]+:)?instr\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return decoded([spread.map((it) => it[1]!).join(''), ...simple.map((it) => it[1] ?? it[2] ?? '')].join('\n'));
}

/** Bytes that come out of the packed objects of one PDF. */
const INSIDE_MOST = 100_000_000;
const ACTIVE = /\/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|OpenAction\s*<<\s*\/S\s*\/(?!GoTo))(?![A-Za-z])/;

function lookAtPdf(bytes: Buffer): Look {
  if (bytes.lastIndexOf('%%EOF') < bytes.length - 2_048 || !bytes.includes('startxref')) return { unfit: 'damaged' };
  const plain = bytes.toString('latin1');
  if (/\/Encrypt(?![A-Za-z])/.test(plain)) return { unfit: 'locked' };
  if (ACTIVE.test(unescaped(plain))) return { unfit: 'active' };
  const packed = packedObjects(plain);
  if (packed === undefined) return { unfit: 'damaged' };
  let inside = 0;
  for (const from of packed) {
    try {
      const end = bytes.indexOf('endstream', from);
      const unpacked = inflateSync(bytes.subarray(from, end < 0 ? undefined : end), {
        maxOutputLength: INSIDE_MOST - inside || 1,
      });
      inside += unpacked.length;
      if (ACTIVE.test(unescaped(unpacked.toString('latin1')))) return { unfit: 'active' };
    } catch {
      return { unfit: 'damaged' };
    }
  }
  return { form: 'pdf' };
}

/** What tells of a stream stands within so many letters before it. */
const TOLD_WITHIN = 4_096;
const PACKED = /\/ObjStm(?![A-Za-z])/g;

/** Where the streams that hold packed objects begin; undefined where one is told of that is not found. */
function packedObjects(plain: string): number[] | undefined {
  const found: number[] = [];
  let told = 0;
  for (const it of plain.matchAll(/(?<!end)stream[ \t]*(?:\r\n|\n|\r)/g)) {
    const near = plain.slice(Math.max(0, it.index - TOLD_WITHIN), it.index);
    const own = near.slice(Math.max(0, near.lastIndexOf('endobj'), near.lastIndexOf('endstream')));
    const times = unescaped(own).match(PACKED)?.length ?? 0;
    if (times > 0) found.push(it.index + it[0].length);
    told += times;
  }
  return (unescaped(plain).match(PACKED)?.length ?? 0) > told ? undefined : found;
}

/** `/J#61vaScript` is `/JavaScript`. */
const unescaped = (text: string): string =>
  text.replace(/#([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
