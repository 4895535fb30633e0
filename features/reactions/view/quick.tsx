import type { Message } from '../../messages/protocol.ts';
import { QUICK } from '../rules.ts';
import { reactions } from '../state.ts';
import { names } from '../strings/names.ts';

/** The five that are given most, each a press. */
export function QuickOnes({ line, onPick }: { line: Message; onPick: (emoji: string) => void }) {
  const own = new Set(reactions.value?.of(line).flatMap((it) => (it.own ? [it.emoji] : [])));
  return (
    <>
      {QUICK.map((it) => (
        <button
          key={it}
          type="button"
          class="reaction-quick"
          aria-pressed={own.has(it)}
          aria-label={names(it)}
          title={names(it)}
          onClick={() => onPick(it)}
        >
          {it}
        </button>
      ))}
    </>
  );
}
