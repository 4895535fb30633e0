import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { Spinner } from '../../../web/ui/progress.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Message } from '../../messages/protocol.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import { strings } from '../strings.ts';
import { toggle } from './give.ts';
import { QuickOnes } from './quick.tsx';

const picker = later(() => import('../../messages/view/emoji.tsx'));

/** Opens all emoji there are, to give a message one. */
export function giveAny(line: Message, place: LogPlace): void {
  place.lay((close) => <AnyEmoji line={line} place={place} onClose={close} />);
}

function AnyEmoji({ line, place, onClose }: { line: Message; place: LogPlace; onClose: () => void }) {
  useEffect(() => void picker.fetch(), []);
  const Picker = picker.it.value?.EmojiPicker;
  const pick = (emoji: string): void => {
    onClose();
    toggle(place.group, line, emoji);
  };
  return (
    <Sheet title={strings('give')} onClose={onClose} class="reaction-any">
      <div class="reaction-bar" role="group" aria-label={strings('give')}>
        <QuickOnes line={line} onPick={pick} />
      </div>
      {Picker ? (
        <Picker messages={place.messages} onPick={pick} onClose={onClose} />
      ) : picker.trouble.value ? (
        <Trouble error={picker.trouble.value} onRetry={() => void picker.fetch()} />
      ) : (
        <Spinner label={strings('give')} />
      )}
    </Sheet>
  );
}
