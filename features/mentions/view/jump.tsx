import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import { Unseen } from '../state.ts';
import type { Sight } from '../state.ts';

const button = later(() => import('./jump-button.tsx'));

interface MentionJumpProps {
  place: LogPlace;
  /** What stands in the window now; undefined while nothing is drawn. */
  inSight: () => Sight | undefined;
}

/** The @ above the button that leads to the newest line. It comes when something unread names the actor, and stays until that was in sight. */
export function MentionJump({ place, inSight }: MentionJumpProps) {
  const { conversation } = place;
  const unseen = useMemo(() => new Unseen(place.readSeq()), [conversation]);
  const mentioned = place.chat()?.mentioned;
  // Before anything of it is read: the list of chats knows only of what is unread.
  useLayoutEffect(() => {
    if (mentioned) unseen.learn(mentioned);
  }, [unseen, mentioned]);
  const wanted = unseen.next !== undefined;
  useEffect(() => {
    if (wanted) void button.fetch();
  }, [wanted]);
  const Button = button.it.value?.JumpButton;
  return wanted && Button ? <Button place={place} unseen={unseen} inSight={inSight} /> : null;
}
