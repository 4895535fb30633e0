import { Info } from 'lucide';

import { MessageDetails, reachedOf, stateWords } from '../../../receipts/view.tsx';
import { strings } from '../../strings.ts';
import type { Act } from '../acts.ts';
import { receiptOf } from '../said.ts';

export const details: Act = {
  when: ({ by, recalled }, { self, can }) => !recalled && (by === self || can('message.readers')),
  item: (line, place) => ({
    label: strings('details'),
    icon: Info,
    ...(line.by === place.self ? { hint: stateWords(reachedOf(receiptOf(line, place))) } : {}),
  }),
  run: (line, place) =>
    place.lay((close) => (
      <MessageDetails
        {...receiptOf(line, place)}
        message={line.id}
        at={line.at}
        urgency={line.urgency ?? 0}
        asks={line.ask === true}
        acknowledged={() => place.conversation.shown.value.lines.find((it) => it.id === line.id)?.acknowledged ?? 0}
        onClose={close}
      />
    )),
};
