import { Plus } from 'lucide';

import { IconButton } from '../../../web/ui/button.tsx';
import type { Message } from '../../messages/protocol.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import { strings } from '../strings.ts';
import { giveAny } from './any.tsx';
import { toggle } from './give.ts';
import { QuickOnes } from './quick.tsx';

interface ReactionBarProps {
  line: Message;
  place: LogPlace;
  close: () => void;
}

/** The reactions that are given most, on top of a message's menu. */
export function ReactionBar({ line, place, close }: ReactionBarProps) {
  if (!place.can('message.react')) return null;
  return (
    <div class="reaction-bar" role="group" aria-label={strings('give')}>
      <QuickOnes
        line={line}
        onPick={(emoji) => {
          close();
          toggle(place.group, line, emoji);
        }}
      />
      <IconButton
        icon={Plus}
        label={strings('more')}
        onPress={() => {
          close();
          giveAny(line, place);
        }}
      />
    </div>
  );
}
