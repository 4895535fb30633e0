import { Refused } from '../../files/check/finding.ts';
import { readRich } from '../../files/check/rich.ts';
import { isCompound } from './package.ts';
import { Grid, Lines } from './lines.ts';
import { dibIn } from './bitmap.ts';
import { isPicture, picturesIn } from './pictures.ts';
import type { Budget, Inner, Piece, Where } from './piece.ts';

const LINE_MOST = 100_000;
const LINE_AGAIN = 4_000;
const FONTS_MOST = 10_000;

/** Windows’ code pages by the sets of letters that fonts name. */
const CHARSETS: Readonly<Record<number, string>> = {
  0: 'windows-1252',
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

/** Groups that stand apart from the line they are in. */
const APART: Readonly<Record<string, Where>> = {
  header: 'header', headerl: 'header', headerr: 'header', headerf: 'header',
  footer: 'footer', footerl: 'footer', footerr: 'footer', footerf: 'footer',
  footnote: 'note', ftnsep: 'note', ftnsepc: 'note', aftnsep: 'note',
  annotation: 'comment', atnid: 'comment', atnauthor: 'comment',
  info: 'property', title: 'property', subject: 'property', author: 'property', manager: 'property', company: 'property',
  operator: 'property', category: 'property', keywords: 'property', comment: 'property', doccomm: 'property', hlinkbase: 'property',
  stylesheet: 'layout', revtbl: 'property', userprops: 'property', propname: 'property', staticval: 'property',
  shptxt: 'body', sp: 'alternative', sn: 'layout', sv: 'alternative', xe: 'body', tc: 'body', fldinst: 'link', bkmkstart: 'name', bkmkend: 'name',
  pntxta: 'body', pntxtb: 'body', listtext: 'body', pntext: 'body', nonshppict: 'body', shppict: 'body', do: 'body',
}; // prettier-ignore
/** Letters in pairs of digits, or lists without words. */
const WORDLESS =
  /^(?:colortbl|themedata|colorschememapping|blipuid|panose|passwordhash|datafield|latentstyles|rsidtbl|listoverridetable|xmlnstbl|fname|falt|pgptbl|mmathPr|fchars|lchars|levelnumbers|wgrffmtfilter)$/;

const SIGNS: Readonly<Record<string, string>> = {
  tab: '\t', emdash: '—', endash: '–', emspace: ' ', enspace: ' ', qmspace: ' ', bullet: '•', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”',
}; // prettier-ignore

/** One line that is being read, in three views of it. */
interface Line {
  readonly where: Where;
  all: string;
  /** Each byte a letter, for letters of older machines. */
  raw: string;
  shown: string;
  before: string;
  far: boolean;
  hides: boolean;
  changed: boolean;
  readonly cells: { place: number };
}

const lineOf = (where: Where): Line => ({
  where, all: '', raw: '', shown: '', before: '', far: false, hides: false, changed: false, cells: { place: 0 },
}); // prettier-ignore

interface Group {
  kind: 'text' | 'fonts' | 'mute' | 'hex';
  line: Line;
  owns: boolean;
  /** Nothing but what tells of it has come. */
  fresh: boolean;
  /** Letters that stand for one in programs that cannot show it. */
  skips: number;
  encoding: string;
  hidden: boolean;
  deleted: boolean;
  revised: boolean;
  hex: Hex | undefined;
}

interface Hex {
  readonly parts: Buffer[];
  bitmap: boolean;
}

/** RTF: the text of the body and of everything that stands apart from it, hidden and deleted text too, and the pictures. */
export async function* richIn(bytes: Buffer, budget: Budget, inner: Inner): AsyncGenerator<Piece> {
  const places = new Map<Where, Lines>();
  const linesAt = (where: Where): Lines => {
    let lines = places.get(where);
    if (!lines) places.set(where, (lines = new Lines(where)));
    return lines;
  };
  const body = linesAt('body');
  const grid = new Grid(body);
  const found: { bytes: Buffer; bitmap: boolean }[] = [];
  const fonts = new Map<number, string>();
  const decoders = new Map<string, TextDecoder>();
  let main = 'windows-1252';
  let font = 0;
  let skip = 0;
  let high: number[] = [];
  const top: Group = {
    kind: 'text', line: lineOf('body'), owns: true, fresh: false, skips: 1, encoding: main, hidden: false, deleted: false, revised: false, hex: undefined,
  }; // prettier-ignore
  const groups: Group[] = [top];
  const now = (): Group => groups.at(-1)!;

  const put = (text: string, raw = text): void => {
    const { line, hidden, deleted, revised, kind } = now();
    if (kind !== 'text') return;
    if (!deleted) line.all += text;
    if (!deleted) line.raw += raw;
    if (hidden) line.hides = true;
    else if (!deleted) line.shown += text;
    if (!revised) line.before += text;
    if (deleted || revised) line.changed = true;
    if (raw !== text) line.far = true;
    if (line.all.length > LINE_MOST) {
      linesAt(line.where).add(line.all);
      for (const key of ['all', 'raw', 'shown', 'before'] as const) line[key] = line[key].slice(-LINE_AGAIN);
    }
  };
  const flush = (): void => {
    if (high.length === 0) return;
    const given = Buffer.from(high);
    high = [];
    let text: string;
    try {
      const { encoding } = now();
      const decoder = decoders.get(encoding) ?? new TextDecoder(encoding);
      decoders.set(encoding, decoder);
      text = decoder.decode(given);
    } catch {
      throw new Refused('file.unchecked');
    }
    put(text, given.toString('latin1'));
  };
  const endLine = (line: Line): void => {
    const lines = linesAt(line.where);
    if (line.all !== '') lines.add(line.all);
    if (line.far && line.raw !== line.all) lines.add(line.raw);
    if (line.hides && line.shown !== '') lines.add(line.shown);
    if (line.changed && line.before !== '' && line.before !== line.all) lines.add(line.before);
    Object.assign(line, { all: '', raw: '', shown: '', before: '', far: false, hides: false, changed: false });
  };
  const enter = (name: string, starred: boolean): boolean => {
    const group = now();
    if (name === 'fonttbl') group.kind = 'fonts';
    else if (name === 'pict' || name === 'datastore') {
      group.kind = 'hex';
      group.hex = { parts: [], bitmap: false };
    } else if (WORDLESS.test(name)) group.kind = 'mute';
    else if (Object.hasOwn(APART, name) || starred) {
      // A group in a picture may say something of it.
      group.kind = 'text';
      group.hex = undefined;
      group.line = lineOf(APART[name] ?? (group.line.where === 'body' ? 'alternative' : group.line.where));
      group.owns = true;
      group.hidden = false;
    } else return false;
    return true;
  };

  let starred = false;
  const reader = {
    open() {
      flush();
      starred = false;
      skip = 0;
      groups.push({ ...now(), owns: false, fresh: true });
    },
    close() {
      flush();
      const group = groups.pop()!;
      if (groups.length === 0) groups.push(group);
      else if (group.owns) endLine(group.line);
      skip = 0;
      const { hex } = group;
      if (hex && now().hex !== hex && hex.parts.length > 0) {
        found.push({ bytes: Buffer.concat(hex.parts), bitmap: hex.bitmap });
        hex.parts.length = 0;
      }
    },
    symbol(letter: string) {
      flush();
      if (letter === '*') starred = true;
      else if (skip > 0) skip -= 1;
      else if (letter === '~') put('\u00a0');
      else if (letter === '_') put('-');
      else if ('\\{}'.includes(letter)) put(letter);
    },
    word(name: string, value: number | undefined) {
      flush();
      const group = now();
      const isFirst = group.fresh || starred;
      group.fresh = false;
      const wasStarred = starred;
      starred = false;
      if (isFirst && enter(name, wasStarred)) return;
      switch (name) {
        case 'u':
          if (value !== undefined) put(String.fromCharCode(value & 0xffff));
          skip = group.skips;
          return;
        case 'uc':
          group.skips = Math.max(0, Math.min(value ?? 1, 100));
          return;
        case 'ansicpg':
          main = value === 65_001 ? 'utf-8' : value === 0 || value === undefined ? main : `windows-${value}`;
          for (const it of groups) it.encoding = main;
          return;
        case 'f':
          if (group.kind === 'fonts') font = value ?? 0;
          else group.encoding = fonts.get(value ?? 0) ?? main;
          return;
        case 'fcharset':
          if (group.kind === 'fonts' && fonts.size < FONTS_MOST) {
            const known = CHARSETS[value ?? 0];
            if (known && value !== 0) fonts.set(font, known);
          }
          return;
        case 'plain':
          group.hidden = group.deleted = group.revised = false;
          return;
        case 'v':
          group.hidden = value !== 0;
          return;
        case 'deleted':
          group.deleted = value !== 0;
          return;
        case 'revised':
          group.revised = value !== 0;
          return;
        case 'dibitmap':
          if (group.hex) group.hex.bitmap = true;
          return;
        case 'par':
        case 'line':
        case 'page':
        case 'sect':
        case 'column':
        case 'softline':
          return endLine(group.line); // prettier-ignore
        case 'cell':
        case 'nestcell': {
          const { line } = group;
          if (line.where === 'body') grid.cell(line.all, line.cells.place);
          line.cells.place += 1;
          return endLine(line); // prettier-ignore
        }
        case 'row':
        case 'nestrow':
          endLine(group.line);
          if (group.line.where === 'body') grid.endRow();
          group.line.cells.place = 0;
          return; // prettier-ignore
        default: {
          const sign = SIGNS[name];
          if (sign !== undefined) put(sign);
        }
      }
    },
    byte(value: number) {
      now().fresh = false;
      if (skip > 0) skip -= 1;
      else if (now().kind === 'text') high.push(value);
    },
    text(from: number, upTo: number) {
      const group = now();
      group.fresh = false;
      if (group.kind === 'hex') return void group.hex?.parts.push(unhexed(bytes, from, upTo));
      if (group.kind !== 'text') return;
      let at = from;
      for (; skip > 0 && at < upTo; at += 1) if (bytes[at] !== 10 && bytes[at] !== 13) skip -= 1;
      let begins = at;
      for (; at <= upTo; at += 1) {
        const byte = at < upTo ? bytes[at]! : 0;
        if (at < upTo && byte >= 32 && byte < 128) continue;
        if (at > begins) {
          flush();
          put(bytes.toString('latin1', begins, at));
        }
        if (byte >= 128) high.push(byte);
        else if (byte === 9) put('\t');
        begins = at + 1;
      }
    },
    binary(from: number, upTo: number) {
      now().hex?.parts.push(bytes.subarray(from, upTo));
    },
  };
  for (const _ of readRich(bytes, reader)) {
    for (const lines of places.values()) yield* lines.ready();
  }
  for (const it of groups) endLine(it.line);
  endLine(top.line);
  grid.end();
  for (const lines of places.values()) yield* lines.end();
  for (const it of found) {
    if (isCompound(it.bytes)) yield* inner('bin', it.bytes);
    else if (isPicture(it.bytes)) yield* picturesIn(it.bytes, 'picture', budget);
    else if (it.bitmap) yield* dibIn(it.bytes, 'picture');
    else if (it.bytes.length > 16) throw new Refused('file.unchecked');
  }
}

const NIBBLES = new Int8Array(256).fill(-1);
for (let at = 0; at < 16; at += 1) {
  const digit = at.toString(16);
  NIBBLES[digit.charCodeAt(0)] = at;
  NIBBLES[digit.toUpperCase().charCodeAt(0)] = at;
}

/** Pairs of digits, whatever stands between them. */
function unhexed(bytes: Buffer, from: number, upTo: number): Buffer {
  const out = Buffer.allocUnsafe((upTo - from) >> 1);
  let length = 0;
  let half = -1;
  for (let at = from; at < upTo; at += 1) {
    const nibble = NIBBLES[bytes[at]!]!;
    if (nibble < 0) continue;
    if (half < 0) half = nibble;
    else {
      out[length] = half * 16 + nibble;
      length += 1;
      half = -1;
    }
  }
  return out.subarray(0, length);
}
