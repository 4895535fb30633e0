import { CalendarClock, ChevronRight, CircleAlert } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';
import { strings } from '../strings.ts';
import { scheduledMessages } from './list.ts';
import { timeWords } from './words.ts';
import './scheduled.css';

/** “2 tin hẹn giờ · gần nhất 16:30”: opens the list of what waits in this chat. */
export function ScheduledStrip({ place }: { place: ComposerPlace }) {
  const list = scheduledMessages().of(place.group);
  if (list.length === 0) return null;
  const refused = list.filter((it) => it.refused);
  const waiting = list.filter((it) => !it.refused);
  const next = waiting[0];
  return (
    <button
      type="button"
      class={`scheduled-strip${refused.length > 0 ? ' scheduled-strip-red' : ''}`}
      onClick={() => place.show(() => import('./sheet.tsx').then((it) => it.ScheduledSheet))}
    >
      <Icon of={refused.length > 0 ? CircleAlert : CalendarClock} size={20} />
      <span class="scheduled-strip-words">
        {refused.length > 0 ? (
          <b>{strings('refusedMany', { n: refused.length })}</b>
        ) : (
          <b>{strings('waiting', { n: waiting.length })}</b>
        )}
        {next && refused.length === 0 ? (
          <span> · {strings('next', { time: timeWords(next.at, connection().now()) })}</span>
        ) : null}
      </span>
      <Icon of={ChevronRight} size={20} />
    </button>
  );
}
