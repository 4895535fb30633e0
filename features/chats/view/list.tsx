import { useEffect, useMemo, useState } from 'preact/hooks';
import {
  Archive,
  AtSign,
  BellOff,
  EllipsisVertical,
  FileUp,
  MessageSquarePlus,
  Pin,
  Plus,
  Search,
  SquarePen,
  UsersRound,
} from 'lucide';

import { formatListTime } from '../../../web/format.ts';
import { useKeys } from '../../../web/keys.ts';
import { useLayer } from '../../../web/layer.ts';
import { displayName, shortName } from '../../../web/names.ts';
import { here, navigate } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton, Link, LinkButton } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Mark } from '../../../web/ui/mark.tsx';
import { MenuButton, useMenu } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Badge, Tag } from '../../../web/ui/tag.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { isAdministrator } from '../../accounts/view/administrator.ts';
import { useAlone } from '../../directory/view/alone.ts';
import { LabelDot } from '../../labels/view/dot.tsx';
import { CallMark } from '../../calls/view/slot.tsx';
import { labelsOf, ownLabels } from '../../labels/view/of.ts';
import { waitingWords } from '../../files/view/words.ts';
import { fetchComposer } from '../../messages/view/composer/slot.tsx';
import { lineWords } from '../../messages/view/bubble.tsx';
import { noticeText } from '../../messages/view/notice.tsx';
import { photoPath } from '../../photos/rules.ts';
import { OwnStateIcon, WaitingIcon } from '../../receipts/view.tsx';
import { guardStrings } from '../../secrecy/view/words.ts';
import { QueueTag } from '../../requests/view/tag.tsx';
import { openSearch } from '../../search/view/open.ts';
import type { Chat } from '../protocol.ts';
import { isUnread, mentionsOf, unreadOf, urgencyOf } from '../rules.ts';
import { chats } from '../state.ts';
import type { Chats } from '../state.ts';
import { strings } from '../strings.ts';
import { chatMenu, turnSound } from './menu.ts';
import { SheetOf } from './sheets.tsx';
import type { ChatSheet } from './sheets.tsx';
import { useRowSwipe } from './swipe.tsx';
import '../../../web/ui/field.css';
import '../../../web/ui/rows.css';
import '../chats.css';

/** A filter of the list, or a label by its id. */
type Filter = 'all' | 'unread' | 'mentions' | 'urgent' | 'areas' | (string & {});

const NOTHING: Readonly<Record<string, 'noUnread' | 'noMentions' | 'noUrgent' | 'noAreas' | undefined>> = {
  unread: 'noUnread',
  mentions: 'noMentions',
  urgent: 'noUrgent',
  areas: 'noAreas',
};
const FILTERS: ReadonlySet<string> = new Set(['all', ...Object.keys(NOTHING)]);
const URGENCY = ['red-soft', 'red-outline', 'red'] as const;

const NEW_GROUP = '/groups/new';
const DIRECTORY = '/directory';
const IMPORT = '/admin/import';

/** The list of chats: the first screen of the day. */
export function ChatList() {
  const state = chats.value;
  const [filter, setFilter] = useState<Filter>('all');
  const phone = isPhone.value;
  const open = /^\/chats\/([^/]+)/.exec(here.value.path)?.[1];

  const [inArchive, setInArchive] = useState(false);
  const closeArchive = useLayer(() => setInArchive(false), inArchive);
  const [over, setOver] = useState<{ group: string; sheet: ChatSheet } | undefined>(undefined);

  // The list stands; what a chat needs to be written in comes while the person looks at it.
  const ready = state?.known.value === true;
  useEffect(() => {
    if (ready) fetchComposer();
  }, [ready]);

  const order = state?.order.value;
  const archived = state?.archived.value;
  const counts = state?.counts.value;
  const own = ownLabels();
  // A label that was removed meanwhile filters nothing any more.
  const label = own.find((it) => it.label === filter);
  const chosen: Filter = FILTERS.has(filter) || label ? filter : 'all';
  const groups = useMemo(
    () =>
      (order ?? []).filter((group) => {
        const chat = state?.peek(group);
        if (!chat) return false;
        if (archived?.has(group) !== inArchive) return false;
        if (inArchive || chosen === 'all') return true;
        // The one that is being read stays where it was opened.
        if (group === open && chosen !== 'areas' && !label) return true;
        if (chosen === 'unread') return isUnread(chat);
        if (chosen === 'mentions') return mentionsOf(chat) > 0;
        if (chosen === 'urgent') return urgencyOf(chat) > 0;
        return label ? label.groups.includes(group) : chat.kind === 'area';
      }),
    [order, chosen, label, inArchive, archived, counts, open],
  );

  useKeys({
    'Control+n': () => navigate(NEW_GROUP),
    'Alt+ArrowDown': () => step(1),
    'Alt+ArrowUp': () => step(-1),
    'Control+Shift+m': () => {
      const chat = open === undefined ? undefined : state?.peek(open);
      if (state && chat) turnSound(state, chat, (sheet) => setOver({ group: chat.group, sheet }));
    },
  });
  const step = (by: number): void => {
    const at = open ? groups.indexOf(open) : -1;
    const next = groups[at + by];
    if (next) navigate(`/chats/${next}`, { replace: open !== undefined });
  };

  const add = (
    <MenuButton
      label={strings('add')}
      icon={phone ? Plus : SquarePen}
      items={() => [
        { label: strings('newGroup'), icon: UsersRound, onSelect: () => navigate(NEW_GROUP) },
        { label: strings('newChat'), icon: MessageSquarePlus, onSelect: () => navigate(DIRECTORY) },
      ]}
    />
  );
  const heading = phone ? undefined : (
    <button type="button" class="search chat-search" aria-haspopup="dialog" onClick={() => openSearch()}>
      <Icon of={Search} size={20} class="search-icon" />
      <span class="chat-search-words">{strings('search')}</span>
      <kbd class="keys search-keys">Ctrl K</kbd>
    </button>
  );
  const actions = phone ? (
    <>
      <IconButton icon={Search} label={strings('search')} onPress={() => openSearch()} />
      {add}
    </>
  ) : (
    add
  );

  const overChat = over && state?.get(over.group);
  const away = chosen !== 'all' || inArchive ? 0 : (archived?.size ?? 0);
  return (
    <Page
      look={inArchive ? 'bar' : 'root'}
      onBack={inArchive ? closeArchive : undefined}
      mark={heading === undefined}
      title={strings(inArchive ? 'archivedChats' : 'title')}
      heading={inArchive ? undefined : heading}
      actions={inArchive ? undefined : actions}
      scrolls={false}
      class="chat-list"
      head={
        !inArchive && state?.known.value && (order?.length ?? 0) > 0 ? (
          <Chips label={strings('filters')}>
            <Chip on={chosen === 'all'} onPress={() => setFilter('all')}>
              {strings('all')}
            </Chip>
            <Chip on={chosen === 'unread'} onPress={() => setFilter('unread')} count={counts?.unread}>
              {strings('unread')}
            </Chip>
            <Chip on={chosen === 'mentions'} onPress={() => setFilter('mentions')} count={counts?.mentions}>
              {strings('mentions')}
            </Chip>
            <Chip on={chosen === 'urgent'} onPress={() => setFilter('urgent')} count={counts?.urgent}>
              {strings('urgent')}
            </Chip>
            <Chip on={chosen === 'areas'} onPress={() => setFilter('areas')}>
              {strings('areas')}
            </Chip>
            {own.map((it) => (
              <Chip key={it.label} on={chosen === it.label} onPress={() => setFilter(it.label)}>
                <span class="chat-chip-label">
                  <LabelDot colour={it.colour} />
                  {it.name}
                </span>
              </Chip>
            ))}
          </Chips>
        ) : undefined
      }
    >
      {!state || !state.known.value ? (
        <Skeleton kind="chat" rows={9} />
      ) : groups.length > 0 || away > 0 ? (
        <VirtualList
          items={groups}
          keyOf={(it) => it}
          label={strings('title')}
          estimate={phone ? 68 : 60}
          before={away > 0 ? <ArchiveRow chats={state} onPress={() => setInArchive(true)} /> : undefined}
        >
          {(group) => (
            <ChatRow chats={state} group={group} open={group === open} onSheet={(sheet) => setOver({ group, sheet })} />
          )}
        </VirtualList>
      ) : inArchive ? (
        <EmptyState icon={Archive} title={strings('noArchived')} text="" />
      ) : chosen !== 'all' ? (
        <EmptyState title={strings(NOTHING[chosen] ?? 'noLabelled')} text="" />
      ) : (
        <NoChats />
      )}
      {/* Not within the row: what is pressed in a sheet is no gesture of the row it is about. */}
      {over && overChat && state ? (
        <SheetOf sheet={over.sheet} chats={state} chat={overChat} onClose={() => setOver(undefined)} />
      ) : null}
    </Page>
  );
}

/** Above the list: how much is put away, and that something is new there. */
function ArchiveRow({ chats: state, onPress }: { chats: Chats; onPress: () => void }) {
  const away = state.archived.value;
  const unread = [...away].filter((group) => {
    const chat = state.get(group);
    return chat && isUnread(chat);
  }).length;
  return (
    <div class="row chat-row chat-archive">
      <button type="button" class="row-press" onClick={onPress}>
        <span class="chat-archive-face">
          <Icon of={Archive} size={20} />
        </span>
        <span class="row-words">
          <span class="chat-first">
            <span class="chat-name cut">{strings('archivedChats')}</span>
            <span class="chat-time">{away.size}</span>
            {unread > 0 ? <Badge n={unread} tone="muted" words={strings('unreadChats', { n: unread })} /> : null}
          </span>
        </span>
      </button>
    </div>
  );
}

interface ChatRowProps {
  chats: Chats;
  group: string;
  open: boolean;
  onSheet: (sheet: ChatSheet) => void;
}

function ChatRow({ chats: state, group, open, onSheet }: ChatRowProps) {
  const chat = state.get(group);
  const menu = useMenu({
    label: strings('menuOf', { name: displayName(chat?.other?.name ?? chat?.name ?? '') }),
    items: () => (chat ? chatMenu(state, chat, onSheet) : []),
  });
  const swipe = useRowSwipe(state, chat, onSheet);
  const own = chat?.last?.by === state.account && chat.last.kind === 'text';
  useEffect(() => {
    if (own) state.receipts.want(group);
  }, [own, group]);
  if (!chat) return null;
  const pair = chat.kind === 'pair';
  const name = displayName(chat.other?.name ?? chat.name);
  const unread = unreadOf(chat);
  const muted = state.isMuted(chat);
  const calls = isUnread(chat) && !muted;
  const urgency = urgencyOf(chat);
  const named = mentionsOf(chat) > 0;
  const carried = labelsOf(group);
  const second = secondLine(state, chat, open);
  const at = Math.max(chat.last?.at ?? 0, second.at ?? 0);
  const time = at > 0 ? formatListTime(at) : '';
  return (
    <div
      class={`row chat-row${open ? ' row-selected' : ''}${calls ? ' chat-unread' : ''}`}
      {...swipe.gesture(menu.gesture)}
      // While the finger is still down the device looks up what it knows.
      onPointerDownCapture={() => void state.messages.conversation(group).recall()}
    >
      {swipe.tray}
      <Link href={`/chats/${group}`} class="row-press" current={open ? 'page' : undefined} replace={open}>
        <Avatar
          id={pair ? (chat.other?.id ?? group) : group}
          name={name}
          photo={photoPath(pair ? chat.other?.photo : chat.photo)}
          group={pair ? undefined : chat.kind}
          size={isPhone.value ? 48 : 40}
        />
        <span class="row-words">
          <span class="chat-first">
            <span class="chat-name cut" title={name}>
              {name}
            </span>
            {carried.map((it) => (
              <LabelDot key={it.label} colour={it.colour} name={it.name} />
            ))}
            {muted ? <Icon of={BellOff} size={14} class="chat-pin" label={strings('muted')} /> : null}
            {chat.pinnedAt !== null ? <Icon of={Pin} size={14} class="chat-pin" label={strings('pinned')} /> : null}
            <span class="unseen">, </span>
            <span class="chat-time">{time}</span>
            <span class="unseen">, </span>
          </span>
          <span class={`chat-second chat-second-${second.look}`}>
            {urgency > 0 ? <Tag tone={URGENCY[urgency - 1]}>{strings(`urgency${urgency as 1 | 2 | 3}`)}</Tag> : null}
            <span class="cut">{second.words}</span>
            {second.icon}
            <CallMark group={group} />
            <QueueTag chat={chat} />
            {named ? (
              <span class="badge badge-accent">
                <Icon of={AtSign} size={14} label={strings('namesYou')} />
              </span>
            ) : null}
            {unread > 0 ? (
              <Badge n={unread} tone={muted ? 'muted' : 'accent'} words={strings('unreadMessages', { n: unread })} />
            ) : chat.markedUnread ? (
              <span class={`badge chat-dot badge-${muted ? 'muted' : 'accent'}`}>
                <span class="unseen">{strings('markedUnread')}</span>
              </span>
            ) : null}
            {carried.length > 0 ? <span class="unseen">, {carried.map((it) => it.name).join(', ')}</span> : null}
          </span>
        </span>
      </Link>
      <span class="chat-more">
        <IconButton
          icon={EllipsisVertical}
          size={20}
          label={strings('menuOf', { name })}
          hasMenu
          expanded={menu.isOpen}
          onPress={(event) => menu.open(event.currentTarget as Element)}
        />
      </span>
      {menu.view}
    </div>
  );
}

interface Second {
  readonly words: string;
  readonly look: 'plain' | 'typing' | 'draft' | 'failed';
  readonly icon?: ReturnType<typeof OwnStateIcon>;
  readonly at?: number;
}

/** Under the name: who is writing, what was begun, what waits, or the newest line. */
function secondLine(state: Chats, chat: Chat, open: boolean): Second {
  const { group } = chat;
  const pair = chat.kind === 'pair';
  const { people } = state.messages;
  const typing = state.typing(group);
  if (typing.length > 0) {
    const [one] = typing;
    const who = typing.length === 1 ? people.get(one) : undefined;
    const words =
      pair || (typing.length === 1 && !who)
        ? strings('typing')
        : who
          ? strings('typingOne', { who: shortName(who.name) })
          : strings('typingMany', { n: typing.length });
    return { words, look: 'typing' };
  }
  if (chat.transfer?.to === state.account) return { words: strings('offered'), look: 'typing' };
  const draft = open ? '' : state.draft(group).replace(/\s+/g, ' ').trim();
  if (draft !== '') return { words: strings('draft', { text: draft }), look: 'draft' };
  const waiting = state.messages.pendingIn(group).value.at(-1);
  // What the guard refused is not shown beside other chats.
  const hidden = waiting?.guard !== undefined;
  if (waiting) {
    const failed = waiting.state === 'refused';
    return {
      words: hidden
        ? guardStrings('messageTitle')
        : strings('you', { text: waiting.text.replace(/\s+/g, ' ') || waitingWords() }),
      look: failed ? 'failed' : 'plain',
      icon: <WaitingIcon label={strings(failed ? 'notSent' : 'sending')} />,
      at: waiting.at,
    };
  }
  const { last } = chat;
  if (!last) return { words: strings('members', { n: chat.members }), look: 'plain' };
  const text = lineWords(last, () => noticeText(last, people, state.account));
  if (last.kind === 'notice') return { words: text, look: 'plain' };
  if (last.by === state.account) {
    return {
      words: strings('you', { text }),
      look: 'plain',
      icon: (
        <OwnStateIcon
          receipts={state.receipts}
          group={group}
          seq={last.seq}
          members={chat.members}
          pair={pair}
          self={() => chat.readSeq}
        />
      ),
    };
  }
  const by = people.get(last.by) ?? chat.lastBy;
  return { words: pair || !by ? text : strings('says', { who: shortName(by.name), text }), look: 'plain' };
}

/** Nothing to read yet: what comes next. Whoever has just set up the program begins with the staff list. */
function NoChats() {
  const administrator = isAdministrator();
  const alone = useAlone(administrator === true);
  // What is pressed first must not change under the finger.
  if (administrator === undefined || alone === undefined) return <Skeleton kind="chat" rows={9} />;
  return (
    <EmptyState
      title={strings('emptyTitle')}
      text={strings(alone ? 'emptyStaffText' : 'emptyText')}
      action={
        alone ? (
          <>
            <LinkButton href={IMPORT} icon={FileUp}>
              {strings('importStaff')}
            </LinkButton>
            <LinkButton href={NEW_GROUP} look="text" icon={UsersRound}>
              {strings('newGroup')}
            </LinkButton>
          </>
        ) : (
          <>
            <LinkButton href={NEW_GROUP} icon={UsersRound}>
              {strings('newGroup')}
            </LinkButton>
            <LinkButton href={DIRECTORY} look="text">
              {strings('openDirectory')}
            </LinkButton>
          </>
        )
      }
    />
  );
}

/** What stands beside the list while no chat is open. */
export function NoChatOpen() {
  const any = (chats.value?.order.value.length ?? 0) > 0;
  return (
    <div class="chat-none">
      <Mark size={88} />
      {any ? <p>{strings('choose')}</p> : null}
    </div>
  );
}
