import { useState } from 'preact/hooks';
import { CalendarSync } from 'lucide';

import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Gone } from '../../../web/ui/states.tsx';
import { useFormPlace } from '../../board/view/forms.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { photoPath } from '../../photos/rules.ts';
import { openReminderForm } from '../../reminders/view/form.tsx';
import { searchDevice } from '../../search/view/open.ts';
import { isoOf } from '../rules.ts';
import type { DayNumber } from '../rules.ts';
import { strings } from '../strings.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { strings as feedStrings } from '../strings/feed.ts';
import { Calendar } from './calendar.tsx';
import { FeedSheet } from './feed.tsx';
import { dayWords } from './words.ts';

/** What a chat is called: by the other’s name where there are two. */
function nameOf(chat: Chat | undefined): string {
  return displayName(chat?.other?.name ?? chat?.name ?? '');
}

/** Lịch nhắc hẹn of one group, from its board and from Tùy chọn. */
export function GroupCalendarScreen({ params, query }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useChats();
  const device = searchDevice.value;
  const chat = state?.get(group);
  const { place, view } = useFormPlace();
  const mayMake = chat?.rights.includes('reminder.create') ?? false;
  return (
    <Page title={tabStrings('title')} subtitle={nameOf(chat) || undefined} backTo={`/chats/${group}`} nested>
      {chat && device ? (
        <Calendar
          key={group}
          device={device}
          group={group}
          at={query.get('day')}
          isHere={(it) => it === group}
          onMake={mayMake ? (day) => openReminderForm(place, { group, day: isoOf(day) }) : undefined}
        />
      ) : state?.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
      {view}
    </Page>
  );
}

/** Lịch của tôi: of all groups, from the tab Việc. */
export function MyCalendarScreen({ query }: ScreenProps) {
  const state = useChats();
  const device = searchDevice.value;
  const { place, view } = useFormPlace();
  const [feed, setFeed] = useState(false);
  // The day for which a group is being chosen.
  const [making, setMaking] = useState<DayNumber | undefined>(undefined);
  const may = (state?.order.value ?? []).flatMap((it) => {
    const chat = state?.get(it);
    return chat?.rights.includes('reminder.create') ? [chat] : [];
  });
  return (
    <Page
      title={strings('mine')}
      backTo="/work"
      actions={<IconButton icon={CalendarSync} label={feedStrings('title')} onPress={() => setFeed(true)} />}
    >
      {state && device ? (
        <Calendar
          key={state.account}
          device={device}
          at={query.get('day')}
          isHere={(it) => state.get(it) !== undefined}
          groupName={(it) => nameOf(state.get(it))}
          onMake={may.length > 0 ? setMaking : undefined}
        />
      ) : (
        <Skeleton kind="setting" />
      )}
      {feed ? <FeedSheet onClose={() => setFeed(false)} /> : null}
      {making === undefined ? null : (
        <Sheet
          title={strings('makeWhere')}
          subtitle={dayWords(making)}
          size="small"
          onClose={() => setMaking(undefined)}
        >
          {may.map((chat) => (
            <PersonRow
              key={chat.group}
              id={chat.other?.id ?? chat.group}
              name={nameOf(chat)}
              photo={photoPath(chat.other ? chat.other.photo : chat.photo)}
              group={chat.other ? undefined : chat.kind}
              onPress={() => {
                setMaking(undefined);
                openReminderForm(place, { group: chat.group, day: isoOf(making) });
              }}
            />
          ))}
        </Sheet>
      )}
      {view}
    </Page>
  );
}
