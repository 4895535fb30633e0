import { Grid } from './lines.ts';
import { linkText } from './link.ts';
import type { Lines } from './lines.ts';
import type { Reader } from './xml.ts';

/** What holds a line of runs. Inside it may stand others: a text box, a note. */
const RUN_PARAGRAPHS = new Set(['p', 'si', 'is', 'text']);
const OPEN_PARAGRAPHS = new Set(['p', 'h']);
const DRAWN_PARAGRAPHS = new Set(['text', 'title', 'desc']);
/** What stands in a paragraph of OpenDocument without being of its line. */
const APART = new Set(['annotation', 'note', 'frame', 'custom-shape', 'tracked-changes', 'ruby-text']);
const ROWS = new Set(['tr', 'table-row']);
const CELLS = new Set(['tc', 'table-cell', 'covered-table-cell']);
const TABLES = new Set(['tbl', 'table']);
const RUNS = new Set(['t', 'delText', 'instrText', 'delInstrText']);
/** Of office forms only these hold words; spaces between others are the maker’s. */
const BREAKS: Readonly<Record<string, string>> = {
  tab: '\t',
  ptab: '\t',
  br: '\n',
  cr: '\n',
  'line-break': '\n',
  noBreakHyphen: '-',
  s: ' ',
};

/** Attributes that say something a person reads, or wrote. */
const SPEAKING = new Set([
  'descr', 'title', 'name', 'alt', 'string', 'instr', 'caption', 'tooltip', 'display', 'prompt', 'promptTitle', 'error',
  'errorTitle', 'author', 'initials', 'userId', 'displayName', 'text', 'formatCode', 'label', 'string-value', 'value',
  'screenTip', 'desc', 'subject', 'keywords', 'data-tooltip', 'category', 'comment',
]); // prettier-ignore
/** Of these the value speaks. */
const SPEAKING_VAL = new Set([
  'lvlText',
  'listEntry',
  'default',
  'alias',
  'tag',
  'statusText',
  'helpText',
  'docVar',
  's',
  'caption',
]);
/** Shapes and styles in a language of their own. */
const MUTE = new Set([
  'd',
  'path',
  'points',
  'viewBox',
  'enhanced-path',
  'style',
  'transform',
  'type',
  'class',
  'formatted',
]);
/** Their names are the maker’s. */
const UNNAMED = /^(?:config-|font-face$|style$|font$|tableStyleInfo$)/;
const WORDS = /\p{L}{2}/u;
const BEYOND_ASCII = /[^\0-\u007f]/;
const SEEN_MOST = 20_000;
const VALUE_MOST = 500;
/** A line so long is handed on before its end. */
const LINE_MOST = 100_000;
const LINE_AGAIN = 4_000;

interface Paragraph {
  /** Everything but what was deleted. */
  all: string;
  /** Without what is hidden, and as it was before changes were tracked. */
  shown: string;
  before: string;
  hides: boolean;
  changed: boolean;
  code: string;
}

export interface FlowRoom {
  readonly lines: Lines;
  /** What attributes say. */
  readonly said: Lines;
  /** Text stands in runs of paragraphs; in OpenDocument and SVG in paragraphs themselves. */
  readonly form?: 'open' | 'drawn';
  /** Names of elements tell what is in them. */
  readonly named?: boolean;
  /** A line of a list of strings. */
  string?(text: string): void;
  /** Bytes that stand in the text in letters. */
  encoded?(base64: string): void;
}

/**
 * What stands in a part of an office file: paragraphs with their runs joined, cells of tables along and down, and whatever else is
 * written between tags or in attributes, known or not.
 */
export function flow(room: FlowRoom): Reader {
  const { lines, said, form } = room;
  const isParagraph = form === 'open' ? OPEN_PARAGRAPHS : form === 'drawn' ? DRAWN_PARAGRAPHS : RUN_PARAGRAPHS;
  const paragraphs: (Paragraph | undefined)[] = [];
  const elements: string[] = [];
  const grids: { grid: Grid; cell: string; place: number; repeats: number }[] = [];
  const seen = new Set<string>();
  /** Text that stands between tags and in no run, element by element. */
  let leaf = '';
  let inserted = 0;
  let hides = false;
  let vanish = false;
  let label = '';
  let symbol = '';

  const put = (text: string): void => {
    const it = paragraphs.at(-1);
    if (!it) return;
    it.all += text;
    if (hides) it.hides = true;
    else it.shown += text;
    if (inserted === 0) it.before += text;
    else it.changed = true;
    if (it.all.length > LINE_MOST) {
      lines.add(it.all);
      for (const key of ['all', 'shown', 'before'] as const) it[key] = it[key].slice(-LINE_AGAIN);
    }
  };

  const tell = (text: string): void => {
    lines.add(text);
    const cell = grids.at(-1);
    if (cell && cell.place >= 0 && cell.cell.length < 1_000) cell.cell += ` ${text}`;
  };

  const end = (it: Paragraph, name: string): void => {
    if (name === 'si') room.string?.(it.all);
    if (it.all !== '') tell(it.all);
    if (it.hides && it.shown !== '') lines.add(it.shown);
    if (it.changed && it.before !== it.all && it.before !== '') lines.add(it.before);
    if (it.code !== '') lines.add(it.code);
  };

  const endLeaf = (name: string): void => {
    const text = leaf.trim();
    leaf = '';
    if (text === '' || text === 'true' || text === 'false') return;
    if (name === 'binary-data') return room.encoded?.(text);
    if (!WORDS.test(text) && !BEYOND_ASCII.test(text)) {
      // A letter by itself may be one of a word.
      if (text.length <= 2 && /\p{L}/u.test(text)) lines.add(text);
      return;
    }
    lines.add(text);
    if (label !== '') lines.add(`${label}: ${text}`);
    else if (room.named) lines.add(`${name}: ${text}`);
  };

  return {
    open(name) {
      if (leaf !== '') endLeaf(elements.at(-1) ?? '');
      elements.push(name);
      if (isParagraph.has(name))
        paragraphs.push({ all: '', shown: '', before: '', hides: false, changed: false, code: '' });
      else if (APART.has(name)) paragraphs.push(undefined);
      else if (name === 'r') hides = false;
      else if (name === 'vanish') vanish = true;
      else if (name === 'ins' || name === 'moveTo') inserted += 1;
      else if (name === 'property' || name === 'user-defined') label = '';
      else if (name === 'sym') symbol = '';
      else if (TABLES.has(name)) grids.push({ grid: new Grid(lines), cell: '', place: -1, repeats: 1 });
      else if (CELLS.has(name)) {
        const cell = grids.at(-1);
        if (cell) {
          cell.place += cell.repeats;
          cell.repeats = 1;
          cell.cell = '';
        }
      }
      const between = BREAKS[name];
      if (between !== undefined && (name !== 's' || form)) put(between);
    },
    attribute(name, value, element) {
      if (name === 'val') {
        if (element === 'vanish') vanish = !/^(?:0|false|off)$/i.test(value);
      } else if (element === 'sym' && name === 'char') symbol = value;
      else if (name === 'number-columns-repeated') {
        const cell = grids.at(-1);
        if (cell) cell.repeats = Math.min(Number(value) || 1, 20_000);
      } else if (name === 'name' && (element === 'property' || element === 'user-defined')) label = value;
      if (value.length < 2 || MUTE.has(name) || (name === 'name' && UNNAMED.test(element))) return;
      if (value.startsWith('data:')) return room.encoded?.(value.slice(value.indexOf(',') + 1));
      if ((name === 'Target' || name === 'href') && value.includes('%')) said.add(linkText(value));
      const speaks =
        SPEAKING.has(name) || (name === 'val' && SPEAKING_VAL.has(element)) || (name === 'v' && element === 's');
      const far = BEYOND_ASCII.test(value);
      if (!speaks && !far && !(value.includes(' ') && !/^[\d\s.,;:()%+-]*$/.test(value))) return;
      if (!far && !WORDS.test(value)) return;
      if (seen.size < SEEN_MOST) {
        if (seen.has(value)) return;
        if (value.length < VALUE_MOST) seen.add(value);
      }
      said.add(name === 'formatCode' ? value.replace(/["\\]/g, '') : value);
      if (room.named) said.add(`${element === 'property' ? '' : name}: ${value}`);
    },
    text(text) {
      const name = elements.at(-1) ?? '';
      const paragraph = paragraphs.at(-1);
      if (name === 'binary-data') {
        leaf += text;
        return;
      }
      if (paragraph && form) return put(text.replace(/\s+/g, ' '));
      if (paragraph && RUNS.has(name)) {
        if (name === 't') put(text);
        else if (name === 'delText') {
          paragraph.changed = true;
          paragraph.before += text;
        } else paragraph.code += text;
        return;
      }
      leaf += text;
      if (leaf.length > LINE_MOST) {
        lines.add(leaf);
        leaf = leaf.slice(-LINE_AGAIN);
      }
    },
    close(name) {
      if (leaf !== '') endLeaf(name);
      elements.pop();
      if (isParagraph.has(name)) {
        const it = paragraphs.pop();
        if (it) end(it, name);
      } else if (APART.has(name)) paragraphs.pop();
      else if (name === 'vanish') {
        hides = vanish;
        vanish = false;
      } else if (name === 'ins' || name === 'moveTo') inserted = Math.max(0, inserted - 1);
      else if (name === 'property' || name === 'user-defined') label = '';
      else if (name === 'sym') {
        const code = Number.parseInt(symbol, 16);
        // Letters of a font of symbols stand in the private area.
        if (code > 31) put(String.fromCharCode(code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code & 0xffff));
      } else if (TABLES.has(name)) grids.pop()?.grid.end();
      else if (CELLS.has(name)) {
        const it = grids.at(-1);
        it?.grid.cell(it.cell, it.place);
        if (it) it.cell = '';
      } else if (ROWS.has(name)) {
        const it = grids.at(-1);
        it?.grid.endRow();
        if (it) {
          it.place = -1;
          it.repeats = 1;
        }
      }
    },
  };
}
