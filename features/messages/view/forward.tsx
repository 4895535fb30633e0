import { useState } from 'preact/hooks';
import { Forward } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Message } from '../protocol.ts';
import { FORWARD_MOST } from '../rules.ts';
import { strings } from '../strings/keeping.ts';
import { trying } from './acts/trying.ts';
import { QuoteWords } from './parts/quote.tsx';
import type { LogPlace } from './place.ts';
import { quoteOf } from './said.ts';
import './forward.css';

/** Rows that are drawn; who has more chats finds them by their names. */
const SHOWN_MOST = 100;

interface ForwardDialogProps {
  lines: readonly Message[];
  /** Where they stand; without a `selection` where they were not picked in the log. */
  place: Pick<LogPlace, 'group' | 'messages' | 'self'> & Partial<Pick<LogPlace, 'selection'>>;
  onClose: () => void;
}

/** To which chats these messages go. They are sent like all others: at once, or once there is a line. */
export function ForwardDialog({ lines, place, onClose }: ForwardDialogProps) {
  const chats = useChats();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const withFiles = lines.some((it) => (it.files?.length ?? 0) > 0);
  const found = (query.trim() === '' ? chats?.order.value : chats?.find(query)) ?? [];
  const open = found.flatMap((group) => {
    const chat = chats?.get(group);
    return chat?.rights.includes('message.send') ? [chat] : [];
  });

  const names = [...chosen]
    .flatMap((group) => chats?.get(group) ?? [])
    .map((it) => displayName(it.other?.name ?? it.name))
    .join(', ');

  const choose = (group: string, on: boolean): void => {
    if (on && chosen.size >= FORWARD_MOST) {
      showToast({ words: strings('forwardMost', { n: FORWARD_MOST }), icon: null });
      return;
    }
    const next = new Set(chosen);
    if (on) next.add(group);
    else next.delete(group);
    setChosen(next);
  };

  const send = (): void => {
    const targets = [...chosen];
    const sent = trying(() => {
      for (const group of targets)
        for (const { id } of lines) place.messages.send(group, '', { forward: { group: place.group, message: id } });
    });
    onClose();
    place.selection?.end();
    if (!sent) return;
    const [only] = targets;
    const live = connection().state.peek() === 'online';
    showToast({
      words: live ? strings('forwarded', { n: targets.length }) : strings('forwardLater'),
      ...(targets.length === 1 && only !== place.group
        ? { action: strings('forwardOpen'), onAction: () => navigate(`/chats/${only}`), seconds: 6 }
        : {}),
    });
  };

  return (
    <Sheet
      title={strings('forwardTitle')}
      subtitle={lines.length > 1 ? strings('forwardCount', { n: lines.length }) : undefined}
      onClose={onClose}
      full
      flush
      foot={
        <div class="forward-foot">
          {names ? <p class="forward-chosen cut-2">{names}</p> : null}
          <Button wide icon={Forward} disabled={chosen.size === 0} onPress={send}>
            {strings('forwardTo', { n: chosen.size })}
          </Button>
        </div>
      }
    >
      <div class="forward">
        <div class="forward-said">
          <QuoteWords quote={quoteOf(lines[0]!)} place={place} />
        </div>
        <div class="forward-search">
          <SearchField label={strings('forwardSearch')} value={query} onInput={setQuery} />
        </div>
        {open.length === 0 ? (
          query.trim() === '' ? (
            <EmptyState title={strings('forwardNone')} text={strings('forwardNoneText')} />
          ) : (
            <NothingFound q={query} />
          )
        ) : (
          <div role="group" aria-label={strings('forwardList')}>
            {open.slice(0, SHOWN_MOST).map((it) => (
              <Target
                key={it.group}
                chat={it}
                checked={chosen.has(it.group)}
                onChange={(on) => choose(it.group, on)}
                closed={withFiles && !it.rights.includes('file.send')}
              />
            ))}
          </div>
        )}
      </div>
    </Sheet>
  );
}

interface TargetProps {
  chat: Chat;
  checked: boolean;
  onChange: (checked: boolean) => void;
  closed: boolean;
}

function Target({ chat, checked, onChange, closed }: TargetProps) {
  const { other } = chat;
  const name = displayName(other?.name ?? chat.name);
  const second = other
    ? [other.position, other.unit].filter(Boolean).join(' · ')
    : strings('members', { n: chat.members });
  return (
    <CheckboxRow
      side="end"
      label={<span class="cut-2">{name}</span>}
      help={closed ? strings('forwardNoFiles') : second}
      before={
        <Avatar
          id={other?.id ?? chat.group}
          name={name}
          photo={photoPath(other ? other.photo : chat.photo)}
          group={other ? undefined : chat.kind}
          size={40}
        />
      }
      checked={checked}
      disabled={closed}
      onChange={onChange}
    />
  );
}
