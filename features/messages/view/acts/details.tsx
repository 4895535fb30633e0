import { Info } from 'lucide';

import { MessageDetails, reachedOf, stateWords } from '../../../receipts/view.tsx';
import { strings } from '../../strings.ts';
import type { Act } from '../acts.ts';
import { receiptOf } from '../said.ts';

export const details: Act = {
  when: ({ by }, { self }) => by === self,
  item: (line, place) => ({
    label: strings('details'),
    icon: Info,
    hint: stateWords(reachedOf(receiptOf(line, place))),
  }),
  run: (line, place) =>
    place.lay((close) => <MessageDetails {...receiptOf(line, place)} at={line.at} onClose={close} />),
};
