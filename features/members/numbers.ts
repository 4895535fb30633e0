import { readMobile } from '../accounts/rules/phone.ts';
import type { ListedPerson } from '../directory/access/list.ts';

/** What stands in a line between a number and the rest: “1. Siu H’Nga – 0905.318.464”. */
const CANDIDATE = /\+?\d(?:[\d\s.()·-]{6,20})\d/gu;

/** The mobile number of a pasted line; undefined where it holds none, or more than one. */
export function mobileInLine(line: string): string | undefined {
  const text = line.normalize('NFKC');
  const whole = readMobile(text.trim());
  if (whole) return whole;
  const found = new Set<string>();
  for (const [candidate] of text.matchAll(CANDIDATE)) {
    const number = readMobile(candidate) ?? readMobile(candidate.replace(/^\d{1,4}[\s.)-]+(?=[0+])/u, ''));
    if (number) found.add(number);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** What parts a pasted line into cells: what spreadsheets put between them, and what people do. */
const BETWEEN = /[\t;,|]|\s+[-–—:]\s+/u;

/** Whom a pasted line names, by number, by name or by both; nobody where it holds neither. */
export function personInLine(text: string, line: number): ListedPerson[] {
  const clean = text.normalize('NFKC').normalize('NFC').trim();
  const phone = mobileInLine(clean) ?? null;
  const digits = [...clean.matchAll(CANDIDATE)].map(([it]) => it.trim());
  const wrong = phone === null ? (digits[0] ?? '').slice(0, 60) : '';
  const cells = clean
    .replace(CANDIDATE, '\t')
    .split(BETWEEN)
    // “1. Siu H’Nga”: the number of the line is no name.
    .map((it) => it.replace(/^[^\p{L}\d]*\d{0,5}[\s.)]*/u, '').trim())
    .filter((it) => /\p{L}.*\p{L}/u.test(it) && !/\d{3}/.test(it));
  const name = (cells[0] ?? '').slice(0, 100);
  if (phone === null && name === '' && wrong === '') return [];
  return [{ line, name, phone, wrong, unit: '', position: '' }];
}
