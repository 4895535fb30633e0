import { Forward } from 'lucide';

import { displayName } from '../../../../web/names.ts';
import { Icon } from '../../../../web/ui/icon.tsx';
import type { Message } from '../../protocol.ts';
import { strings } from '../../strings.ts';
import type { PartProps } from '../place.ts';
import './parts.css';

/** Where a message comes from that somebody passed on. */
export function Forwarded({ line: { forwarded }, pending }: PartProps) {
  if (!forwarded && !pending?.form.forward) return null;
  return (
    <span class="bubble-forwarded">
      <Icon of={Forward} size={14} />
      <span>{forwarded ? wordsOf(forwarded) : strings('forwarding')}</span>
    </span>
  );
}

function wordsOf({ by, group }: NonNullable<Message['forwarded']>): string {
  const who = displayName(by);
  return group ? strings('forwardedFrom', { by: who, group }) : strings('forwardedBy', { by: who });
}
