import { linesOf } from './markup.ts';
import type { Sign } from './markup.ts';

/** A text with what is selected in it. */
export interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Puts the sign around what is selected, line by line, or takes it away where it stands there; around the caret where nothing is. */
export function toggleSign({ text, from, to }: Selected, sign: Sign): Selected {
  if (from === to) {
    // Between two signs that were just put there: they go again.
    if (text[from - 1] === sign && text[from] === sign)
      return { text: text.slice(0, from - 1) + text.slice(from + 1), from: from - 1, to: from - 1 };
    return { text: `${text.slice(0, from)}${sign}${sign}${text.slice(from)}`, from: from + 1, to: from + 1 };
  }
  const spans = wordsOf({ text, from, to });
  if (spans.length === 0) return { text, from, to };
  // Where the sign stands already, within what is selected or just outside of it.
  const bare = spans.map((it) => ({
    from: text[it.from] === sign ? it.from + 1 : it.from,
    to: text[it.to - 1] === sign ? it.to - 1 : it.to,
  }));
  const take = bare.every((it) => it.to > it.from && text[it.from - 1] === sign && text[it.to] === sign);
  let next = '';
  let at = 0;
  const result = { from: 0, to: 0 };
  for (const [index, span] of spans.entries()) {
    const it = take ? bare[index]! : span;
    next += text.slice(at, take ? it.from - 1 : it.from) + (take ? '' : sign);
    if (index === 0) result.from = next.length;
    next += text.slice(it.from, it.to);
    result.to = next.length;
    if (!take) next += sign;
    at = take ? it.to + 1 : it.to;
  }
  return { text: next + text.slice(at), ...result };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The words of each selected line, without the blanks around them and what makes the line one of a list. */
function wordsOf({ text, from, to }: Selected): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const { mark, pieces } of linesOf(text)) {
    const length = mark.length + pieces.reduce((sum, it) => sum + it.text.length, 0);
    let [start, end] = [Math.max(from, at + mark.length), Math.min(to, at + length)];
    while (start < end && /\s/u.test(text[start]!)) start += 1;
    while (end > start && /\s/u.test(text[end - 1]!)) end -= 1;
    if (end > start) spans.push({ from: start, to: end });
    at += length + 1;
  }
  return spans;
}

/** Makes the selected lines a list, or plain lines again where they are all of that kind already. */
export function toggleList({ text, from, to }: Selected, kind: 'bullet' | 'number'): Selected {
  const lines = linesOf(text);
  const written = text.split('\n');
  let at = 0;
  const places = written.map((it) => {
    const start = at;
    at += it.length + 1;
    return start;
  });
  const first = places.findLastIndex((it) => it <= from);
  const last = Math.max(
    first,
    places.findLastIndex((it) => it < to || it === from),
  );
  const chosen = lines.slice(first, last + 1);
  const listed = chosen.filter((it, i) => written[first + i]!.trim() !== '');
  const take = listed.length > 0 && listed.every((it) => it.kind === kind);
  const before = lines[first - 1];
  let number = before?.kind === 'number' ? Number.parseInt(before.mark, 10) : 0;
  const next = chosen.map(({ mark }, i) => {
    const bare = written[first + i]!.slice(mark.length);
    // Blank lines within stay blank; a single blank line begins the list.
    if (take || (bare.trim() === '' && chosen.length > 1)) return bare;
    if (kind === 'bullet') return `- ${bare.trimStart()}`;
    number += 1;
    return `${number}. ${bare.trimStart()}`;
  });
  const start = places[first]!;
  const joined = next.join('\n');
  const end = start + written.slice(first, last + 1).join('\n').length;
  const whole = text.slice(0, start) + joined + text.slice(end);
  const to2 = start + joined.length;
  return from === to
    ? { text: whole, from: to2 - (end - to), to: to2 - (end - to) }
    : { text: whole, from: start, to: to2 };
}

/**
 * A new line is begun at the caret, at the end of a line of a list: what the next one begins with. An empty line of a list ends
 * it: '' then. Undefined where nothing is to be done.
 */
export function nextOfList({ text, from, to }: Selected): Selected | undefined {
  if (from !== to) return undefined;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const end = text.indexOf('\n', from) < 0 ? text.length : text.indexOf('\n', from);
  const line = text.slice(start, end);
  const empty = /^[ \t]{0,8}(?:[-–•*+]|\d{1,3}[.)])[ \t]+$/u.test(line);
  if (empty) return { text: text.slice(0, start) + text.slice(end), from: start, to: start };
  const [it] = linesOf(line);
  if (!it || it.kind === 'plain' || from < start + it.mark.length) return undefined;
  const mark = it.kind === 'number' ? it.mark.replace(/\d+/, (n) => String(Number(n) + 1)) : it.mark;
  const at = from + 1 + mark.length;
  return { text: `${text.slice(0, from)}\n${mark}${text.slice(from)}`, from: at, to: at };
}
