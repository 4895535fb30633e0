import { useEffect, useRef, useState } from 'preact/hooks';
import { FileDiff, History, UserCog, UserRoundX, UsersRound, X } from 'lucide';

import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { isPhone } from '../../../web/viewport.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { CheckboxRow, TickBox } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone, NothingFound } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { canDecideAbout } from '../../groups/rights.ts';
import { refusalWords } from '../../groups/view/refusals.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Member } from '../protocol.ts';
import { Choosing } from '../state/choosing.ts';
import { strings as memberStrings } from '../strings.ts';
import { strings } from '../strings/bulk.ts';
import { mayCompare, mayManage } from './bulk-menu.tsx';
import { ChangeRoleSheet } from './change-role.tsx';
import { RoleTag, useMembers } from './list.tsx';
import { OpenHistorySheet } from './open-history.tsx';
import { RemoveSheet } from './remove.tsx';
import { termWords } from './roles.tsx';
import '../members.css';

const NEAR_END = 20;
const PAGE_MOST = 200;

/** Quản lý thành viên: many are chosen, over searches, and get another role, read more, or are taken out. */
export function ManageMembersScreen({ params }: ScreenProps) {
  const state = useGroups();
  const group = params['group'] ?? '';
  const chat = state?.chat(group);
  if (!state) {
    return (
      <Page title={strings('title')} nested>
        <Skeleton kind="person" />
      </Page>
    );
  }
  if (!chat || chat.kind === 'pair') {
    return (
      <Page title={strings('title')} nested backTo={`/chats/${group}`}>
        <Gone home="/chats" />
      </Page>
    );
  }
  if (!mayManage(chat)) {
    return (
      <Page title={strings('title')} nested backTo={`/chats/${group}/members`}>
        <EmptyState icon={UsersRound} title={strings('leadersOnly')} />
      </Page>
    );
  }
  return <Manage key={group} state={state} chat={chat} />;
}

function Manage({ state, chat }: { state: GroupsView; chat: Chat }) {
  const { group } = chat;
  const [query, setQuery] = useState('');
  const [choosing] = useState(() => new Choosing());
  const [gathering, setGathering] = useState(false);
  const [open, setOpen] = useState<'role' | 'history' | 'remove'>();
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  const shift = useShift();
  const may = (it: Member): boolean => it.account !== state.account && canDecideAbout(chat.role, it.role);

  // Three buttons with words and pictures are a third of a phone’s height.
  const narrow = isPhone.value;
  const chosen = choosing.chosen.value;
  const n = chosen.size;
  const members = [...chosen.values()];
  const free = list.members.filter(may);
  const ticked = free.filter((it) => chosen.has(it.account)).length;
  const allHere = list.members.length >= list.total;
  const all = free.length > 0 && ticked === free.length && (allHere || n >= free.length);

  /** All that were found, also those that are not fetched yet. */
  async function chooseAll(): Promise<void> {
    setGathering(true);
    try {
      const found: Member[] = [];
      for (let after = 0; ; after += PAGE_MOST) {
        const page = await state.call('member.list', { group, query: list.query, after, limit: PAGE_MOST });
        found.push(...page.members);
        if (page.members.length === 0 || found.length >= page.total) break;
      }
      choosing.add(found, may);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setGathering(false);
    }
  }

  const dropAll = (): void => {
    if (list.query === '') choosing.clear();
    else choosing.drop(list.members.map((it) => it.account));
  };
  const closed = (done: boolean): void => {
    setOpen(undefined);
    if (done) choosing.clear();
  };

  return (
    <Page
      title={strings('title')}
      subtitle={memberStrings('countOf', { n: chat.members, name: displayName(chat.name) })}
      nested
      backTo={`/chats/${group}/members`}
      scrolls={false}
      class="manage"
      actions={
        mayCompare(chat) ? (
          <IconButton icon={FileDiff} label={strings('compare')} href={`/chats/${group}/members/compare`} />
        ) : undefined
      }
      head={
        <>
          <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
          {list.members.length > 0 ? (
            <div class="manage-all">
              <CheckboxRow
                label={strings(list.query === '' ? 'chooseAll' : 'chooseFound', { n: list.total })}
                checked={all}
                mixed={!all && ticked > 0}
                disabled={gathering || free.length === 0}
                onChange={(on) => (on ? void chooseAll() : dropAll())}
              />
              {gathering ? <Spinner size={20} /> : null}
              <span class="manage-range">{strings('rangeHelp')}</span>
            </div>
          ) : null}
          <div class="manage-columns" aria-hidden="true">
            <span>{strings('name')}</span>
            <span>{strings('role')}</span>
            <span>{strings('position')}</span>
            <span>{strings('unit')}</span>
            <span class="manage-joined">{strings('joined')}</span>
          </div>
        </>
      }
      foot={
        n > 0 ? (
          <div class="manage-foot">
            <p class="manage-count" role="status">
              <span>{strings('chosen', { n })}</span>
              <Button look="text" size="small" icon={X} onPress={() => choosing.clear()}>
                {strings('clear')}
              </Button>
            </p>
            <div class="manage-acts">
              <Button look="outline" size="medium" icon={narrow ? undefined : UserCog} onPress={() => setOpen('role')}>
                {strings('changeRole')}
              </Button>
              {chat.rights.includes('group.govern') && !narrow ? (
                <Button look="outline" size="medium" icon={History} onPress={() => setOpen('history')}>
                  {memberStrings('openHistory')}
                </Button>
              ) : null}
              {chat.rights.includes('member.remove') ? (
                <Button
                  look="danger-outline"
                  size="medium"
                  icon={narrow ? undefined : UserRoundX}
                  onPress={() => setOpen('remove')}
                >
                  {memberStrings('remove')}
                </Button>
              ) : null}
              {chat.rights.includes('group.govern') && narrow ? (
                <IconButton icon={History} label={memberStrings('openHistory')} onPress={() => setOpen('history')} />
              ) : null}
            </div>
          </div>
        ) : undefined
      }
    >
      {list.members.length > 0 ? (
        <VirtualList
          items={list.members}
          keyOf={(it) => it.account}
          label={memberStrings('members')}
          estimate={60}
          total={list.total}
          handle={handle}
          class="manage-list"
          onScroll={() => {
            const shown = handle.current;
            if (!shown) return;
            if (shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > list.members.length - NEAR_END)
              list.more();
          }}
          after={
            list.error !== undefined ? (
              <Trouble error={list.error} onRetry={list.retry} />
            ) : list.busy ? (
              <p class="members-more">
                <Spinner size={20} label={memberStrings('more')} />
              </p>
            ) : undefined
          }
        >
          {(it) => (
            <ManageRow
              member={it}
              mine={it.account === state.account}
              may={may(it)}
              on={chosen.has(it.account)}
              onPress={(on) => choosing.press(list.members, it, { on, range: shift.current, may })}
            />
          )}
        </VirtualList>
      ) : list.error !== undefined ? (
        <Trouble error={list.error} onRetry={list.retry} />
      ) : list.busy ? (
        <Skeleton kind="person" rows={8} />
      ) : (
        <NothingFound q={list.query} />
      )}
      {open === 'role' ? <ChangeRoleSheet state={state} chat={chat} members={members} onClose={closed} /> : null}
      {open === 'history' ? (
        <OpenHistorySheet state={state} chat={chat} members={members} onClose={() => closed(false)} />
      ) : null}
      {open === 'remove' ? <RemoveSheet state={state} chat={chat} members={members} onClose={closed} /> : null}
    </Page>
  );
}

/** Whether Shift is held, by mouse or key, as something is pressed: a change of a tick does not say so itself. */
function useShift(): { readonly current: boolean } {
  const held = useRef(false);
  useEffect(() => {
    const keep = (event: MouseEvent | KeyboardEvent): void => {
      held.current = event.shiftKey;
    };
    for (const it of ['pointerdown', 'keydown', 'keyup'] as const) addEventListener(it, keep, true);
    return () => {
      for (const it of ['pointerdown', 'keydown', 'keyup'] as const) removeEventListener(it, keep, true);
    };
  }, []);
  return held;
}

interface ManageRowProps {
  member: Member;
  mine: boolean;
  may: boolean;
  on: boolean;
  onPress: (on: boolean) => void;
}

function ManageRow({ member, mine, may, on, onPress }: ManageRowProps) {
  const name = displayName(member.name);
  const shown = mine ? memberStrings('you', { name }) : name;
  const { role } = member;
  const roleName = role === 'member' ? '' : memberStrings(role);
  const place = [member.position, member.unit].filter(Boolean).join(' · ');
  const term = termWords(member);
  const tags = (
    <>
      <RoleTag role={role} />
      {member.active ? null : <Tag tone="gold">{memberStrings('inactive')}</Tag>}
      {member.active && !member.registered ? <Tag>{memberStrings('notRegistered')}</Tag> : null}
    </>
  );
  return (
    <label
      class={`manage-row${on ? ' manage-row-on' : ''}${may ? '' : ' manage-row-fixed'}`}
      title={may || mine ? undefined : strings('cannotWhy')}
    >
      <TickBox
        checked={on}
        disabled={!may}
        label={[shown, roleName, term, place, may ? '' : strings('cannot')].filter(Boolean).join(', ')}
        onChange={onPress}
      />
      <Avatar id={member.account} name={name} photo={photoPath(member.photo)} size={40} />
      <span class="manage-name">
        <span class="cut" title={shown}>
          {shown}
        </span>
        <span class="manage-second">
          {tags}
          <span class="cut">{[term, place].filter(Boolean).join(' · ')}</span>
        </span>
      </span>
      <span class="manage-cell manage-role">
        {tags}
        {term ? <span class="cut">{term}</span> : null}
      </span>
      <span class="manage-cell cut" title={member.position}>
        {member.position}
      </span>
      <span class="manage-cell cut" title={member.unit}>
        {member.unit}
      </span>
      <span class="manage-cell manage-joined nowrap">{formatDate(member.joinedAt)}</span>
    </label>
  );
}
