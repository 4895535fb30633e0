import { UserCheck } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatAge } from '../../../web/format.ts';
import { SettingRow } from '../../../web/ui/rows.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { requests } from '../state.ts';
import { strings } from '../strings.ts';

/** “5 người chờ duyệt · lâu nhất 2 ngày” */
export function queueWords({ waiting, oldest }: { waiting: number; oldest: number | null }): string {
  const n = strings('queue', { n: waiting });
  // Who has just come has not waited yet.
  return oldest === null || connection().now() - oldest < 60_000
    ? n
    : `${n} · ${strings('oldest', { age: formatAge(oldest, connection().now()) })}`;
}

/** Duyệt thành viên: for those who may, with how many wait. */
export function RequestsRow({ chat }: { chat: Chat }) {
  if (!chat.rights.includes('member.admit')) return null;
  const queue = requests.value?.queues.value.get(chat.group);
  return (
    <SettingRow
      icon={UserCheck}
      label={strings('title')}
      help={queue ? queueWords(queue) : undefined}
      count={queue?.waiting}
      href={`/chats/${chat.group}/requests`}
    />
  );
}
