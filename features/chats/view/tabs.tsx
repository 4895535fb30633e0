import { Archive, PanelsTopLeft } from 'lucide';

import { IconButton, Link } from '../../../web/ui/button.tsx';
import { isPhone, shape } from '../../../web/viewport.ts';
import { boardPath } from '../../board/rules.ts';
import { boardWords } from '../../board/view/words.ts';
import { storeWords as strings } from '../../files/view/words.ts';
import '../tabs.css';

/** From the conversation to its board and its media store and back: tabs where there is room, else icons; on a phone they stand in Tùy chọn. */
export function ChatTabs({ group, at }: { group: string; at: 'chat' | 'board' | 'store' }) {
  const chat = `/chats/${group}`;
  if (isPhone.value) return null;
  if (shape.value !== 'widest') {
    if (at !== 'chat') return null;
    return (
      <>
        <IconButton icon={PanelsTopLeft} label={boardWords('board')} href={boardPath(group)} />
        <IconButton icon={Archive} label={strings('archive')} href={`${chat}/media`} />
      </>
    );
  }
  const tab = (href: string, label: string, current: boolean) => (
    <Link href={href} class="chat-tab" current={current ? 'page' : undefined}>
      {label}
    </Link>
  );
  return (
    <nav class="chat-tabs" aria-label={strings('views')}>
      {tab(chat, strings('chat'), at === 'chat')}
      {tab(boardPath(group), boardWords('board'), at === 'board')}
      {tab(`${chat}/media`, strings('archive'), at === 'store')}
    </nav>
  );
}
