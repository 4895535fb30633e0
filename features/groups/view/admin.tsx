import { useEffect, useRef, useState } from 'preact/hooks';
import { UsersRound } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Person } from '../../directory/protocol.ts';
import { PeopleRows, secondLine, usePeople } from '../../directory/view/person-rows.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { transferActions } from '../protocol/transfer.ts';
import { strings } from '../strings/governing.ts';
import { refusalWords } from './refusals.ts';
import { groupWords } from './words.ts';
import './groups.css';

type Found = OutputOf<(typeof transferActions)['group.search']>;
type FoundGroup = Found['groups'][number];

const PAUSE_MS = 180;

/** Quản trị → Nhóm và trưởng nhóm: who leads which group, and a new owner where the post changed hands. */
export function GroupsAdminScreen() {
  const [query, setQuery] = useState('');
  const [leaderless, setLeaderless] = useState(false);
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const [chosen, setChosen] = useState<FoundGroup>();
  const asked = useRef(0);
  const text = query.trim();

  async function ask(after: number): Promise<void> {
    const mine = ++asked.current;
    try {
      const page = await call('group.search', { query: text, leaderless, after });
      if (mine !== asked.current) return;
      setError(undefined);
      setFound((was) => ({ ...page, groups: after > 0 && was ? [...was.groups, ...page.groups] : page.groups }));
    } catch (reason) {
      if (mine === asked.current) setError(reason);
    }
  }

  useEffect(() => {
    const timer = setTimeout(() => void ask(0), text === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, leaderless, turn]);

  return (
    <Page
      title={strings('groups')}
      head={
        <>
          <SearchField
            value={query}
            onInput={setQuery}
            label={strings('searchGroups')}
            placeholder={strings('searchGroups')}
          />
          <Chips label={strings('show')}>
            <Chip on={!leaderless} onPress={() => setLeaderless(false)}>
              {strings('everyGroup')}
            </Chip>
            <Chip on={leaderless} onPress={() => setLeaderless(true)} count={found?.leaderless}>
              {strings('leaderless')}
            </Chip>
          </Chips>
        </>
      }
    >
      {error !== undefined ? (
        <Trouble error={error} onRetry={() => setTurn((n) => n + 1)} />
      ) : !found ? (
        <Skeleton kind="person" rows={8} />
      ) : found.groups.length === 0 ? (
        text !== '' ? (
          <NothingFound q={text} />
        ) : (
          <EmptyState icon={UsersRound} title={strings(leaderless ? 'noLeaderless' : 'noGroups')} />
        )
      ) : (
        <>
          {found.groups.map((it) => (
            <PersonRow
              key={it.id}
              id={it.id}
              name={displayName(it.name)}
              group={it.kind}
              tags={
                it.owner?.active ? undefined : <Tag tone="gold">{strings(it.owner ? 'ownerGone' : 'ownerNone')}</Tag>
              }
              second={it.owner ? strings('ownerIs', { name: displayName(it.owner.name) }) : undefined}
              third={[groupWords(it.kind), it.unit, strings('members', { n: it.members })].filter(Boolean).join(' · ')}
              onPress={() => setChosen(it)}
            />
          ))}
          {found.groups.length < found.total ? (
            <div class="settings-more">
              <Button look="text" onPress={() => void ask(found.groups.length)}>
                {strings('loadMore')}
              </Button>
            </div>
          ) : null}
        </>
      )}
      {chosen ? (
        <AppointOwner group={chosen} onClose={() => setChosen(undefined)} onDone={() => setTurn((n) => n + 1)} />
      ) : null}
    </Page>
  );
}

function AppointOwner({ group, onClose, onDone }: { group: FoundGroup; onClose: () => void; onDone: () => void }) {
  const [query, setQuery] = useState('');
  const list = usePeople({ query: query.trim() || undefined });

  async function appoint(person: Person): Promise<void> {
    const name = displayName(person.name);
    const sure = await confirm({
      title: strings('appointTitle', { group: displayName(group.name), name }),
      text: strings('appointText'),
      yes: strings('appoint'),
    });
    if (!sure) return;
    try {
      await call('group.appointOwner', { group: group.id, account: person.id });
      onClose();
      onDone();
      showToast(strings('appointed', { name }));
    } catch (error) {
      showToast({ words: refusalWords(error, () => person.name), icon: null });
    }
  }

  return (
    <Sheet
      title={strings('appointOwner')}
      subtitle={displayName(group.name)}
      full
      flush
      class="group-list-sheet"
      onClose={onClose}
    >
      <div class="group-sheet-search">
        <SearchField value={query} onInput={setQuery} label={strings('appointOwner')} autofocus />
      </div>
      <PeopleRows
        list={list}
        label={strings('appointOwner')}
        row={(person) => (
          <PersonRow
            id={person.id}
            name={displayName(person.name)}
            photo={photoPath(person.photo)}
            second={secondLine(person)}
            selected={person.id === group.owner?.account}
            onPress={() => void appoint(person)}
          />
        )}
      />
    </Sheet>
  );
}
