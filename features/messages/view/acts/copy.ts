import { Copy } from 'lucide';

import { formatDateTime } from '../../../../web/format.ts';
import { copyText } from '../../../../web/ui/gestures.ts';
import { showToast } from '../../../../web/ui/toast.tsx';
import type { Message } from '../../protocol.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';
import type { LogPlace } from '../place.ts';
import { writerOf } from '../said.ts';

/** As it was written, signs and all; of several who wrote each and when. */
export const copy: Act = {
  when: ({ text }) => Boolean(text),
  item: () => ({ label: strings('copy'), icon: Copy, quick: true }),
  run: ({ text }) => void say(text ?? '', strings('copied')),
  many: {
    item: () => ({ label: strings('copy'), icon: Copy }),
    run: (lines, place) => {
      place.selection.end();
      if (lines.length === 1) void say(lines[0]!.text ?? '', strings('copied'));
      else void say(lines.map((it) => wholeLine(it, place)).join('\n'), strings('copiedMany', { n: lines.length }));
    },
  },
};

function wholeLine({ by, at, text }: Message, place: LogPlace): string {
  return strings('copyLine', { who: writerOf(by, place), when: formatDateTime(at), text: text ?? '' });
}

async function say(text: string, words: string): Promise<void> {
  showToast((await copyText(text)) ? words : strings('notCopied'));
}
