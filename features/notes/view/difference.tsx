import { useMemo } from 'preact/hooks';

import { countOf, differenceOf } from '../rules/difference.ts';
import { strings } from '../strings/reading.ts';
import '../notes.css';

/** Lines far from any change are left out. */
const AROUND = 240;

/** What became of a text, word by word: added words underlined, removed ones struck out, each named to who cannot see that. */
export function Difference({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => differenceOf(before, after), [before, after]);
  return (
    <div class="note-difference">
      {parts.map(({ kind, text }, at) => {
        if (kind === 'added') {
          return (
            <ins key={at}>
              <span class="unseen">{strings('addedWords')}</span>
              {text}
            </ins>
          );
        }
        if (kind === 'removed') {
          return (
            <del key={at}>
              <span class="unseen">{strings('removedWords')}</span>
              {text}
            </del>
          );
        }
        return <span key={at}>{near(text, at > 0, at < parts.length - 1)}</span>;
      })}
    </div>
  );
}

/** “thêm 3 từ, bớt 1 từ” */
export function differenceWords(before: string, after: string): string {
  const { added, removed } = countOf(differenceOf(before, after));
  if (added === 0 && removed === 0) return strings('noChange');
  return [added > 0 ? strings('added', { n: added }) : '', removed > 0 ? strings('removed', { n: removed }) : '']
    .filter(Boolean)
    .join(', ');
}

function near(text: string, after: boolean, before: boolean): string {
  const keep = (after ? AROUND : 0) + (before ? AROUND : 0);
  if (text.length <= keep + 80) return text;
  const [head, tail] = [after ? text.slice(0, AROUND) : '', before ? text.slice(-AROUND) : ''];
  return `${head}\n…\n${tail}`;
}
