import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Copy, List, PanelRight, Search, Trash2 } from 'lucide';

import { asideOf } from '../../../web/aside.ts';
import { connection } from '../../../web/connection.ts';
import { formatDate } from '../../../web/format.ts';
import { displayName, shortName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton, Link, LinkButton } from '../../../web/ui/button.tsx';
import { copyText } from '../../../web/ui/gestures.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone, isTouch } from '../../../web/viewport.ts';
import { ChatTabs } from './tabs.tsx';
import { CallButtons, CallStrip } from '../../calls/view/slot.tsx';
import { OfferToYou } from '../../groups/view/offer.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { ChoosingSlot } from '../../messages/view/choosing-slot.tsx';
import { ComposerSlot } from '../../messages/view/composer/slot.tsx';
import { MessageLog } from '../../messages/view/log.tsx';
import { useLogPlace } from '../../messages/view/use-place.ts';
import { photoPath } from '../../photos/rules.ts';
import { PinStripSlot } from '../../pins/view/slot.tsx';
import { RegulationCard, regulationAsks } from '../../regulation/view/card.tsx';
import { openSearch } from '../../search/view/open.ts';
import type { Chat } from '../protocol.ts';
import { namesMe, unreadOf } from '../rules.ts';
import { chats } from '../state.ts';
import type { Chats } from '../state.ts';
import { writesAgainAt } from '../state/standing.ts';
import { strings } from '../strings.ts';
import { ComposerClosed } from './closed.tsx';
import '../chats.css';

/** What is not read first (how far others have come, who leads) is asked for this long after a chat was opened. */
const AFTERWARDS_MS = 600;

/** A conversation: bar, log, composer. */
export function ConversationScreen({ params, query }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = chats.value;
  const chat = state?.get(group);
  const gone = state?.gone.value.get(group);
  if (state && chat) return <Open key={group} state={state} chat={chat} at={placeIn(query)} />;
  if (state && gone !== undefined)
    return <Removed key={group} state={state} group={group} left={gone === 'left'} dissolved={gone === 'dissolved'} />;
  if (!state || !state.known.value || connection().state.value === 'connecting') {
    return (
      <Page title={strings('title')} ground="canvas" scrolls={false}>
        <Skeleton kind="bubble" rows={6} />
      </Page>
    );
  }
  return (
    <Page title={strings('title')} ground="canvas">
      <Gone home="/chats" />
    </Page>
  );
}

/** `?at=` leads to the message with this number. */
function placeIn(query: URLSearchParams): number | undefined {
  const seq = Number(query.get('at') ?? Number.NaN);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}

function Open({ state, chat, at }: { state: Chats; chat: Chat; at: number | undefined }) {
  const { group } = chat;
  const pair = chat.kind === 'pair';
  const name = displayName(chat.other?.name ?? chat.name);
  const { messages, receipts } = state;
  // What was unread when it was opened stays marked until it is left.
  const [entered] = useState(() => ({
    // Who has never read here begins at the newest, not at the first of hundreds.
    unreadAfter: unreadOf(chat) > 0 && chat.readSeq > chat.visibleFrom ? chat.readSeq : undefined,
    unread: unreadOf(chat),
  }));
  // Opened before it is drawn: what this device knows is there in the first drawing.
  const opening = useRef<Promise<void>>(Promise.resolve());
  const conversation = useMemo(() => {
    const found = messages.conversation(group);
    opening.current = found.open(at ?? entered.unreadAfter);
    return found;
  }, [messages, group]);
  useEffect(() => {
    if (at === undefined) return;
    void opening.current
      .then(() => conversation.goTo(at))
      .then((there) => {
        if (!there) showToast({ words: strings('atGone'), icon: null });
      });
    // Led there once: whoever comes back to the chat stays where they left it.
    navigate(`/chats/${group}`, { replace: true });
  }, [conversation, at]);
  useEffect(() => () => conversation.close(), [conversation]);
  // Opened is opened: the mark of the list is taken off, on every device.
  useEffect(() => state.markUnread(group, false), [state, group]);
  useEffect(() => {
    const timer = setTimeout(() => receipts.want(group), AFTERWARDS_MS);
    return () => clearTimeout(timer);
  }, [receipts, group]);

  // Asked once, after what is known is on the screen: opening a chat itself waits for nothing.
  const groups = useGroups();
  const known = pair ? undefined : groups?.get(group)?.leaders;
  const live = connection().state.value === 'online';
  const leading = useRef(known);
  leading.current = known;
  useEffect(() => {
    if (pair || !groups || known || !live) return;
    const timer = setTimeout(() => void groups.fetch(group).catch(() => {}), AFTERWARDS_MS);
    return () => clearTimeout(timer);
  }, [group, pair, known === undefined, live]);
  const { marking } = chat.settings;
  const leaders = useMemo(
    () =>
      new Map(
        marking
          ? known?.flatMap((it) =>
              it.role === 'owner' || it.role === 'deputy' ? [[it.account, it.role] as const] : [],
            )
          : [],
      ),
    [known, marking],
  );

  const place = useLogPlace({
    group,
    pair,
    members: chat.members,
    self: state.account,
    readSeq: () => state.get(group)?.readSeq ?? 0,
    roleOf: (account) => leading.current?.find((it) => it.account === account)?.role,
    chat: () => state.get(group),
    // Asked by every bubble: none is drawn again because the chat has moved on.
    callsMe: (mentions) =>
      mentions !== undefined &&
      namesMe(mentions, {
        account: state.account,
        unit: state.unit() ?? undefined,
        role: state.peek(group)?.role ?? 'member',
      }),
    conversation,
    messages,
    receipts,
    leaders,
  });
  const onRead = useRef((seq: number, ordinal: number) => state.markRead(group, seq, ordinal)).current;

  const phone = isPhone.value;
  const path = `/chats/${group}`;
  const options = `${path}/options`;
  const aside = useMemo(() => asideOf(path, options), [path]);
  const subtitle = pair
    ? [chat.other?.position, chat.other?.unit].filter(Boolean).join(' · ')
    : [strings('members', { n: chat.members }), chat.kind === 'announcement' ? strings('announcement') : '']
        .filter(Boolean)
        .join(' · ');
  const titles = (
    <>
      {phone ? null : (
        <Avatar
          id={pair ? (chat.other?.id ?? group) : group}
          name={name}
          photo={photoPath(pair ? chat.other?.photo : chat.photo)}
          group={pair ? undefined : chat.kind}
          size={40}
        />
      )}
      <span class="chat-titles">
        <span class="page-title cut">{name}</span>
        <Subtitle state={state} group={group} pair={pair} otherwise={subtitle} />
      </span>
    </>
  );

  return (
    <Page
      title={name}
      ground="canvas"
      scrolls={false}
      footLook="plain"
      class="conversation"
      heading={
        <Link href={options} class="chat-heading">
          {titles}
          <span class="unseen">, {strings('openOptions')}</span>
        </Link>
      }
      actions={
        phone ? (
          <>
            <CallButtons chat={chat} />
            {/* Between two the calls take its room; it stands in Tùy chọn too. */}
            {pair ? null : <IconButton icon={Search} label={strings('searchHere')} onPress={() => openSearch(group)} />}
            <IconButton icon={List} label={strings('options')} href={options} />
          </>
        ) : (
          <>
            <IconButton icon={Search} label={strings('searchHere')} onPress={() => openSearch(group)} />
            <ChatTabs group={group} at="chat" />
            <CallButtons chat={chat} />
            <IconButton
              icon={PanelRight}
              look={aside.open ? 'soft' : 'plain'}
              label={strings('options')}
              pressed={aside.open}
              onPress={() => aside.toggle()}
            />
          </>
        )
      }
      head={groups && chat.transfer?.to === state.account ? <OfferToYou state={groups} chat={chat} /> : undefined}
      foot={
        place.selection.on.value ? (
          <ChoosingSlot place={place} />
        ) : chat.rights.includes('message.send') && regulationAsks(group) ? (
          <RegulationCard group={group} changed={chat.regulation.accepted > 0} />
        ) : chat.rights.includes('message.send') ? (
          <ComposerSlot
            key={group}
            group={group}
            name={pair ? shortName(name) : name}
            pair={pair}
            messages={messages}
            members={chat.members}
            can={(right) => state.get(group)?.rights.includes(right) ?? false}
            onTyping={() => state.type(group)}
            againAt={writesAgainAt(chat)}
            autofocus={!isTouch && !phone}
          />
        ) : (
          <ComposerClosed chat={chat} groups={groups} />
        )
      }
    >
      <CallStrip group={group} />
      <PinStripSlot group={group} />
      <MessageLog
        place={place}
        name={name}
        unreadAfter={entered.unreadAfter}
        unreadCount={entered.unread}
        unreadNow={unreadOf(chat)}
        online={live}
        empty={
          pair
            ? strings('emptyPair', { name: shortName(name) })
            : strings(chat.rights.includes('message.send') ? 'emptyGroup' : 'emptyGroupRead')
        }
        onRead={onRead}
        start={<Start chat={chat} name={name} firstAt={conversation.shown.value.lines[0]?.at} />}
      />
    </Page>
  );
}

/** Under the name: who is writing now, else what the chat is. */
function Subtitle({
  state,
  group,
  pair,
  otherwise,
}: {
  state: Chats;
  group: string;
  pair: boolean;
  otherwise: string;
}) {
  const typing = state.typing(group);
  if (typing.length === 0) return otherwise ? <span class="page-subtitle cut">{otherwise}</span> : null;
  const who = typing.length === 1 ? state.messages.people.get(typing[0]) : undefined;
  const words = pair
    ? strings('typing')
    : who
      ? strings('typingOne', { who: displayName(who.name) })
      : typing.length === 1
        ? strings('typing')
        : strings('typingMany', { n: typing.length });
  return <span class="page-subtitle chat-typing cut">{words}</span>;
}

/** Above the first line that may be read. */
function Start({ chat, name, firstAt }: { chat: Chat; name: string; firstAt: number | undefined }) {
  const pair = chat.kind === 'pair';
  return (
    <div class="chat-start">
      <Avatar
        id={pair ? (chat.other?.id ?? chat.group) : chat.group}
        name={name}
        photo={photoPath(pair ? chat.other?.photo : chat.photo)}
        group={pair ? undefined : chat.kind}
        size={72}
      />
      <p class="chat-start-name cut-2">{name}</p>
      <p class="chat-start-words">
        {chat.visibleFrom > 0 && firstAt !== undefined
          ? strings('beginning', { day: formatDate(firstAt) })
          : pair
            ? [chat.other?.position, chat.other?.unit].filter(Boolean).join(' · ') || strings('start')
            : strings('start')}
      </p>
    </div>
  );
}

/** No longer a member: nothing is left but what the person had written and could not send. */
function Removed({
  state,
  group,
  left,
  dissolved,
}: {
  state: Chats;
  group: string;
  left: boolean;
  dissolved: boolean;
}) {
  const waiting = state.messages.pendingIn(group).value.filter((it) => it.state !== 'sent' && !it.guard);
  const draft = state.draft(group);
  const reason = state.reasons.get(group);
  const texts = [...waiting.map((it) => it.text), draft].filter((it) => it.trim() !== '');
  useEffect(() => {
    if (left && texts.length === 0) navigate('/chats', { replace: true });
  }, [left, texts.length]);
  return (
    <Page title={strings('title')} ground="canvas">
      <EmptyState
        title={strings(dissolved ? 'dissolved' : 'removed')}
        text={reason ? strings('removedReason', { reason }) : strings('removedText')}
        action={
          <LinkButton href="/chats" look="outline">
            {strings('toChats')}
          </LinkButton>
        }
        announce
      />
      {texts.length > 0 ? (
        <section class="chat-waiting" aria-label={strings('waitingTexts')}>
          <h2>{strings('waitingTexts')}</h2>
          <p class="chat-waiting-help">{strings('waitingHelp')}</p>
          <ul>
            {texts.map((it, at) => (
              <WaitingText key={at} text={it} />
            ))}
          </ul>
          <Button
            look="danger-outline"
            icon={Trash2}
            onPress={() => {
              for (const it of waiting) state.messages.discard(it.id);
              state.saveDraft(group, '');
            }}
          >
            {strings('discard')}
          </Button>
        </section>
      ) : null}
    </Page>
  );
}

function WaitingText({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <li class="chat-waiting-text">
      <p>{text}</p>
      <Button
        look="soft"
        size="small"
        icon={Copy}
        onPress={() => {
          void copyText(text).then(setCopied);
        }}
      >
        {copied ? strings('copied') : strings('copy')}
      </Button>
    </li>
  );
}
