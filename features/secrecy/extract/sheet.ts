import { Refused } from '../../files/check/finding.ts';
import { flow } from './flow.ts';
import { Grid, Lines } from './lines.ts';
import type { Piece } from './piece.ts';
import { bites } from './xml.ts';
import type { Reader } from './xml.ts';

const STRINGS_MOST = 3_000_000;
/** Longer ones are read by themselves only. */
const STRING_KEPT = 200;
const CELL_MOST = 100_000;

/** The strings of a workbook, in the order in which its sheets name them. */
export function* stringsOf(bytes: Buffer, strings: string[]): Generator<Piece> {
  const lines = new Lines('body');
  const said = new Lines('alternative');
  const string = (text: string): void => {
    if (strings.length >= STRINGS_MOST) throw new Refused('file.too_much_inside');
    strings.push(text.length <= STRING_KEPT ? text : '…');
  };
  for (const _ of bites(bytes, flow({ lines, said, string }))) yield* lines.ready();
  yield* lines.end();
  yield* said.end();
}

const PRINTED = /^(?:odd|even|first)(?:Header|Footer)$/;

/** A sheet of a workbook: its cells one by one, along rows and down columns; what stands above and below it in print; its formulas. */
export function* sheet(bytes: Buffer, strings: readonly string[]): Generator<Piece> {
  const cells = new Lines('body');
  const rest = new Lines('body');
  const print = new Lines('header');
  const said = new Lines('alternative');
  const grid = new Grid(cells);
  const others = flow({ lines: rest, said });
  let inCell = false;
  let type = '';
  let place = 0;
  let element = '';
  let value = '';
  let formula = '';
  let rich = '';
  let code = '';

  const reader: Reader = {
    open(name) {
      element = name;
      if (name === 'c') {
        inCell = true;
        type = '';
        place += 1;
        value = '';
        formula = '';
        rich = '';
      } else if (name === 'row') place = -1;
      else if (!inCell) others.open?.(name);
    },
    attribute(name, text, owner) {
      if (owner === 'c') {
        if (name === 't') type = text;
        else if (name === 'r') place = columnOf(text);
      } else if (owner !== 'row') others.attribute?.(name, text, owner);
    },
    text(text) {
      if (inCell) {
        if (element === 'v') value = added(value, text);
        else if (element === 'f') formula = added(formula, text);
        else if (element === 't') rich = added(rich, text);
      } else if (PRINTED.test(element)) code = added(code, text);
      else others.text?.(text);
    },
    close(name) {
      if (name === 'c') {
        inCell = false;
        if (type === 's') grid.cell(strings[Number(value)] ?? '', place);
        else {
          const text = rich === '' ? value : rich;
          if (type === 'str' || type === 'inlineStr' || /\p{L}/u.test(text)) cells.add(text);
          grid.cell(text, place);
        }
        // What is put together of pieces: "TỐI "&"MẬT".
        if (formula.includes('"')) cells.add(formula.replace(/"\s*[&,;+]\s*"/g, '').replaceAll('"', '\n'));
      } else if (name === 'row') grid.endRow();
      else if (!inCell && !['v', 'f', 't'].includes(name)) others.close?.(name);
      if (PRINTED.test(name)) {
        for (const line of printed(code)) print.add(line);
        code = '';
      }
      element = '';
    },
  };
  for (const _ of bites(bytes, reader)) for (const it of [cells, rest, print, said]) yield* it.ready();
  grid.end();
  for (const it of [cells, rest, print, said]) yield* it.end();
}

const added = (held: string, text: string): string => (held.length < CELL_MOST ? held + text : held);

/** `AB12` is the 27th, from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference.slice(0, 3)) {
    const code = letter.charCodeAt(0) - 64;
    if (code < 1 || code > 26) break;
    column = column * 26 + code;
  }
  return column - 1;
}

/** `&C&"Times,Bold"&14MẬT&RTrang &P`: what is printed on the left, in the middle, on the right. */
export function printed(text: string): string[] {
  return text
    .replace(/&(?:"[^"]*"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|[LCR&A-Z])/gi, (code) =>
      code === '&&' ? '&' : /^&[LCR]$/i.test(code) ? '\n' : /^&[PNDTAFZG]$/i.test(code) ? ' ' : '',
    )
    .split('\n')
    .filter((it) => it.trim() !== '');
}
