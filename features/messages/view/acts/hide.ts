import { Trash2 } from 'lucide';

import { showToast } from '../../../../web/ui/toast.tsx';
import type { Message } from '../../protocol.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';
import type { LogPlace } from '../place.ts';
import { trying } from './trying.ts';

function remove(lines: readonly Message[], { messages, group, selection }: LogPlace): void {
  if (!trying(() => messages.hide(group, lines))) return;
  selection.end();
  showToast({
    words: lines.length === 1 ? strings('hidden') : strings('hiddenMany', { n: lines.length }),
    icon: Trash2,
    onAction: () => void trying(() => messages.show(group, lines)),
  });
}

export const hide: Act = {
  when: ({ kind }) => kind === 'text',
  item: () => ({ label: strings('hide'), icon: Trash2 }),
  run: (line, place) => remove([line], place),
  many: { item: () => ({ label: strings('hideShort'), icon: Trash2 }), run: remove },
};
