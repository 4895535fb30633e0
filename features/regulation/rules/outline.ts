import type { Item } from '../rules.ts';

/** What stands above every administrative document. */
export const NATION = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
export const MOTTO = 'Độc lập - Tự do - Hạnh phúc';

/** A line of an article: a clause (khoản), a point (điểm) or a dash. */
export interface Clause {
  /** “1.”, “a)”, “-”; empty for a line that has none. */
  readonly label: string;
  readonly text: string;
}

export type OutlineEntry =
  | { readonly kind: 'chapter'; readonly label: string; readonly title: string }
  | { readonly kind: 'article'; readonly label: string; readonly title: string; readonly clauses: readonly Clause[] };

const ROMAN: readonly (readonly [number, string])[] = [
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

export function roman(n: number): string {
  let rest = n;
  let written = '';
  for (const [value, letters] of ROMAN) {
    for (; rest >= value; rest -= value) written += letters;
  }
  return written;
}

/** Chapters in Roman numbers, articles in one row of Arabic ones through the whole document, as the decree has it. */
export function outlineOf(items: readonly Item[]): OutlineEntry[] {
  let chapter = 0;
  let article = 0;
  return items.map((it) =>
    it.kind === 'chapter'
      ? { kind: 'chapter', label: `Chương ${roman((chapter += 1))}`, title: it.title.trim() }
      : { kind: 'article', label: `Điều ${(article += 1)}.`, title: it.title.trim(), clauses: clausesOf(it.text) },
  );
}

const POINT = /^([a-zđ])\)\s*/u;
const DASH = /^[-–—+•]\s+/u;
const NUMBER = /^\d{1,2}[.)](?!\d)\s*/u;

/**
 * The clauses of an article, numbered anew: what people typed before a line counts as a wish to be numbered, not as the number. A
 * single line has no number; nor has a first line that ends in a colon.
 */
export function clausesOf(text: string): Clause[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  const isClause = (line: string): boolean => !POINT.test(line) && !DASH.test(line);
  const opens = (at: number): boolean => at === 0 && lines[0]!.endsWith(':') && !NUMBER.test(lines[0]!);
  const numbered = lines.filter((line, at) => isClause(line) && !opens(at)).length;
  let clause = 0;
  return lines.map((line, at) => {
    const point = POINT.exec(line);
    if (point) return { label: `${point[1]})`, text: line.slice(point[0].length) };
    if (DASH.test(line)) return { label: '-', text: line.replace(DASH, '') };
    const plain = line.replace(NUMBER, '');
    const typed = plain !== line;
    if (opens(at) || (numbered < 2 && !(typed && lines.length > 1))) return { label: '', text: plain };
    return { label: `${(clause += 1)}.`, text: plain };
  });
}

/** “ngày 05 tháng 02 năm 2026”: days below 10, and the months 1 and 2, have a nought before them. */
export function dateWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  if (!year || !month || !day) return 'ngày … tháng … năm …';
  const two = (n: number): string => String(n).padStart(2, '0');
  return `ngày ${two(day)} tháng ${month < 3 ? two(month) : month} năm ${year}`;
}

/** Seven spaces that stay seven. */
const NO_NUMBER = '\u00a0'.repeat(7);

/** “Số: 08/QC-UBND”; room to write it by hand where there is none yet. */
export function numberWords({ number, symbol }: { readonly number: string; readonly symbol: string }): string {
  const shown = /^\d$/.test(number) ? `0${number}` : number || NO_NUMBER;
  return `Số: ${shown}${symbol ? `/${symbol}` : ''}`;
}

/** “Ia Grai, ngày 19 tháng 11 năm 2026” */
export function placeWords({ place, date }: { readonly place: string; readonly date: string }): string {
  return [place, dateWords(date)].filter(Boolean).join(', ');
}

/** The lines of căn cứ and of nơi nhận, each with its semicolon and the last with its full stop. */
export function closed(lines: readonly string[], before = ''): string[] {
  const plain = lines.map((line) => line.replace(/^[-–]\s*/, '').replace(/[;.,\s]+$/, '')).filter(Boolean);
  return plain.map((line, at) => `${before}${line}${at === plain.length - 1 ? '.' : ';'}`);
}

/** “quy-che-phong-chong-thien-tai.pdf”: a name that every computer takes. */
export function fileStem(title: string): string {
  const plain = title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');
  return `quy-che${plain ? `-${plain}` : ''}`;
}
