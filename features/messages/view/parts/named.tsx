import type { Mention } from '../../protocol.ts';

/** Somebody who is named in a text. */
export function Named({ text }: { text: string; mention: Mention }) {
  return <span class="bubble-named">{text}</span>;
}
