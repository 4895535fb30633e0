import type { Handling } from '../secrecy/rules/verdict.ts';

/** Code points of one message; 32 KiB of UTF-8 besides. */
export const TEXT_MOST = 8_000;
export const BYTES_MOST = 32_768;
export const PAGE_MOST = 200;
/** Files of one message. */
export const FILES_MOST = 20;
/** People, units and roles named in one message. */
export const MENTIONS_MOST = 50;
/** Lines that are picked to do one thing with all of them. */
export const CHOSEN_MOST = 100;
/** Chats to which messages are forwarded at once. */
export const FORWARD_MOST = 20;
/** Letters of the message that is answered, shown above the answer. */
export const QUOTE_MOST = 160;
/** Same sender within this time, on the same day, nothing between: one run, with the name once. */
export const RUN_MS = 5 * 60_000;
/** The counter is shown when so many characters are left. */
export const COUNTED_FROM = 200;

/** How many characters of a text are too many: negative where there is room. */
export function tooLongBy(text: string): number {
  // Most texts are short: their UTF-16 length is an upper bound of their code points.
  if (text.length <= TEXT_MOST - COUNTED_FROM && text.length * 3 <= BYTES_MOST) return text.length - TEXT_MOST;
  const points = Array.from(text).length;
  const bytes = new TextEncoder().encode(text).length;
  // Letters of two and three bytes: as many as it takes to come below the bytes.
  const heavy = bytes > BYTES_MOST ? Math.ceil((bytes - BYTES_MOST) / (bytes / points)) : points - TEXT_MOST;
  return Math.max(points - TEXT_MOST, heavy);
}

/** The circulation mark of a message, its own or that of a file with it: it is not carried elsewhere. */
export function markOf(
  message: { readonly handling?: Handling; readonly files?: readonly { readonly handling?: Handling }[] } | null,
): Handling | undefined {
  return message?.handling ?? message?.files?.find((it) => it.handling)?.handling;
}

export interface TextPart {
  readonly text: string;
  /** Where it leads, if it does: http, https, tel or mailto only. */
  readonly href?: string;
  /** Stays on one line wherever it fits on one: phone numbers, dates, numbers of documents. */
  readonly whole?: boolean;
}

const ADDRESS = String.raw`https?:\/\/[^\s<>"“”]+`;
const MAIL = String.raw`(?<![\p{L}\p{N}._+@-])[a-z0-9][a-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\p{L}\p{N}_@-])`;
/** Between two digits of a phone number. */
const GAP = String.raw`[ .\u00a0\u202f-]?`;
const DATE = String.raw`\d{1,2}[.-]\d{1,2}[.-]\d{4}(?!\d)`;
/** Vietnamese numbers: mobile ones have nine digits after the 0 or +84, fixed ones ten. */
const PHONE =
  String.raw`(?<![\p{L}\p{N}_@#=&+]|\p{L}[\/-]|\d\.)(?!${DATE})` +
  String.raw`(?:(?:\(\+84\)|\+84|0084)${GAP}(?:\(0\)|0)?${GAP}|\(?0${GAP})` +
  String.raw`(?:[35789](?:${GAP}\d){8}|2(?:\)?${GAP}\d){9})` +
  String.raw`(?![\p{L}\p{N}_]|[.:]\d|[\/-](?!0|\+84)[\p{L}\p{N}])`;
/** 694/UBND-VX, 12/2026/NĐ-CP, 19/11/2026 */
const SYMBOL = String.raw`(?<![\p{L}\p{M}\p{N}_\/-])\d[\p{L}\p{M}\p{N}]*(?:[\/.,:–-][\p{L}\p{M}\p{N}]+)+`;
const FOUND = new RegExp(`(?<web>${ADDRESS})|(?<mail>${MAIL})|(?<phone>${PHONE})|(?<symbol>${SYMBOL})`, 'giu');
/** Longer ones are no numbers of documents and may break anywhere. */
const SYMBOL_MOST = 40;

/** Closing marks that end a sentence, not an address. */
const TRAILING = new Set('.,;:!?…\'’"”»');
const OPENED: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A message's text with what in it leads somewhere, and what must not be torn apart. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(FOUND)) {
    const part = partOf(found);
    if (!part) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push(part);
    from = found.index + part.text.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function partOf({ 0: text, groups }: RegExpMatchArray): TextPart | undefined {
  if (groups?.['web'] !== undefined) {
    const address = trimmed(text);
    return isAddress(address) ? { text: address, href: address } : undefined;
  }
  if (groups?.['mail'] !== undefined) return { text, href: `mailto:${text}` };
  if (groups?.['phone'] !== undefined) {
    // Digits two by two are hours or a count of votes rather than somebody's number.
    if (!/\d{3}/.test(text)) return undefined;
    const own = text.replace(/\D/g, '').replace(/^(?:0084|84)?0?/, '');
    return { text, href: `tel:+84${own}`, whole: true };
  }
  return text.length <= SYMBOL_MOST && /[/–-]/.test(text) ? { text, whole: true } : undefined;
}

/** One pass from the end, whatever somebody may have written there. */
function trimmed(address: string): string {
  const counts = new Map<string, number>();
  for (const sign of address) if (sign in OPENED || '([{'.includes(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1]!;
    const opening = OPENED[last];
    if (TRAILING.has(last)) continue;
    // A bracket that was not opened within the address belongs to the sentence around it.
    if (opening === undefined || (counts.get(opening) ?? 0) >= counts.get(last)!) break;
    counts.set(last, counts.get(last)! - 1);
  }
  return address.slice(0, end);
}

function isAddress(text: string): boolean {
  const url = URL.parse?.(text) ?? parseAddress(text);
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.hostname.length > 0 &&
    url.username === ''
  );
}

function parseAddress(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

// ——— Changing what was written

/** Hours in which a person may edit an own message. */
export const EDIT_HOURS = 24;
/** Hours in which a person may take an own message back; leaders may at any time. */
export const RECALL_HOURS = 24;
/** What a message may have said in all, the version that stands among them. */
export const VERSIONS_MOST = 50;

const HOUR = 3_600_000;

/** Milliseconds that are left of so many hours after it was sent; none where that is over. */
export function leftOf(hours: number, sentAt: number, now: number): number {
  return Math.max(0, sentAt + hours * HOUR - now);
}

interface Changed {
  readonly kind: 'text' | 'notice';
  readonly by: string | null;
  readonly at: number;
  readonly recalled?: unknown;
  readonly forwarded?: unknown;
  readonly edited?: { readonly count: number } | undefined;
}

/** May this person edit that message now, if they may write at all? */
export function canEdit(message: Changed, self: string, now: number): boolean {
  const { kind, by, at, recalled, forwarded, edited } = message;
  return (
    kind === 'text' &&
    by === self &&
    !recalled &&
    !forwarded &&
    (edited?.count ?? 0) < VERSIONS_MOST - 1 &&
    leftOf(EDIT_HOURS, at, now) > 0
  );
}

/** May this person take their own message back now? */
export function canRecallOwn(message: Changed, self: string, now: number): boolean {
  const { kind, by, at, recalled } = message;
  return kind === 'text' && by === self && !recalled && leftOf(RECALL_HOURS, at, now) > 0;
}
