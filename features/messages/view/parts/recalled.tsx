import { ShieldAlert, Undo2 } from 'lucide';

import { Icon } from '../../../../web/ui/icon.tsx';
import { strings } from '../../strings.ts';
import type { PartProps } from '../place.ts';
import './edited.css';

/** What stands instead of a message that was recalled, or withdrawn as secret. */
export function Recalled({ line }: PartProps) {
  if (line.recalled?.secrecy) {
    return (
      <span class="recalled-words recalled-secrecy">
        <Icon of={ShieldAlert} size={14} />
        {strings('withdrawn')}
      </span>
    );
  }
  return (
    <span class="recalled-words">
      <Icon of={Undo2} size={14} />
      {strings('recalled')}
    </span>
  );
}
