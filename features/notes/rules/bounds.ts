import { TITLE_MOST } from '../rules.ts';

/** The server takes so many bytes of a text, however many letters. */
const BYTES_MOST = 32_768;

/** How many letters of a text are too many; nothing where there is room. */
export function tooLongBy(text: string, most: number): number {
  if (text.length * 3 <= BYTES_MOST && text.length <= most) return 0;
  const points = Array.from(text).length;
  const bytes = new TextEncoder().encode(text.normalize('NFC')).length;
  const heavy = bytes > BYTES_MOST ? Math.ceil((bytes - BYTES_MOST) / (bytes / points)) : 0;
  return Math.max(0, points - most, heavy);
}

/** A title for a note made of a message: its first line without signs, or its beginning. */
export function titleFrom(text: string): string {
  const line = text.split('\n').find((it) => it.trim() !== '') ?? '';
  const words = line
    .replace(/^[ \t]*(?:#{1,3}|[-–•*+]|\d{1,3}[.)]|\[[ xX]\])[ \t]+/u, '')
    .replace(/[*_~]/g, '')
    .trim();
  const points = Array.from(words);
  if (points.length <= 80) return words;
  const cut = points.slice(0, Math.min(80, TITLE_MOST)).join('');
  return `${cut.slice(0, Math.max(40, cut.lastIndexOf(' ')))}…`;
}
