import { useState } from 'preact/hooks';
import { CircleCheck, Download } from 'lucide';

import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, OFFICE_ZONE } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useAsked, WhoComing, WhoPeople, WhoTiles, WhoUnits } from '../../../web/ui/who.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { GivenAnswer, Reminder } from '../protocol.ts';
import type { Counts } from '../rules.ts';
import type { Reminders } from '../state.ts';
import { countOf, everyAnswer } from '../state/answers.ts';
import type { Answering, Show } from '../state/answers.ts';
import { strings } from '../strings/details.ts';
import { refusalWords } from './refusal.ts';

const PAGE = 100;
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
  const wanted = query.trim();
  const ask = (rest: { query?: string; under?: string; after?: number }) =>
    state.call('reminder.answers', { group, reminder: id, at, show, limit: PAGE, ...rest });
  const key = `${group} ${id} ${at} ${show} ${wanted}`;
  // The totals are told, and this list follows.
  const { found, fresh, trouble, turn, again } = useAsked({
    key,
    typed: wanted,
    follow: [JSON.stringify([known, it.version])],
    load: () => ask({ query: wanted }),
  });

  const counts = known ?? found?.counts;
  return (
    <>
      <div class="reminder-answers-head">
        <WhoTiles
          label={strings('answers')}
          value={show}
          onChange={setShow}
          of={counts?.concerned ?? 0}
          tiles={SHOWS.map((one) => ({ value: one, label: strings(one), n: counts ? countOf(one, counts) : 0 }))}
          pairs
        />
        <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
      </div>
      {fresh ? (
        counts?.concerned === 0 ? (
          <p class="reminder-note">{strings('nobodyConcerned')}</p>
        ) : wanted !== '' ? (
          fresh.total === 0 ? (
            <NothingFound q={wanted} />
          ) : (
            <People
              key={`${key} ${turn}`}
              first={fresh.people}
              total={fresh.total}
              load={(after) => ask({ query: wanted, after })}
            />
          )
        ) : fresh.total === 0 ? (
          <EmptyState icon={CircleCheck} title={strings(EMPTY[show])} />
        ) : (
          <WhoUnits
            key={`${at} ${show}`}
            units={fresh.tallies.filter((unit) => countOf(show, unit) > 0)}
            listed={(unit) => countOf(show, unit)}
            showListed
            name={(unit) => unit.under || strings('noUnit')}
            far={({ concerned: all, none }) => {
              const done = all - none;
              return { done, all, spoken: strings('answered', { n: done, all }) };
            }}
            flush
          >
            {(unit) => (
              <People key={turn} total={countOf(show, unit)} load={(after) => ask({ under: unit.under, after })} />
            )}
          </WhoUnits>
        )
      ) : (
        <WhoComing trouble={trouble} rows={5} offline={strings('offline')} onRetry={again} />
      )}
    </>
  );
}

interface PeopleProps {
  /** What is there already; fetched where absent. */
  first?: readonly Answering[];
  total: number;
  load: (after: number) => Promise<{ readonly people: readonly Answering[]; readonly total: number }>;
}

function People(pages: PeopleProps) {
  return (
    <WhoPeople
      {...pages}
      refusal={refusalWords}
      loading={strings('loading')}
      more={(left) => strings('showMore', { n: Math.min(PAGE, left) })}
      flush
    >
      {(it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          second={[it.position, it.given ? answerMore(it.given) : ''].filter(Boolean).join(' · ')}
          third={it.given?.reason ? <span class="reminder-people-reason">“{it.given.reason}”</span> : undefined}
          href={`/directory/people/${it.account}`}
        />
      )}
    </WhoPeople>
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
