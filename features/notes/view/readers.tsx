import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, ChevronDown, ChevronRight, CircleCheck, Clock, Download } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, formatPercent } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
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
import type { noteActions, NoteReader, NoteTally, WholeNote } from '../protocol.ts';
import { NOTE_READERS_PAGE_MOST } from '../rules.ts';
import type { Notes } from '../state.ts';
import { strings as own } from '../strings.ts';
import { strings } from '../strings/reading.ts';
import { refusedWords } from './words.ts';

type Page = OutputOf<(typeof noteActions)['note.readers']>;
type Show = 'read' | 'unread';

const PAUSE_MS = 180;
/** Others go on reading while one looks: fetched again so long after the group was told. */
const AGAIN_MS = 1_500;
/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 16, 20];

/** Who has and who has not acknowledged a note, by unit; for its maker, for who asks, and for leaders. */
export function NoteReaders({ notes, note, onClose }: { notes: Notes; note: WholeNote; onClose: () => void }) {
  const { group, id, ask } = note;
  const [show, setShow] = useState<Show>('unread');
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<Page & { key: string }>();
  const [trouble, setTrouble] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const [busy, setBusy] = useState(false);
  const asking = useRef(0);
  const wanted = query.trim();
  const key = `${show} ${wanted}`;
  const load = (after = 0): Promise<Page> =>
    notes.call('note.readers', { group, note: id, show, query: wanted, after, limit: NOTE_READERS_PAGE_MOST });

  useEffect(() => {
    const mine = ++asking.current;
    const timer = setTimeout(
      () =>
        void load().then(
          (page) => {
            if (mine !== asking.current) return;
            setFound({ ...page, key });
            setTrouble(undefined);
          },
          (error: unknown) => {
            if (mine === asking.current) setTrouble(error);
          },
        ),
      wanted === '' ? 0 : PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [group, id, show, wanted, turn]);
  const count = ask?.read;
  const first = useRef(count);
  useEffect(() => {
    if (count === first.current) return;
    first.current = count;
    const timer = setTimeout(() => setTurn((n) => n + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [count]);

  const tallies = found?.tallies ?? [];
  const all = tallies.reduce((sum, it) => sum + it.members, 0) || (ask?.of ?? 0);
  const read = found ? tallies.reduce((sum, it) => sum + it.read, 0) : (ask?.read ?? 0);

  async function exportAll(): Promise<void> {
    setBusy(true);
    try {
      const people = new Map<string, NoteReader>();
      const [{ tableWorkbook }] = await Promise.all([
        import('../../../web/workbook.ts'),
        (async () => {
          for (let after = 0; ; after += NOTE_READERS_PAGE_MOST) {
            const page = await notes.call('note.readers', { group, note: id, after, limit: NOTE_READERS_PAGE_MOST });
            for (const it of page.people) people.set(it.account, it);
            if (page.people.length < NOTE_READERS_PAGE_MOST) return;
          }
        })(),
      ]);
      const headings = [
        strings('columnUnit'),
        strings('columnName'),
        strings('columnPosition'),
        strings('columnState'),
        strings('columnAt'),
      ];
      const rows = [...people.values()].map((it) => [
        it.under,
        displayName(it.name),
        it.position,
        strings(it.at === null ? 'unread' : 'read'),
        it.at === null ? '' : formatDateTime(it.at),
      ]);
      download(
        `${strings('fileName')}.xlsx`,
        await tableWorkbook(strings('readers'), { headings, rows }, WIDTHS),
        XLSX,
      );
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }

  const fresh = found?.key === key ? found : undefined;
  return (
    <Sheet
      title={strings('readers')}
      subtitle={ask ? strings('fromVersion', { n: ask.version, when: formatDateTime(ask.at) }) : undefined}
      shape="panel"
      flush
      onClose={onClose}
      foot={
        found ? (
          <Button look="outline" icon={Download} busy={busy} onPress={() => void exportAll()}>
            {strings('export')}
          </Button>
        ) : undefined
      }
    >
      <div class="note-readers-head">
        <p class="note-readers-sum">
          <b>{own('readOf', { n: read, all })}</b> {all > 0 ? formatPercent(read / all) : ''}
        </p>
        <Segmented
          label={strings('readers')}
          value={show}
          onChange={setShow}
          options={[
            { value: 'unread', label: strings('unread'), count: Math.max(0, all - read) },
            { value: 'read', label: strings('read'), count: read },
          ]}
        />
        <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
      </div>
      {!fresh ? (
        trouble === undefined ? (
          <Skeleton kind="person" rows={6} />
        ) : isUnreachable(trouble) ? (
          <p class="note-offline">{own('offline')}</p>
        ) : (
          <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
        )
      ) : fresh.total === 0 ? (
        wanted !== '' ? (
          <NothingFound q={wanted} />
        ) : (
          <EmptyState icon={CircleCheck} title={strings(show === 'read' ? 'nobodyRead' : 'everyoneRead')} />
        )
      ) : (
        <People key={`${key} ${turn}`} first={fresh} tallies={wanted === '' ? tallies : undefined} load={load} />
      )}
    </Sheet>
  );
}

interface PeopleProps {
  first: Page;
  /** By unit where they are given, else one below the other. */
  tallies: readonly NoteTally[] | undefined;
  load: (after: number) => Promise<Page>;
}

/** People in the order of their units, page by page; each unit says how far it is, and can be folded. */
function People({ first, tallies, load }: PeopleProps) {
  const [people, setPeople] = useState(first.people);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const more = people.length < first.total;
  async function next(): Promise<void> {
    setBusy(true);
    try {
      const page = await load(people.length);
      const known = new Set(people.map((it) => it.account));
      setPeople([...people, ...page.people.filter((it) => !known.has(it.account))]);
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }
  const units = [...Map.groupBy(people, (it) => it.under)];
  return (
    <>
      {tallies ? (
        <ul class="note-units">
          {units.map(([under, list]) => {
            const tally = tallies.find((it) => it.under === under);
            const isOpen = !closed.has(under);
            const toggle = (): void => {
              const set = new Set(closed);
              if (!set.delete(under)) set.add(under);
              setClosed(set);
            };
            const name = under || strings('noUnit');
            return (
              <li key={under}>
                <button type="button" class="note-unit" aria-expanded={isOpen} onClick={toggle}>
                  <Icon of={isOpen ? ChevronDown : ChevronRight} size={20} />
                  <span class="note-unit-name">{name}</span>
                  {tally ? (
                    <span class="note-unit-count">
                      <span class="unseen">{strings('doneOf', { n: tally.read, all: tally.members })}</span>
                      <span aria-hidden="true">
                        {tally.read}/{tally.members}
                      </span>
                    </span>
                  ) : null}
                  {tally ? (
                    <span class="note-unit-bar" aria-hidden="true">
                      <ProgressBar value={tally.read} max={tally.members} label={name} />
                    </span>
                  ) : null}
                </button>
                {isOpen ? list.map((it) => <Person key={it.account} it={it} />) : null}
              </li>
            );
          })}
        </ul>
      ) : (
        people.map((it) => <Person key={it.account} it={it} under />)
      )}
      {busy ? (
        <p class="note-more">
          <Spinner label={strings('loading')} />
        </p>
      ) : more ? (
        <p class="note-more">
          <Button look="text" onPress={() => void next()}>
            {strings('next')}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function Person({ it, under }: { it: NoteReader; under?: boolean }) {
  return (
    <PersonRow
      id={it.account}
      name={displayName(it.name)}
      photo={photoPath(it.photo)}
      second={[it.position, under ? it.under : ''].filter(Boolean).join(' · ')}
      href={`/directory/people/${it.account}`}
      after={
        it.at === null ? (
          <span class="note-no">
            <Icon of={Clock} size={16} />
            {strings('unread')}
          </span>
        ) : (
          <span class="note-yes">
            <Icon of={Check} size={16} />
            {formatDateTime(it.at)}
          </span>
        )
      }
    />
  );
}
