/** Lines of a note that belong together: a heading, boxes to tick, or words and lists in the markup of messages. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'ticks'; readonly items: readonly { readonly done: boolean; readonly text: string }[] }
  | { readonly kind: 'words'; readonly text: string };

const HEADING = /^(#{1,3})[ \t]+(?=\S)/;
const TICK = /^[ \t]{0,8}(?:[-*+•–][ \t]+)?\[([ xX])\][ \t]+(?=\S)/;

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split('\n')) {
    const heading = HEADING.exec(line);
    const tick = heading ? null : TICK.exec(line);
    const last = blocks.at(-1);
    if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]!.length === 1 ? 1 : 2, text: line.slice(heading[0].length) });
    } else if (tick) {
      const item = { done: tick[1] !== ' ', text: line.slice(tick[0].length) };
      if (last?.kind === 'ticks') blocks[blocks.length - 1] = { kind: 'ticks', items: [...last.items, item] };
      else blocks.push({ kind: 'ticks', items: [item] });
    } else if (last?.kind === 'words') blocks[blocks.length - 1] = { kind: 'words', text: `${last.text}\n${line}` };
    else blocks.push({ kind: 'words', text: line });
  }
  // Blank lines around headings and boxes are the space between them.
  return blocks.flatMap((it): Block[] => {
    if (it.kind !== 'words') return [it];
    const words = it.text.replace(/^(?:[ \t]*\n)+|(?:\n[ \t]*)+$/g, '');
    return words.trim() === '' ? [] : [{ kind: 'words', text: words }];
  });
}

interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Makes the selected lines headings, or boxes to tick; plain ones again where they are all of that kind. */
export function toggleLines({ text, from, to }: Selected, kind: 'heading' | 'tick'): Selected {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const after = text.indexOf('\n', Math.max(from, to > from ? to - 1 : to));
  const end = after < 0 ? text.length : after;
  const lines = text.slice(start, end).split('\n');
  const pattern = kind === 'heading' ? HEADING : TICK;
  const sign = kind === 'heading' ? '# ' : '[ ] ';
  const filled = lines.filter((it) => it.trim() !== '');
  const take = filled.length > 0 && filled.every((it) => pattern.test(it));
  const next = lines.map((it) => {
    if (it.trim() === '' && lines.length > 1) return it;
    const bare = it.replace(HEADING, '').replace(TICK, '');
    return take ? bare : sign + bare.trimStart();
  });
  const made = next.join('\n');
  const whole = text.slice(0, start) + made + text.slice(end);
  if (from !== to) return { text: whole, from: start, to: start + made.length };
  const caret = Math.max(start, from + made.length - (end - start));
  return { text: whole, from: caret, to: caret };
}

const EMPTY_TICK = /^[ \t]{0,8}(?:[-*+•–][ \t]+)?\[[ xX]\][ \t]*$/;

/** At the end of a box to tick a new line begins with another one; an empty one ends them. Undefined where nothing is to be done. */
export function nextTick({ text, from, to }: Selected): Selected | undefined {
  if (from !== to) return undefined;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const after = text.indexOf('\n', from);
  const end = after < 0 ? text.length : after;
  const line = text.slice(start, end);
  if (EMPTY_TICK.test(line)) return { text: text.slice(0, start) + text.slice(end), from: start, to: start };
  const found = TICK.exec(line);
  if (!found || from < start + found[0].length) return undefined;
  const at = from + 5;
  return { text: `${text.slice(0, from)}\n[ ] ${text.slice(from)}`, from: at, to: at };
}

/** The beginning of a note as its card shows it: signs that make headings and boxes are left out. */
export function beginningOf(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(HEADING, '')
        .replace(TICK, (sign) => (/\[[xX]\]/.test(sign) ? '☑ ' : '☐ '))
        .replace(/^[ \t]*[-*+–][ \t]+(?=\S)/, '• '),
    )
    .filter((line) => line.trim() !== '')
    .join('\n');
}
