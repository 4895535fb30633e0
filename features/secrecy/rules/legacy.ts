/**
 * What a text may mean that was not written in Unicode, was typed without the keyboard’s help, or was written down a
 * second time. Each reading is tried only where something in the text looks like it; whole texts are read again, so that
 * “b¶o mËt” passes as “bảo mật” does.
 */

const pairs = (from: string, to: string): Map<string, string> => {
  const source = Array.from(from);
  return new Map(Array.from(to, (letter, at) => [source[at]!, letter]));
};

/** TCVN3 (ABC), as its bytes look in Western Latin. */
const TCVN3 = pairs(
  '¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ¡¢§£¤¥¦',
  'áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ',
);
/** VISCII, for what a level is written with. */
const VISCII = pairs('§¯®´½¡¤¥¢£', 'ậốệẤẪắấầẮẰ');

/** VNI for Windows: a letter and the sign after it. */
const VNI: ReadonlyMap<string, string> = new Map(
  (
    'aù á aø à aû ả aõ ã aï ạ aâ â aá ấ aà ầ aå ẩ aã ẫ aä ậ aê ă aé ắ aè ằ aú ẳ aü ẵ aë ặ eù é eø è eû ẻ eõ ẽ eï ẹ eâ ê eá ế eà ề eå ể eã ễ eä ệ ' +
    'où ó oø ò oû ỏ oõ õ oï ọ oâ ô oá ố oà ồ oå ổ oã ỗ oä ộ ôù ớ ôø ờ ôû ở ôõ ỡ ôï ợ uù ú uø ù uû ủ uõ ũ uï ụ öù ứ öø ừ öû ử öõ ữ öï ự yù ý yø ỳ yû ỷ yõ ỹ'
  )
    .split(' ')
    .flatMap((each, at, all) => (at % 2 === 0 ? [[each, all[at + 1]!] as const] : [])),
);
const VNI_SINGLE = pairs('ñæóòôöî', 'đỉĩịơưỵ');

/** Marks of Windows-1258 as they look in Windows-1252. */
const MARKS_1258 = pairs('ÌìÒÞò', '\u0300\u0301\u0309\u0303\u0323');
const LETTERS_1258 = pairs('ÐðÃãÕõÝý', 'ĐđĂăƠơƯư');

const TONES: Readonly<Record<string, string>> = {
  "'": '\u0301',
  '`': '\u0300',
  '?': '\u0309',
  '~': '\u0303',
  '.': '\u0323',
};

/** Windows-1252 between 80 and 9F. */
const WESTERN = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function single(text: string, table: ReadonlyMap<string, string>): string {
  let out = '';
  for (const char of text) out += table.get(char) ?? char;
  return out;
}

const keepingCase = (found: string, like: string): string =>
  like !== like.toLowerCase() ? found.toUpperCase() : found;

const fromVni = (text: string): string =>
  text.replace(/[aeoôuöyAEOÔUÖY][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[ñæóòôöîÑÆÓÒÔÖÎ]/gu, (found) => {
    const meant = VNI.get(found.toLowerCase()) ?? VNI_SINGLE.get(found.toLowerCase());
    if (meant !== undefined) return keepingCase(meant, found[0]!);
    return found.length === 2
      ? keepingCase(VNI_SINGLE.get(found[0]!.toLowerCase()) ?? found[0]!, found[0]!) + found[1]!
      : found;
  });

const HATS: Readonly<Record<string, string>> = { '^': '\u0302', '(': '\u0306', '+': '\u031b', '*': '\u031b' };

const fromViqr = (text: string): string =>
  text
    .replace(/\\(?=[.?'`~(^+])/gu, '')
    .replace(/[dD][dD]/gu, (both) => (both[0] === 'd' ? 'đ' : 'Đ'))
    .replace(
      /([aeiouyAEIOUY])([\^(+*]?)([.'`?~]?)([\^(+*]?)/gu,
      (all, letter: string, hat: string, tone: string, late: string) =>
        hat === '' && tone === '' && late === '' ? all : `${letter}${HATS[hat || late] ?? ''}${TONES[tone] ?? ''}`,
    )
    .normalize('NFC');

const from1258 = (text: string): string =>
  text
    .replace(
      /([aăâeêioôơuưyAĂÂEÊIOÔƠUƯYÃãÕõÝý])([ÌìÒÞò])/gu,
      (_, letter: string, mark: string) => `${LETTERS_1258.get(letter) ?? letter}${MARKS_1258.get(mark)!}`,
    )
    .replace(/[ÐðÃãÕõÝý]/gu, (letter) => LETTERS_1258.get(letter)!)
    .normalize('NFC');

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** Undefined where the bytes are no UTF-8. */
function utf8Of(bytes: Uint8Array): string | undefined {
  const text = utf8.decode(bytes);
  return text.includes('\ufffd') ? undefined : text;
}
const byteOf = (char: string): number => {
  const code = char.charCodeAt(0);
  if (code < 0x1_00) return code;
  const at = WESTERN.indexOf(char);
  return at < 0 ? -1 : 0x80 + at;
};

/** UTF-8 that was read as Western Latin: each run of such letters is read again. */
const fromMojibake = (text: string): string =>
  text.replace(/[\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,64}/gu, (run) => {
    const bytes = Array.from(run, byteOf);
    if (bytes.includes(-1)) return run;
    return utf8Of(Uint8Array.from(bytes)) ?? run;
  });

/** Letters and figures as a keyboard gives them before Telex or VNI make marks of them. */
const TYPED: readonly (readonly [RegExp, string])[] = [
  [/^(?:maatj|matja|maajt|majat|mataj|ma65t|ma6t5|mat65|mat56|ma56t|ma5t6|m6at5)$/u, 'mật'],
  [/^(?:toois|toosi|tosoi|tooís|tois[o]|tooi[s]|toosi|toiso|to6i1|to61i|toi61|toi16|to16i|tosio)$/u, 'tối'],
  [/^(?:tuyeetj|tuyetje|tuyeejt|tuyejet|tuyetej|tuye65t|tuye6t5|tuyet65|tuyet56|tuye56t|tuye5t6)$/u, 'tuyệt'],
  [/^(?:maatjj|maattj|maaatj)$/u, 'mật'],
];
const TELEX_TONES: Readonly<Record<string, string>> = {
  s: '\u0301',
  f: '\u0300',
  r: '\u0309',
  x: '\u0303',
  j: '\u0323',
};
const VNI_TONES: Readonly<Record<string, string>> = { 1: '\u0301', 2: '\u0300', 3: '\u0309', 4: '\u0303', 5: '\u0323' };

/** One word as it was meant, if it was typed so. */
function typed(word: string): string {
  const small = word.toLowerCase();
  for (const [form, meant] of TYPED) {
    if (form.test(small)) return /^\p{Lu}+\d*\p{Lu}*\d*$/u.test(word) ? meant.toUpperCase() : meant;
  }
  let tone = '';
  let marks = small;
  const figures = /^[a-z]+\d[a-z\d]*$/u.test(small);
  if (figures) {
    for (const figure of small.replace(/\D/gu, '')) {
      if (VNI_TONES[figure]) tone = VNI_TONES[figure];
      else if (figure === '6') marks = marks.replace(/([aeo])(?=[^aeo]*$|[a-z]*\d)/u, '$1\u0302');
      else if (figure === '7') marks = marks.replace(/[uo]/u, '$&\u031b');
      else if (figure === '8') marks = marks.replace('a', 'a\u0306');
      else if (figure === '9') marks = marks.replace('d', 'đ');
    }
    marks = marks.replace(/\d/gu, '');
  } else if (/^[a-z]+$/u.test(small)) {
    const last = /^(.*[aeiouy].*?)([sfrxj])$/u.exec(marks);
    if (last) {
      tone = TELEX_TONES[last[2]!]!;
      marks = last[1]!;
    }
    marks = marks
      .replace(/([aeo])\1/u, '$1\u0302')
      .replace(/^dd/u, 'đ')
      .replace(/aw/u, 'a\u0306')
      .replace(/([ou])w/gu, '$1\u031b');
  }
  if (tone !== '') marks = marks.replace(/[aeouy](?:\u0302|\u0306|\u031b)|[aeiouy](?![aeiouy]|\p{M})/u, `$&${tone}`);
  return marks.normalize('NFC');
}

const TELEX = /m(?:aatj|atja|aajt|ajat|ataj)|m[a]?6?5?a?[56]+t|ma[56]?t[56]/iu;

/** Whole words: pieces of a key in base64 are none. */
const fromTyping = (text: string): string => text.replace(/(?<![a-z0-9+/=])[a-z0-9]{2,12}(?![a-z0-9+/=])/giu, typed);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  acirc: 'â',
  Acirc: 'Â',
  ocirc: 'ô',
  Ocirc: 'Ô',
  ecirc: 'ê',
  Ecirc: 'Ê',
  zwnj: '',
  zwj: '',
  shy: '',
};
const point = (code: number): string => (code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '');
const fromEntities = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));?/giu,
    (all, ten?: string, sixteen?: string, name?: string) =>
      ten ? point(Number(ten)) : sixteen ? point(Number.parseInt(sixteen, 16)) : (ENTITIES[name ?? ''] ?? all),
  );
const fromEscapes = (text: string): string =>
  text
    .replace(/\\u\{?([\da-f]{4,6})\}?/giu, (_, code: string) => point(Number.parseInt(code, 16)))
    .replace(/\\x([\da-f]{2})/giu, (_, code: string) => point(Number.parseInt(code, 16)))
    .replace(/U\+([\da-f]{4,5})\s?/gu, (_, code: string) => point(Number.parseInt(code, 16)));

const fromPercents = (text: string): string =>
  text.replace(/(?:%[\da-f]{2}|=[\dA-F]{2}){2,300}/giu, (run) => {
    return utf8Of(Uint8Array.from(run.match(/[\da-f]{2}/giu) ?? [], (byte) => Number.parseInt(byte, 16))) ?? run;
  });

const inBase64 = (text: string): string => {
  const found: string[] = [];
  for (const [word] of text.matchAll(/[A-Za-z0-9+/_-]{7,4096}={0,2}/gu)) {
    if (!/[a-z]/u.test(word) || !/[A-Z]/u.test(word) || found.length > 200) continue;
    try {
      const bytes = Uint8Array.from(atob(word.replace(/-/gu, '+').replace(/_/gu, '/').replace(/=+$/u, '')), (char) =>
        char.charCodeAt(0),
      );
      const meant = utf8Of(bytes);
      if (
        meant !== undefined &&
        /^[\p{L}\p{N}\p{P}\p{Zs}\n]+$/u.test(meant) &&
        /[ậẬ]|MAT/u.test(meant.normalize('NFC'))
      )
        found.push(meant);
    } catch {
      // Not that.
    }
  }
  return found.join('\n');
};

const OVERRIDE = /[\u202e\u202d\u2067]/u;
const reversed = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      Array.from(line.replace(/\p{Cf}/gu, '').normalize('NFC'))
        .toReversed()
        .join(''),
    )
    .join('\n');

/** Columns of letters that stand one under another. */
function columns(text: string): string {
  const rows = text
    .split('\n')
    .map((row) => row.trim().split(/\s+/u))
    .filter((row) => row[0] !== '');
  if (rows.length < 3 || rows.length > 12) return '';
  const wide = Math.max(...rows.map((row) => row.length));
  if (wide < 2 || wide > 4 || rows.some((row) => row.some((cell) => Array.from(cell.normalize('NFC')).length > 1)))
    return '';
  return Array.from({ length: wide }, (_, at) => rows.map((row) => row[at] ?? '').join('')).join(' ');
}

/** “B¸O”: letters with marks had no capitals, words had; “§é” among them is one too. */
function raised(text: string): string {
  let capitals = false;
  return text.replace(/[\p{L}\p{M}]+/gu, (word) => {
    if (/[a-z]/u.test(word)) capitals = false;
    else if (/[A-Z]/u.test(word)) capitals = true;
    return capitals ? word.toUpperCase() : word;
  });
}

export function decodedOf(text: string): string[] {
  const found = new Set<string>();
  const add = (other: string): void => {
    if (other !== '' && other !== text) found.add(other);
  };
  const western = /[\u0080-\u00ff]/u.test(text);
  if (western || /[ŠšŒœŽžŸ]/u.test(text)) {
    if (/m[^\p{L}]{0,3}ë[^\p{L}]{0,3}t/iu.test(text)) {
      add(raised(single(text.replace(/(m[^\p{L}]{0,3})ë(?=[^\p{L}]{0,3}t)/giu, '$1Ë'), TCVN3)));
      if (/[«»]/u.test(text)) add(raised(single(text.replace(/[«»]/gu, '"'), TCVN3)));
      add(capitalTcvn3(text));
    }
    if (/a[^\p{L}]{0,3}ä/iu.test(text)) add(fromVni(text));
    if (/[âÂ][^\p{L}]{0,2}[òÒ]|[aA][òÒ][\u0302]/u.test(text)) add(from1258(text.replace(/Ò(?=[tT])/gu, 'ò')));
    if (/§/u.test(text) && /m[^\p{L}]{0,3}§[^\p{L}]{0,3}t/iu.test(text)) add(single(text, VISCII));
  }
  if (/[áÁ][º»]|[ÃÂ][\u0080-\u00bf¡]|aÌ|AÌ|Ì[‚£]/u.test(text)) {
    const once = fromMojibake(text);
    add(once);
    const twice = fromMojibake(once);
    add(twice);
    add(fromMojibake(twice));
  }
  if (/·∫[≠¨]/u.test(text))
    add(
      text
        .replace(/·∫≠/gu, 'ậ')
        .replace(/·∫¨/gu, 'Ậ')
        .replace(/·ªë/gu, 'ố')
        .replace(/·ªê/gu, 'Ố')
        .replace(/·ªá/gu, 'ệ')
        .replace(/·ªÜ/gu, 'Ệ'),
    );
  if (/a\W{0,3}[\^.]\W{0,2}[\^.]?\W{0,2}t/iu.test(text)) add(fromViqr(text));
  if (TELEX.test(text)) add(fromTyping(text));
  if (text.includes('&') && /&(?:#|[a-z]{3,8};)/iu.test(text)) add(fromEntities(fromEntities(text)));
  if (/\\u|\\x|U\+1/iu.test(text)) add(fromEscapes(text));
  if (/%E1|=E1|%4D/iu.test(text)) add(fromPercents(fromPercents(text.replace(/%25/gu, '%')).replace(/=\r?\n/gu, '')));
  if (/[A-Za-z0-9+/_-]{7}/u.test(text)) add(inBase64(text));
  if (OVERRIDE.test(text) || /t\W{0,3}[ậẬ]\W{0,3}m/iu.test(text.normalize('NFC'))) add(reversed(text));
  if (text.length < 200 && text.includes('\n')) add(columns(text));
  return [...found];
}

/** The fonts of capitals (.VnTimeH) show small letters as capitals; converters raise the bytes as if they were Latin. */
function capitalTcvn3(text: string): string {
  return single(text.toLowerCase(), new Map([...TCVN3].map(([from, to]) => [from.toLowerCase(), to]))).replace(
    /mởt|mët/gu,
    'mật',
  );
}
