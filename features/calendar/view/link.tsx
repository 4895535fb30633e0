import { CalendarDays } from 'lucide';

import { IconButton } from '../../../web/ui/button.tsx';
import { SettingRow } from '../../../web/ui/rows.tsx';
import { strings } from '../strings/tab.ts';

const path = (group: string): string => `/chats/${group}/calendar`;

/** From Tùy chọn of a group to its calendar. */
export function CalendarRow({ group }: { group: string }) {
  return <SettingRow icon={CalendarDays} label={strings('title')} href={path(group)} />;
}

/** The same from the bar of its board. */
export function CalendarIcon({ group }: { group: string }) {
  return <IconButton icon={CalendarDays} label={strings('title')} href={path(group)} />;
}
