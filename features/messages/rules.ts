/** Code points of one message; 32 KiB of UTF-8 besides. */
export const TEXT_MOST = 8_000;
export const BYTES_MOST = 32_768;
export const PAGE_MOST = 200;
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

export interface TextPart {
  readonly text: string;
  /** Where it leads, if it is an address: http or https only. */
  readonly href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"“”]+/giu;
/** Closing marks that end a sentence, not an address. */
const TRAILING = new Set('.,;:!?…\'’"”»');
const OPENED: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A message's text with the web addresses in it. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    if (!isAddress(address)) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ text: address, href: address });
    from = found.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
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
