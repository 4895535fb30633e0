import { readMobile } from '../accounts/rules/phone.ts';

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
