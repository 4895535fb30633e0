import { ListChecks } from 'lucide';

import { isChoosable } from '../../state/selection.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';

export const select: Act = {
  when: isChoosable,
  item: () => ({ label: strings('select'), icon: ListChecks, quick: true }),
  run: (line, { selection }) => selection.begin(line),
};
