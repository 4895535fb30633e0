import { partsOf } from '../../rules.ts';
import type { Message } from '../../protocol.ts';

/** Text as people wrote it; only web addresses, e-mail addresses and phone numbers become links. */
export function Text({ line }: { line: Pick<Message, 'text' | 'mentions'> }) {
  return (
    <>
      {partsOf(line.text ?? '').map((part, at) =>
        part.href ? (
          <a
            key={at}
            class={part.whole ? 'bubble-link bubble-whole' : 'bubble-link'}
            href={part.href}
            // Whatever calls or writes letters is opened by the device, not in another page.
            target={part.href.startsWith('http') ? '_blank' : undefined}
            rel="noopener noreferrer"
            tabIndex={-1}
          >
            {part.text}
          </a>
        ) : part.whole ? (
          <span key={at} class="bubble-whole">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
