import { Parser } from 'htmlparser2';

import { Refused } from '../../files/check/finding.ts';
import { Grid, Lines } from './lines.ts';
import { linkText } from './link.ts';
import { isPicture, picturesIn } from './pictures.ts';
import type { Budget, Piece } from './piece.ts';

const DEPTH_MOST = 2_000;
const LINE_MOST = 100_000;
const LINE_AGAIN = 4_000;
const INLINE =
  /^(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|q|rp|rt|ruby|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr|nobr|o:p|img)$/;
const SPEAKING = /^(?:title|alt|content|placeholder|value|aria-label|summary|label|data-original-title)$/;
const UNSEEN = /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|mso-hide\s*:\s*all/i;
const EMPTY = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/;

/** A page as mails carry it: what is seen and what is not, what stands behind pictures, remarks, what it says of itself. */
export function* htmlIn(pieces: Iterable<string>, budget: Budget): Generator<Piece> {
  const lines = new Lines('body');
  const said = new Lines('alternative');
  const grids: { grid: Grid; cell: string; place: number }[] = [];
  const encoded: Buffer[] = [];
  const open: { name: string; hides: boolean }[] = [];
  let hidden = 0;
  let all = '';
  let shown = '';
  let hides = false;
  let mute = 0;
  let pre = 0;

  const endLine = (): void => {
    const text = all.replace(/[ \t\u00a0]+/g, ' ');
    if (text.trim() !== '') {
      lines.add(text);
      const cell = grids.at(-1);
      if (cell && cell.cell.length < 1_000) cell.cell += ` ${text.trim()}`;
    }
    if (hides && shown.trim() !== '') lines.add(shown.replace(/[ \t\u00a0]+/g, ' '));
    all = '';
    shown = '';
    hides = false;
  };
  const put = (text: string): void => {
    all += text;
    if (hidden > 0) hides = true;
    else shown += text;
    if (all.length > LINE_MOST) {
      lines.add(all);
      all = all.slice(-LINE_AGAIN);
      shown = shown.slice(-LINE_AGAIN);
    }
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      const unseen = UNSEEN.test(attributes['style'] ?? '') || 'hidden' in attributes;
      if (!EMPTY.test(name)) {
        open.push({ name, hides: unseen });
        if (open.length > DEPTH_MOST) throw new Refused('file.too_much_inside');
        if (unseen) hidden += 1;
      }
      if (name === 'style') mute += 1;
      if (name === 'pre') pre += 1;
      if (!INLINE.test(name)) endLine();
      if (name === 'table') grids.push({ grid: new Grid(lines), cell: '', place: -1 });
      else if (name === 'td' || name === 'th') {
        const it = grids.at(-1);
        if (it) {
          it.place += 1;
          it.cell = '';
        }
      }
      for (const [key, value] of Object.entries(attributes)) {
        if (SPEAKING.test(key)) said.add(value);
        else if (/^(?:href|src|background)$/.test(key)) linked(value);
      }
    },
    ontext(text) {
      if (mute === 0) put(text.replace(/[\r\n]+/g, pre > 0 ? '\n' : ' '));
    },
    oncomment(text) {
      // Written for one reader only, as Outlook does.
      said.add(untagged(text));
    },
    onclosetag(name) {
      if (!INLINE.test(name)) endLine();
      if (name === 'style') mute = Math.max(0, mute - 1);
      if (name === 'pre') pre = Math.max(0, pre - 1);
      if (!EMPTY.test(name)) {
        const it = open.pop();
        if (it?.hides) hidden -= 1;
      }
      if (name === 'table') grids.pop()?.grid.end();
      else if (name === 'td' || name === 'th') {
        const it = grids.at(-1);
        it?.grid.cell(it.cell, it.place);
        if (it) it.cell = '';
      } else if (name === 'tr') {
        const it = grids.at(-1);
        it?.grid.endRow();
        if (it) it.place = -1;
      }
    },
  });

  function linked(value: string): void {
    const data = /^\s*data:([^,;]*)[^,]{0,200},/i.exec(value);
    if (data) {
      const body = value.slice(data[0].length);
      const bytes = /;\s*base64/i.test(data[0]) ? Buffer.from(body, 'base64') : Buffer.from(linkText(body), 'latin1');
      if (isPicture(bytes)) encoded.push(bytes);
      else if (/^image/i.test(data[1]!)) throw new Refused('file.unchecked');
      return;
    }
    const text = linkText(value);
    if (/[^\0-\u007f]|\s/.test(text)) said.add(text.replace(/[?&=/_+]+/g, ' '));
  }

  for (const piece of pieces) {
    parser.write(piece);
    yield* lines.ready();
    yield* said.ready();
  }
  parser.end();
  endLine();
  for (const { grid } of grids) grid.end();
  yield* lines.end();
  yield* said.end();
  for (const bytes of encoded) yield* picturesIn(bytes, 'picture', budget);
}

/** Without what stands between angle brackets. */
function untagged(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const from = text.indexOf('<', at);
    const upTo = from < 0 ? -1 : text.indexOf('>', from);
    if (upTo < 0) {
      parts.push(text.slice(at));
      break;
    }
    parts.push(text.slice(at, from));
    at = upTo + 1;
  }
  return parts.join('\n');
}
