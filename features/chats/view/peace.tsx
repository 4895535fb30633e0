import { Bell, BellOff, SlidersHorizontal, Tag } from 'lucide';

import { formatListTime, formatTime, sameDay } from '../../../web/format.ts';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { labelsOf } from '../../labels/view/of.ts';
import type { Chat } from '../protocol.ts';
import { FOREVER, MUTES, NOTIFY } from '../rules.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings/peace.ts';
import { nameOf, putAway, trying, turnSound } from './menu.ts';
import type { ChatSheet } from './sheets.tsx';
import '../chats.css';

interface PeaceProps {
  chats: Chats;
  chat: Chat;
  onClose: () => void;
}

/** Until when a chat is silent, in words; undefined where it is not. */
export function mutedWords(chats: Chats, chat: Chat): string | undefined {
  const until = chat.mutedUntil;
  if (until === null || !chats.isMuted(chat)) return undefined;
  if (until === FOREVER) return strings('mutedOpen');
  const time = sameDay(until, Date.now()) ? formatTime(until) : `${formatTime(until)} ${formatListTime(until)}`;
  return strings('mutedUntil', { time });
}

/** For how long a chat is to be silent. */
export function MuteSheet({ chats, chat, onClose }: PeaceProps) {
  return (
    <Sheet title={strings('muteTitle')} subtitle={nameOf(chat)} size="small" flush onClose={onClose}>
      <p class="peace-words">{strings('muteText')}</p>
      {MUTES.map((it) => (
        <SettingRow
          key={it}
          icon={BellOff}
          label={strings(it)}
          after={<span />}
          onPress={() => {
            trying(() => {
              chats.mute(chat.group, it);
              const now = chats.peek(chat.group);
              showToast({ words: (now && mutedWords(chats, now)) ?? strings('mutedNow'), icon: BellOff });
            });
            onClose();
          }}
        />
      ))}
    </Sheet>
  );
}

/** What of a chat the person is told of. */
export function NotifySheet({ chats, chat, onClose }: PeaceProps) {
  const now = chats.get(chat.group) ?? chat;
  return (
    <Sheet title={strings('notifyTitle')} subtitle={nameOf(chat)} size="small" flush onClose={onClose}>
      <RadioRows
        label={strings('notifyTitle')}
        hideLabel
        value={now.notify}
        onChange={(value) => trying(() => chats.follow(chat.group, value))}
        options={NOTIFY.map((value) => ({
          value,
          label: strings(value),
          help: value === 'all' ? undefined : strings(`${value}Help`),
        }))}
      />
    </Sheet>
  );
}

/** In Tùy chọn: what the chat is for the person alone. */
export function PersonalRows({ chats, chat, open }: { chats: Chats; chat: Chat; open: (sheet: ChatSheet) => void }) {
  const carried = labelsOf(chat.group);
  const archived = chats.archived.value.has(chat.group);
  return (
    <Section title={strings('personal')}>
      <SettingRow
        icon={chats.isMuted(chat) ? BellOff : Bell}
        label={strings(chats.isMuted(chat) ? 'unmute' : 'muteTitle')}
        value={mutedWords(chats, chat) ?? strings('on')}
        onPress={() => turnSound(chats, chat, open)}
      />
      <SettingRow
        icon={SlidersHorizontal}
        label={strings('notifyTitle')}
        value={strings(chat.notify)}
        onPress={() => open('notify')}
      />
      <SettingRow
        icon={Tag}
        label={strings('labels')}
        value={carried.length > 0 ? carried.map((it) => it.name).join(', ') : strings('noLabels')}
        onPress={() => open('labels')}
      />
      <SwitchRow
        label={strings('archived')}
        help={strings('archivedHelp')}
        checked={archived}
        onChange={(on) => putAway(chats, chat, on)}
      />
    </Section>
  );
}
