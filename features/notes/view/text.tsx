import { Square, SquareCheck } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import { Text } from '../../messages/view/parts/text.tsx';
import { blocksOf } from '../rules/layout.ts';
import { strings } from '../strings.ts';
import '../notes.css';

/** What a note says: words and lists as in messages, headings, boxes to tick. `under`: the level of the heading above it. */
export function NoteWords({ text, under = 2 }: { text: string; under?: 2 | 3 }) {
  return (
    <div class="note-words">
      {blocksOf(text).map((it, at) => {
        if (it.kind === 'heading') {
          const Heading = `h${under + it.level}` as 'h3';
          return (
            <Heading key={at} class={`note-heading note-heading-${it.level}`}>
              <Text line={{ text: it.text }} />
            </Heading>
          );
        }
        if (it.kind === 'ticks') {
          return (
            // So that VoiceOver calls it a list although it has no marks of its own.
            // oxlint-disable-next-line jsx-a11y/no-redundant-roles
            <ul key={at} class="note-ticks" role="list">
              {it.items.map((item, i) => (
                <li key={i} class={item.done ? 'note-tick note-tick-done' : 'note-tick'}>
                  <Icon of={item.done ? SquareCheck : Square} size={20} />
                  <span>
                    <span class="unseen">{strings(item.done ? 'done' : 'open')}</span>
                    <Text line={{ text: item.text }} />
                  </span>
                </li>
              ))}
            </ul>
          );
        }
        return (
          <div key={at} class="note-paragraph">
            <Text line={{ text: it.text }} />
          </div>
        );
      })}
    </div>
  );
}
