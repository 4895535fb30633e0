import { useId, useRef, useState } from 'preact/hooks';
import { CircleAlert } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { SearchField } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { RoleTag, useMembers } from '../../members/view/list.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './refusals.ts';
import './groups.css';

interface LeaveGroupProps {
  state: Groups;
  chat: Chat;
  onClose: () => void;
}

/** Rời nhóm: says what it means; the owner names who takes over first. */
export function LeaveGroup({ state, chat, onClose }: LeaveGroupProps) {
  const hands = chat.role === 'owner' && chat.members > 1;
  const [successor, setSuccessor] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const text = useId();
  const name = displayName(chat.name);

  async function leave(): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await state.leave(chat.group, successor ?? null);
      onClose();
      navigate('/chats', { replace: true });
      showToast({ words: strings('left', { name }), icon: null });
    } catch (error) {
      setRefusal(refusalWords(error));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('leaveTitle', { name })}
      size={hands ? 'medium' : 'small'}
      full={hands}
      flush={hands}
      role="alertdialog"
      describedBy={text}
      class={hands ? 'group-list-sheet' : undefined}
      onClose={onClose}
      foot={
        <>
          {refusal ? (
            <p class="group-refusal" role="alert">
              <Icon of={CircleAlert} size={16} />
              <span>{refusal}</span>
            </p>
          ) : null}
          <Button
            look="danger"
            busy={busy}
            reason={hands && !successor ? strings('chooseSuccessor') : undefined}
            onPress={() => void leave()}
          >
            {strings(hands ? 'handOverAndLeave' : 'leave')}
          </Button>
        </>
      }
    >
      <p id={text} class={hands ? 'group-sheet-text' : undefined}>
        {strings(hands ? 'successorText' : chat.members > 1 ? 'leaveText' : 'leaveLast')}
      </p>
      {hands ? <Successors state={state} group={chat.group} chosen={successor} onChoose={setSuccessor} /> : null}
    </Sheet>
  );
}

interface SuccessorsProps {
  state: Groups;
  group: string;
  chosen: string | undefined;
  onChoose: (account: string) => void;
}

function Successors({ state, group, chosen, onChoose }: SuccessorsProps) {
  const [query, setQuery] = useState('');
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  const people = list.members.filter((it) => it.account !== state.account && it.active);
  return (
    <>
      <div class="group-sheet-search">
        <SearchField value={query} onInput={setQuery} label={strings('successor')} />
      </div>
      {people.length > 0 ? (
        <VirtualList
          items={people}
          keyOf={(it) => it.account}
          label={strings('successor')}
          estimate={60}
          handle={handle}
          onScroll={() => {
            const shown = handle.current;
            if (shown && shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > people.length - 20) list.more();
          }}
        >
          {(it) => (
            <PersonRow
              id={it.account}
              name={displayName(it.name)}
              photo={photoPath(it.photo)}
              tags={<RoleTag role={it.role} />}
              second={[it.position, it.unit].filter(Boolean).join(' · ')}
              selected={it.account === chosen}
              onPress={() => onChoose(it.account)}
            />
          )}
        </VirtualList>
      ) : list.error !== undefined ? (
        <Trouble error={list.error} onRetry={list.retry} />
      ) : list.busy ? (
        <Skeleton kind="person" rows={4} />
      ) : (
        <NothingFound q={query.trim()} />
      )}
    </>
  );
}
