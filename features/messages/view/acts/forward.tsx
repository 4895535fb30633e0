import { Forward } from 'lucide';

import type { Message } from '../../protocol.ts';
import { markOf } from '../../rules.ts';
import { isChoosable } from '../../state/selection.ts';
import { isPhone } from '../../../../web/viewport.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';
import { ForwardDialog } from '../forward.tsx';
import type { LogPlace } from '../place.ts';

function open(lines: readonly Message[], place: LogPlace): void {
  place.lay((close) => <ForwardDialog lines={lines} place={place} onClose={close} />);
}

export const forward: Act = {
  key: 'f',
  when: (line, { can }) => isChoosable(line) && !line.card && !markOf(line) && can('message.forward'),
  item: () => ({ label: strings('forward'), icon: Forward, quick: true, ...(isPhone.value ? {} : { hint: 'F' }) }),
  run: (line, place) => open([line], place),
  many: { item: () => ({ label: strings('forward'), icon: Forward }), run: open },
};
