import { AlarmClock, ChartBarDecreasing, StickyNote } from 'lucide';
import type { IconNode } from 'lucide';

import { showToast } from '../../../web/ui/toast.tsx';
import type { Right } from '../../groups/rights.ts';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';
import type { PlusEntry } from '../../messages/view/plus.ts';
import { strings } from '../strings/made.ts';
import type { MakerKey } from './makers.ts';

function entry(key: MakerKey, right: Right, icon: IconNode): PlusEntry {
  return {
    key,
    icon,
    label: () => strings(key),
    when: ({ can, composition }: ComposerPlace) => can(right) && !composition.editing.value,
    run: (place) =>
      void import('./makers.ts').then(
        // What is laid over the composer gives way to the form.
        ({ makers }) => makers[key].open({ show: (panel) => place.show(panel as never) }, { group: place.group }),
        () => showToast({ words: strings('partMissing'), icon: null }),
      ),
  };
}

/** What can be put onto the board from the composer. */
export const boardPlus: readonly PlusEntry[] = [
  entry('note', 'note.create', StickyNote),
  entry('reminder', 'reminder.create', AlarmClock),
  entry('poll', 'poll.create', ChartBarDecreasing),
];
