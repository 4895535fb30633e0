import { useRef, useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import type { Member } from '../../members/protocol.ts';
import { MemberPick } from '../../members/view/pick.tsx';
import { useMembers } from '../../members/view/list.tsx';
import { photoPath } from '../../photos/rules.ts';
import { strings } from '../strings/form.ts';
import '../../groups/view/groups.css';
import '../reminders.css';

export interface Named {
  readonly id: string;
  readonly name: string;
}

interface PickPeopleProps {
  group: string;
  chosen: readonly Named[];
  /** At once. */
  most: number;
  onChoose: (people: readonly Named[]) => void;
  onClose: () => void;
}

/** Ticks members of the group, over searches. */
export function PickPeople(props: PickPeopleProps) {
  const state = useGroups();
  return state ? <PickFrom {...props} state={state} /> : null;
}

function PickFrom({ state, group, chosen, most, onChoose, onClose }: PickPeopleProps & { state: GroupsView }) {
  const [query, setQuery] = useState('');
  const [picked, setPicked] = useState(() => new Map(chosen.map((it) => [it.id, it])));
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  const press = (member: Member, on: boolean): void => {
    if (on && picked.size >= most) {
      showToast({ words: strings('peopleMost', { n: most }), icon: null });
      return;
    }
    const next = new Map(picked);
    if (on) next.set(member.account, { id: member.account, name: member.name });
    else next.delete(member.account);
    setPicked(next);
  };
  return (
    <Sheet
      title={strings('pickPeople')}
      subtitle={picked.size > 0 ? strings('picked', { n: picked.size }) : undefined}
      full
      flush
      onClose={onClose}
      class="group-list-sheet"
      foot={
        <Button
          wide
          onPress={() => {
            onChoose([...picked.values()]);
            onClose();
          }}
        >
          {strings('takePeople', { n: picked.size })}
        </Button>
      }
    >
      <div class="group-sheet-search">
        <SearchField value={query} onInput={setQuery} label={strings('searchMembers')} />
      </div>
      {list.members.length > 0 ? (
        <VirtualList
          items={list.members}
          keyOf={(it) => it.account}
          label={strings('members')}
          estimate={60}
          total={list.total}
          handle={handle}
          onScroll={() => {
            const shown = handle.current;
            if (shown && shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > list.members.length - 20)
              list.more();
          }}
        >
          {(it) => (
            <CheckboxRow
              class="reminder-pick-row"
              side="end"
              name={displayName(it.name)}
              before={<Avatar id={it.account} name={displayName(it.name)} photo={photoPath(it.photo)} size={40} />}
              label={<span class="cut">{displayName(it.name)}</span>}
              help={[it.position, it.unit].filter(Boolean).join(' · ') || undefined}
              checked={picked.has(it.account)}
              onChange={(on) => press(it, on)}
            />
          )}
        </VirtualList>
      ) : list.error !== undefined ? (
        <Trouble error={list.error} onRetry={list.retry} />
      ) : list.busy ? (
        <Skeleton kind="person" rows={6} />
      ) : (
        <NothingFound q={query.trim()} />
      )}
    </Sheet>
  );
}

interface PickSubstituteProps {
  group: string;
  /** Nobody sends themselves. */
  self: string;
  onChoose: (member: Member) => void;
  onClose: () => void;
}

/** Chooses the one member who goes in somebody’s place. */
export function PickSubstitute({ group, self, onChoose, onClose }: PickSubstituteProps) {
  const state = useGroups();
  return (
    <Sheet
      title={strings('pickSubstitute')}
      subtitle={strings('pickSubstituteText')}
      full
      flush
      class="group-list-sheet"
      onClose={onClose}
    >
      {state ? (
        <MemberPick
          state={state}
          group={group}
          label={strings('searchMembers')}
          offers={(it) => it.account !== self && it.active}
          onChoose={onChoose}
        />
      ) : null}
    </Sheet>
  );
}
