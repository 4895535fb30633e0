import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { showToast } from '../../../web/ui/toast.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Groups } from '../../groups/state.ts';
import type { Chat } from '../protocol.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings.ts';

/** What lies over the list when something is done with one chat. */
export type ChatSheet = 'leave' | 'mute' | 'notify' | 'labels';

interface SheetProps {
  chats: Chats;
  groups: Groups;
  chat: Chat;
  onClose: () => void;
}

/** Each comes when it is first asked for: few of them are on a day. */
const LOAD: Readonly<Record<ChatSheet, () => Promise<ComponentType<SheetProps>>>> = {
  leave: async () => {
    const { LeaveGroup } = await import('../../groups/view/leave.tsx');
    return ({ groups, chat, onClose }) => <LeaveGroup state={groups} chat={chat} onClose={onClose} />;
  },
  mute: async () => (await import('./peace.tsx')).MuteSheet,
  notify: async () => (await import('./peace.tsx')).NotifySheet,
  labels: async () => {
    const { ChooseLabels } = await import('../../labels/view/choose.tsx');
    return ({ chat, onClose }) => <ChooseLabels chat={chat} onClose={onClose} />;
  },
};

export function SheetOf({ sheet, chats, chat, onClose }: Omit<SheetProps, 'groups'> & { sheet: ChatSheet }) {
  const [Sheet, setSheet] = useState<ComponentType<SheetProps> | undefined>(undefined);
  const groups = useGroups();
  useEffect(() => {
    let here = true;
    LOAD[sheet]().then(
      (it) => here && setSheet(() => it),
      () => {
        showToast({ words: strings('needsLine'), icon: null });
        onClose();
      },
    );
    return () => {
      here = false;
    };
  }, [sheet]);
  return Sheet && groups ? <Sheet chats={chats} groups={groups} chat={chat} onClose={onClose} /> : null;
}
