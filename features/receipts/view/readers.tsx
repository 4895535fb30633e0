import { useEffect, useRef, useState } from 'preact/hooks';
import { BellRing, Check, ChevronDown, ChevronRight, CircleCheck, Clock, Download } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, formatPercent, formatTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { ProgressBar, Spinner } from '../../../web/ui/progress.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Reader, Tally } from '../protocol/reading.ts';
import { REMIND_AGAIN_MS, UNREMIND_MS } from '../rules.ts';
import { everyReader, type Readers } from '../state/readers.ts';
import { strings as own } from '../strings.ts';
import { strings } from '../strings/reading.ts';
import { reachedOf } from '../view.tsx';
import type { DetailsProps } from '../view.tsx';
import './readers.css';

const PAGE = 100;
const PAUSE_MS = 180;
/** Others go on reading while one looks: fetched again so long after the group was told that it has read further. */
const AGAIN_MS = 1_500;
/** Units that stand open at first, of those in which somebody is missing. */
const OPEN_AT_FIRST = 2;

/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 22, 20];

type Show = 'seen' | 'unseen' | 'acknowledged' | 'unacknowledged';
type By = 'unit' | 'area' | 'time';

/** Who has and who has not seen one message, by unit; for its sender and the leaders. */
export function ReadersSheet({ message, urgency, asks, at, acknowledged: told, onClose, ...props }: DetailsProps) {
  const { receipts, group } = props;
  // What matters of an urgent message is who has not seen it.
  const [show, setShow] = useState<Show>(urgency > 0 ? 'unseen' : 'seen');
  const [by, setBy] = useState<By>('unit');
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Readers>();
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [turn, setTurn] = useState(0);
  const [working, setWorking] = useState<'remind' | 'export'>();
  const asking = useRef(0);
  const wanted = query.trim();
  const order = by === 'time' && show !== 'acknowledged' ? 'unit' : by;
  const flat = order === 'time' || wanted !== '';

  useEffect(() => {
    const mine = ++asking.current;
    const timer = setTimeout(
      () => {
        receipts.call('receipt.readers', { group, message, show, by: order, query: wanted, limit: PAGE }).then(
          (page) => {
            if (mine !== asking.current) return;
            setFound({ ...page, key: `${show} ${order} ${wanted}` });
            setTrouble(undefined);
          },
          (error: unknown) => {
            if (mine === asking.current) setTrouble(error);
          },
        );
      },
      wanted === '' ? 0 : PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [group, message, show, order, wanted, turn]);

  // The group is told when somebody reads on or acknowledges, and this list follows, also where they never cease to.
  const [standing, count] = [receipts.of(group), told()];
  const followed = useRef({ standing, count });
  const following = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const { current } = followed;
    if (standing === current.standing && count === current.count) return;
    followed.current = { standing, count };
    following.current ??= setTimeout(() => {
      following.current = undefined;
      setTurn((n) => n + 1);
    }, AGAIN_MS);
  }, [standing, count]);
  useEffect(() => () => clearTimeout(following.current), []);

  const sum = (of: (it: Tally) => number): number => (found?.tallies ?? []).reduce((all, it) => all + of(it), 0);
  const quick = reachedOf(props);
  const others = found ? sum((it) => it.members) : quick.others;
  const seen = found ? sum((it) => it.seen) : quick.seen;
  const acknowledged = sum((it) => it.acknowledged);
  const asked = show === 'acknowledged' || show === 'unacknowledged';
  const whom = asked ? 'unacknowledged' : 'unseen';
  const waiting = asked ? others - acknowledged : others - seen;
  const reminder = found?.reminder ?? null;
  const rests = reminder !== null && Date.now() - reminder.at < REMIND_AGAIN_MS;

  async function remind(): Promise<void> {
    setWorking('remind');
    try {
      const { reminder: made } = await receipts.call('receipt.remind', { group, message, whom });
      showToast({
        words: strings('remindedToast', { n: made.people }),
        seconds: UNREMIND_MS / 1_000,
        onAction: () =>
          void receipts.call('receipt.unremind', { group, message, reminder: made.id }).then(
            () => {
              showToast(strings('undone'));
              setTurn((n) => n + 1);
            },
            (error: unknown) => showToast({ words: refusal(error), icon: null }),
          ),
      });
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    } finally {
      setWorking(undefined);
      setTurn((n) => n + 1);
    }
  }

  async function exportAll(): Promise<void> {
    setWorking('export');
    try {
      const [people, { tableWorkbook }] = await Promise.all([
        everyReader(receipts, group, message),
        import('../../../web/workbook.ts'),
      ]);
      const headings = [
        strings('columnUnder'),
        strings('columnName'),
        strings('columnPosition'),
        strings('columnState'),
        ...(asks ? [strings('columnAcknowledged')] : []),
      ];
      const rows = people.map((it) => [
        it.under,
        displayName(it.name),
        it.position,
        reachedWords(it),
        ...(asks ? [it.acknowledgedAt === null ? '' : formatDateTime(it.acknowledgedAt)] : []),
      ]);
      download(`${strings('fileName')}.xlsx`, await tableWorkbook(own('details'), { headings, rows }, WIDTHS), XLSX);
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    } finally {
      setWorking(undefined);
    }
  }

  const tiles: readonly (readonly [show: Show, label: string, n: number])[] = [
    ['seen', own('seenTile'), seen],
    ['unseen', own('notSeenTile'), Math.max(0, others - seen)],
    ...(asks ? ([['acknowledged', strings('acknowledged'), acknowledged]] as const) : []),
  ];
  const fresh = found?.key === `${show} ${order} ${wanted}` ? found : undefined;
  return (
    <Sheet
      title={own('details')}
      subtitle={own('sentAt', { time: formatDateTime(at) })}
      onClose={onClose}
      shape="panel"
      flush
      foot={
        found ? (
          <div class="readers-foot">
            <Button look="outline" icon={Download} busy={working === 'export'} onPress={() => void exportAll()}>
              {strings('export')}
            </Button>
            {rests ? (
              <p class="readers-reminded">
                <Icon of={Check} size={20} />
                {strings('remindedAt', { n: reminder.people, time: formatTime(reminder.at) })}
              </p>
            ) : waiting > 0 ? (
              <Button icon={BellRing} busy={working === 'remind'} onPress={() => void remind()}>
                {strings(asked ? 'remindAsked' : 'remind', { n: waiting })}
              </Button>
            ) : null}
          </div>
        ) : undefined
      }
    >
      <div class="readers-head">
        <div class="readers-tiles" role="tablist" aria-label={own('details')}>
          {tiles.map(([it, label, n]) => {
            const on = it === show || (it === 'acknowledged' && asked);
            return (
              <button
                key={it}
                type="button"
                role="tab"
                aria-selected={on}
                tabIndex={on ? 0 : -1}
                class={`readers-tile${it === 'unseen' && n > 0 ? ' readers-tile-red' : ''}`}
                onClick={() => setShow(it)}
                onKeyDown={(event) => moveTab(event)}
              >
                <span>
                  <b>{n}</b> {others > 0 ? formatPercent(n / others) : ''}
                </span>
                <span class="readers-tile-label">{label}</span>
              </button>
            );
          })}
        </div>
        <div class="readers-tools">
          <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
          <Select
            label={strings('by')}
            hideLabel
            value={order}
            onChange={setBy}
            options={[
              { value: 'unit', label: strings('byUnit') },
              { value: 'area', label: strings('byArea') },
              ...(show === 'acknowledged' ? [{ value: 'time' as const, label: strings('byTime') }] : []),
            ]}
          />
        </div>
        {asked ? (
          <Chips label={strings('show')}>
            <Chip on={show === 'acknowledged'} onPress={() => setShow('acknowledged')} count={acknowledged}>
              {strings('acknowledged')}
            </Chip>
            <Chip
              on={show === 'unacknowledged'}
              onPress={() => setShow('unacknowledged')}
              count={Math.max(0, others - acknowledged)}
            >
              {strings('unacknowledged')}
            </Chip>
          </Chips>
        ) : null}
      </div>
      {fresh ? (
        fresh.total === 0 && (flat || fresh.tallies.length === 0 || nobody(show, fresh.tallies)) ? (
          wanted !== '' ? (
            <NothingFound q={wanted} />
          ) : (
            <EmptyState icon={CircleCheck} title={strings(EMPTY[show])} />
          )
        ) : flat ? (
          <More
            key={fresh.key}
            first={fresh.people}
            total={fresh.total}
            load={(after) =>
              receipts.call('receipt.readers', { group, message, show, by: order, query: wanted, after })
            }
            asked={asked}
          />
        ) : (
          <Sections
            key={`${show} ${order}`}
            tallies={fresh.tallies}
            show={show}
            by={order}
            turn={turn}
            load={(under, after) =>
              receipts.call('receipt.readers', { group, message, show, by: order, under, after, limit: PAGE })
            }
          />
        )
      ) : trouble === undefined ? (
        <Skeleton kind="person" rows={6} />
      ) : isUnreachable(trouble) ? (
        <p class="readers-offline">{strings('offline')}</p>
      ) : (
        <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
      )}
    </Sheet>
  );
}

const EMPTY = {
  seen: 'nobodySaw',
  unseen: 'everyoneSaw',
  acknowledged: 'nobodyAcknowledged',
  unacknowledged: 'everyoneAcknowledged',
} as const;

/** Whom a list of this kind shows of a unit. */
function countOf(show: Show, { members, seen, acknowledged }: Tally): number {
  if (show === 'seen') return seen;
  if (show === 'unseen') return members - seen;
  return show === 'acknowledged' ? acknowledged : members - acknowledged;
}

const nobody = (show: Show, tallies: readonly Tally[]): boolean => tallies.every((it) => countOf(show, it) === 0);

interface SectionsProps {
  tallies: readonly Tally[];
  show: Show;
  by: By;
  turn: number;
  load: (under: string, after: number) => Promise<{ readonly people: readonly Reader[]; readonly total: number }>;
}

/** A section a unit or area: how far it is, and, opened, who. */
function Sections({ tallies, show, by, turn, load }: SectionsProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        tallies
          .filter((it) => countOf(show, it) > 0)
          .slice(0, OPEN_AT_FIRST)
          .map((it) => it.under),
      ),
  );
  const asked = show === 'acknowledged' || show === 'unacknowledged';
  // Where there is somebody to show comes first; within both the order stays, the worst unit on top.
  const order = tallies.toSorted((a, b) => Number(countOf(show, a) === 0) - Number(countOf(show, b) === 0));
  return (
    <ul class="readers-sections">
      {order.map((it) => {
        const done = asked ? it.acknowledged : it.seen;
        const complete = done === it.members;
        const count = countOf(show, it);
        const isOpen = open.has(it.under) && count > 0;
        const name = it.under || strings(by === 'area' ? 'noArea' : 'noUnit');
        const toggle = (): void => {
          const next = new Set(open);
          if (!next.delete(it.under)) next.add(it.under);
          setOpen(next);
        };
        return (
          <li key={it.under}>
            <button
              type="button"
              class="readers-section"
              aria-expanded={count > 0 ? isOpen : undefined}
              disabled={count === 0}
              onClick={toggle}
            >
              <span class="readers-chevron">
                {count > 0 ? <Icon of={isOpen ? ChevronDown : ChevronRight} size={20} /> : null}
              </span>
              <span class="readers-name">{name}</span>
              <span class={complete ? 'readers-count readers-complete' : 'readers-count'}>
                {complete ? <Icon of={Check} size={16} /> : null}
                <span class="unseen">{strings(asked ? 'doneAsked' : 'done', { n: done, all: it.members })}</span>
                <span aria-hidden="true">
                  {done}/{it.members}
                </span>
              </span>
              <span class="readers-bar" aria-hidden="true">
                <ProgressBar value={done} max={it.members} label={name} />
              </span>
            </button>
            {isOpen ? <More key={turn} load={(after) => load(it.under, after)} total={count} asked={asked} /> : null}
          </li>
        );
      })}
    </ul>
  );
}

interface MoreProps {
  /** What is there already; fetched where absent. */
  first?: readonly Reader[];
  total: number;
  load: (after: number) => Promise<{ readonly people: readonly Reader[]; readonly total: number }>;
  asked: boolean;
}

/** People, a page at a time. */
function More({ first, total, load, asked }: MoreProps) {
  const [people, setPeople] = useState<readonly Reader[]>(first ?? []);
  const [all, setAll] = useState(total);
  const [busy, setBusy] = useState(false);
  const here = useRef(true);
  async function next(): Promise<void> {
    setBusy(true);
    try {
      const page = await load(people.length);
      if (!here.current) return;
      const known = new Set(people.map((it) => it.account));
      setPeople([...people, ...page.people.filter((it) => !known.has(it.account))]);
      setAll(page.people.length === 0 ? people.length : page.total);
    } catch (error) {
      if (here.current) showToast({ words: refusal(error), icon: null });
    } finally {
      if (here.current) setBusy(false);
    }
  }
  useEffect(() => {
    here.current = true;
    if (!first) void next();
    return () => {
      here.current = false;
    };
  }, []);
  return (
    <div class="readers-people">
      {people.map((it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          second={[it.position, it.reached === 'seen' ? '' : reachedWords(it)].filter(Boolean).join(' · ')}
          href={`/directory/people/${it.account}`}
          after={<State reader={it} asked={asked} />}
        />
      ))}
      {busy ? (
        <p class="readers-more">
          <Spinner label={strings('loading')} />
        </p>
      ) : people.length < all && people.length > 0 ? (
        <p class="readers-more">
          <Button look="text" onPress={() => void next()}>
            {strings('more', { n: Math.min(PAGE, all - people.length) })}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

function State({ reader, asked }: { reader: Reader; asked: boolean }) {
  if (asked) {
    return reader.acknowledgedAt === null ? (
      <span class="readers-no">
        <Icon of={Clock} size={16} />
        {strings('unacknowledged')}
      </span>
    ) : (
      <span class="readers-yes">
        <Icon of={Check} size={16} />
        {formatDateTime(reader.acknowledgedAt)}
      </span>
    );
  }
  return reader.reached === 'seen' ? (
    <span class="readers-yes">
      <Icon of={Check} size={16} />
      {own('seenTile')}
    </span>
  ) : (
    <span class="readers-no">
      <Icon of={Clock} size={16} />
      {strings('notSeen')}
    </span>
  );
}

function reachedWords({ reached }: Reader): string {
  return strings(reached === 'seen' ? 'seenNow' : reached === 'received' ? 'received' : 'none');
}

function refusal(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  switch (error.code) {
    case 'receipt.reminded':
      return strings('tooSoon', { time: formatTime(Number(error.details['at'] ?? 0)) });
    case 'receipt.nobody_waits':
      return strings('nobodyWaits');
    case 'receipt.too_late':
      return strings('tooLate');
    default:
      return strings(isUnreachable(error) ? 'offline' : 'notDone');
  }
}

/** Arrows move between the tiles, as between tabs. */
function moveTab(event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const tabs = [...((event.currentTarget as Element).parentElement?.children ?? [])] as HTMLElement[];
  const next = tabs[(tabs.indexOf(event.currentTarget as HTMLElement) + by + tabs.length) % tabs.length];
  event.preventDefault();
  next?.focus();
  next?.click();
}
