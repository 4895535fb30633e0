import { FileDiff, ListChecks } from 'lucide';

import { navigate } from '../../../web/routing.ts';
import { MenuButton } from '../../../web/ui/menu.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { strings } from '../strings/bulk.ts';

/** Whoever may decide about members can choose many of them. */
export function mayManage({ rights }: Chat): boolean {
  return (['member.remove', 'member.restrict', 'group.govern'] as const).some((it) => rights.includes(it));
}

export function mayCompare({ rights }: Chat): boolean {
  return rights.includes('member.add') || rights.includes('member.remove');
}

/** The clerk’s bulk work: choosing many, and holding a list against the members. Nothing for who may do neither. */
export function BulkMenu({ chat }: { chat: Chat }) {
  if (!mayManage(chat) && !mayCompare(chat)) return null;
  const to = (rest: string) => () => navigate(`/chats/${chat.group}/members/${rest}`);
  return (
    <MenuButton
      label={strings('bulk')}
      items={() => [
        mayManage(chat) && { label: strings('choose'), icon: ListChecks, onSelect: to('manage') },
        mayCompare(chat) && { label: strings('compare'), icon: FileDiff, onSelect: to('compare') },
      ]}
    />
  );
}
