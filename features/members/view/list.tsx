import { useEffect, useRef, useState } from 'preact/hooks';
import {
  EllipsisVertical,
  History,
  KeyRound,
  MessageSquare,
  UserRound,
  UserRoundPlus,
  UserRoundX,
  UsersRound,
} from 'lucide';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone, NothingFound } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { canDecideAbout, isLeader } from '../../groups/rights.ts';
import type { Role } from '../../groups/rights.ts';
import { openPair } from '../../groups/view/open-pair.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { InvitedPeople } from '../../invitations/view/invited.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Member } from '../protocol.ts';
import { strings } from '../strings.ts';
import { AddMembers } from './add.tsx';
import { BlockedPeople } from './blocked.tsx';
import { BulkMenu } from './bulk-menu.tsx';
import { OpenHistorySheet } from './open-history.tsx';
import { RemoveSheet } from './remove.tsx';
import { roleItems, TermSheet, termWords } from './roles.tsx';
import type { Given } from './roles.tsx';
import '../members.css';

const PAGE = 100;
const NEAR_END = 20;

/** “Trưởng nhóm”, before the second line so that names are never cut by it; nothing for a plain member. */
export function RoleTag({ role }: { role: Role }) {
  switch (role) {
    case 'owner':
      return (
        <Tag tone="gold" icon={KeyRound}>
          {strings('owner')}
        </Tag>
      );
    case 'deputy':
      return <Tag>{strings('deputy')}</Tag>;
    case 'clerk':
      return <Tag>{strings('clerk')}</Tag>;
    case 'reader':
      return <Tag>{strings('reader')}</Tag>;
    case 'member':
      return null;
  }
}

/** The members of a group: all, or the leaders; searched on the server; only those in sight are drawn. */
export function MembersScreen({ params }: ScreenProps) {
  const state = useGroups();
  const group = params['group'] ?? '';
  if (!state) {
    return (
      <Page title={strings('manage')}>
        <Skeleton kind="person" />
      </Page>
    );
  }
  return <Members key={group} state={state} group={group} />;
}

function Members({ state, group }: { state: GroupsView; group: string }) {
  const chat = state.chat(group);
  const [query, setQuery] = useState('');
  const [leadersOnly, setLeadersOnly] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const [invited, setInvited] = useState(false);
  const [adding, setAdding] = useState(false);
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  if (!chat || chat.kind === 'pair') {
    return (
      <Page title={strings('manage')} nested backTo={`/chats/${group}`}>
        <Gone home="/chats" />
      </Page>
    );
  }
  const details = state.get(group);
  const leaders = list.members.filter((it) => isLeader(it.role));
  const nLeaders = details?.leaders.length ?? leaders.length;
  const plain = list.members.filter((it) => !isLeader(it.role));
  const items: readonly Item[] = leadersOnly
    ? leaders
    : list.query !== '' || leaders.length === 0 || plain.length === 0
      ? list.members
      : [...leaders, { heading: list.total - leaders.length }, ...plain];

  const show = (what: 'all' | 'leaders' | 'invited' | 'blocked'): void => {
    setInvited(what === 'invited');
    setLeadersOnly(what === 'leaders');
    setBlocked(what === 'blocked');
  };

  return (
    <Page
      title={strings('manage')}
      subtitle={strings('countOf', { n: chat.members, name: displayName(chat.name) })}
      nested
      backTo={`/chats/${group}/options`}
      scrolls={false}
      actions={
        <>
          {chat.rights.includes('member.add') ? (
            <IconButton icon={UserRoundPlus} label={strings('add')} onPress={() => setAdding(true)} />
          ) : null}
          <BulkMenu chat={chat} />
        </>
      }
      head={
        <>
          <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
          {list.query === '' && query === '' ? (
            <Chips label={strings('show')}>
              <Chip on={!leadersOnly && !blocked && !invited} onPress={() => show('all')}>
                {strings('all')}
              </Chip>
              <Chip on={leadersOnly} onPress={() => show('leaders')} count={nLeaders}>
                {strings('leaders')}
              </Chip>
              {chat.rights.includes('member.admit') ? (
                <Chip on={invited} onPress={() => show('invited')}>
                  {strings('invitedChip')}
                </Chip>
              ) : null}
              {chat.rights.includes('member.remove') ? (
                <Chip on={blocked} onPress={() => show('blocked')}>
                  {strings('blocked')}
                </Chip>
              ) : null}
            </Chips>
          ) : null}
        </>
      }
    >
      {invited && query === '' ? (
        <InvitedPeople state={state} group={group} />
      ) : blocked && query === '' ? (
        <BlockedPeople state={state} group={group} />
      ) : items.length > 0 ? (
        <VirtualList
          items={items}
          keyOf={(it) => ('heading' in it ? 'heading' : it.account)}
          label={strings('members')}
          estimate={60}
          total={leadersOnly ? leaders.length : list.total + items.length - list.members.length}
          handle={handle}
          onScroll={() => {
            const shown = handle.current;
            if (!shown || leadersOnly) return;
            if (shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > items.length - NEAR_END) list.more();
          }}
          after={
            list.error !== undefined ? (
              <Trouble error={list.error} onRetry={list.retry} />
            ) : list.busy && !leadersOnly ? (
              <p class="members-more">
                <Spinner size={20} label={strings('more')} />
              </p>
            ) : undefined
          }
        >
          {(it) =>
            'heading' in it ? (
              <h2 class="members-heading">
                {strings('plain')} <span class="members-count">{it.heading}</span>
              </h2>
            ) : (
              <MemberRow state={state} chat={chat} member={it} approver={details?.approver === it.account} />
            )
          }
        </VirtualList>
      ) : list.error !== undefined ? (
        <Trouble error={list.error} onRetry={list.retry} />
      ) : list.busy ? (
        <Skeleton kind="person" rows={8} />
      ) : list.query !== '' ? (
        <NothingFound q={list.query} />
      ) : (
        <EmptyState icon={UsersRound} title={strings('nobody')} />
      )}
      {adding ? <AddMembers state={state} group={group} onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

type Item = Member | { heading: number };

interface MemberRowProps {
  state: GroupsView;
  chat: Chat;
  member: Member;
  approver: boolean;
}

function MemberRow({ state, chat, member, approver }: MemberRowProps) {
  const [term, setTerm] = useState<Given>();
  const [open, setOpen] = useState<'remove' | 'history'>();
  const name = displayName(member.name);
  const mine = member.account === state.account;
  const profile = `/directory/people/${member.account}`;
  const menu = useMenu({
    label: name,
    items: () => [
      !mine &&
        member.active && {
          label: strings('message'),
          icon: MessageSquare,
          onSelect: () => void openPair(member.account),
        },
      { label: strings('profile'), icon: UserRound, onSelect: () => navigate(profile) },
      ...roleItems({ state, chat, member, onTerm: setTerm }),
      chat.rights.includes('group.govern') &&
        !mine && { label: strings('openHistory'), icon: History, onSelect: () => setOpen('history') },
      chat.rights.includes('member.remove') &&
        canDecideAbout(chat.role, member.role) && {
          label: strings('remove'),
          icon: UserRoundX,
          danger: true,
          onSelect: () => setOpen('remove'),
        },
    ],
  });
  return (
    <div class="member-row">
      <PersonRow
        id={member.account}
        name={mine ? strings('you', { name }) : name}
        photo={photoPath(member.photo)}
        tags={
          <>
            <RoleTag role={member.role} />
            {approver && !isLeader(member.role) ? <Tag>{strings('approver')}</Tag> : null}
            {member.active ? null : <Tag tone="gold">{strings('inactive')}</Tag>}
            {member.active && !member.registered ? <Tag>{strings('notRegistered')}</Tag> : null}
          </>
        }
        second={[termWords(member), member.position, member.unit].filter(Boolean).join(' · ')}
        href={profile}
        onMenu={(at) => menu.open(at)}
        actions={
          <IconButton
            icon={EllipsisVertical}
            size={20}
            label={strings('menuOf', { name })}
            hasMenu
            expanded={menu.isOpen}
            onPress={(event) => menu.open(event.currentTarget as Element)}
          />
        }
      />
      {menu.view}
      {open === 'remove' ? (
        <RemoveSheet state={state} chat={chat} members={[member]} onClose={() => setOpen(undefined)} />
      ) : null}
      {open === 'history' ? (
        <OpenHistorySheet state={state} chat={chat} members={[member]} onClose={() => setOpen(undefined)} />
      ) : null}
      {term ? (
        <TermSheet state={state} chat={chat} member={member} role={term} onClose={() => setTerm(undefined)} />
      ) : null}
    </div>
  );
}

interface MemberPages {
  readonly members: readonly Member[];
  readonly total: number;
  /** The words these were found by. */
  readonly query: string;
  readonly busy: boolean;
  readonly error: unknown;
  more(): void;
  retry(): void;
}

const PAUSE_MS = 180;

/** Members as they are fetched, page after page; afresh when somebody comes or goes. */
export function useMembers(state: GroupsView, group: string, query: string): MemberPages {
  const [shown, setShown] = useState<{ members: readonly Member[]; total: number; query: string; error?: unknown }>({
    members: [],
    total: 0,
    query: '',
  });
  const [busy, setBusy] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const turn = state.turn(group);
  const asking = useRef(0);

  async function ask(after: number, limit: number, keep: readonly Member[]): Promise<void> {
    const mine = ++asking.current;
    setBusy(true);
    try {
      const members = [...keep];
      for (let from = after; from < after + limit; from += PAGE) {
        const page = await state.call('member.list', { group, query, after: from, limit: PAGE });
        if (mine !== asking.current) return;
        members.push(...page.members);
        setShown({ members: unique(members), total: page.total, query });
        if (members.length >= page.total) break;
      }
    } catch (error) {
      if (mine === asking.current) setShown((was) => ({ ...was, error }));
    } finally {
      if (mine === asking.current) setBusy(false);
    }
  }

  useEffect(() => {
    // As far as it had been scrolled; the first letters of a search wait for the next ones.
    const limit = query === shown.query ? Math.max(PAGE, shown.members.length) : PAGE;
    const timer = setTimeout(() => void ask(0, limit, []), query === '' || query === shown.query ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [group, query, turn, attempt]);
  useEffect(
    () => () => {
      asking.current += 1;
    },
    [],
  );

  return {
    members: shown.members,
    total: shown.total,
    query: shown.query,
    busy,
    error: shown.error,
    more: () => {
      if (busy || shown.error !== undefined || shown.members.length >= shown.total) return;
      void ask(shown.members.length, PAGE, shown.members);
    },
    retry: () => {
      setShown((was) => ({ ...was, error: undefined }));
      setAttempt((n) => n + 1);
    },
  };
}

/** Somebody who came or went between two pages may stand in both. */
function unique(members: readonly Member[]): Member[] {
  return [...new Map(members.map((it) => [it.account, it])).values()];
}
