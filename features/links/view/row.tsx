import { QrCode } from 'lucide';

import { SettingRow } from '../../../web/ui/rows.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { strings } from '../strings.ts';

/** Link nhóm, mã QR: for those who may invite by link. */
export function LinksRow({ chat }: { chat: Chat }) {
  if (!chat.rights.includes('link.invite')) return null;
  return <SettingRow icon={QrCode} label={strings('title')} href={`/chats/${chat.group}/links`} />;
}
