import type { ComponentChildren } from 'preact';

import type { Mention, Message } from '../../protocol.ts';
import { linesOf } from '../../rules/markup.ts';
import type { Piece, TextLine } from '../../rules/markup.ts';
import { Named } from '../../../mentions/view/named.tsx';
import type { LogPlace } from '../place.ts';

/**
 * Text as people wrote it: web addresses, e-mail addresses and phone numbers lead somewhere, signs make words bold, slanted or
 * struck out, lines of a list stand below each other.
 */
export function Text({ line, place }: { line: Pick<Message, 'text' | 'mentions'>; place?: Reading }) {
  return <>{runsOf(linesOf(line.text ?? '', line.mentions)).map((run, at, runs) => runWords(run, at, runs, place))}</>;
}

/** Whoever reads it is told apart among those who are named. */
type Reading = Pick<LogPlace, 'callsMe'>;
type Line = TextLine<Mention>;
type Run = readonly Line[];

/** Lines of a list that follow each other are one list. */
function runsOf(lines: readonly Line[]): Run[] {
  const runs: Line[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && (last[0]!.kind === 'plain') === (line.kind === 'plain')) last.push(line);
    else runs.push([line]);
  }
  return runs;
}

function runWords(run: Run, at: number, runs: readonly Run[], place: Reading | undefined): ComponentChildren {
  if (run[0]!.kind === 'plain') {
    const words = run.flatMap((it, i) => (i > 0 ? ['\n', ...piecesOf(it.pieces, place)] : piecesOf(it.pieces, place)));
    // A blank line before a list: the last line feed alone would show nothing.
    const blank = at < runs.length - 1 && run.at(-1)!.pieces.length === 0 && (run.length > 1 || at > 0);
    return blank ? [...words, '\n'] : words;
  }
  return (
    // So that VoiceOver calls it a list although it has no marks of its own.
    // oxlint-disable-next-line jsx-a11y/no-redundant-roles
    <ul key={at} class="text-list" role="list">
      {run.map(({ mark, pieces }, i) => (
        <li key={i} class={mark.startsWith(' ') || mark.startsWith('\t') ? 'text-item text-deeper' : 'text-item'}>
          <span class="text-mark">{mark.trim() === '*' ? '•' : mark.trim()}</span>{' '}
          <span>{piecesOf(pieces, place)}</span>
        </li>
      ))}
    </ul>
  );
}

function piecesOf(pieces: readonly Piece<Mention>[], place: Reading | undefined): ComponentChildren[] {
  return pieces.map((piece, at) => {
    if (piece.sign) return null;
    let words: ComponentChildren = piece.text;
    const { mention } = piece;
    if (mention) words = <Named text={piece.text} mention={mention} me={place?.callsMe([mention])} />;
    else if (piece.href) words = <Leading piece={piece} reached={place === undefined} />;
    else if (piece.whole) words = <span class="bubble-whole">{piece.text}</span>;
    if (piece.strike) words = <s>{words}</s>;
    if (piece.italic) words = <em>{words}</em>;
    if (piece.bold) words = <strong>{words}</strong>;
    return typeof words === 'string' ? words : <span key={at}>{words}</span>;
  });
}

/** In a conversation the line has the focus; what stands elsewhere is reached by the key Tab. */
function Leading({ piece: { text, href = '', whole }, reached }: { piece: Piece<Mention>; reached: boolean }) {
  return (
    <a
      class={whole ? 'bubble-link bubble-whole' : 'bubble-link'}
      href={href}
      // Whatever calls or writes letters is opened by the device, not in another page.
      target={href.startsWith('http') ? '_blank' : undefined}
      rel="noopener noreferrer"
      tabIndex={reached ? undefined : -1}
    >
      {text}
    </a>
  );
}
