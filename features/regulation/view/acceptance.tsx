import { useEffect, useRef, useState } from 'preact/hooks';
import { BellRing, CircleCheck, CircleDashed, Download } from 'lucide';

import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Acceptance } from '../protocol.ts';
import { REMIND_AGAIN_MS } from '../rules.ts';
import { everybody, linesOf } from '../state/acceptance.ts';
import type { UnitProgress } from '../state/acceptance.ts';
import { regulations } from '../state.ts';
import type { Regulations } from '../state.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './words.ts';
import '../regulation.css';

const PAGE = 100;
const NEAR_END = 20;
const PAUSE_MS = 180;
/** While it is looked at, what others do meanwhile is fetched this often: no event tells it, since 5,000 would. */
const AGAIN_MS = 15_000;

/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 16, 14, 20];

type Show = 'waiting' | 'accepted' | 'all';

/** Who has and who has not accepted the version in force. */
export function AcceptanceScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = regulations.value;
  const chat = state?.chats.get(group);
  if (state && chat?.rights.includes('regulation.publish')) return <Opened key={group} state={state} group={group} />;
  return (
    <Page title={strings('acceptance')} nested backTo={`/chats/${group}/regulation`}>
      {state?.chats.known.value ? <Gone home="/chats" /> : <Skeleton kind="person" />}
    </Page>
  );
}

interface Found {
  readonly people: readonly Acceptance[];
  readonly units: readonly UnitProgress[];
  readonly total: number;
  readonly remindedAt: number | null;
  readonly version: number;
}

function Opened({ state, group }: { state: Regulations; group: string }) {
  const [query, setQuery] = useState('');
  const [show, setShow] = useState<Show>('waiting');
  const [found, setFound] = useState<Found>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [busy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);
  const [working, setWorking] = useState<'remind' | 'export'>();
  const asking = useRef(0);
  const handle = useRef<VirtualizerHandle>(null);
  const wanted = query.trim();

  async function ask(upTo: number): Promise<void> {
    const mine = ++asking.current;
    setBusy(true);
    try {
      const people: Acceptance[] = [];
      let first: Found | undefined;
      while (people.length < upTo) {
        const page = await state.call('regulation.acceptance', {
          group,
          show,
          query: wanted,
          after: people.length,
          limit: PAGE,
        });
        if (mine !== asking.current) return;
        first ??= page;
        people.push(...page.people);
        if (page.people.length < PAGE) break;
      }
      if (first) setFound({ ...first, people });
      setTrouble(undefined);
    } catch (error) {
      if (mine === asking.current) setTrouble(error);
    } finally {
      if (mine === asking.current) setBusy(false);
    }
  }

  const shown = found?.people.length ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => void ask(PAGE), wanted === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [group, show, wanted]);
  useEffect(() => {
    if (turn > 0) void ask(Math.max(PAGE, shown));
  }, [turn]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTurn((n) => n + 1);
    }, AGAIN_MS);
    return () => {
      clearInterval(timer);
      asking.current += 1;
    };
  }, []);

  const units = found?.units ?? [];
  const members = units.reduce((sum, it) => sum + it.members, 0);
  const accepted = units.reduce((sum, it) => sum + it.accepted, 0);
  const waiting = members - accepted;
  const remindedAt = found?.remindedAt ?? null;
  const rests = remindedAt !== null && Date.now() - remindedAt < REMIND_AGAIN_MS;

  async function remind(): Promise<void> {
    setWorking('remind');
    try {
      const answer = await state.call('regulation.remind', { group });
      showToast(strings('remindedToast', { n: answer.waiting }));
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setWorking(undefined);
      setTurn((n) => n + 1);
    }
  }

  async function exportAll(): Promise<void> {
    setWorking('export');
    try {
      const [{ people }, { tableWorkbook }] = await Promise.all([
        everybody(state, group),
        import('../../../web/workbook.ts'),
      ]);
      const headings = [
        strings('columnUnit'),
        strings('columnName'),
        strings('columnPosition'),
        strings('columnState'),
        strings('columnVersion'),
        strings('columnTime'),
      ];
      const rows = people.map((it) => [
        it.unit,
        displayName(it.name),
        it.position,
        strings(it.at === null ? 'notYet' : 'accepted'),
        it.version > 0 ? String(it.version) : '',
        it.at === null ? '' : formatDateTime(it.at),
      ]);
      download(
        `${strings('fileName')}.xlsx`,
        await tableWorkbook(strings('acceptance'), { headings, rows }, WIDTHS),
        XLSX,
      );
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setWorking(undefined);
    }
  }

  const lines = linesOf(found?.people ?? [], units);
  const choices: [show: Show, label: string, count: number][] = [
    ['waiting', strings('notYet'), waiting],
    ['accepted', strings('accepted'), accepted],
    ['all', strings('all'), members],
  ];
  return (
    <Page
      title={strings('acceptance')}
      subtitle={displayName(state.chats.get(group)?.name ?? '')}
      nested
      backTo={`/chats/${group}/regulation`}
      scrolls={false}
      actions={
        <IconButton
          icon={Download}
          label={strings(working === 'export' ? 'exporting' : 'export')}
          busy={working === 'export'}
          onPress={() => void exportAll()}
        />
      }
      head={
        <>
          <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
          <Chips label={strings('show')}>
            {choices.map(([it, label, count]) => (
              <Chip
                key={it}
                on={show === it}
                onPress={() => setShow(it)}
                count={found && found.version > 0 ? count : undefined}
              >
                {label}
              </Chip>
            ))}
          </Chips>
        </>
      }
      foot={
        found && waiting > 0 && found.version > 0 ? (
          rests ? (
            <p class="regulation-saving">{strings('reminded', { time: formatDateTime(remindedAt) })}</p>
          ) : (
            <Button wide icon={BellRing} busy={working === 'remind'} onPress={() => void remind()}>
              {strings('remind', { n: waiting })}
            </Button>
          )
        ) : undefined
      }
    >
      {found?.version === 0 ? (
        <EmptyState icon={icons.regulation} title={strings('none')} text={strings('noneLeader')} />
      ) : lines.length > 0 ? (
        <VirtualList
          items={lines}
          keyOf={(it) => (it.kind === 'unit' ? `unit ${it.of.unit}` : it.person.account)}
          label={strings('acceptance')}
          estimate={60}
          handle={handle}
          onScroll={() => {
            const list = handle.current;
            if (!list || busy || !found || shown >= found.total) return;
            if (list.findItemIndex(list.scrollOffset + list.viewportSize) > lines.length - NEAR_END)
              void ask(shown + PAGE);
          }}
          after={
            busy ? (
              <p class="regulation-more">
                <Spinner size={20} label={strings('more')} />
              </p>
            ) : undefined
          }
        >
          {(it) =>
            it.kind === 'unit' ? (
              <h2 class="regulation-unit">
                {it.of.unit || strings('noUnit')}
                <span>{strings('unitDone', { n: it.of.accepted, all: it.of.members })}</span>
              </h2>
            ) : (
              <Person person={it.person} />
            )
          }
        </VirtualList>
      ) : trouble !== undefined ? (
        <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
      ) : busy && !found ? (
        <Skeleton kind="person" rows={8} />
      ) : wanted !== '' ? (
        <NothingFound q={wanted} />
      ) : (
        <EmptyState icon={CircleCheck} title={strings(show === 'accepted' ? 'nobody' : 'everyone')} />
      )}
    </Page>
  );
}

function Person({ person }: { person: Acceptance }) {
  const words =
    person.at !== null
      ? strings('atTime', { time: formatDateTime(person.at) })
      : person.version > 0
        ? strings('older', { n: String(person.version) })
        : strings('notYet');
  return (
    <PersonRow
      id={person.account}
      name={displayName(person.name)}
      photo={photoPath(person.photo)}
      second={[person.position, words].filter(Boolean).join(' · ')}
      href={`/directory/people/${person.account}`}
      after={
        <Icon
          of={person.at === null ? CircleDashed : CircleCheck}
          size={20}
          label={strings(person.at === null ? 'notYet' : 'accepted')}
          class={person.at === null ? 'regulation-no' : 'regulation-yes'}
        />
      }
    />
  );
}
