import type { Pdf } from '../../files/check/pdf.ts';

const LETTERS_MOST = 60_000;
/** Parts of a letter’s height: how far letters of one line may stand above each other, what a space is, what divides a line. */
const SLANT = 0.4;
const SPACE = 0.12;
const APART = 1.6;
const SPACES_MOST = 3;

const SPACED = /^\S\p{M}*(?: {1,3}\S\p{M}*)+ ?$/u;

interface Letter {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly base: number;
  readonly high: number;
}

/**
 * The writing of a page as it stands there, line by line: the order in the file may be another, as where the marked letters of a
 * word come from another font, or where each was put by hand. What stands far apart in a line is handed out by itself too.
 */
export function arranged({ pdfium, memory }: Pdf, text: number, count: number): string[] {
  const letters: Letter[] = [];
  const scratch = pdfium.pdfium.wasmExports.malloc(32);
  const numbers = new DataView(new ArrayBuffer(32));
  const bytes = new Uint8Array(numbers.buffer);
  const loaded = (length: number): void => bytes.set(memory().subarray(scratch, scratch + length));
  for (let at = 0; at < Math.min(count, LETTERS_MOST); at += 1) {
    const code = pdfium.FPDFText_GetUnicode(text, at);
    if (code < 32 || code > 0x10ffff) continue;
    if (!pdfium.FPDFText_GetLooseCharBox(text, at, scratch)) continue;
    loaded(16);
    const [left, top, right, bottom] = [0, 4, 8, 12].map((it) => numbers.getFloat32(it, true)) as [
      number,
      number,
      number,
      number,
    ];
    const high = Math.abs(top - bottom);
    // Spaces that the reader made up have no place.
    if (!(high > 0) || !(right > left) || !pdfium.FPDFText_GetCharOrigin(text, at, scratch, scratch + 8)) continue;
    loaded(16);
    letters.push({ text: String.fromCodePoint(code), left, right, high, base: numbers.getFloat64(8, true) });
  }
  pdfium.pdfium.wasmExports.free(scratch);

  letters.sort((a, b) => b.base - a.base);
  const out: string[] = [];
  for (let from = 0; from < letters.length;) {
    let upTo = from + 1;
    while (
      upTo < letters.length &&
      letters[upTo - 1]!.base - letters[upTo]!.base <= SLANT * Math.min(letters[upTo]!.high, letters[from]!.high) &&
      letters[from]!.base - letters[upTo]!.base <= letters[from]!.high
    )
      upTo += 1;
    written(letters.slice(from, upTo), out);
    from = upTo;
  }
  return out;
}

function written(line: Letter[], out: string[]): void {
  line.sort((a, b) => a.left - b.left);
  const parts: string[] = [''];
  let before: Letter | undefined;
  let spaces = 0;
  for (const letter of line) {
    const gap = before ? letter.left - before.right : 0;
    const high = before ? Math.max(before.high, letter.high) : letter.high;
    // Printed twice to look bold.
    if (before?.text === letter.text && Math.abs(letter.left - before.left) < high * 0.1) continue;
    if (letter.text !== ' ' && (gap > APART * high || spaces > SPACES_MOST)) parts.push(letter.text);
    else
      parts[parts.length - 1] += (gap > SPACE * high && letter.text !== ' ' && spaces === 0 ? ' ' : '') + letter.text;
    before = letter;
    spaces = letter.text === ' ' ? spaces + 1 : 0;
  }
  // Letters that were set apart are a word too.
  for (const part of parts) if (SPACED.test(part)) out.push(part.replaceAll(' ', ''));
  if (parts.length > 1) out.push(...parts);
  out.push(parts.join('\t'));
}
