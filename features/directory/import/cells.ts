import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { EMAIL_MOST, PERSON_NAME_MOST, POSITION_MOST } from '../rules.ts';
import type { Wrong } from '../protocol/import.ts';

// What spreadsheets and web pages leave in cells: no-break and other wide spaces, zero-width marks, direction marks, controls.
const SPACES = /[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
// oxlint-disable-next-line no-control-regex -- naming control characters is the point
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** No field is as long; so that one long text which a file names ten thousand times does not come out ten thousand times. */
const CELL_MOST = 1_000;

/** A cell as text of one line, NFC. A lone dash or dot stands for nothing. */
export function cleanCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text =
    typeof value === 'number'
      ? Number.isInteger(value)
        ? value.toFixed(0)
        : String(value)
      : value instanceof Date
        ? value.toISOString().slice(0, 10)
        : typeof value === 'string'
          ? value.slice(0, CELL_MOST)
          : typeof value === 'boolean'
            ? String(value)
            : '';
  const clean = (text.isWellFormed() ? text : text.toWellFormed())
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .trim();
  return /^[-–—.…]+$/.test(clean) ? '' : clean;
}

/** One apostrophe for all, and names written in capitals as names are written: “SIU H'NGA” → “Siu H’Nga”. */
export function cleanName(text: string): string {
  const name = text.replace(/['’‘ʼ`´]/g, '’').replace(/\s*’\s*/g, '’');
  const letters = name.replace(/[^\p{L}]/gu, '');
  if (letters.length < 4 || letters !== letters.toLocaleUpperCase('vi')) return name;
  return name
    .toLocaleLowerCase('vi')
    .replace(/(^|[\s’-])(\p{L})/gu, (_all, before: string, letter: string) => before + letter.toLocaleUpperCase('vi'));
}

export function readName(text: string): { name: string } | { wrong: Wrong } {
  if (text === '') return { wrong: { code: 'name_missing' } };
  const name = cleanName(text);
  if (!/\p{L}/u.test(name) || /\d{4}/.test(name)) return { wrong: { code: 'name_wrong', text: name.slice(0, 60) } };
  if (Array.from(name).length > PERSON_NAME_MOST) return { wrong: { code: 'name_long', n: PERSON_NAME_MOST } };
  return { name };
}

export function readPosition(text: string): { position: string } | { wrong: Wrong } {
  if (Array.from(text).length > POSITION_MOST) return { wrong: { code: 'position_long', n: POSITION_MOST } };
  return { position: text };
}

export function readEmail(text: string): { email: string } | { wrong: Wrong } {
  const email = text.replace(/^mailto:/i, '').toLowerCase();
  if (email === '') return { email };
  if (
    email.length > EMAIL_MOST ||
    !/^[^\s@<>()",;:]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$/.test(email) ||
    email.includes('..')
  ) {
    return { wrong: { code: 'email_wrong', text: text.slice(0, 60) } };
  }
  return { email };
}

/** Mobile numbers of eleven digits, as they were until 2018, and what became of their beginnings. */
const OLD_BEGINNINGS: Readonly<Record<string, string>> = {
  '162': '32',
  '163': '33',
  '164': '34',
  '165': '35',
  '166': '36',
  '167': '37',
  '168': '38',
  '169': '39',
  '120': '70',
  '121': '79',
  '122': '77',
  '126': '76',
  '128': '78',
  '123': '83',
  '124': '84',
  '125': '85',
  '127': '81',
  '129': '82',
  '186': '56',
  '188': '58',
  '199': '59',
};

/**
 * A Vietnamese mobile number in whatever spelling a list has, as E.164; or why it is none. A cell kept as a number has lost its
 * leading zero: nine digits are taken for one.
 */
export function readPhone(cell: string): { phone: string } | { wrong: Wrong } {
  if (cell === '') return { wrong: { code: 'phone_missing' } };
  const text = cell.slice(0, 60);
  if (/^\d+([.,]\d+)?e\+?\d+$/i.test(cell)) return { wrong: { code: 'phone_scientific', text } };
  const several = cell.split(/[;,/|]| hoặc | - /).filter((it) => it.replace(/\D/g, '').length >= 8);
  if (several.length > 1) return { wrong: { code: 'phone_many', text } };
  const compact = cell.replace(/[\s.()·,'’‘-]/g, '');
  if (!/^\+?\d+$/.test(compact)) return { wrong: { code: 'phone_letters', text } };

  let national = compact;
  if (compact.startsWith('+')) {
    if (!compact.startsWith('+84')) return { wrong: { code: 'phone_foreign', text } };
    national = compact.slice(3);
  } else if (compact.startsWith('0084')) national = compact.slice(4);
  else if (/^84\d{9,10}$/.test(compact)) national = compact.slice(2);
  national = national.replace(/^0/, '');

  const old = national.length === 10 ? OLD_BEGINNINGS[national.slice(0, 3)] : undefined;
  if (old)
    return { wrong: { code: 'phone_old', text: `0${national.slice(0, 4)}`, phone: `+84${old}${national.slice(3)}` } };
  if (/^2\d{8,9}$/.test(national)) return { wrong: { code: 'phone_fixed', text } };
  if (national.length < 9) return { wrong: { code: 'phone_short', n: 9 - national.length } };
  if (national.length > 9) return { wrong: { code: 'phone_long', n: national.length - 9 } };
  const parsed = parsePhoneNumberFromString(`+84${national}`, 'VN');
  if (parsed?.getType() !== 'MOBILE') return { wrong: { code: 'phone_not_mobile', text: `0${national.slice(0, 2)}` } };
  return { phone: parsed.number };
}
