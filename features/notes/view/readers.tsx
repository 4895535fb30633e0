import { useState } from 'preact/hooks';
import { CircleCheck, Download } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, formatPercent } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { toggled, useAsked, usePages, WhoComing, WhoMark, WhoMore, WhoUnit } from '../../../web/ui/who.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { noteActions, NoteReader, NoteTally, WholeNote } from '../protocol.ts';
import { NOTE_READERS_PAGE_MOST } from '../rules.ts';
import type { Notes } from '../state.ts';
import { strings as own } from '../strings.ts';
import { strings } from '../strings/reading.ts';
import { refusedWords } from './words.ts';

type Page = OutputOf<(typeof noteActions)['note.readers']>;
type Show = 'read' | 'unread';

/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 16, 20];

/** Who has and who has not acknowledged a note, by unit; for its maker, for who asks, and for leaders. */
export function NoteReaders({ notes, note, onClose }: { notes: Notes; note: WholeNote; onClose: () => void }) {
  const { group, id, ask } = note;
  const [show, setShow] = useState<Show>('unread');
  const [query, setQuery] = useState('');
  const [busy, setBusy] = useState(false);
  const wanted = query.trim();
  const key = `${group} ${id} ${show} ${wanted}`;
  const load = (after = 0): Promise<Page> =>
    notes.call('note.readers', { group, note: id, show, query: wanted, after, limit: NOTE_READERS_PAGE_MOST });
  // The group is told how many have read.
  const { found, fresh, trouble, turn, again } = useAsked({
    key,
    typed: wanted,
    follow: [ask?.read],
    load: () => load(),
  });

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
        <WhoComing trouble={trouble} rows={6} offline={own('offline')} onRetry={again} />
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
  const pages = usePages({ first: first.people, total: first.total, load, refusal: refusedWords });
  const { people } = pages;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const units = [...Map.groupBy(people, (it) => it.under)];
  return (
    <>
      {tallies ? (
        <ul class="who-units">
          {units.map(([under, list]) => {
            const tally = tallies.find((it) => it.under === under);
            const isOpen = !closed.has(under);
            const far = tally && { done: tally.read, all: tally.members };
            return (
              <li key={under}>
                <WhoUnit
                  name={under || strings('noUnit')}
                  far={far && { ...far, spoken: strings('doneOf', { n: far.done, all: far.all }) }}
                  open={isOpen}
                  onToggle={() => setClosed(toggled(closed, under))}
                />
                {isOpen ? list.map((it) => <Person key={it.account} it={it} />) : null}
              </li>
            );
          })}
        </ul>
      ) : (
        people.map((it) => <Person key={it.account} it={it} under />)
      )}
      <WhoMore pages={pages} loading={strings('loading')} more={() => strings('next')} />
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
      after={<WhoMark done={it.at !== null}>{it.at === null ? strings('unread') : formatDateTime(it.at)}</WhoMark>}
    />
  );
}
