import { useRef, useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Member } from '../protocol.ts';
import { RoleTag, useMembers } from './list.tsx';

interface MemberPickProps {
  state: GroupsView;
  group: string;
  label: string;
  /** Who can be chosen. */
  offers: (member: Member) => boolean;
  chosen?: string;
  onChoose: (member: Member) => void;
}

/** Chooses one member by search. Fills the sheet it stands in. */
export function MemberPick({ state, group, label, offers, chosen, onChoose }: MemberPickProps) {
  const [query, setQuery] = useState('');
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  const people = list.members.filter(offers);
  return (
    <>
      <div class="group-sheet-search">
        <SearchField value={query} onInput={setQuery} label={label} />
      </div>
      {people.length > 0 ? (
        <VirtualList
          items={people}
          keyOf={(it) => it.account}
          label={label}
          estimate={60}
          handle={handle}
          onScroll={() => {
            const shown = handle.current;
            if (shown && shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > people.length - 20) list.more();
          }}
        >
          {(it) => (
            <PersonRow
              id={it.account}
              name={displayName(it.name)}
              photo={photoPath(it.photo)}
              tags={<RoleTag role={it.role} />}
              second={[it.position, it.unit].filter(Boolean).join(' · ')}
              selected={it.account === chosen}
              onPress={() => onChoose(it)}
            />
          )}
        </VirtualList>
      ) : list.error !== undefined ? (
        <Trouble error={list.error} onRetry={list.retry} />
      ) : list.busy ? (
        <Skeleton kind="person" rows={4} />
      ) : (
        <NothingFound q={query.trim()} />
      )}
    </>
  );
}
