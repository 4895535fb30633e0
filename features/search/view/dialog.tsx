import type { ComponentChildren } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { ArrowLeft, ChevronDown, History } from 'lucide';
import type { IconNode } from 'lucide';

import { formatListTime, formatSize } from '../../../web/format.ts';
import { useLayer } from '../../../web/layer.ts';
import { displayName, shortName } from '../../../web/names.ts';
import { here, navigate } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { usePressOutside } from '../../../web/ui/gestures.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import type { MenuEntry } from '../../../web/ui/menu.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { useModal } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { isPhone } from '../../../web/viewport.ts';
import type { Chat } from '../../chats/protocol.ts';
import type { Chats } from '../../chats/state.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import type { Person as Colleague } from '../../directory/protocol.ts';
import { KindTile } from '../../files/view/document.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Hit } from '../protocol.ts';
import { matchOf, readQuery } from '../rules.ts';
import type { Mark } from '../rules.ts';
import { Search, TABS } from '../state.ts';
import type { Tab } from '../state.ts';
import { strings } from '../strings.ts';
import { searchDevice } from './open.ts';
import '../../files/view/attachments.css';
import '../../../web/ui/rows.css';
import '../search.css';

const DAY_MS = 86_400_000;
const CHATS_FIRST = 4;
const TALKED_MOST = 6;
/** Pixels from the end at which the next page is asked for. */
const NEAR_PX = 400;
const SKELETON_MS = 200;

interface SearchDialogProps {
  group?: string | undefined;
  onClose: () => void;
}

/** Tìm kiếm: one box over chats, people, messages and files. */
export function SearchDialog({ group, onClose }: SearchDialogProps) {
  const chats = useChats();
  const device = searchDevice.value;
  return chats && device ? <Opened key={chats.account} {...{ chats, group, onClose }} /> : null;
}

/** One line of the results. */
interface Row {
  readonly key: string;
  readonly open: () => void;
  readonly view: ComponentChildren;
}

interface Block {
  readonly title: string;
  readonly rows: readonly Row[];
}

function Opened({ chats, group, onClose }: SearchDialogProps & { chats: Chats }) {
  const search = useMemo(() => new Search(searchDevice.peek()!, chats, group), [chats]);
  useEffect(() => () => search.close(), [search]);
  const dialog = useRef<HTMLDialogElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = useLayer(onClose);
  useModal(dialog, () => null);
  usePressOutside(panel, close);
  const id = useId();
  const phone = isPhone.value;
  const query = search.query.value;
  const typed = query.trim() !== '';
  const tab = search.tab.value;
  const blocks = typed ? found(search, tab) : before(search);
  const rows = blocks.flatMap((it) => it.rows);
  const [marked, setMarked] = useState<string | undefined>(undefined);
  // With something typed the first is marked by itself: Enter opens it.
  const active = rows.find((it) => it.key === marked) ?? (typed ? rows[0] : undefined);
  const waiting = useLate(search.busy.value && rows.length === 0);
  useEffect(() => {
    setMarked(undefined);
    list.current?.scrollTo({ top: 0 });
  }, [query, tab]);
  const online = search.online;
  // With the line the rest comes.
  useEffect(() => {
    if (search.results.peek()?.here && online) search.retry();
  }, [online]);

  const step = (by: number): void => {
    const at = active ? rows.indexOf(active) : -1;
    const next = rows[(at + by + rows.length) % rows.length];
    if (!next) return;
    setMarked(next.key);
    document.getElementById(`${id}${next.key}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    // A search that is marked is taken off the list.
    if (event.key === 'Delete' && active?.key.startsWith('r') && !typed) search.forget(active.key.slice(1));
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      step(event.key === 'ArrowDown' ? 1 : -1);
    }
  };

  const { filters } = search;
  const current = /^\/chats\/([0-9a-f-]{36})/.exec(here.value.path)?.[1];
  const scope = filters.value.group ?? group ?? (current !== undefined && search.chat(current) ? current : undefined);
  const pair = scope !== undefined && search.chat(scope)?.kind === 'pair';
  const results = search.results.value;
  const trouble = search.trouble.value;
  const settled = typed && !search.busy.value && !trouble;
  return (
    <dialog
      ref={dialog}
      class="sheet sheet-as-dialog sheet-full search-dialog"
      aria-label={strings('title')}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClose={close}
    >
      <div class="sheet-panel" ref={panel}>
        <div class="search-head">
          {phone ? <IconButton icon={ArrowLeft} label={strings('close')} onPress={close} /> : null}
          <SearchField
            class="search-box"
            value={query}
            onInput={(text) => search.type(text)}
            label={strings('title')}
            placeholder={strings('placeholder')}
            keys="Esc"
            autofocus
            controls={`${id}list`}
            active={active && `${id}${active.key}`}
            onKeyDown={onKeyDown}
            onEnter={() => active?.open()}
          />
        </div>
        <div class="search-filters">
          <Chips label={strings('kinds')}>
            {TABS.map((it) => (
              <Chip key={it} on={tab === it} onPress={() => search.choose(it)}>
                {strings(it)}
              </Chip>
            ))}
            {scope !== undefined ? (
              <Chip
                on={filters.value.group !== undefined}
                onPress={() => {
                  const { group: was, ...rest } = filters.value;
                  search.filter(was === undefined ? { ...rest, group: scope } : rest);
                }}
              >
                {strings(pair ? 'inChat' : 'inGroup')}
              </Chip>
            ) : null}
            <FilterChip
              label={strings('sender')}
              chosen={filters.value.by === undefined ? undefined : nameOf(search, filters.value.by)}
              items={() => senders(search)}
            />
            <FilterChip label={strings('time')} chosen={timeWords(filters.value.from)} items={() => times(search)} />
          </Chips>
        </div>
        {online ? null : <p class="search-offline">{strings('offline')}</p>}
        <p class="unseen" role="status">
          {settled ? strings('found', { n: rows.length }) : ''}
        </p>
        <div
          class="search-results scroll"
          ref={list}
          // Rows are reached with the arrows while one types; by the finger all the same.
          tabIndex={-1}
          aria-busy={search.busy.value}
          onScroll={(event) => {
            const box = event.currentTarget;
            if (tab !== 'all' && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) void search.older();
          }}
        >
          <div role="listbox" id={`${id}list`} aria-label={strings('results')}>
            {blocks
              .filter((it) => it.rows.length > 0)
              .map((block, at) => (
                <div role="group" aria-labelledby={`${id}group${at}`} key={block.title}>
                  <div class="search-title" role="presentation">
                    <span id={`${id}group${at}`}>{block.title}</span>
                  </div>
                  {block.rows.map((row) => (
                    <div
                      key={row.key}
                      id={`${id}${row.key}`}
                      role="option"
                      aria-selected={row === active}
                      class={`search-row${row === active ? ' search-active' : ''}`}
                      tabIndex={-1}
                      onClick={row.open}
                      onKeyDown={(event) => {
                        if (event.key === 'Enter') row.open();
                      }}
                      onPointerMove={() => {
                        if (!phone && row.key !== active?.key) setMarked(row.key);
                      }}
                    >
                      {row.view}
                    </div>
                  ))}
                </div>
              ))}
          </div>
          {!typed && search.recent.value.length > 0 ? (
            <button type="button" class="search-clear-recent" onClick={() => search.forget()}>
              {strings('clearRecent')}
            </button>
          ) : null}
          {trouble ? (
            <Trouble error={trouble} onRetry={() => search.retry()} />
          ) : waiting ? (
            <Skeleton kind="chat" rows={5} />
          ) : settled && rows.length === 0 && results ? (
            <NothingFound q={query.trim()} />
          ) : !typed && rows.length === 0 ? (
            <p class="search-empty">{strings('empty')}</p>
          ) : null}
        </div>
        <div class="search-foot">
          <span class="search-keys-help" aria-hidden="true">
            <kbd class="keys">↑</kbd> <kbd class="keys">↓</kbd> {strings('choose')}
            <kbd class="keys">Enter</kbd> {strings('jump')}
          </span>
          <span>{strings('toneless')}</span>
        </div>
      </div>
    </dialog>
  );

  // ——— What stands in the list

  function leave(path: string, replace = false): void {
    search.remember();
    navigate(path, { replace });
  }

  function toHit(hit: Hit): void {
    const chat = `/chats/${hit.group}`;
    // In the chat that is open already it is the same place of the way back.
    leave(`${chat}?at=${hit.seq}`, here.peek().path === chat);
  }

  function before(from: Search): Block[] {
    return [
      {
        title: strings('recent'),
        rows: from.recent.value.map((text) => ({
          key: `r${text}`,
          open: () => from.type(text),
          view: <Recent text={text} />,
        })),
      },
      { title: strings('talked'), rows: from.talkedWith(TALKED_MOST).map((chat) => chatRow(chat, undefined)) },
    ];
  }

  function found(from: Search, kind: Tab): Block[] {
    const text = from.query.value;
    const { group: only, by, from: since } = from.filters.value;
    const plain = only === undefined && by === undefined && since === undefined;
    const now = from.results.value;
    const all = kind === 'all';
    const named = (all && plain) || kind === 'chat' ? from.chats() : [];
    const hits = (list: readonly Hit[], sort: string): Row[] =>
      list.map((hit) => ({
        key: `${sort}${hit.id}`,
        open: () => toHit(hit),
        view: <HitView search={from} hit={hit} file={sort !== 'm'} />,
      }));
    const messages = hits(now?.messages ?? [], 'm');
    if (all && now && from.more.value)
      messages.push({
        key: 'more',
        open: () => from.choose('message'),
        view: <span class="search-more">{strings('allMessages')}</span>,
      });
    return [
      {
        title: strings('numbers'),
        rows: all || kind === 'message' || kind === 'file' ? hits(now?.numbers ?? [], 'n') : [],
      },
      { title: strings('chats'), rows: (all ? named.slice(0, CHATS_FIRST) : named).map((chat) => chatRow(chat, text)) },
      {
        title: strings('person'),
        rows: (now?.people ?? []).map((person) => ({
          key: `p${person.id}`,
          open: () => leave(`/directory/people/${person.id}`),
          view: <PersonView person={person} query={text} />,
        })),
      },
      { title: strings('file'), rows: hits(now?.files ?? [], 'f') },
      { title: kind === 'photo' || kind === 'link' ? strings(kind) : strings('message'), rows: messages },
    ];
  }

  function chatRow(chat: Chat, text: string | undefined): Row {
    return {
      key: `c${chat.group}`,
      open: () => leave(`/chats/${chat.group}`, here.peek().path === `/chats/${chat.group}`),
      view: <ChatView chat={chat} query={text} />,
    };
  }
}

function nameOf(search: Search, account: string): string {
  return account === search.account ? strings('me') : shortName(search.writer(account)?.name ?? strings('someone'));
}

/** Those whose messages are among what is found, and those one talks with. */
function senders(search: Search): MenuEntry[] {
  const { by, ...rest } = search.filters.peek();
  const people = new Map<string, string>();
  const results = search.results.peek();
  const add = (id: string | null | undefined, name: string | undefined): void => {
    if (id && name && id !== search.account && people.size < 12) people.set(id, displayName(name));
  };
  add(by, by && search.writer(by)?.name);
  for (const hit of [...(results?.numbers ?? []), ...(results?.messages ?? []), ...(results?.files ?? [])])
    add(hit.by, search.writer(hit.by)?.name);
  for (const { other } of search.talkedWith(TALKED_MOST)) add(other?.id, other?.name);
  const item = (label: string, account: string | undefined): MenuEntry => ({
    label,
    checked: by === account,
    onSelect: () => search.filter(account === undefined ? rest : { ...rest, by: account }),
  });
  return [
    item(strings('anySender'), undefined),
    item(strings('me'), search.account),
    ...[...people].map(([account, name]) => item(name, account)),
  ];
}

const SPANS = { today: 0, week: 7, month: 30, year: 365 } as const;

/** The beginning of a day so many days ago, on this device. */
function daysAgo(days: number): number {
  const day = new Date(Date.now() - days * DAY_MS);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

const spanAt = (from: number): keyof typeof SPANS | undefined =>
  (Object.keys(SPANS) as (keyof typeof SPANS)[]).find((it) => daysAgo(SPANS[it]) === from);

function timeWords(from: number | undefined): string | undefined {
  const span = from === undefined ? undefined : spanAt(from);
  return span && strings(span);
}

function times(search: Search): MenuEntry[] {
  const { from, ...rest } = search.filters.peek();
  const chosen = from === undefined ? undefined : spanAt(from);
  return [
    { label: strings('anyTime'), checked: chosen === undefined, onSelect: () => search.filter(rest) },
    ...(Object.keys(SPANS) as (keyof typeof SPANS)[]).map((it) => ({
      label: strings(it),
      checked: chosen === it,
      onSelect: () => search.filter({ ...rest, from: daysAgo(SPANS[it]) }),
    })),
  ];
}

function FilterChip({ label, chosen, items }: { label: string; chosen: string | undefined; items: () => MenuEntry[] }) {
  const box = useRef<HTMLSpanElement>(null);
  const menu = useMenu({ label, items });
  return (
    <span ref={box} class="search-filter">
      <Chip
        look="outline"
        iconAfter={ChevronDown}
        on={chosen !== undefined}
        onPress={() => menu.open(box.current!.firstElementChild as Element)}
      >
        {chosen === undefined ? label : `${label}: ${chosen}`}
      </Chip>
      {menu.view}
    </span>
  );
}

/** True after it has been so for a moment: what comes at once needs no picture of waiting. */
function useLate(on: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!on) return;
    const timer = setTimeout(() => setLate(true), SKELETON_MS);
    return () => clearTimeout(timer);
  }, [on]);
  return on && late;
}

// ——— Rows

function Marked({ text, marks }: { text: string; marks: readonly Mark[] }) {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from > at) parts.push(text.slice(at, from));
    parts.push(<mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  if (at < text.length) parts.push(text.slice(at));
  return <>{parts}</>;
}

/** A name with what was typed in it. */
function Named({ name, query }: { name: string; query: string | undefined }) {
  const marks = query === undefined ? [] : (matchOf(name, readQuery(query, true))?.marks ?? []);
  return <Marked text={name} marks={marks} />;
}

function Line({
  face,
  first,
  second,
  after,
}: {
  face: ComponentChildren;
  first: ComponentChildren;
  second?: ComponentChildren;
  after?: ComponentChildren;
}) {
  return (
    <>
      {face}
      <span class="search-words">
        <span class="search-first cut">{first}</span>
        {second ? <span class={`search-second ${isPhone.value ? 'cut-2' : 'cut'}`}>{second}</span> : null}
      </span>
      {after ? <span class="search-after">{after}</span> : null}
    </>
  );
}

function Recent({ text }: { text: string }) {
  return <Line face={<RoundIcon of={History} />} first={text} />;
}

function RoundIcon({ of }: { of: IconNode }) {
  return (
    <span class="search-round">
      <Icon of={of} size={20} />
    </span>
  );
}

function ChatView({ chat, query }: { chat: Chat; query: string | undefined }) {
  const pair = chat.kind === 'pair';
  const name = displayName(chat.other?.name ?? chat.name);
  return (
    <Line
      face={
        <Avatar
          id={pair ? (chat.other?.id ?? chat.group) : chat.group}
          name={name}
          photo={photoPath(pair ? chat.other?.photo : chat.photo)}
          group={pair ? undefined : chat.kind}
          size={36}
        />
      }
      first={<Named name={name} query={query} />}
      second={pair ? [chat.other?.position, chat.other?.unit].filter(Boolean).join(' · ') : undefined}
      after={pair ? undefined : strings('members', { n: chat.members })}
    />
  );
}

function PersonView({ person, query }: { person: Colleague; query: string }) {
  const name = displayName(person.name);
  return (
    <Line
      face={<Avatar id={person.id} name={name} photo={photoPath(person.photo)} size={36} />}
      first={<Named name={name} query={query} />}
      second={<Named name={[person.position, person.unitName].filter(Boolean).join(' · ')} query={query} />}
    />
  );
}

function HitView({ search, hit, file }: { search: Search; hit: Hit; file: boolean }) {
  const chat = search.chat(hit.group);
  const pair = chat?.kind === 'pair';
  const place = displayName(chat?.other?.name ?? chat?.name ?? '');
  const writer = search.writer(hit.by);
  const own = hit.by === search.account;
  const who = own ? strings('you') : displayName(writer?.name ?? strings('someone'));
  const time = <time dateTime={new Date(hit.at).toISOString()}>{formatListTime(hit.at)}</time>;
  const byName = hit.file && (hit.file.marks.length > 0 || hit.text === '');
  if (file && byName && hit.file) {
    return (
      <Line
        face={<KindTile name={hit.file.name} />}
        first={<Marked text={hit.file.name} marks={hit.file.marks} />}
        second={[place, who, formatSize(hit.file.bytes)].filter(Boolean).join(' · ')}
        after={time}
      />
    );
  }
  const photo = photoPath(own ? undefined : writer?.photo);
  return (
    <Line
      face={<Avatar id={hit.by ?? hit.group} name={displayName(writer?.name ?? who)} photo={photo} size={36} />}
      first={
        <>
          <span class="search-who">{who}</span>
          {pair && !own ? null : <span class="search-where"> {strings('within', { group: place })}</span>}
        </>
      }
      second={hit.text === '' && hit.file ? hit.file.name : <Marked text={hit.text} marks={hit.marks} />}
      after={time}
    />
  );
}
