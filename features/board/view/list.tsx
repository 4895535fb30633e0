import { useEffect, useRef, useState } from 'preact/hooks';
import { AlarmClock, ChartBarDecreasing, StickyNote } from 'lucide';

import { connection, isUnreachable } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Problem } from '../../../protocol/problem.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { useChats } from '../../chats/view/use-chats.ts';
import { boardPath, isList } from '../rules.ts';
import type { ListName } from '../rules.ts';
import { strings } from '../strings.ts';
import { BoardCard } from './card.tsx';
import '../board.css';

const PAGE = 20;

/** A list behind the board: all pins, all notes, past reminders, closed polls. */
export function BoardListScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const { list } = params;
  const state = useChats();
  const chat = state?.get(group);
  if (!isList(list)) {
    return (
      <Page title={strings('boardOfGroup')} backTo={boardPath(group)} nested>
        <Gone home={boardPath(group)} />
      </Page>
    );
  }
  return (
    <Page
      title={TITLES[list]()}
      subtitle={displayName(chat?.other?.name ?? chat?.name ?? '')}
      backTo={boardPath(group)}
      ground="canvas"
      nested
    >
      {chat ? (
        <Behind key={list} group={group} list={list} />
      ) : state?.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

const TITLES: Readonly<Record<ListName, () => string>> = {
  reminders: () => strings('reminders'),
  notes: () => strings('notes'),
  polls: () => strings('polls'),
};

type Which = 'now' | 'over';
type Mark = string | { at: number; id: string } | undefined;

interface Paged {
  readonly ids: readonly string[];
  /** Where the next page begins; undefined where this is the last. */
  readonly next: Mark;
}

const readers: Readonly<Record<ListName, (group: string, which: Which, before: Mark) => Promise<Paged>>> = {
  async notes(group, _which, before) {
    const from = typeof before === 'string' ? { before } : {};
    const { notes, more } = await connection().call('note.list', { group, limit: PAGE, ...from });
    return { ids: notes.map((it) => it.id), next: more ? notes.at(-1)?.id : undefined };
  },
  async polls(group, which, before) {
    const from = typeof before === 'string' ? { before } : {};
    const found = { group, which: which === 'now' ? ('open' as const) : ('closed' as const), limit: PAGE, ...from };
    const { polls, more } = await connection().call('poll.list', found);
    return { ids: polls.map((it) => it.id), next: more ? polls.at(-1)?.id : undefined };
  },
  async reminders(group, which, before) {
    const from = typeof before === 'object' ? { before } : {};
    const found = { group, show: which === 'now' ? ('coming' as const) : ('past' as const), limit: PAGE, ...from };
    const { reminders, next } = await connection().call('reminder.list', found);
    return { ids: reminders.map((it) => it.id), next: next ?? undefined };
  },
};

const ABOUT = {
  notes: { kind: 'note', icon: StickyNote, none: { now: () => strings('noNotes'), over: () => strings('noNotes') } },
  reminders: {
    kind: 'reminder',
    icon: AlarmClock,
    none: { now: () => strings('noReminders'), over: () => strings('noPast') },
  },
  polls: {
    kind: 'poll',
    icon: ChartBarDecreasing,
    none: { now: () => strings('noPolls'), over: () => strings('noClosed') },
  },
} as const;

function Behind({ group, list }: { group: string; list: ListName }) {
  const [which, setWhich] = useState<Which>('now');
  return (
    <div class="board-lane">
      <h2 class="unseen">{TITLES[list]()}</h2>
      {list === 'notes' ? null : (
        <Segmented<Which>
          as="tabs"
          panel="board-list"
          label={TITLES[list]()}
          value={which}
          onChange={setWhich}
          options={[
            { value: 'now', label: strings(list === 'polls' ? 'openOnes' : 'coming') },
            { value: 'over', label: strings(list === 'polls' ? 'closedOnes' : 'over') },
          ]}
        />
      )}
      <div
        id={`board-list-${which}`}
        class="board-panel-of"
        {...(list === 'notes' ? {} : { role: 'tabpanel', 'aria-label': TITLES[list]() })}
      >
        <Paging key={which} group={group} list={list} which={which} />
      </div>
    </div>
  );
}

function Paging({ group, list, which }: { group: string; list: ListName; which: Which }) {
  const [ids, setIds] = useState<readonly string[]>();
  const [next, setNext] = useState<Mark>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Problem>();
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  const { kind, icon, none } = ABOUT[list];

  const read = async (before: Mark): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const page = await readers[list](group, which, before);
      if (!here.current) return;
      // Something made meanwhile moves the pages: nothing stands here twice.
      setIds((now) => [...new Set([...(before === undefined ? [] : (now ?? [])), ...page.ids])]);
      setNext(page.next);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (here.current) setTrouble(error);
    } finally {
      if (here.current) setBusy(false);
    }
  };
  const online = connection().state.value === 'online';
  useEffect(() => {
    if (!ids && online) void read(undefined);
  }, [online]);

  if (!ids) {
    if (trouble && !isUnreachable(trouble)) return <Trouble error={trouble} onRetry={() => void read(undefined)} />;
    return online ? (
      <Skeleton kind="setting" />
    ) : (
      <EmptyState title={strings('offlineTitle')} text={strings('offline')} />
    );
  }
  if (ids.length === 0) return <EmptyState icon={icon} title={none[which]()} />;
  return (
    <>
      <ul class="board-things" aria-busy={busy}>
        {ids.map((it) => (
          <li key={it}>
            <BoardCard card={{ kind, id: it }} title="" group={group} />
          </li>
        ))}
      </ul>
      {trouble ? <Trouble error={trouble} onRetry={() => void read(next)} /> : null}
      {next !== undefined && !trouble ? (
        <Button look="outline" busy={busy} onPress={() => void read(next)}>
          {strings('more')}
        </Button>
      ) : null}
    </>
  );
}
