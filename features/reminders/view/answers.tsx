import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, ChevronDown, ChevronRight, CircleCheck, Download } from 'lucide';

import { isUnreachable } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, formatPercent, OFFICE_ZONE } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { ProgressBar, Spinner } from '../../../web/ui/progress.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { GivenAnswer, Reminder } from '../protocol.ts';
import type { Counts } from '../rules.ts';
import type { Reminders } from '../state.ts';
import { countOf, everyAnswer } from '../state/answers.ts';
import type { Answering, Found, Show, Tally } from '../state/answers.ts';
import { strings } from '../strings/details.ts';
import { refusalWords } from './refusal.ts';

const PAGE = 100;
const PAUSE_MS = 180;
/** Others go on answering while one looks: fetched again so long after the totals have changed. */
const AGAIN_MS = 1_200;
/** Units that stand open at first. */
const OPEN_AT_FIRST = 2;
/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 20, 32, 40, 20];

const SHOWS = ['accepted', 'declined', 'substitute', 'none'] as const satisfies readonly Show[];
const EMPTY = {
  accepted: 'nobodyAccepted',
  declined: 'nobodyDeclined',
  substitute: 'nobodySubstitute',
  none: 'nobodyNone',
} as const;

interface AnswersProps {
  state: Reminders;
  it: Reminder;
  /** The time that is meant, as the rule has it. */
  at: number;
  counts: Counts | undefined;
}

/** Who comes, who does not and why, who sends whom, who has not answered: by unit, or found by name. */
export function Answers({ state, it, at, counts: known }: AnswersProps) {
  const { group, id } = it;
  const [show, setShow] = useState<Show>(known && known.none > 0 && it.mayChange ? 'none' : 'accepted');
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Found>();
  const [trouble, setTrouble] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const asking = useRef(0);
  const wanted = query.trim();
  const key = `${at} ${show} ${wanted}`;

  useEffect(() => {
    const mine = ++asking.current;
    const timer = setTimeout(
      () => {
        state.call('reminder.answers', { group, reminder: id, at, show, query: wanted, limit: PAGE }).then(
          (page) => {
            if (mine !== asking.current) return;
            setFound({ ...page, key });
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
  }, [group, id, key, turn]);

  // The totals are told, and this list follows.
  const totals = JSON.stringify([known, it.version]);
  const first = useRef(totals);
  useEffect(() => {
    if (totals === first.current) return;
    first.current = totals;
    const timer = setTimeout(() => setTurn((n) => n + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [totals]);

  const counts = known ?? found?.counts;
  const fresh = found?.key === key ? found : undefined;
  return (
    <>
      <div class="reminder-tiles" role="tablist" aria-label={strings('answers')}>
        {SHOWS.map((one) => {
          const n = counts ? countOf(one, counts) : 0;
          return (
            <button
              key={one}
              type="button"
              role="tab"
              aria-selected={one === show}
              tabIndex={one === show ? 0 : -1}
              class={`reminder-tile reminder-tile-${one}`}
              onClick={() => setShow(one)}
              onKeyDown={(event) => moveTab(event)}
            >
              <span>
                <b>{n}</b> {counts && counts.concerned > 0 ? formatPercent(n / counts.concerned) : ''}
              </span>
              <span class="reminder-tile-label">{strings(one)}</span>
            </button>
          );
        })}
      </div>
      <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
      {fresh ? (
        counts?.concerned === 0 ? (
          <p class="reminder-note">{strings('nobodyConcerned')}</p>
        ) : wanted !== '' ? (
          fresh.total === 0 ? (
            <NothingFound q={wanted} />
          ) : (
            <More
              key={`${key} ${turn}`}
              first={fresh.people}
              total={fresh.total}
              load={(after) =>
                state.call('reminder.answers', { group, reminder: id, at, show, query: wanted, after, limit: PAGE })
              }
            />
          )
        ) : fresh.total === 0 ? (
          <EmptyState icon={CircleCheck} title={strings(EMPTY[show])} />
        ) : (
          <Units
            key={`${at} ${show}`}
            tallies={fresh.tallies}
            show={show}
            turn={turn}
            load={(under, after) =>
              state.call('reminder.answers', { group, reminder: id, at, show, under, after, limit: PAGE })
            }
          />
        )
      ) : trouble === undefined ? (
        <Skeleton kind="person" rows={5} />
      ) : isUnreachable(trouble) ? (
        <p class="reminder-note">{strings('offline')}</p>
      ) : (
        <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
      )}
    </>
  );
}

interface UnitsProps {
  tallies: readonly Tally[];
  show: Show;
  turn: number;
  load: (under: string, after: number) => Promise<{ readonly people: readonly Answering[]; readonly total: number }>;
}

/** A section a unit: how many have answered, and, opened, who is on this list. */
function Units({ tallies, show, turn, load }: UnitsProps) {
  const listed = tallies.filter((it) => countOf(show, it) > 0);
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(listed.slice(0, OPEN_AT_FIRST).map((it) => it.under)),
  );
  return (
    <ul class="reminder-units">
      {listed.map((it) => {
        const answered = it.concerned - it.none;
        const name = it.under || strings('noUnit');
        const isOpen = open.has(it.under);
        const complete = it.none === 0;
        return (
          <li key={it.under}>
            <button
              type="button"
              class="reminder-unit"
              aria-expanded={isOpen}
              onClick={() => {
                const next = new Set(open);
                if (!next.delete(it.under)) next.add(it.under);
                setOpen(next);
              }}
            >
              <Icon of={isOpen ? ChevronDown : ChevronRight} size={20} />
              <span class="reminder-unit-name">
                {name} <span class="reminder-unit-n">{countOf(show, it)}</span>
              </span>
              <span class={complete ? 'reminder-unit-count reminder-unit-complete' : 'reminder-unit-count'}>
                {complete ? <Icon of={Check} size={16} /> : null}
                <span class="unseen">{strings('answered', { n: answered, all: it.concerned })}</span>
                <span aria-hidden="true">
                  {answered}/{it.concerned}
                </span>
              </span>
              <span class="reminder-unit-bar" aria-hidden="true">
                <ProgressBar value={answered} max={it.concerned} label={name} />
              </span>
            </button>
            {isOpen ? <More key={turn} load={(after) => load(it.under, after)} total={countOf(show, it)} /> : null}
          </li>
        );
      })}
    </ul>
  );
}

interface MoreProps {
  /** What is there already; fetched where absent. */
  first?: readonly Answering[];
  total: number;
  load: (after: number) => Promise<{ readonly people: readonly Answering[]; readonly total: number }>;
}

/** People, a page at a time. */
function More({ first, total, load }: MoreProps) {
  const [people, setPeople] = useState<readonly Answering[]>(first ?? []);
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
      if (here.current) showToast({ words: refusalWords(error), icon: null });
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
    <div class="reminder-people">
      {people.map((it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          second={[it.position, it.given ? answerMore(it.given) : ''].filter(Boolean).join(' · ')}
          third={it.given?.reason ? <span class="reminder-people-reason">“{it.given.reason}”</span> : undefined}
          href={`/directory/people/${it.account}`}
        />
      ))}
      {busy ? (
        <p class="reminder-people-more">
          <Spinner label={strings('loading')} />
        </p>
      ) : people.length < all && people.length > 0 ? (
        <p class="reminder-people-more">
          <Button look="text" onPress={() => void next()}>
            {strings('showMore', { n: Math.min(PAGE, all - people.length) })}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

/** “cử Siu H’Nga dự thay”, “cần trả lời lại” */
function answerMore({ substitute, again }: GivenAnswer): string {
  if (again) return strings('again');
  if (!substitute) return '';
  const name = displayName(substitute.name);
  return strings(substitute.refused ? 'sendsRefused' : 'sends', { name });
}

/** The list as a table of everybody it concerns. */
export function ExportButton({ state, it, at }: Omit<AnswersProps, 'counts'>) {
  const [busy, setBusy] = useState(false);
  async function exportAll(): Promise<void> {
    setBusy(true);
    try {
      const [people, { tableWorkbook }] = await Promise.all([
        everyAnswer(state, it.group, it.id, at),
        import('../../../web/workbook.ts'),
      ]);
      const headings = [
        strings('columnUnit'),
        strings('columnName'),
        strings('columnPosition'),
        strings('columnAnswer'),
        strings('columnSubstitute'),
        strings('columnReason'),
        strings('columnTime'),
      ];
      const rows = people.map(({ unit, name, position, given }) => {
        const counts = given && !given.again && !given.substitute?.refused;
        return [
          unit,
          displayName(name),
          position,
          strings(counts ? given.answer : 'none'),
          counts && given.substitute ? displayName(given.substitute.name) : '',
          counts ? given.reason : '',
          counts ? formatDateTime(given.at, OFFICE_ZONE) : '',
        ];
      });
      download(`${strings('fileName')}.xlsx`, await tableWorkbook(strings('sheet'), { headings, rows }, WIDTHS), XLSX);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button look="outline" icon={Download} busy={busy} onPress={() => void exportAll()}>
      {strings('export')}
    </Button>
  );
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
