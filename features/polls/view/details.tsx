import { useEffect, useState } from 'preact/hooks';
import { ChevronDown, ChevronRight, CircleCheck, Download, Lock, LockOpen, Trash2, Vote } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { useNow } from '../../../web/now.ts';
import { back } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Choice, Poll, UnitShare, Voter } from '../protocol.ts';
import { shareOf, shownState } from '../rules.ts';
import type { Polls } from '../state.ts';
import { everyVoter, votersTable } from '../state/voters.ts';
import type { VotersInput } from '../state/voters.ts';
import { strings } from '../strings.ts';
import { strings as own } from '../strings/details.ts';
import { Choices } from './choices.tsx';
import { usePolls } from './use-polls.ts';
import { refusalWords, ruleLine } from './words.ts';
import '../polls.css';

/** A poll whole: its choices, who chose what, who has not; to be locked, removed, exported. */
export function PollScreen({ params }: ScreenProps) {
  const [group, id] = [params['group'] ?? '', params['poll'] ?? ''];
  const state = usePolls();
  const poll = state?.of(group, id);
  const home = `/chats/${group}`;
  if (poll === 'gone')
    return (
      <Page title={own('title')} nested backTo={home}>
        <Gone home={home} />
      </Page>
    );
  if (!state || !poll)
    return (
      <Page title={own('title')} nested backTo={home}>
        <Skeleton kind="text" rows={6} />
      </Page>
    );
  return <Details key={id} state={state} poll={poll} home={home} />;
}

type Tab = 'result' | 'voted' | 'waiting';

function Details({ state, poll, home }: { state: Polls; poll: Poll; home: string }) {
  const { group, id } = poll;
  const chat = useGroups()?.chat(group);
  const now = useNow();
  const [tab, setTab] = useState<Tab>('result');
  const [busy, setBusy] = useState(false);
  const open = chat?.state === undefined || chat.state === 'open';
  const lists = chat?.rights.includes('member.list') ?? false;
  const shown = shownState(poll, now);
  const sees = poll.choices.some((it) => it.votes !== null);

  async function act(name: 'poll.lock' | 'poll.unlock' | 'poll.remove'): Promise<void> {
    const words = {
      'poll.lock': {
        title: strings('lockTitle'),
        text: strings(poll.anonymous ? 'lockAnonymous' : 'lockText'),
        yes: strings('lock'),
        danger: false,
      },
      'poll.remove': {
        title: strings('removeTitle'),
        text: strings('removeText'),
        yes: strings('remove'),
        danger: true,
      },
    };
    if (name !== 'poll.unlock' && !(await confirm(words[name]))) return;
    try {
      await state.act(name, poll);
      showToast(strings(name === 'poll.lock' ? 'lockedNow' : name === 'poll.unlock' ? 'unlockedNow' : 'removedNow'));
      if (name === 'poll.remove') back(home);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
  }

  async function exportAll(): Promise<void> {
    setBusy(true);
    try {
      const [voted, waiting, { tableWorkbook }] = await Promise.all([
        everyVoter(state, group, id, 'voted'),
        lists ? everyVoter(state, group, id, 'waiting') : [],
        import('../../../web/workbook.ts'),
      ]);
      const table = votersTable(
        poll,
        { voted, waiting },
        {
          headings: [own('columnName'), own('columnPosition'), own('columnUnit'), own('columnState')],
          total: own('total'),
          yes: own('yes'),
          no: own('no'),
        },
        displayName,
      );
      const widths = [32, 28, 32, 18, ...poll.choices.map(() => 24)];
      download(`${own('fileName')}.xlsx`, await tableWorkbook(strings('poll'), table, widths), XLSX);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
    setBusy(false);
  }

  const mayLock = open && poll.lockable && (shown === 'open' || (shown === 'locked' && !poll.anonymous));
  const acts = [
    mayLock && shown === 'open' && { label: strings('lock'), icon: Lock, onSelect: () => void act('poll.lock') },
    mayLock &&
      shown === 'locked' && { label: strings('unlock'), icon: LockOpen, onSelect: () => void act('poll.unlock') },
    open &&
      poll.removable && {
        label: strings('remove'),
        icon: Trash2,
        tone: 'red' as const,
        onSelect: () => void act('poll.remove'),
      },
  ].filter((it) => it !== false);

  return (
    <Page
      title={own('title')}
      subtitle={displayName(chat?.name ?? '')}
      nested
      backTo={home}
      actions={acts.length > 0 ? <MenuButton label={strings('more')} items={() => acts} /> : null}
      foot={
        <Button look="outline" icon={Download} busy={busy} onPress={() => void exportAll()}>
          {own('export')}
        </Button>
      }
    >
      <div class="poll-page">
        <h2 class="poll-question">{poll.question}</h2>
        <p class="poll-rules">{ruleLine(poll, now)}</p>
        <p class="poll-rules">{own('by', { name: displayName(poll.by?.name ?? ''), time: formatDateTime(poll.at) })}</p>
        <Segmented<Tab>
          as="tabs"
          label={own('tabs')}
          value={tab}
          onChange={setTab}
          options={[
            { value: 'result', label: own('result') },
            { value: 'voted', label: own('votedTab', { n: poll.voters }) },
            ...(lists
              ? [{ value: 'waiting' as const, label: own('waitingTab', { n: poll.members - poll.voters }) }]
              : []),
          ]}
        />
        {tab === 'result' ? (
          <>
            <Choices state={state} poll={poll} now={now} votes={open} />
            <p class="poll-rules">{strings('voted', { n: poll.voters, all: poll.members })}</p>
            {sees && !poll.anonymous ? <ByChoice state={state} poll={poll} /> : null}
            {!poll.anonymous && shown === 'open' && poll.voted && open ? (
              <Button look="text" onPress={() => state.vote(poll, [])}>
                {strings('withdraw')}
              </Button>
            ) : null}
          </>
        ) : (
          <>
            {poll.anonymous ? <p class="poll-note">{own('anonymousNote')}</p> : null}
            {lists ? (
              <ByUnit key={tab} state={state} poll={poll} who={tab} />
            ) : (
              <People key={tab} state={state} poll={poll} wish={{ who: tab }} total={poll.voters} />
            )}
          </>
        )}
      </div>
    </Page>
  );
}

/** Who chose what: a row a choice, which opens. */
function ByChoice({ state, poll }: { state: Polls; poll: Poll }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const chosen = poll.choices.filter((it): it is Choice & { votes: number } => (it.votes ?? 0) > 0);
  if (chosen.length === 0) return null;
  return (
    <>
      <h3 class="poll-subtitle">{own('whoTitle')}</h3>
      <ul class="poll-sections">
        {chosen.map((it) => (
          <li key={it.id}>
            <Opener
              name={it.text}
              count={String(it.votes)}
              spoken={own('who', { n: it.votes })}
              share={shareOf(it.votes, poll.voters)}
              open={open.has(it.id)}
              onToggle={() => setOpen(toggled(open, it.id))}
            />
            {open.has(it.id) ? (
              <People
                key={poll.version}
                state={state}
                poll={poll}
                wish={{ who: 'choice', choice: it.id }}
                total={it.votes}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

function toggled<T>(set: ReadonlySet<T>, it: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(it)) next.add(it);
  return next;
}

/** Who has voted, or has not, by unit; the smallest share first. */
function ByUnit({ state, poll, who }: { state: Polls; poll: Poll; who: 'voted' | 'waiting' }) {
  const { group, id, voters } = poll;
  const [units, setUnits] = useState<readonly UnitShare[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [open, setOpen] = useState<ReadonlySet<string | null>>();
  const online = connection().state.value === 'online';
  const countOf = (it: UnitShare): number => (who === 'voted' ? it.voted : it.members - it.voted);

  // Others go on voting while one looks; what is told of it is paced.
  useEffect(() => {
    let here = true;
    state.call('poll.voters', { group, poll: id, who, limit: 1 }).then(
      (page) => {
        if (!here) return;
        const list = (page.units ?? []).filter((it) => countOf(it) > 0);
        setUnits(list);
        setTrouble(undefined);
        setOpen((was) => was ?? new Set(list.slice(0, 2).map((it) => it.unit)));
      },
      (error: unknown) => here && setTrouble(error),
    );
    return () => {
      here = false;
    };
  }, [state, group, id, who, voters, online]);

  if (!units) return trouble === undefined ? <Skeleton kind="person" rows={4} /> : <Missing error={trouble} />;
  if (units.length === 0)
    return who === 'voted' ? (
      <EmptyState icon={Vote} title={own('nobodyVoted')} />
    ) : (
      <EmptyState icon={CircleCheck} title={own('everyoneVoted')} />
    );
  return (
    <ul class="poll-sections">
      {units.map((it) => {
        const isOpen = open?.has(it.unit) ?? false;
        const name = it.name || own('noUnit');
        return (
          <li key={it.unit ?? ''}>
            <Opener
              name={name}
              count={`${it.voted}/${it.members}`}
              spoken={own('unitDone', { n: it.voted, all: it.members })}
              share={shareOf(it.voted, it.members)}
              open={isOpen}
              onToggle={() => setOpen(toggled(open ?? new Set(), it.unit))}
            />
            {isOpen ? (
              <People key={countOf(it)} state={state} poll={poll} wish={{ who, unit: it.unit }} total={countOf(it)} />
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

interface OpenerProps {
  name: string;
  count: string;
  spoken: string;
  share: number;
  open: boolean;
  onToggle: () => void;
}

function Opener({ name, count, spoken, share, open, onToggle }: OpenerProps) {
  return (
    <button type="button" class="poll-section" aria-expanded={open} onClick={onToggle}>
      <Icon of={open ? ChevronDown : ChevronRight} size={20} />
      <span class="poll-section-name">{name}</span>
      <span class="poll-option-count">
        <span class="unseen">{spoken}</span>
        <span aria-hidden="true">{count}</span>
      </span>
      <span class="poll-bar" aria-hidden="true">
        <span class="poll-bar-fill" style={{ inlineSize: `${Math.round(share * 100)}%` }} />
      </span>
    </button>
  );
}

interface PeopleProps {
  state: Polls;
  poll: Poll;
  wish: Pick<VotersInput, 'who' | 'choice' | 'unit'>;
  total: number;
}

/** People, a page at a time. */
function People({ state, poll, wish, total }: PeopleProps) {
  const [people, setPeople] = useState<readonly Voter[]>();
  const [all, setAll] = useState(total);
  const [trouble, setTrouble] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  async function next(): Promise<void> {
    setBusy(true);
    try {
      const after = people?.length ?? 0;
      const page = await state.call('poll.voters', { group: poll.group, poll: poll.id, ...wish, after });
      setPeople([...(people ?? []), ...page.list]);
      setAll(page.total);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(error);
    }
    setBusy(false);
  }
  useEffect(() => void next(), []);

  if (!people) return trouble === undefined ? <Skeleton kind="person" rows={2} /> : <Missing error={trouble} />;
  return (
    <div class="poll-people">
      {people.map(({ person }) => (
        <PersonRow
          key={person.id}
          id={person.id}
          name={displayName(person.name)}
          photo={photoPath(person.photo)}
          second={[person.position, person.unit].filter(Boolean).join(' · ')}
        />
      ))}
      {people.length < all ? (
        <Button look="text" busy={busy} onPress={() => void next()}>
          {own('showMore', { n: all - people.length })}
        </Button>
      ) : null}
    </div>
  );
}

function Missing({ error }: { error: unknown }) {
  const offline = connection().state.value !== 'online';
  return <p class="poll-note">{offline ? own('offline') : refusalWords(error)}</p>;
}
