import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { FileText, Files as FilesIcon, Image, Link2, MessageSquareText, Mic } from 'lucide';
import type { IconNode } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { formatListTime } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, ErrorState, Gone } from '../../../web/ui/states.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Entry, mediaStoreActions } from '../protocol/keeping.ts';
import type { Shelf } from '../rules.ts';
import type { Filter } from '../state/shelf.ts';
import { rowsOf } from '../state/grid.ts';
import { ShelfList } from '../state/shelf.ts';
import { strings } from '../strings.ts';
import { strings as said } from '../strings/said.ts';
import { DocumentTile } from './document.tsx';
import { FilmMark, Picture, pictureWords } from './shown.tsx';
import { ChatTabs } from '../../chats/view/tabs.tsx';
import { ChatViewer } from './viewer.tsx';
import { VoicePlayer } from './voice.tsx';
import './store.css';

/** Rem: the least width of a picture of the grid on a phone and on a computer. */
const TILE = { narrow: 6.5, wide: 9 };
const GAP_PX = 3;

const SHELF_ORDER: readonly { value: Shelf; label: () => string; icon: IconNode; none: () => string }[] = [
  { value: 'media', label: () => said('media'), icon: Image, none: () => strings('noMedia') },
  { value: 'document', label: () => strings('documents'), icon: FilesIcon, none: () => strings('noDocuments') },
  { value: 'voice', label: () => strings('voices'), icon: Mic, none: () => strings('noVoices') },
  { value: 'link', label: () => strings('links'), icon: Link2, none: () => strings('noLinks') },
];

const KINDS = {
  pdf: ['pdf'],
  word: ['docx', 'doc', 'odt', 'rtf'],
  sheet: ['xlsx', 'ods', 'csv'],
  slides: ['pptx', 'odp'],
  others: ['txt', 'eml', 'zip', 'mp3', 'm4a', 'ogg', 'mp4', 'mov', 'webm', 'jpg', 'jpeg', 'png', 'webp', 'gif'],
} as const;
type Kind = keyof typeof KINDS;

type Months = OutputOf<(typeof mediaStoreActions)['file.months']>;

/** Kho lưu trữ: what was sent in one chat, by month. */
export function MediaStoreScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = useGroups()?.chats;
  const chat = state?.get(group);
  const name = displayName(chat?.other?.name ?? chat?.name ?? '');
  return (
    <Page
      title={said('archive')}
      subtitle={name}
      backTo={`/chats/${group}`}
      scrolls={false}
      nested
      class="store"
      actions={<ChatTabs group={group} at="store" />}
    >
      {chat ? (
        <Store key={group} group={group} />
      ) : state?.known.value ? (
        <Gone home="/chats" />
      ) : (
        <Skeleton kind="setting" />
      )}
    </Page>
  );
}

function Store({ group }: { group: string }) {
  const [shelf, setShelf] = useState<Shelf>('media');
  const [sender, setSender] = useState('');
  const [month, setMonth] = useState('');
  const [kind, setKind] = useState<Kind | ''>('');
  const [about, setAbout] = useState<Months | undefined>(undefined);
  const online = connection().state.value === 'online';

  // Which months and senders there are to choose from.
  useEffect(() => {
    if (!online) return;
    let here = true;
    connection()
      .call('file.months', { group, shelf })
      .then(
        (it) => here && setAbout(it),
        (error: unknown) => {
          if (!(error instanceof Problem)) throw error;
        },
      );
    return () => {
      here = false;
    };
  }, [group, shelf, online]);

  const clear = (): void => {
    setSender('');
    setMonth('');
    setKind('');
  };
  const filtered = sender !== '' || month !== '' || kind !== '';
  return (
    <>
      <div class="store-head">
        <Segmented
          as="tabs"
          panel="shelf"
          label={said('archive')}
          value={shelf}
          options={SHELF_ORDER.map(({ value, label }) => ({ value, label: label() }))}
          onChange={(next) => {
            clear();
            setAbout(undefined);
            setShelf(next);
          }}
        />
        <div class="store-filters">
          <Select
            label={strings('sender')}
            hideLabel
            value={sender}
            onChange={setSender}
            options={[
              { value: '', label: strings('anybody') },
              ...(about?.senders ?? []).map((it) => ({ value: it.id, label: displayName(it.name) })),
            ]}
          />
          <Select
            label={strings('monthLabel')}
            hideLabel
            value={month}
            onChange={setMonth}
            options={[
              { value: '', label: strings('anyMonth') },
              ...(about?.months ?? []).map((it) => ({ value: it.month, label: monthWords(it.month) })),
            ]}
          />
          {shelf === 'document' ? (
            <Select<Kind | ''>
              label={strings('kind')}
              hideLabel
              value={kind}
              onChange={setKind}
              options={[
                { value: '', label: strings('anyKind') },
                ...(Object.keys(KINDS) as Kind[]).map((value) => ({ value, label: strings(value) })),
              ]}
            />
          ) : null}
        </div>
      </div>
      <div id={`shelf-${shelf}`} class="store-panel" role="tabpanel" aria-label={labelOf(shelf)}>
        <OneShelf
          key={`${shelf} ${sender} ${month} ${kind}`}
          group={group}
          shelf={shelf}
          filter={{
            ...(sender ? { sender } : {}),
            ...(month ? { month } : {}),
            ...(kind ? { extensions: [...KINDS[kind]] } : {}),
          }}
          filtered={filtered}
          onClear={clear}
        />
      </div>
    </>
  );
}

const labelOf = (shelf: Shelf): string => SHELF_ORDER.find((it) => it.value === shelf)!.label();

/** “Tháng 11/2026” */
export function monthWords(month: string): string {
  const [year, number] = month.split('-');
  if (language.value === 'vi') return strings('month', { month: `${Number(number)}/${year}` });
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(new Date(`${month}-15T12:00:00Z`));
}

interface ShelfProps {
  group: string;
  shelf: Shelf;
  filter: Filter;
  filtered: boolean;
  onClear: () => void;
}

function OneShelf({ group, shelf, filter, filtered, onClear }: ShelfProps) {
  const list = useMemo(() => new ShelfList(connection(), group, shelf, filter), []);
  const [opened, setOpened] = useState<Entry | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const across = useColumns(box, shelf === 'media');
  const online = connection().state.value === 'online';
  const entries = list.entries.value;
  const trouble = list.trouble.value;
  useEffect(() => {
    if (online && !list.known.peek()) void list.older();
  }, [online]);
  // What is sent while one looks stands here too; what is recalled goes.
  useEffect(
    () =>
      connection().listen({
        event: (frame) => {
          if (frame.in !== group) return;
          if (frame.on === 'message.recalled') list.forget((frame.with as { id: string }).id);
          else if (frame.on === 'message.sent' && (frame.with as { files?: unknown }).files) {
            list.newest.value = false;
            void list.newer();
          }
        },
      }),
    [list],
  );
  const rows = useMemo(() => rowsOf(entries, across), [entries, across]);

  const messages = useGroups()?.chats.messages;
  const people = list.people.value;
  const whoSent = (it: Entry): string =>
    displayName(people.get(it.by ?? '')?.name ?? messages?.people.get(it.by)?.name ?? '');
  const show = (it: Entry): void => {
    navigate(`/chats/${group}`);
    void messages?.conversation(group).goTo(it.seq);
  };

  const about = SHELF_ORDER.find((it) => it.value === shelf)!;
  return (
    <div ref={box} class="store-shelf">
      {entries.length === 0 ? (
        trouble ? (
          <ErrorState
            title={isUnreachable(trouble) ? strings('notShown') : undefined}
            faultId={typeof trouble.details['id'] === 'string' ? trouble.details['id'] : undefined}
            onRetry={() => void list.older()}
          />
        ) : !list.known.value ? (
          online ? (
            <Skeleton kind="setting" rows={6} />
          ) : (
            <EmptyState icon={about.icon} title={strings('notShown')} />
          )
        ) : filtered ? (
          <EmptyState
            icon={about.icon}
            title={strings('noneFiltered')}
            action={
              <Button look="outline" onPress={onClear}>
                {strings('clearFilters')}
              </Button>
            }
          />
        ) : (
          <EmptyState icon={about.icon} title={about.none()} text={strings('emptyText')} />
        )
      ) : (
        <VirtualList
          items={rows}
          keyOf={(row) => row.key}
          label={strings('listOf', { shelf: about.label() })}
          class="store-list"
          onScroll={() => {
            const element = box.current?.querySelector('.store-list');
            if (element && element.scrollHeight - element.scrollTop - element.clientHeight < 1_200) void list.older();
          }}
          after={
            list.oldest.value ? null : (
              <div class="store-more">
                {trouble ? (
                  <Button look="soft" onPress={() => void list.older()}>
                    {strings('retry')}
                  </Button>
                ) : (
                  <LoadMore list={list} count={entries.length} />
                )}
              </div>
            )
          }
        >
          {(row) =>
            'month' in row ? (
              <h2 class="store-month">{monthWords(row.month)}</h2>
            ) : shelf === 'media' ? (
              <div class="store-row" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
                {row.entries.map((it) => (
                  <button key={it.place} type="button" class="store-tile" onClick={() => setOpened(it)}>
                    <Picture
                      file={it.file!}
                      alt={pictureWords(it.file!, { by: it.by, at: it.at, text: null }, whoSent(it), false)}
                    />
                    {it.file!.kind === 'video' ? <FilmMark seconds={it.file!.seconds} /> : null}
                  </button>
                ))}
              </div>
            ) : (
              <OneRow it={row.entries[0]!} who={whoSent(row.entries[0]!)} onShow={show} onOpen={setOpened} />
            )
          }
        </VirtualList>
      )}
      {opened ? (
        <ChatViewer
          group={group}
          first={opened}
          list={shelf === 'media' ? list : undefined}
          onClose={() => setOpened(undefined)}
        />
      ) : null}
    </div>
  );
}

/** A short first page does not fill a large window: nobody can scroll there to ask for more. */
function LoadMore({ list, count }: { list: ShelfList; count: number }) {
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = mark.current;
    if (!element) return;
    const watcher = new IntersectionObserver(([it]) => it?.isIntersecting && void list.older());
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [list, count]);
  return (
    <span ref={mark} class="store-wait">
      <Skeleton kind="setting" rows={1} />
    </span>
  );
}

interface OneRowProps {
  it: Entry;
  who: string;
  onShow: (it: Entry) => void;
  onOpen: (it: Entry) => void;
}

function OneRow({ it, who, onShow, onOpen }: OneRowProps) {
  const { file, link } = it;
  const second = [who, formatListTime(it.at)].filter(Boolean).join(' · ');
  const jump = (
    <IconButton icon={MessageSquareText} size={20} label={strings('showInChat')} onPress={() => onShow(it)} />
  );
  return (
    <div class="store-entry">
      {file?.kind === 'voice' ? (
        <VoicePlayer file={file} />
      ) : file ? (
        <DocumentTile file={file} most={40} onOpen={file.preview ? () => onOpen(it) : undefined} />
      ) : (
        <a class="store-link" href={link} target="_blank" rel="noopener noreferrer">
          <span class="store-link-mark" aria-hidden="true">
            <Icon of={FileText} size={20} />
          </span>
          <span class="store-link-words">
            <span class="cut">{hostOf(link ?? '')}</span>
            <span class="store-link-path cut">{link}</span>
          </span>
        </a>
      )}
      <span class="store-by">
        <span class="cut">{second}</span>
        {jump}
      </span>
    </div>
  );
}

function hostOf(link: string): string {
  try {
    return new URL(link).hostname;
  } catch {
    return link;
  }
}

/** How many pictures stand beside each other. */
function useColumns(box: { current: HTMLElement | null }, grid: boolean): number {
  const [across, setAcross] = useState(3);
  useLayoutEffect(() => {
    const element = box.current;
    if (!grid || !element) return;
    const measure = (): void => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const width = element.clientWidth;
      const least = (width < 600 ? TILE.narrow : TILE.wide) * rem;
      setAcross(Math.max(2, Math.floor((width + GAP_PX) / (least + GAP_PX))));
    };
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [grid]);
  return grid ? across : 1;
}
