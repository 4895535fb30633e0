import { showToast } from '../../../../web/ui/toast.tsx';
import { strings } from '../../strings.ts';
import type { LogPlace, PartProps } from '../place.ts';
import type { Message } from '../../protocol.ts';
import './edited.css';

/** “đã sửa”, beside the time: opens everything the message has said. */
export function Edited({ line, place }: PartProps) {
  if (!line.edited) return null;
  return (
    <button type="button" class="bubble-edited" tabIndex={-1} onClick={() => open(line, place)}>
      {strings('edited')}
    </button>
  );
}

function open(line: Message, place: LogPlace): void {
  void import('../versions.tsx').then(
    ({ Versions }) => place.lay((close) => <Versions line={line} place={place} onClose={close} />),
    () => showToast({ words: strings('partMissing'), icon: null }),
  );
}
