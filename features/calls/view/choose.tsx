import { useRef, useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { NothingFound } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { useMembers } from '../../members/view/list.tsx';
import { photoPath } from '../../photos/rules.ts';
import { strings } from '../strings/stage.ts';

const NEAR_END = 20;

interface MemberChoiceProps {
  state: GroupsView;
  group: string;
  /** Names by account. */
  chosen: ReadonlyMap<string, string>;
  onChange: (chosen: ReadonlyMap<string, string>) => void;
  most: number;
  /** They are in the call already. */
  without?: ReadonlySet<string>;
}

/** Chooses members of a group by search, with tick boxes. Fills the sheet it stands in. */
export function MemberChoice({ state, group, chosen, onChange, most, without }: MemberChoiceProps) {
  const [query, setQuery] = useState('');
  const list = useMembers(state, group, query.trim());
  const handle = useRef<VirtualizerHandle>(null);
  const people = list.members.filter((it) => it.account !== state.account && !without?.has(it.account));
  const full = chosen.size >= most;
  return (
    <>
      <div class="call-choose-search">
        <SearchField
          value={query}
          onInput={setQuery}
          label={strings('inviteSearch')}
          placeholder={strings('inviteSearch')}
        />
        {full ? <p class="call-second">{strings('most', { n: most })}</p> : null}
      </div>
      {people.length > 0 ? (
        <VirtualList
          items={people}
          keyOf={(it) => it.account}
          label={strings('inviteTitle')}
          estimate={60}
          handle={handle}
          onScroll={() => {
            const shown = handle.current;
            if (shown && shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > people.length - NEAR_END)
              list.more();
          }}
        >
          {(it) => (
            <CheckboxRow
              side="end"
              before={<Avatar id={it.account} name={displayName(it.name)} photo={photoPath(it.photo)} />}
              label={displayName(it.name)}
              help={[it.position, it.unit].filter(Boolean).join(' · ')}
              checked={chosen.has(it.account)}
              disabled={full && !chosen.has(it.account)}
              onChange={(on) => {
                const next = new Map(chosen);
                if (on) next.set(it.account, displayName(it.name));
                else next.delete(it.account);
                onChange(next);
              }}
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
    </>
  );
}
