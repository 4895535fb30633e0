// What people do to a word so that it is read by eyes and not by programs. Only here, where the guard is measured against it.
import type { Random } from '../../testing/random.ts';

export type Change = (text: string, random: Random) => string;

const bare = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D');

/** Without the tone; the shape of the letter stays. */
const toneless = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '')
    .normalize('NFC');

const clusters = (text: string): string[] => text.match(/\P{M}\p{M}*/gu) ?? [];

/** Neither as a sentence has it nor as a name has it. */
const mixed: Change = (text, random) => {
  const small = text.toLowerCase();
  for (;;) {
    const made = Array.from(text, (it) => (random.percent(50) ? it.toLowerCase() : it.toUpperCase())).join('');
    if (made.slice(1) !== small.slice(1)) return made;
  }
};

const SEPARATORS = [
  ' ',
  '.',
  '-',
  '_',
  '*',
  '/',
  '|',
  '·',
  '~',
  ',',
  '+',
  '•',
  ' . ',
  ' - ',
  '\u00a0',
  '\u2009',
  '…',
  '=',
  ':',
];

/** Between the letters of a word one mark, between words a wider one. */
const spaced: Change = (text, random) => {
  const mark = random.pick(SEPARATORS);
  const wide = mark.trim() === '' ? '   ' : random.pick([' ', '  ', mark + mark]);
  return text
    .split(' ')
    .map((word) => clusters(word).join(mark))
    .join(wide);
};

const UNSEEN = [
  '\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\ufeff', '\u200e', '\u200f', '\u2061', '\u2063', '\u034f', '\u180e', '\ufe0f', '\u2066', '\u2069',
  '\u061c', '\u{e0020}', '\u202a',
]; // prettier-ignore

const unseen: Change = (text, random) =>
  clusters(text)
    .map((it) => it + (random.percent(60) ? random.pick(UNSEEN) : ''))
    .join('\u200b');

const LOOKALIKES: Readonly<Record<string, readonly string[]>> = {
  A: ['А', 'Α', 'Ａ', '𝐀', '𝗔', 'Ꭺ', 'ᴀ', '𝘈', 'Ⓐ'],
  M: ['М', 'Μ', 'Ｍ', '𝐌', '𝗠', 'Ꮇ', 'ᴍ', '𝙼', 'Ⓜ'],
  T: ['Т', 'Τ', 'Ｔ', '𝐓', '𝗧', 'Ꭲ', 'ᴛ', '𝖳', 'Ⓣ'],
  O: ['О', 'Ο', 'Ｏ', '𝐎', '𝗢', 'ᴏ', 'Օ', 'Ⓞ'],
  I: ['І', 'Ι', 'Ｉ', '𝐈', '𝗜', 'Ӏ', 'ɪ', 'Ⓘ'],
  U: ['Ｕ', '𝐔', '𝗨', 'ᴜ', 'Ս', 'Ⓤ'],
  Y: ['Υ', 'Ү', 'Ｙ', '𝐘', '𝗬', 'ʏ', 'Ⓨ'],
  E: ['Е', 'Ε', 'Ｅ', '𝐄', '𝗘', 'ᴇ', 'Ⓔ'],
  a: ['а', 'ａ', '𝐚', '𝗮', 'ɑ', 'ⓐ'],
  m: ['ｍ', '𝐦', '𝗺', 'м', 'ⓜ'],
  t: ['ｔ', '𝐭', '𝘁', 'т', 'ⓣ'],
  o: ['о', 'ο', 'ｏ', '𝐨', '𝗼', 'ⓞ'],
  i: ['і', 'ι', 'ｉ', '𝐢', '𝗶', 'ⓘ'],
  u: ['ｕ', '𝐮', '𝘂', 'υ', 'ⓤ'],
  y: ['у', 'ｙ', '𝐲', '𝘆', 'ⓨ'],
  e: ['е', 'ｅ', '𝐞', '𝗲', 'ⓔ'],
};

const lookalike: Change = (text, random) => {
  let changed = false;
  const written = Array.from(text.normalize('NFD'), (it) => {
    const list = LOOKALIKES[it];
    if (!list || (changed && random.percent(35))) return it;
    changed = true;
    return random.pick(list);
  });
  return written.join('');
};

const DIGITS: Readonly<Record<string, readonly string[]>> = {
  A: ['4', '@'],
  O: ['0'],
  I: ['1', '!'],
  E: ['3'],
  T: ['7'],
};
const DRAWN: Readonly<Record<string, readonly string[]>> = { A: ['/\\'], O: ['()'], I: ['|'], E: ['€'], U: ['|_|'], M: ['|V|', '/\\/\\'], Y: ['¥'] }; // prettier-ignore

/** One letter or two, so that it is still read; the marks on them go. */
const replacing =
  (table: Readonly<Record<string, readonly string[]>>): Change =>
  (text, random) => {
    const list = clusters(text);
    const plain = list.map((it) => bare(it).toUpperCase());
    // Of three letters two must stay.
    const places = plain.flatMap((it, at) => (table[it] && (list.length > 3 || it !== 'T') ? [at] : []));
    const first = random.pick(places.filter((at) => plain[at] !== 'T'));
    const second = list.length > 3 && random.percent(40) ? random.pick(places) : first;
    return list.map((it, at) => (at === first || at === second ? random.pick(table[plain[at]!]!) : it)).join('');
  };
const digits = replacing(DIGITS);
const drawn = replacing(DRAWN);

const broken: Change = (text, random) => {
  const mark = random.pick(['\n', '\n\n', '\r\n', ' \n ', '\n- ', '\n. ']);
  return random.percent(50) && text.includes(' ')
    ? text.replaceAll(' ', mark)
    : clusters(text.replaceAll(' ', '')).join(mark);
};

const MARKS = ['\u0336', '\u0332', '\u0335', '\u0338', '\u20dd', '\u20de', '\u0305', '\u035f', '\u0489'];
const struck: Change = (text, random) => {
  const mark = random.pick(MARKS);
  return clusters(text)
    .map((it) => (it === ' ' ? it : it + mark))
    .join('');
};

const decomposed: Change = (text) => text.normalize('NFD');

export const CHANGES = {
  'no marks': bare,
  'no tones': toneless,
  decomposed,
  'mixed case': mixed,
  spaced,
  'unseen characters': unseen,
  lookalikes: lookalike,
  digits,
  'drawn letters': drawn,
  'broken lines': broken,
  'struck through': struck,
} as const satisfies Record<string, Change>;
export type ChangeName = keyof typeof CHANGES;

/** Such as can be put one on another, in this order. */
export const LAYERS: readonly (readonly ChangeName[])[] = [
  ['mixed case'],
  ['no marks', 'no tones', 'decomposed'],
  ['digits'],
  ['lookalikes'],
  ['spaced', 'broken lines'],
  ['unseen characters', 'struck through'],
];

/** These take the tone from the word: what is left of the shortest level is another word unless something stands by it. */
export const TAKES_TONE: ReadonlySet<ChangeName> = new Set(['no marks', 'no tones', 'digits', 'drawn letters']);
