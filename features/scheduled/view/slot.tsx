import { useEffect } from 'preact/hooks';

import { connection } from '../../../web/connection.ts';
import { later } from '../../../web/later.ts';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';

/** What waits is not needed to show a chat: it is asked for this long after one was opened. */
const AFTERWARDS_MS = 900;

const strip = later(() => import('./strip.tsx').then((it) => it.ScheduledStrip));

/** Above the field: what waits to be sent into this chat. */
export function ScheduledSlot({ place }: { place: ComposerPlace }) {
  const live = connection().state.value === 'online';
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => void strip.fetch(), AFTERWARDS_MS);
    return () => clearTimeout(timer);
  }, [live]);
  const Strip = strip.it.value;
  return Strip ? <Strip place={place} /> : null;
}
