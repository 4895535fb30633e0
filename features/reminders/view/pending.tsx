import { useEffect } from 'preact/hooks';
import { Clock, X } from 'lucide';

import { IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { momentWords } from '../state/saying.ts';
import { strings } from '../strings.ts';
import { sayRefused } from './refusal.ts';
import { DayTile } from './tile.tsx';
import { useReminders } from './use-reminders.ts';
import '../reminders.css';

/** On the board: what was made without a line and is sent once there is one. */
export function PendingReminders({ group }: { group: string }) {
  const state = useReminders();
  const refused = state?.refused.value;
  useEffect(() => {
    if (refused && state) sayRefused(state);
  }, [refused]);
  const list = state?.made(group) ?? [];
  if (list.length === 0) return null;
  return (
    <ul class="reminder-pending" aria-label={strings('pending')}>
      {list.map(({ id, title, start, wholeDay }) => (
        <li key={id} class="board-card reminder-card">
          <div class="reminder-card-top">
            <DayTile at={start} look="off" />
            <div class="reminder-card-words">
              <p class="board-card-title">{title}</p>
              <p class="reminder-fact">{momentWords({ start, end: start, wholeDay }, start)}</p>
              <p class="reminder-fact">
                <Icon of={Clock} size={16} />
                <span>{strings('pendingOne')}</span>
              </p>
            </div>
            <IconButton icon={X} size={20} label={strings('giveUp', { title })} onPress={() => state?.giveUp(id)} />
          </div>
        </li>
      ))}
    </ul>
  );
}
