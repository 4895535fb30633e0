import { UsersRound } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { displayName } from '../../../web/names.ts';
import { Spinner } from '../../../web/ui/progress.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList, type VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Person } from '../protocol.ts';
import { PeopleList } from '../state/people.ts';
import type { PeopleFrom } from '../state/people.ts';
import { strings } from '../strings/people.ts';

/** “Chủ tịch UBND xã · UBND xã Ia Grai” */
export function secondLine(person: Pick<Person, 'position' | 'unitName' | 'areaName'>): string {
  return [person.position, person.unitName || person.areaName].filter(Boolean).join(' · ');
}

export function stateTag(person: Pick<Person, 'state'>) {
  if (person.state === 'active') return undefined;
  return <Tag tone={person.state === 'waiting' ? 'gold' : 'red-soft'}>{strings(person.state)}</Tag>;
}

/** A list for one question, kept while the question stays the same. */
export function usePeople({ unit, area, query }: PeopleFrom): PeopleList {
  const list = useMemo(() => new PeopleList({ unit, area, query }), [unit, area, query]);
  useEffect(() => void list.more(), [list]);
  return list;
}

interface PeopleRowsProps {
  list: PeopleList;
  label: string;
  row?: (person: Person) => preact.VNode;
  before?: preact.ComponentChildren;
  /** Whose page is open beside the list. */
  selected?: string;
  /** What to say where there is nobody. */
  empty?: preact.ComponentChildren;
}

const NEAR_END = 15;

/** People as they are fetched, page after page; only those in sight are drawn. */
export function PeopleRows({ list, label, row, before, selected, empty }: PeopleRowsProps) {
  const handle = useRef<VirtualizerHandle>(null);
  const people = list.people.value;
  const state = list.state.value;
  if (people.length === 0) {
    return (
      <>
        {before}
        {state === 'loading' ? <Skeleton kind="person" /> : null}
        {state === 'failed' ? <Trouble error={list.error.value} onRetry={() => void list.more()} /> : null}
        {state === 'here' ? (
          list.from.query ? (
            <NothingFound q={list.from.query} />
          ) : (
            (empty ?? <EmptyState icon={UsersRound} title={strings('noneHere')} />)
          )
        ) : null}
      </>
    );
  }
  return (
    <VirtualList
      items={people}
      keyOf={(person) => person.id}
      label={label}
      estimate={60}
      total={list.total.value ?? (list.complete ? people.length : -1)}
      handle={handle}
      before={before}
      onScroll={() => {
        const shown = handle.current;
        if (shown && shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > people.length - NEAR_END)
          void list.more();
      }}
      after={
        <>
          {state === 'more' ? (
            <p class="people-more">
              <Spinner size={20} label={strings('more')} />
            </p>
          ) : null}
          {state === 'failed' ? <Trouble error={list.error.value} onRetry={() => void list.more()} /> : null}
        </>
      }
    >
      {row ??
        ((person) => (
          <PersonRow
            id={person.id}
            name={displayName(person.name)}
            photo={photoPath(person.photo)}
            second={secondLine(person)}
            tags={stateTag(person)}
            selected={person.id === selected}
            href={`/directory/people/${person.id}`}
          />
        ))}
    </VirtualList>
  );
}
