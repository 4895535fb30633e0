import type { ComponentChildren } from 'preact';
import { AlarmClock, ChartBarDecreasing, Plus, StickyNote } from 'lucide';
import type { IconNode } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, Link } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { CalendarIcon } from '../../calendar/view/link.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { ChatTabs } from '../../chats/view/tabs.tsx';
import { usePinList } from '../../pins/view/use-pins.ts';
import { PendingReminders } from '../../reminders/view/pending.tsx';
import { listPath } from '../rules.ts';
import type { ListName } from '../rules.ts';
import type { Board } from '../state.ts';
import { strings } from '../strings.ts';
import { BoardCard } from './card.tsx';
import { useFormPlace } from './forms.tsx';
import { makers } from './makers.ts';
import type { MakerKey } from './makers.ts';
import { PinnedSection } from './pinned.tsx';
import { useBoards } from './use-boards.ts';
import { WaitingNotes, WaitingPolls } from './waiting.tsx';
import '../board.css';

/** Bảng tin nhóm: what must not drift away with the conversation. */
export function BoardScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useChats();
  const chat = state?.get(group);
  const name = displayName(chat?.other?.name ?? chat?.name ?? '');
  return (
    <Page
      title={strings('boardOfGroup')}
      subtitle={name}
      backTo={`/chats/${group}`}
      ground="canvas"
      nested
      class="board"
      actions={
        <>
          <CalendarIcon group={group} />
          <ChatTabs group={group} at="board" />
        </>
      }
    >
      {chat ? (
        <Panel key={group} chat={chat} />
      ) : state?.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

function Panel({ chat }: { chat: Chat }) {
  const { group } = chat;
  const boards = useBoards();
  const board = boards?.of(group).value;
  const pins = usePinList(group);
  const { place, view } = useFormPlace(() => boards?.again(group));
  if (board === 'gone') return <Gone home="/chats" />;
  if (!board) {
    return connection().state.value === 'offline' ? (
      <EmptyState title={strings('offlineTitle')} text={strings('offline')} />
    ) : (
      <Skeleton kind="setting" />
    );
  }
  const make = (kind: MakerKey): ComponentChildren =>
    chat.state === 'open' && chat.rights.includes(makers[kind].right) ? (
      <Button look="text" size="small" icon={Plus} onPress={() => makers[kind].open(place, { group })}>
        {makers[kind].words()}
      </Button>
    ) : undefined;
  const nothing = board.coming + board.written + board.open === 0 && pins?.length === 0;
  const mayMake = (['reminder', 'note', 'poll'] as const).some((it) => make(it) !== undefined);
  return (
    <>
      {nothing ? (
        <EmptyState
          icon={StickyNote}
          title={strings('emptyTitle')}
          text={strings('empty')}
          action={
            mayMake ? (
              <div class="board-first">
                {(['note', 'reminder', 'poll'] as const).map((it) => (
                  <span key={it}>{make(it)}</span>
                ))}
              </div>
            ) : undefined
          }
        />
      ) : null}
      <div class="board-panel">
        <div class={`board-columns${nothing ? ' board-nothing' : ''}`}>
          <div class="board-column">
            <PinnedSection group={group} />
            <Things
              board={board}
              list="reminders"
              kind="reminder"
              icon={AlarmClock}
              title={strings('upcoming')}
              ids={board.reminders}
              count={board.coming}
              none={strings('noReminders')}
              behind={strings('past')}
              make={make('reminder')}
            />
            <PendingReminders group={group} />
          </div>
          <div class="board-column">
            <Things
              board={board}
              list="notes"
              kind="note"
              icon={StickyNote}
              title={strings('notes')}
              ids={board.notes}
              count={board.written}
              none={strings('noNotes')}
              make={make('note')}
            />
            <WaitingNotes group={group} icon={StickyNote} />
            <Things
              board={board}
              list="polls"
              kind="poll"
              icon={ChartBarDecreasing}
              title={strings('openPolls')}
              ids={board.polls}
              count={board.open}
              none={strings('noPolls')}
              behind={strings('closed')}
              make={make('poll')}
            />
            <WaitingPolls group={group} icon={ChartBarDecreasing} />
          </div>
        </div>
      </div>
      {view}
    </>
  );
}

interface ThingsProps {
  board: Board;
  list: ListName;
  kind: 'note' | 'reminder' | 'poll';
  icon: IconNode;
  title: string;
  ids: readonly string[];
  count: number;
  none: string;
  /** Leads to what is over; absent where nothing ever is. */
  behind?: string;
  make?: ComponentChildren;
}

function Things({ board: { group }, list, kind, icon, title, ids, count, none, behind, make }: ThingsProps) {
  const id = `board-${list}`;
  return (
    <section class="board-section" aria-labelledby={id}>
      <header class="board-section-head">
        <Icon of={icon} size={20} />
        <h2 id={id}>
          {title} <span class="board-count">{count}</span>
        </h2>
        {make}
      </header>
      {ids.length > 0 ? (
        <ul class="board-things">
          {ids.map((it) => (
            <li key={it}>
              <BoardCard card={{ kind, id: it }} title="" group={group} />
            </li>
          ))}
        </ul>
      ) : (
        <p class="board-none">{none}</p>
      )}
      {count > ids.length ? (
        <Link href={listPath(group, list)} class="board-all" label={strings('allOf', { what: title })}>
          {strings('all')}
        </Link>
      ) : behind ? (
        <Link href={listPath(group, list)} class="board-all">
          {behind}
        </Link>
      ) : null}
    </section>
  );
}
