import { fold } from '../../protocol/fold.ts';

export const PERSON_NAME_MOST = 100;
export const POSITION_MOST = 120;
export const EMAIL_MOST = 254;
/** Fewer digits than this are not looked for among the numbers. */
export const DIGITS_LEAST = 4;

/** H’ (women) and Y- (men) before a Jrai, Bahnar or Êđê name are not part of the given name. */
const PREFIXED = /(?:^|\s)[hy]['’‘ʼ`-](?=\p{L})(\p{L}+)/giu;

/**
 * What a person is found by: “ name | given names without H’ | position | unit”, toneless. Each word has a space before it, so
 * that `% word%` finds the beginnings of words; the bars tell the ranking what was found. Every statement that writes name,
 * position or unit of an account writes this too.
 */
export function searchText(person: { name: string; position: string; unit: string }): string {
  const name = person.name.normalize('NFC');
  const bare = [...name.matchAll(PREFIXED)].map((it) => fold(it[1]!));
  return ` ${[fold(name), bare.join(' '), fold(person.position), fold(person.unit)].join(' | ')}`;
}

export type PeopleQuery =
  | { readonly by: 'nothing' }
  | { readonly by: 'words'; readonly text: string; readonly words: readonly string[] }
  /** The beginning of a number, E.164, or any part of one; empty where it cannot be that. `whole` where it can only be one number. */
  | { readonly by: 'number'; readonly prefix: string; readonly part: string; readonly whole: string | undefined };

/** What a query asks for: a number where it has nothing but digits (in any spelling), else words. */
export function readPeopleQuery(query: string): PeopleQuery {
  const compact = query.normalize('NFC').replace(/[\s.()\u00a0-]/g, '');
  if (/^\+?\d+$/.test(compact) && compact.replace('+', '').length >= DIGITS_LEAST) {
    const digits = compact.replace('+', '');
    const national = compact.startsWith('+84')
      ? digits.slice(2)
      : digits.startsWith('0084')
        ? digits.slice(4)
        : /^84\d{9}$/.test(digits)
          ? digits.slice(2)
          : digits.startsWith('0')
            ? digits.slice(1)
            : '';
    const whole = national.length === 9 ? `+84${national}` : undefined;
    // “0905” begins a number, but may also stand within one.
    const part = national === '' || (compact.startsWith('0') && whole === undefined) ? digits : '';
    return { by: 'number', prefix: national === '' ? '' : `+84${national}`, part, whole };
  }
  const words = fold(query).split(' ').filter(Boolean).slice(0, 10);
  return words.length === 0 ? { by: 'nothing' } : { by: 'words', text: words.join(' '), words };
}
