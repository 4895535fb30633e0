// Vietnamese as it was written before Unicode, as its bytes look when somebody reads them as Latin letters.

const TONES = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323'] as const;
/** Base letter, the shape on it, the tone, and whether it is a capital. */
interface Letter {
  readonly base: string;
  readonly shape: '' | '^' | '(' | '+' | '-';
  readonly tone: number;
  readonly capital: boolean;
}

const SHAPES: Readonly<Record<string, Letter['shape']>> = { '\u0302': '^', '\u0306': '(', '\u031b': '+' };

/** Undefined where it is no Vietnamese letter with something on it. */
function letterOf(character: string): Letter | undefined {
  const lower = character.toLowerCase();
  const capital = lower !== character;
  if (lower === 'đ') return { base: 'd', shape: '-', tone: 0, capital };
  const [base, ...marks] = lower.normalize('NFD');
  if (!base || marks.length === 0) return undefined;
  let shape: Letter['shape'] = '';
  let tone = 0;
  for (const mark of marks) {
    const found = SHAPES[mark];
    if (found) shape = found;
    else tone = TONES.indexOf(mark as (typeof TONES)[number]);
  }
  return tone < 0 ? undefined : { base, shape, tone, capital };
}

function spelled(text: string, spell: (letter: Letter, character: string) => string): string {
  return Array.from(text.normalize('NFC'), (it) => {
    const letter = letterOf(it);
    return letter ? spell(letter, it) : it;
  }).join('');
}

/** By letter and shape: without tone, then huyền, sắc, hỏi, ngã, nặng. */
const TCVN3: Readonly<Record<string, readonly number[]>> = {
  a: [0x61, 0xb5, 0xb8, 0xb6, 0xb7, 0xb9],
  'a(': [0xa8, 0xbb, 0xbe, 0xbc, 0xbd, 0xc6],
  'a^': [0xa9, 0xc7, 0xca, 0xc8, 0xc9, 0xcb],
  e: [0x65, 0xcc, 0xd0, 0xce, 0xcf, 0xd1],
  'e^': [0xaa, 0xd2, 0xd5, 0xd3, 0xd4, 0xd6],
  i: [0x69, 0xd7, 0xdd, 0xd8, 0xdc, 0xde],
  o: [0x6f, 0xdf, 0xe3, 0xe1, 0xe2, 0xe4],
  'o^': [0xab, 0xe5, 0xe8, 0xe6, 0xe7, 0xe9],
  'o+': [0xac, 0xea, 0xed, 0xeb, 0xec, 0xee],
  u: [0x75, 0xef, 0xf3, 0xf1, 0xf2, 0xf4],
  'u+': [0xad, 0xf5, 0xf8, 0xf6, 0xf7, 0xf9],
  y: [0x79, 0xfa, 0xfd, 0xfb, 0xfc, 0xfe],
  'd-': [0xae],
};
/** Only these capitals have a code; the others are the small letter in a font of capitals (.VnTimeH). */
const TCVN3_CAPITALS: Readonly<Record<string, number>> = {
  'a(': 0xa1,
  'a^': 0xa2,
  'e^': 0xa3,
  'o^': 0xa4,
  'o+': 0xa5,
  'u+': 0xa6,
  'd-': 0xa7,
};

export function tcvn3(text: string): string {
  return spelled(text, ({ base, shape, tone, capital }) => {
    const key = base + shape;
    const large = capital && tone === 0 ? TCVN3_CAPITALS[key] : undefined;
    return String.fromCharCode(large ?? TCVN3[key]![tone]!);
  });
}

const VNI_TONES = ['', 'ø', 'ù', 'û', 'õ', 'ï'];
const VNI_ROOF = ['â', 'à', 'á', 'å', 'ã', 'ä'];
const VNI_BREVE = ['ê', 'è', 'é', 'ú', 'ü', 'ë'];
const VNI_I = ['i', 'ì', 'í', 'æ', 'ó', 'ò'];

export function vni(text: string): string {
  return spelled(text, ({ base, shape, tone, capital }) => {
    const low =
      shape === '-'
        ? 'ñ'
        : base === 'i'
          ? VNI_I[tone]!
          : base === 'y' && tone === 5
            ? 'î'
            : shape === '^'
              ? base + VNI_ROOF[tone]!
              : shape === '('
                ? base + VNI_BREVE[tone]!
                : (shape === '+' ? (base === 'o' ? 'ô' : 'ö') : base) + VNI_TONES[tone]!;
    return capital ? low.toUpperCase() : low;
  });
}

const VIQR_TONES = ['', '`', "'", '?', '~', '.'];

export function viqr(text: string): string {
  return spelled(text, ({ base, shape, tone, capital }) => {
    const letter = capital ? base.toUpperCase() : base;
    return shape === '-' ? letter + letter : letter + shape + VIQR_TONES[tone]!;
  });
}

const CP1258: Readonly<Record<string, string>> = { '(a': 'ã', '+o': 'õ', '+u': 'ý', '-d': 'ð' };
const CP1258_TONES = ['', 'Ì', 'ì', 'Ò', 'Þ', 'ò'];

/** windows-1258: the letter with its shape, and the tone after it. */
export function cp1258(text: string): string {
  return spelled(text, ({ base, shape, tone, capital }) => {
    // These have a code of their own with the tone.
    const whole = shape === '' && ((tone === 1 && 'aeu'.includes(base)) || (tone === 2 && 'aeiou'.includes(base)));
    if (whole) return (capital ? base.toUpperCase() : base).concat(TONES[tone] ?? '').normalize('NFC');
    const low = shape === '^' ? (base + '\u0302').normalize('NFC') : (CP1258[shape + base] ?? base);
    return (capital ? low.toUpperCase() : low) + CP1258_TONES[tone]!;
  });
}

export const LEGACY = { tcvn3, vni, viqr, cp1258 } as const;
export type LegacyName = keyof typeof LEGACY;
