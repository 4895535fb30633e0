import { Pin } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import { PinList } from '../../pins/view/list.tsx';
import { usePinList } from '../../pins/view/use-pins.ts';
import { SHOWN } from '../rules.ts';
import { strings } from '../strings.ts';

/** Đã ghim: the first of what is pinned; all of it a press further. */
export function PinnedSection({ group }: { group: string }) {
  const list = usePinList(group);
  return (
    <section class="board-section" aria-labelledby="board-pins">
      <header class="board-section-head">
        <Icon of={Pin} size={20} />
        <h2 id="board-pins">
          {strings('pinned')} {list ? <span class="board-count">{list.length}</span> : null}
        </h2>
      </header>
      <PinList group={group} most={SHOWN.pins} />
    </section>
  );
}
