import { extensionOf, isTaken } from '../rules.ts';
import type { Extension } from '../rules.ts';
import type { Budget } from './archive.ts';
import { latin, none, Refused } from './finding.ts';
import type { Look } from './finding.ts';

const PARTS_MOST = 500;
const DEPTH_MOST = 20;
/** Mails in mails. */
const MAILS_MOST = 3;
const HEAD_MOST = 1_048_576;
const TYPE_MOST = 200;
const INSIDE_MOST = 500_000_000;

/** One part of a mail that holds no others. */
export interface MailPart {
  /** `text/plain`, lower case. */
  readonly type: string;
  readonly charset: string;
  /** What it is called, if it is a file. */
  readonly name: string;
  readonly attached: boolean;
  /** The head of the mail, or of the part, line by line. */
  readonly head: readonly (readonly [name: string, value: Buffer])[];
  read(): Buffer;
}

const NEVER_READ =
  /^(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime|application\/pgp-encrypted|application\/(?:vnd\.)?ms-tnef|message\/(?:partial|external-body))$/;
const SIGNATURE = /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature|pgp-keys)$/;
const WRITTEN =
  /^(?:text\/(?:plain|html|calendar|vcard|x-vcard|csv|rfc822-headers|enriched|richtext|x-amp-html|watch-html)|message\/(?:delivery-status|disposition-notification|feedback-report))$/;
const OF_TYPE: Readonly<Record<string, Extension>> = {
  'image/jpeg': 'jpg', 'image/jpg': 'jpg', 'image/pjpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif', 'image/webp': 'webp',
  'application/pdf': 'pdf', 'application/zip': 'zip', 'application/x-zip-compressed': 'zip', 'application/msword': 'doc',
  'application/rtf': 'rtf', 'text/rtf': 'rtf', 'text/csv': 'csv', 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/ogg': 'ogg',
  'video/mp4': 'mp4', 'video/quicktime': 'mov', 'video/webm': 'webm',
}; // prettier-ignore

/** Every part of a mail, those of mails in it included. Refuses what is encrypted, or means two things to two readers. */
export function* mailParts(bytes: Buffer, budget: Budget): Generator<MailPart> {
  const start = /^(?:\s|From [^\n]*\n)*/.exec(latin(bytes, 0, 2_048))![0].length;
  const { head } = headOf(bytes, start, bytes.length);
  if (!head.some(([name]) => /^(?:from|to|subject|date|message-id|received|mime-version)$/.test(name)))
    throw new Refused('file.mismatch');
  yield* partsIn(bytes, start, bytes.length, budget, { depth: 1, mails: 1 });
}

function* partsIn(
  bytes: Buffer,
  from: number,
  upTo: number,
  budget: Budget,
  at: { depth: number; mails: number },
): Generator<MailPart> {
  budget.entries += 1;
  if (budget.entries > PARTS_MOST || at.depth > DEPTH_MOST || at.mails > MAILS_MOST)
    throw new Refused('file.too_much_inside');
  const { head, body } = headOf(bytes, from, upTo);
  const { value: type, parameters } = parsed(only(head, 'content-type') || 'text/plain; charset=us-ascii');
  const encoding = parsed(only(head, 'content-transfer-encoding') || '7bit').value;
  const disposition = parsed(only(head, 'content-disposition'));
  if (NEVER_READ.test(type)) throw new Refused('file.unchecked');
  const name = disposition.parameters.get('filename') ?? parameters.get('name') ?? '';
  const leaf = { head, charset: parameters.get('charset') ?? '', name, attached: disposition.value === 'attachment' };
  const read = (begins: number, ends: number) => (): Buffer => {
    const plain = decodedBody(bytes, begins, ends, encoding);
    budget.inside += plain.length;
    if (budget.inside > INSIDE_MOST) throw new Refused('file.too_much_inside');
    return plain;
  };
  if (type.startsWith('multipart/')) {
    const boundary = parameters.get('boundary') ?? '';
    if (boundary === '' || boundary.length > 200 || !/^(?:7bit|8bit|binary)$/.test(encoding))
      throw new Refused('file.damaged');
    const inner = divided(bytes, body, upTo, boundary);
    // Between them something may be written as well.
    const rest = Buffer.concat(inner.rest.map(([begins, ends]) => bytes.subarray(begins, ends)));
    yield { ...leaf, type: 'text/plain', charset: '', read: () => rest };
    for (const [begins, ends] of inner.parts)
      yield* partsIn(bytes, begins, ends, budget, { ...at, depth: at.depth + 1 });
  } else if (type === 'message/rfc822' || type === 'message/global') {
    yield { ...leaf, type: 'text/plain', read: () => Buffer.alloc(0) };
    const next = { depth: at.depth + 1, mails: at.mails + 1 };
    if (/^(?:7bit|8bit|binary)$/.test(encoding)) yield* partsIn(bytes, body, upTo, budget, next);
    else {
      const mail = read(body, upTo)();
      yield* partsIn(mail, 0, mail.length, budget, next);
    }
  } else yield { ...leaf, type, read: read(body, upTo) };
}

/** Under which kind something in a mail is looked at; nothing for what is written in the mail itself. */
export function kindOfPart({ type, name, attached }: MailPart): Extension | undefined {
  const extension = extensionOf(name);
  if (isTaken(extension)) return extension;
  const isFile = attached || name !== '';
  if (SIGNATURE.test(type) || (WRITTEN.test(type) && (!isFile || /^(?:ics|vcf|asc|log|md|)$/.test(extension))))
    return undefined;
  const known = OF_TYPE[type];
  if (known && extension === '') return known;
  throw new Refused({ code: 'file.kind_refused', extension: extension.slice(0, 16) });
}

/** A mail as it was kept: its parts are what could be sent by themselves. */
export async function lookAtMail(
  bytes: Buffer,
  type: string,
  budget: Budget,
  inside: (extension: Extension, part: Buffer) => Promise<void>,
): Promise<Look> {
  if (bytes.includes(0)) throw new Refused('file.mismatch');
  for (const part of mailParts(bytes, budget)) {
    const kind = kindOfPart(part);
    if (kind) await inside(kind, part.read());
    else part.read();
  }
  return { found: { kind: 'document', type }, pictures: none() };
}

type Head = (readonly [name: string, value: Buffer])[];

/** Lines up to the empty one; what begins with a space goes on with the one before. */
function headOf(bytes: Buffer, from: number, upTo: number): { head: Head; body: number } {
  const head: [string, Buffer][] = [];
  let at = from;
  while (at < upTo) {
    const feed = bytes.indexOf(10, at);
    const next = feed < 0 || feed >= upTo ? upTo : feed + 1;
    const line = bytes.subarray(at, next);
    if (next - from > HEAD_MOST) throw new Refused('file.too_much_inside');
    if (line.length === 0 || line[0] === 10 || (line[0] === 13 && line[1] === 10))
      return { head: unfolded(head), body: next };
    if (line[0] === 32 || line[0] === 9) {
      const last = head.at(-1);
      if (last) pieces(last).push(line);
    } else {
      const colon = line.indexOf(58);
      if (colon <= 0) {
        // A part without a head begins at once.
        if (head.length === 0) return { head: [], body: at };
        throw new Refused('file.damaged');
      }
      head.push([line.toString('latin1', 0, colon).trim().toLowerCase(), line.subarray(colon + 1)]);
    }
    at = next;
  }
  return { head: unfolded(head), body: upTo };
}

const folded = new WeakMap<[string, Buffer], Buffer[]>();
function pieces(line: [string, Buffer]): Buffer[] {
  let held = folded.get(line);
  if (!held) folded.set(line, (held = [line[1]]));
  return held;
}
const unfolded = (head: [string, Buffer][]): Head =>
  head.map((it) => [
    it[0],
    Buffer.from(
      Buffer.concat(folded.get(it) ?? [it[1]])
        .toString('latin1')
        .replace(/\r?\n(?=[ \t])/g, '')
        .trim(),
      'latin1',
    ),
  ]);

/** Two that say different things are read one way here and another there. */
function only(head: Head, name: string): string {
  const found = head.filter((it) => it[0] === name).map((it) => it[1].toString('latin1'));
  if (new Set(found).size > 1) throw new Refused('file.unchecked');
  return found[0] ?? '';
}

/** `text/plain; charset="utf-8"; name*=utf-8''a%20b`. */
function parsed(text: string): { value: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>();
  const pieces = new Map<string, { order: number; text: string }[]>();
  const pattern = /;\s*([^\s=;]{1,100})\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g;
  for (const [, key, quoted, bare] of text.matchAll(pattern)) {
    const [, name, order, coded] = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(key!.toLowerCase()) ?? [];
    if (name === undefined) continue;
    let value = (quoted?.replace(/\\([^])/g, '$1') ?? bare ?? '').trim();
    if (coded) value = uncoded(value, order === undefined || order === '0');
    const list = pieces.get(name) ?? [];
    list.push({ order: Number(order ?? -1), text: value });
    pieces.set(name, list);
  }
  for (const [name, list] of pieces) {
    const whole = list.toSorted((a, b) => a.order - b.order);
    parameters.set(name, encodedWords(Buffer.from(whole.map((it) => it.text).join(''), 'utf8')));
  }
  return {
    value: text
      .split(';', 1)[0]!
      .slice(0, TYPE_MOST)
      .replace(/\([^)]*\)/g, '')
      .trim()
      .toLowerCase(),
    parameters,
  };
}

function uncoded(text: string, first: boolean): string {
  const quotes = first ? /^([^']*)'[^']*'([^]*)$/.exec(text) : null;
  const bytes = Buffer.from(
    (quotes?.[2] ?? text).replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
  return decodedAs(bytes, quotes?.[1] || 'utf-8');
}

/** `=?utf-8?B?…?=`; a letter may be divided between two of them. */
export function encodedWords(value: Buffer): string {
  const text = value.toString('latin1');
  const out: string[] = [];
  let last = 0;
  let held: { charset: string; parts: Buffer[] } | undefined;
  const flush = (): void => {
    if (held) out.push(decodedAs(Buffer.concat(held.parts), held.charset));
    held = undefined;
  };
  for (const match of text.matchAll(/=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=/g)) {
    const between = text.slice(last, match.index);
    if (between.trim() !== '' || !held) {
      flush();
      out.push(rawText(between));
    }
    const charset = match[1]!.replace(/\*.*$/, '').toLowerCase();
    const body = match[3]!;
    const bytes = /b/i.test(match[2]!)
      ? Buffer.from(body, 'base64')
      : Buffer.from(
          body
            .replaceAll('_', ' ')
            .replace(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        );
    if (held && held.charset !== charset) flush();
    held ??= { charset, parts: [] };
    held.parts.push(bytes);
    last = match.index + match[0].length;
  }
  flush();
  out.push(rawText(text.slice(last)));
  return out.join('').replace(/\s+/g, ' ').trim();
}

function rawText(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return latin1;
  }
}

function decodedAs(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

type Range = readonly [from: number, upTo: number];

function divided(bytes: Buffer, from: number, upTo: number, boundary: string): { parts: Range[]; rest: Range[] } {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Range[] = [];
  const rest: Range[] = [];
  let begins = -1;
  let last = from;
  for (let at = bytes.indexOf(mark, from); at >= 0 && at < upTo; at = bytes.indexOf(mark, at + 1)) {
    if (at > from && bytes[at - 1] !== 10) continue;
    let after = at + mark.length;
    const isLast = bytes[after] === 45 && bytes[after + 1] === 45;
    // A longer one that begins alike is another.
    const closes = isLast ? bytes[after + 2] : bytes[after];
    if (closes !== undefined && after < upTo && ![9, 10, 13, 32].includes(closes)) continue;
    if (begins < 0) rest.push([last, at]);
    else parts.push([begins, Math.max(begins, at - (bytes[at - 2] === 13 ? 2 : 1))]);
    const feed = bytes.indexOf(10, after);
    after = feed < 0 || feed >= upTo ? upTo : feed + 1;
    begins = isLast ? -1 : after;
    last = after;
    if (parts.length > PARTS_MOST) throw new Refused('file.too_much_inside');
  }
  if (begins >= 0) parts.push([begins, upTo]);
  else rest.push([last, upTo]);
  if (parts.length === 0) throw new Refused('file.damaged');
  return { parts, rest };
}

function decodedBody(bytes: Buffer, from: number, upTo: number, encoding: string): Buffer {
  const body = bytes.subarray(from, upTo);
  if (/^(?:7bit|8bit|binary|)$/.test(encoding)) return body;
  if (encoding === 'base64') return Buffer.from(latin(body, 0, body.length), 'base64');
  if (encoding === 'quoted-printable') return unquoted(body);
  throw new Refused('file.unchecked');
}

function unquoted(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at]!;
    if (byte === 0x3d) {
      let end = at + 1;
      while (bytes[end] === 32 || bytes[end] === 9) end += 1;
      if (bytes[end] === 13 && bytes[end + 1] === 10) {
        at = end + 1;
        continue;
      }
      if (bytes[end] === 10) {
        at = end;
        continue;
      }
      const value = Number.parseInt(latin(bytes, at + 1, at + 3), 16);
      if (/^[0-9a-f]{2}$/i.test(latin(bytes, at + 1, at + 3))) {
        byte = value;
        at += 2;
      }
    }
    out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}
