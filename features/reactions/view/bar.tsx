import type { Message } from '../../messages/protocol.ts';
import type { LogPlace } from '../../messages/view/place.ts';

interface ReactionBarProps {
  line: Message;
  place: LogPlace;
  close: () => void;
}

/** The reactions that are given most, on top of a message's menu. */
export function ReactionBar(_props: ReactionBarProps) {
  return null;
}
