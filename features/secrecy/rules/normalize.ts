/** What a unit of a text is, once it has been cleaned. */
export const Kind = { Letter: 1, Digit: 2, Space: 3, Tab: 4, Break: 5, Point: 6 } as const;

/** The eight letters of the three levels, as bits. */
export const LEVEL_LETTERS = 'matoiuye';
const bitOf = (letter: string): number => 1 << LEVEL_LETTERS.indexOf(letter);

/** Marks of Vietnamese letters, as bits. */
export const Mark = {
  Circumflex: 1,
  Dot: 2,
  Acute: 4,
  Breve: 8,
  Grave: 16,
  Hook: 32,
  Tilde: 64,
  Horn: 128,
} as const;
const COMBINING: Readonly<Record<number, number>> = {
  0x302: Mark.Circumflex,
  0x323: Mark.Dot,
  0x301: Mark.Acute,
  0x341: Mark.Acute,
  0x306: Mark.Breve,
  0x300: Mark.Grave,
  0x340: Mark.Grave,
  0x309: Mark.Hook,
  0x303: Mark.Tilde,
  0x31b: Mark.Horn,
};
/** A mark of no Vietnamese letter. */
const FOREIGN = 256;

/** Letters that look like one of a level’s, and signs that are put in its place. */
const ALIKE: Readonly<Record<string, string>> = {
  m: 'МмΜϺϻᎷꓟᗰⲘⲙⅯⅿʍɱɯՄጠ爪₥ᴍᘻതጮᙏⱮΠ๓',
  a: 'АаΑαᎪꓮᗩᗅɑⱭⲀⲁ∀ΔΛʌᴀ₳Ⱥⱥ卂ɐªДдꓯልศą',
  t: 'ТтΤτᎢꓔ丅ㄒ⊤Ⲧⲧ⟙ŦŧƬƭƮʈтᴛ†₮七Շፕʇテㄊナ',
  o: 'ОоΟοՕօ〇○◯●⊙ꓳⲞⲟס٥ဝ₀ᴏØøΘθ๏ⵔ口ロㄖσ⭕ѲѳΌό',
  i: 'ІіΙιӀⅠⅰꓲⲒⲓⵏıɪ׀ǀ∣Ꭵ丨ﺍا',
  u: 'υսՍ∪⋃ꓴᑌцЦμᴜƲʋμυՄ凵ㄩ',
  y: 'УуҮүΥγꓬʏɎɏ丫ყצץΨч',
  e: 'ЕеΕεєЄЭэ℮ꓰᎬɛƐ∃∑ΣᴇɘəƏ乇ξзЗ',
};
/** Signs that may stand for a letter and may as well stand between letters. */
const SIGNS: Readonly<Record<string, string>> = {
  a: '@^∆Δ',
  t: '+†‡┬⊥',
  o: '°¤',
  i: '!|¡¦',
  y: '¥|!¡',
  e: '€£&',
  u: '',
};
const DIGITS: Readonly<Record<string, string>> = { 0: 'o', 1: 'iy', 3: 'e', 4: 'a', 7: 't' };
/** Small letters that are read as another: l for i, v for u. */
const LATIN: Readonly<Record<string, string>> = { l: 'i', v: 'u' };

/** What is known of one UTF-16 unit; filled as units are met. */
const known = new Uint8Array(0x1_00_00);
const kindOf = new Uint8Array(0x1_00_00);
/** Bits of LEVEL_LETTERS it may stand for, before its marks are looked at. */
const mayBe = new Uint8Array(0x1_00_00);
/** It stands for them only by its looks. */
const looksOf = new Uint8Array(0x1_00_00);
const marksOf = new Uint16Array(0x1_00_00);
/** Small and without marks. */
const plainOf = new Uint16Array(0x1_00_00);
const smallOf = new Uint16Array(0x1_00_00);

const alike = new Map<number, string>();
for (const [letter, signs] of Object.entries(ALIKE)) {
  for (const sign of signs) if (!alike.has(sign.codePointAt(0)!)) alike.set(sign.codePointAt(0)!, letter);
}
const signs = new Map<number, number>();
for (const [letter, all] of Object.entries(SIGNS)) {
  for (const sign of all)
    signs.set(sign.codePointAt(0)!, (signs.get(sign.codePointAt(0)!) ?? 0) | (1 << LEVEL_LETTERS.indexOf(letter)));
}

function learn(code: number): void {
  known[code] = 1;
  const char = String.fromCharCode(code);
  plainOf[code] = code;
  smallOf[code] = char.toLowerCase().charCodeAt(0);
  if (code === 10 || code === 11 || code === 12 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029) {
    kindOf[code] = Kind.Break;
    return;
  }
  if (code === 9) {
    kindOf[code] = Kind.Tab;
    return;
  }
  if (/\s/u.test(char) || code === 0x2800) {
    kindOf[code] = Kind.Space;
    return;
  }
  if (code >= 48 && code <= 57) {
    kindOf[code] = Kind.Digit;
    const letters = DIGITS[char];
    if (letters) {
      for (const letter of letters) mayBe[code]! |= bitOf(letter);
      looksOf[code] = 1;
    }
    return;
  }
  const sign = signs.get(code);
  if (sign !== undefined) {
    kindOf[code] = Kind.Point;
    mayBe[code] = sign;
    looksOf[code] = 1;
    if (!/\p{L}/u.test(char)) return;
  }
  const [first = char, ...rest] = char.normalize('NFD');
  const twin = alike.get(code) ?? alike.get(first.codePointAt(0)!);
  let marks = 0;
  for (const each of rest) marks |= COMBINING[each.charCodeAt(0)] ?? FOREIGN;
  if (!/[\p{L}\p{So}\p{Sm}]/u.test(char) || (twin === undefined && !/\p{L}/u.test(char))) {
    kindOf[code] = Kind.Point;
    return;
  }
  kindOf[code] = Kind.Letter;
  marksOf[code] = marks;
  const base = char === 'đ' || char === 'Đ' ? 'd' : (twin ?? first.toLowerCase());
  plainOf[code] = base.charCodeAt(0);
  if (twin !== undefined) {
    looksOf[code] = 1;
    smallOf[code] = twin.charCodeAt(0);
  } else if (marks & FOREIGN) looksOf[code] = 1;
  if (LEVEL_LETTERS.includes(base)) mayBe[code] = bitOf(base);
  else if (LATIN[base] && marks === 0) {
    mayBe[code] = bitOf(LATIN[base]);
    looksOf[code] = 1;
  }
}

const [, A, , O, I, U, Y, E] = Array.from(LEVEL_LETTERS, bitOf) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Letters of a level that a letter with these marks may still be: “ấ” is none of them, “â” may be. */
function withMarks(mask: number, marks: number): number {
  if (marks === 0 || marks & FOREIGN) return mask;
  let left = mask;
  if (marks & ~(Mark.Circumflex | Mark.Dot) && (marks & 3) !== 3) left &= ~(A | E);
  if (marks & ~(Mark.Circumflex | Mark.Acute)) left &= ~O;
  if (marks & ~Mark.Acute) left &= ~I;
  if (marks & ~Mark.Dot) left &= ~(U | Y);
  return left;
}

/** 2 for the vowel with all its marks, 1 for one of them, 0 for none. */
export function toneOf(letter: number, marks: number): number {
  const wanted = Mark.Circumflex | (letter === O ? Mark.Acute : Mark.Dot);
  if (letter !== A && letter !== O && letter !== E) return 0;
  if ((marks & wanted) === wanted) return 2;
  // “mạt” is a word of its own.
  if (letter === A && marks === Mark.Dot) return 0;
  return marks & (wanted | FOREIGN) ? 1 : 0;
}

/** A text cleaned, one entry a unit. */
export interface Letters {
  /** As written, without what cannot be seen. */
  readonly clean: string;
  /** Small, with marks. */
  readonly small: string;
  /** Small, without marks. */
  readonly plain: string;
  readonly kinds: Uint8Array;
  readonly masks: Uint8Array;
  readonly marks: Uint16Array;
  /** 1 where the letter is read only by its looks. */
  readonly looks: Uint8Array;
  readonly upper: Uint8Array;
}

const HIDDEN = /[\p{Cf}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]|(?![\t\n\v\f\r\u0085])\p{Cc}/gu;
/** Letters drawn in boxes and discs, which NFKC leaves. */
const BOXED = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}\u{10300}-\u{1031f}]/gu;
const OLD_ITALIC: Readonly<Record<number, string>> = { 0x1_03_00: 'A', 0x1_03_0c: 'M', 0x1_03_15: 'T', 0x1_03_16: 'Y' };
const unboxed = (sign: string): string => {
  const code = sign.codePointAt(0)!;
  const old = OLD_ITALIC[code];
  if (old) return old;
  for (const start of [0x1_f1_50, 0x1_f1_70, 0x1_f1_e6]) {
    if (code >= start && code < start + 26) return String.fromCharCode(65 + code - start);
  }
  return sign;
};
const ORDINARY =
  /^[\n\r\t\u0020-\u007e\u00c0-\u00ff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u2013\u2014\u2018-\u201d\u2026]*$/u;
/** Letters drawn with strokes. */
const DRAWN: readonly (readonly [string, string])[] = [
  ['|\\/|', 'm'],
  ['(\\/)', 'm'],
  ['/\\/\\', 'm'],
  ['/v\\', 'm'],
  ['/V\\', 'm'],
  ['|v|', 'm'],
  ['|V|', 'm'],
  ['/\\', 'a'],
  ['/-\\', 'a'],
  ['-|-', 't'],
  ['|_|', 'u'],
];
const DRAWS = /[\\(|]/u;
/** Rings and strokes laid over letters. */
const OVERLAID = /(?![\u0300-\u0303\u0306\u0309\u031b\u0323\u0340\u0341])\p{M}/gu;

/** The text as a reader sees it: nothing hidden, letters of styled alphabets as letters. */
export function visible(text: string): string {
  let clean = text;
  if (!ORDINARY.test(clean))
    clean = clean
      .replace(HIDDEN, '')
      .replace(BOXED, unboxed)
      .normalize('NFKC')
      .replace(HIDDEN, '')
      .replace(OVERLAID, '');
  if (DRAWS.test(clean)) {
    for (const [drawn, letter] of DRAWN) clean = clean.replaceAll(drawn, letter);
    clean = clean.replace(/(?<=\p{L})\(\)(?=[\p{L}\s!|1])/gu, 'o');
  }
  if (clean.includes('rnậ') || clean.includes('rnâ')) clean = clean.replaceAll('rnậ', 'mậ').replaceAll('rnâ', 'mâ');
  return clean;
}

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** There are no halves of pairs among the codes. */
function stringOf(codes: Uint16Array, length: number): string {
  return length <= 512 ? String.fromCharCode(...codes.subarray(0, length)) : utf16.decode(codes.subarray(0, length));
}

const POINT = 0xb7;

export function lettersOf(text: string): Letters {
  const source = visible(text);
  const most = source.length;
  const clean = new Uint16Array(most);
  const small = new Uint16Array(most);
  const plain = new Uint16Array(most);
  const kinds = new Uint8Array(most);
  const masks = new Uint8Array(most);
  const marks = new Uint16Array(most);
  const looks = new Uint8Array(most);
  const upper = new Uint8Array(most);
  let length = 0;
  for (let from = 0; from < most; from += 1) {
    let code = source.charCodeAt(from);
    if (code >= 0xd8_00 && code <= 0xdf_ff) {
      // What lies beyond the first plane is a sign here: emoji, mostly.
      if (code >= 0xdc_00) continue;
      code = POINT;
    }
    if (code >= 0x300 && (COMBINING[code] !== undefined || (code < 0x370 && code >= 0x300) || isMark(code))) {
      // A mark that found no letter to melt into: it counts for the letter before it, if there is one.
      if (length > 0 && kinds[length - 1] === Kind.Letter) {
        marks[length - 1]! |= COMBINING[code] ?? FOREIGN;
        masks[length - 1] = withMarks(mayBe[clean[length - 1]!]!, marks[length - 1]!);
      }
      continue;
    }
    if (known[code] === 0) learn(code);
    clean[length] = code;
    small[length] = smallOf[code]!;
    plain[length] = plainOf[code]!;
    kinds[length] = kindOf[code]!;
    marks[length] = marksOf[code]!;
    masks[length] = withMarks(mayBe[code]!, marksOf[code]!);
    looks[length] = looksOf[code]!;
    upper[length] =
      smallOf[code] === code || String.fromCharCode(code).toLowerCase() === String.fromCharCode(code) ? 0 : 1;
    length += 1;
  }
  return {
    clean: stringOf(clean, length),
    small: stringOf(small, length),
    plain: stringOf(plain, length),
    kinds: kinds.subarray(0, length),
    masks: masks.subarray(0, length),
    marks: marks.subarray(0, length),
    looks: looks.subarray(0, length),
    upper: upper.subarray(0, length),
  };
}

const combining = new Uint8Array(0x1_00_00);
function isMark(code: number): boolean {
  if (combining[code] === 0) combining[code] = /\p{M}/u.test(String.fromCharCode(code)) ? 2 : 1;
  return combining[code] === 2;
}
