import { latin, none, Refused } from './finding.ts';
import type { Look } from './finding.ts';

/** No document is nested so deeply. */
const DEPTH_MOST = 2_000;
/** What may stand behind the last brace. */
const BEHIND_MOST = 16;
const TOKENS_AT_ONCE = 20_000;
/** Objects with a program of their own, links that are followed by themselves, commands to other programs. */
const RUNNING =
  /^(?:objdata|objocx|objautlink|objlink|objupdate|objsub|objicemb|objhtml|objattph|fontemb|fontfile|filetbl)$/;

export interface RichReader {
  open?(): void;
  close?(): void;
  word?(name: string, value: number | undefined): void;
  symbol?(letter: string): void;
  /** `\'ea` */
  byte?(value: number): void;
  /** Bytes of the file. */
  text?(from: number, upTo: number): void;
  binary?(from: number, upTo: number): void;
}

/** Reads RTF from brace to brace, some tokens at a time. Refuses what does not begin or end as it should. */
export function* readRich(bytes: Buffer, reader: RichReader): Generator<void> {
  if (!/^\s*\{\\rt/.test(latin(bytes, 0, 64))) throw new Refused('file.mismatch');
  let depth = 0;
  let at = bytes.indexOf(0x7b);
  for (let tokens = 1; at < bytes.length; tokens += 1) {
    if (tokens % TOKENS_AT_ONCE === 0) yield;
    const byte = bytes[at]!;
    if (byte === 0x7b) {
      depth += 1;
      if (depth > DEPTH_MOST) throw new Refused('file.too_much_inside');
      reader.open?.();
      at += 1;
    } else if (byte === 0x7d) {
      depth -= 1;
      reader.close?.();
      at += 1;
      if (depth === 0) break;
    } else if (byte === 0x5c) at = control(bytes, at + 1, reader);
    else {
      let upTo = at + 1;
      while (upTo < bytes.length && bytes[upTo] !== 0x7b && bytes[upTo] !== 0x7d && bytes[upTo] !== 0x5c) upTo += 1;
      reader.text?.(at, upTo);
      at = upTo;
    }
  }
  if (depth !== 0) throw new Refused('file.damaged');
  const behind = latin(bytes, at, at + 4_096).replace(/[\s\0]+/g, '');
  if (behind.length > BEHIND_MOST || bytes.length - at > 4_096) throw new Refused('file.damaged');
  yield;
}

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (byte | 32) >= 0x61 && (byte | 32) <= 0x7a;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const WORD_MOST = 64;

/** Behind a backslash; answers where the next token begins. */
function control(bytes: Buffer, from: number, reader: RichReader): number {
  const first = bytes[from];
  if (first === undefined) return from;
  if (!isLetter(first)) {
    if (first !== 0x27) {
      // A line that ends so is a paragraph that does.
      if (first === 10 || first === 13) reader.word?.('par', undefined);
      else reader.symbol?.(String.fromCharCode(first));
      return from + 1;
    }
    const value = Number.parseInt(latin(bytes, from + 1, from + 3), 16);
    if (!Number.isNaN(value)) reader.byte?.(value);
    return from + 3;
  }
  let at = from;
  while (isLetter(bytes[at]) && at - from < WORD_MOST) at += 1;
  const name = latin(bytes, from, at);
  const numberAt = at;
  if (bytes[at] === 0x2d) at += 1;
  while (isDigit(bytes[at]) && at - numberAt < 12) at += 1;
  const value = at > numberAt ? Number(latin(bytes, numberAt, at)) : undefined;
  if (bytes[at] === 0x20) at += 1;
  if (name === 'bin') {
    const length = value ?? 0;
    if (length < 0 || at + length > bytes.length) throw new Refused('file.damaged');
    reader.binary?.(at, at + length);
    return at + length;
  }
  reader.word?.(name, Number.isNaN(value) ? undefined : value);
  return at;
}

/** RTF: nothing in it starts anything or fetches anything. */
export function lookAtRich(bytes: Buffer, type: string): Look {
  let instruction = '';
  let inInstruction = 0;
  let depth = 0;
  const reader: RichReader = {
    open: () => void (depth += 1),
    close() {
      if (inInstruction === depth) {
        refuseCommand(instruction);
        inInstruction = 0;
        instruction = '';
      }
      depth -= 1;
    },
    word(name) {
      if (RUNNING.test(name)) throw new Refused('file.active');
      if ((name === 'fldinst' || name === 'template') && inInstruction === 0) {
        inInstruction = depth;
        if (name === 'template') instruction = 'TEMPLATE ';
      }
    },
    byte: (value) => void (instruction += inInstruction > 0 ? String.fromCharCode(value) : ''),
    text(from, upTo) {
      if (inInstruction > 0 && instruction.length < 4_096)
        instruction += latin(bytes, from, Math.min(upTo, from + 4_096));
    },
  };
  for (const _ of readRich(bytes, reader));
  return { found: { kind: 'document', type }, pictures: none() };
}

/** Fields that fetch or start something when the document is opened; templates from elsewhere. Links that are pressed are let be. */
function refuseCommand(text: string): void {
  const command = text.replace(/[\r\n]+/g, '').trim();
  if (/^(?:DDE|DDEAUTO|INCLUDETEXT|IMPORT|LINK|DATABASE|AUTOTEXTLIST)\b/i.test(command))
    throw new Refused('file.active');
  const elsewhere = /(?:https?|ftp|smb|mhtml|webdav):|(?:^|[\s"])[\\/]{2,}[^\\/\s]/i;
  if (/^(?:TEMPLATE|INCLUDEPICTURE)\b/i.test(command) && elsewhere.test(command)) throw new Refused('file.active');
}
