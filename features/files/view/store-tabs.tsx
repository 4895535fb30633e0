import { Archive } from 'lucide';

import { IconButton, Link } from '../../../web/ui/button.tsx';
import { isPhone, shape } from '../../../web/viewport.ts';
import { strings } from '../strings/said.ts';
import './store-tabs.css';

/** From the conversation to its media store and back: tabs where there is room, else an icon; on a phone it stands in Tùy chọn. */
export function StoreTabs({ group, at }: { group: string; at: 'chat' | 'store' }) {
  if (isPhone.value) return null;
  const chat = `/chats/${group}`;
  if (shape.value !== 'widest')
    return at === 'chat' ? <IconButton icon={Archive} label={strings('archive')} href={`${chat}/media`} /> : null;
  return (
    <nav class="chat-tabs" aria-label={strings('views')}>
      <Link href={chat} class="chat-tab" current={at === 'chat' ? 'page' : undefined}>
        {strings('chat')}
      </Link>
      <Link href={`${chat}/media`} class="chat-tab" current={at === 'store' ? 'page' : undefined}>
        {strings('archive')}
      </Link>
    </nav>
  );
}
