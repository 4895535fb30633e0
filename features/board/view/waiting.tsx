import { Clock } from 'lucide';
import type { IconNode } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import { useNotes } from '../../notes/view/use-notes.ts';
import { usePolls } from '../../polls/view/use-polls.ts';
import { strings } from '../strings.ts';

/** Notes that were written without a line and are sent once there is one. */
export function WaitingNotes({ group, icon }: { group: string; icon: IconNode }) {
  return <Waiting label={strings('waitingNotes')} icon={icon} list={useNotes()?.pendingIn(group) ?? []} />;
}

/** Polls that were made without a line. */
export function WaitingPolls({ group, icon }: { group: string; icon: IconNode }) {
  const list = usePolls()?.made(group) ?? [];
  return (
    <Waiting
      label={strings('waitingPolls')}
      icon={icon}
      list={list.map(({ id, question }) => ({ id, title: question }))}
    />
  );
}

interface WaitingProps {
  label: string;
  icon: IconNode;
  list: readonly { readonly id: string; readonly title: string }[];
}

function Waiting({ label, icon, list }: WaitingProps) {
  if (list.length === 0) return null;
  return (
    <ul class="board-things" aria-label={label}>
      {list.map(({ id, title }) => (
        <li key={id} class="board-card">
          <div class="board-card-head">
            <Icon of={icon} size={20} class="board-card-icon" />
            <p class="board-card-title">{title}</p>
          </div>
          <p class="board-waits">
            <Icon of={Clock} size={16} />
            {strings('waits')}
          </p>
        </li>
      ))}
    </ul>
  );
}
