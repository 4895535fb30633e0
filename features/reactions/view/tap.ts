import { useDoubleTap } from '../../../web/ui/gestures.ts';
import type { Message } from '../../messages/protocol.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import { QUICK } from '../rules.ts';
import { toggle } from './give.ts';

/** Two taps on a bubble give the first of the quick ones, or take it back; the bar on top of the menu is their twin. */
export function useTapReaction(line: Message, place: LogPlace) {
  return useDoubleTap(() => {
    if (!line.recalled && !place.selection.on.peek() && place.can('message.react')) toggle(place.group, line, QUICK[0]);
  });
}
