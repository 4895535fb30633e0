import { UserCheck } from 'lucide';

import { Tag } from '../../../web/ui/tag.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { requests } from '../state.ts';
import { strings } from '../strings/told.ts';

/** Beside a chat in the list: that people wait for the person to decide. */
export function QueueTag({ chat }: { chat: Chat }) {
  const queue = requests.value?.queues.value.get(chat.group);
  if (!queue || !chat.rights.includes('member.admit')) return null;
  return (
    <Tag tone="gold" icon={UserCheck}>
      {strings('waitingShort', { n: queue.waiting })}
    </Tag>
  );
}
