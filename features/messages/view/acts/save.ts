import { Bookmark, BookmarkX } from 'lucide';

import { navigate } from '../../../../web/routing.ts';
import { showToast } from '../../../../web/ui/toast.tsx';
import type { Message } from '../../protocol.ts';
import { isChoosable } from '../../state/selection.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';
import type { LogPlace } from '../place.ts';
import { trying } from './trying.ts';

const itemOf = (saved: boolean) =>
  saved ? { label: strings('unsave'), icon: BookmarkX } : { label: strings('save'), icon: Bookmark };

function turn(lines: readonly Message[], { messages, group, selection }: LogPlace): void {
  const on = lines.some((it) => !it.saved);
  const turned = lines.filter((it) => (it.saved ?? false) !== on);
  if (!trying(() => messages.save(group, turned, on))) return;
  selection.end();
  if (!on) showToast(strings('unsaved'));
  else {
    showToast({
      words: turned.length === 1 ? strings('saved') : strings('savedMany', { n: turned.length }),
      action: strings('seeSaved'),
      onAction: () => navigate('/me/saved'),
      seconds: 6,
    });
  }
}

export const save: Act = {
  when: isChoosable,
  item: ({ saved }) => ({ ...itemOf(saved === true), quick: true }),
  run: (line, place) => turn([line], place),
  many: { item: (lines) => itemOf(lines.every((it) => it.saved)), run: turn },
};
