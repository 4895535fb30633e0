import { useEffect, useState } from 'preact/hooks';
import { Archive, Clock, Megaphone } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatSpan } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { holdersOf } from '../../groups/rights.ts';
import type { Groups } from '../../groups/state.ts';
import type { Chat } from '../protocol.ts';
import { strings } from '../strings.ts';
import '../chats.css';

const MINUTE_MS = 60_000;

/** In place of the composer, for who may not write here: why not, and what can be done about it. */
export function ComposerClosed({ chat, groups }: { chat: Chat; groups: Groups | undefined }) {
  return (
    <div class="composer-closed">
      <Icon of={chat.state === 'archived' ? Archive : chat.state === 'dissolving' ? Clock : Megaphone} size={20} />
      {chat.state === 'dissolving' ? <Dissolving chat={chat} groups={groups} /> : <p>{closedWords(chat)}</p>}
    </div>
  );
}

function closedWords(chat: Chat): string {
  if (chat.state === 'archived') return strings('archived');
  const denied = chat.exceptions['message.send']?.allowed === false;
  switch (holdersOf(chat, 'message.send')) {
    case 'owner':
      return strings('ownerOnly');
    case 'leaders':
      return strings('readOnly');
    case 'all':
      return strings(denied ? 'notAllowed' : 'reader');
  }
}

/** How long the group is still there; whoever may, takes it back. */
function Dissolving({ chat, groups }: { chat: Chat; groups: Groups | undefined }) {
  const [now, setNow] = useState(() => connection().now());
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), MINUTE_MS / 2);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.max(1, Math.ceil(((chat.dissolvesAt ?? now) - now) / MINUTE_MS));
  // To the hour while there are hours.
  const seconds = (minutes >= 120 ? Math.floor(minutes / 60) * 60 : minutes) * 60;

  async function keep(): Promise<void> {
    if (!groups) return;
    setBusy(true);
    try {
      await groups.call('group.keep', { group: chat.group });
    } catch (error) {
      // Few undo a dissolution and fewer are refused: the sentences for it come when they are needed.
      const words = await import('../../groups/view/refusals.ts').then(
        (it) => it.refusalWords(error),
        () => strings('needsLine'),
      );
      showToast({ words, icon: null });
      setBusy(false);
    }
  }

  return (
    <>
      <p>{strings('dissolving', { time: formatSpan(seconds) })}</p>
      {chat.rights.includes('group.dissolve') ? (
        <Button look="outline" size="small" busy={busy} onPress={() => void keep()}>
          {strings('undo')}
        </Button>
      ) : null}
    </>
  );
}
