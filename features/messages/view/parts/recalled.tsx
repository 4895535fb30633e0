import { Undo2 } from 'lucide';

import { Icon } from '../../../../web/ui/icon.tsx';
import { strings } from '../../strings.ts';
import type { PartProps } from '../place.ts';
import './edited.css';

/** What stands instead of a message that was recalled. */
export function Recalled(_props: PartProps) {
  return (
    <span class="recalled-words">
      <Icon of={Undo2} size={14} />
      {strings('recalled')}
    </span>
  );
}
