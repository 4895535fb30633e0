import { useEffect } from 'preact/hooks';
import { Check } from 'lucide';

import { formatTime } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { ProgressBar } from '../../../web/ui/progress.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { PartProps } from '../../messages/view/place.ts';
import { strings } from '../strings/asking.ts';
import { reachedOf } from '../view.tsx';
import './asking.css';

/** “Xác nhận đã đọc” is asked for: how many have, and the button. */
export function Asking({ line, pending, own, place }: PartProps) {
  return line.ask ? <Asked line={line} pending={pending} own={own} place={place} /> : null;
}

function Asked({ line, pending, own, place }: PartProps) {
  const { receipts, group } = place;
  const refused = receipts.refused.value === line.id;
  useEffect(() => {
    if (!refused) return;
    receipts.refused.value = undefined;
    showToast({ words: strings('gone'), icon: null });
  }, [refused]);
  const { others } = reachedOf({
    receipts,
    group,
    seq: line.seq,
    members: place.members,
    pair: place.pair,
    self: place.readSeq,
  });
  const mine = line.acknowledgedAt ?? null;
  const sending = mine === null && receipts.acknowledging.value.has(line.id);
  const count = Math.min(others, (line.acknowledged ?? 0) + (sending ? 1 : 0));
  return (
    <div class="asking">
      <div class="asking-count">
        <span aria-label={strings('countedWords', { n: count, all: others })}>
          {strings('counted', { n: count, all: others })}
        </span>
        <ProgressBar value={count} max={Math.max(1, others)} label={strings('acknowledged')} />
      </div>
      {own || pending ? null : mine !== null || sending ? (
        <span class="asking-done" role="status">
          <Icon of={Check} size={16} />
          {mine === null ? strings('acknowledged') : strings('acknowledgedAt', { time: formatTime(mine) })}
        </span>
      ) : (
        <Button size="small" onPress={() => receipts.acknowledge(group, line.id)}>
          {strings('acknowledge')}
        </Button>
      )}
    </div>
  );
}
