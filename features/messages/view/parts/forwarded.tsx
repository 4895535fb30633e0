import { Forward } from 'lucide';

import { displayName } from '../../../../web/names.ts';
import { Icon } from '../../../../web/ui/icon.tsx';
import { strings } from '../../strings.ts';
import type { PartProps } from '../place.ts';
import './parts.css';

/** Where a message comes from that somebody passed on. */
export function Forwarded({ line }: PartProps) {
  const { forwarded } = line;
  if (!forwarded) return null;
  const { by, group } = forwarded;
  return (
    <span class="bubble-forwarded">
      <Icon of={Forward} size={14} />
      <span>
        {group
          ? strings('forwardedFrom', { by: displayName(by), group })
          : strings('forwardedBy', { by: displayName(by) })}
      </span>
    </span>
  );
}
