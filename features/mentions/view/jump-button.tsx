import { useEffect } from 'preact/hooks';
import { AtSign } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatBadge } from '../../../web/format.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { MENTIONS_MOST } from '../../chats/rules.ts';
import type { LogPlace } from '../../messages/view/place.ts';
import type { Sight, Unseen } from '../state.ts';
import { strings } from '../strings/jump.ts';
import './jump.css';

const LOOK_MS = 250;

interface JumpButtonProps {
  place: LogPlace;
  unseen: Unseen;
  /** What stands in the window now; undefined while nothing is drawn. */
  inSight: () => Sight | undefined;
}

/** Goes from one message that names the actor to the next, of those that were not in sight yet. */
export function JumpButton({ place, unseen, inSight }: JumpButtonProps) {
  const { group, conversation } = place;
  const many = unseen.seqs.value.length >= MENTIONS_MOST;
  useEffect(() => {
    // The list of chats tells the newest of them only.
    if (!many) return;
    connection()
      .call('mention.unread', { group })
      .then(
        ({ seqs }) => unseen.learnOlder(seqs),
        () => {},
      );
  }, [unseen, many]);

  const any = unseen.next !== undefined;
  useEffect(() => {
    if (!any) return;
    const timer = setInterval(() => {
      const sight = document.visibilityState === 'visible' ? inSight() : undefined;
      if (sight) unseen.saw(sight);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [unseen, any]);

  const go = async (seq: number): Promise<void> => {
    const there = await conversation.goTo(seq);
    // One that cannot be had now is tried again by the next press; one that is gone cannot be pointed at.
    const line = conversation.shown.peek().lines.find((it) => it.seq === seq);
    if (there && (!line || line.recalled)) unseen.drop(seq);
  };

  const { next } = unseen;
  if (next === undefined) return null;
  const count = unseen.seqs.value.length;
  return (
    <div class="log-mention">
      <IconButton icon={AtSign} look="soft" label={strings('next', { n: count })} onPress={() => void go(next)} />
      <span class="log-mention-count" aria-hidden="true">
        {formatBadge(count)}
      </span>
    </div>
  );
}
