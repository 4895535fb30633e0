import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Building2, UsersRound } from 'lucide';
import { here, navigate } from '../../../web/routing.ts';
import { useSearch } from '../../../web/search.ts';
import { call } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow, Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { areaName, levelOf } from '../../areas/rules.ts';
import { areaHitDetail, areaIcons, AreaTree } from '../../areas/view/area-tree.tsx';
import { photoPath } from '../../photos/rules.ts';
import { UnitTree } from '../../units/view/unit-tree.tsx';
import { countOf, loadCount } from '../state/people.ts';
import type { PeopleFrom } from '../state/people.ts';
import { strings } from '../strings/people.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { PeopleRows, secondLine, usePeople } from './person-rows.tsx';
import '../directory.css';

type Show = 'people' | 'units' | 'areas';

interface Chosen {
  readonly from: PeopleFrom;
  readonly name: string;
}

// Kept while the page lives, so that coming back from a person finds the list as it was left.
const show = signal<Show>('people');
const query = signal('');
const chosenUnit = signal<Chosen | undefined>(undefined);
const chosenArea = signal<Chosen | undefined>(undefined);

/** Danh bạ: people, units and areas, and one search over all three. */
export function DirectoryScreen() {
  const text = query.value.trim();
  const chosen = show.value === 'units' ? chosenUnit.value : show.value === 'areas' ? chosenArea.value : undefined;
  return (
    <Page
      look="root"
      title={tabStrings('directory')}
      scrolls={show.value !== 'people' || text !== ''}
      scrollName={`directory-${show.value}`}
      class="directory"
      head={
        <div class="directory-head">
          <SearchField
            value={query.value}
            onInput={(value) => (query.value = value)}
            label={strings('search')}
            placeholder={strings('searchHint')}
          />
          {text ? null : (
            <Segmented
              label={strings('show')}
              as="tabs"
              panel="directory"
              value={show.value}
              onChange={(value) => (show.value = value)}
              options={[
                { value: 'people', label: strings('people') },
                { value: 'units', label: strings('units') },
                { value: 'areas', label: strings('areas') },
              ]}
            />
          )}
        </div>
      }
      foot={!text && chosen ? <Foot {...chosen} /> : undefined}
      footLook="bar"
    >
      {text ? (
        <Hits query={text} />
      ) : (
        <div id={`directory-${show.value}`} role="tabpanel" aria-label={strings(show.value)} class="directory-panel">
          {show.value === 'people' ? (
            <Everybody />
          ) : show.value === 'units' ? (
            <UnitTree
              selected={chosenUnit.value?.from.unit}
              onSelect={(unit) => (chosenUnit.value = { from: { unit: unit.id }, name: unit.name })}
            />
          ) : (
            <AreaTree
              selected={chosenArea.value?.from.area}
              onSelect={(area) => (chosenArea.value = { from: { area: area.code }, name: areaName(area) })}
            />
          )}
        </div>
      )}
    </Page>
  );
}

function Everybody() {
  const list = usePeople({});
  const open = /^\/directory\/people\/([^/]+)/.exec(here.value.path)?.[1];
  return (
    <PeopleRows
      list={list}
      label={strings('people')}
      selected={open}
      empty={<EmptyState icon={UsersRound} title={strings('empty')} text={strings('emptyText')} />}
    />
  );
}

/** What is chosen in a tree: how many people, to look at them, to make a group of them. */
function Foot({ from, name }: Chosen) {
  useEffect(() => {
    loadCount(from).catch(() => {});
  }, [from.unit, from.area]);
  const count = countOf(from);
  return (
    <div class="directory-foot">
      <div class="directory-foot-words" aria-live="polite">
        <p class="directory-foot-name cut">{name}</p>
        <p class="directory-foot-count">{count === undefined ? '\u00a0' : strings('inDirectory', { n: count })}</p>
      </div>
      <LinkButton look="outline" href={pathOf(from)}>
        {strings('look')}
      </LinkButton>
      <Button onPress={() => navigate(newGroupPath(from, name))} reason={count === 0 ? strings('noneHere') : undefined}>
        {strings('newGroup')}
      </Button>
    </div>
  );
}

export function pathOf({ unit, area }: PeopleFrom): string {
  return unit === undefined ? `/directory/areas/${area}` : `/directory/units/${unit}`;
}

/** The screen of a new group, begun with the people of a unit or an area. */
export function newGroupPath({ unit, area }: PeopleFrom, name: string): string {
  const query = new URLSearchParams({ ...(unit ? { unit } : {}), ...(area ? { area } : {}), name });
  return `/groups/new?${query.toString()}`;
}

/** People shown above the units and areas; all of them are one press away. */
const FIRST_PEOPLE = 6;

/** One question to all three: who, which unit, which area. */
function Hits({ query }: { query: string }) {
  const [all, setAll] = useState('');
  const people = useSearch(query, (text) =>
    call('directory.search', { query: text, limit: 30 }).then((it) => it.people),
  );
  const units = useSearch(query, (text) => call('unit.search', { query: text, limit: 8 }).then((it) => it.units));
  const areas = useSearch(query, (text) => call('area.search', { query: text, limit: 8 }).then((it) => it.areas));
  if (people.error !== undefined) return <Trouble error={people.error} onRetry={people.retry} />;
  if (!people.hits) return <Skeleton kind="person" />;
  if (all === query) return <FoundPeople query={query} />;
  const nothing = people.hits.length === 0 && units.hits?.length === 0 && areas.hits?.length === 0;
  if (nothing) return <NothingFound q={query} />;
  return (
    <div aria-busy={people.busy}>
      {people.hits.length > 0 ? (
        <Section title={strings('people')} look="plain">
          {people.hits.slice(0, FIRST_PEOPLE).map((person) => (
            <PersonRow
              key={person.id}
              id={person.id}
              name={displayName(person.name)}
              photo={photoPath(person.photo)}
              second={secondLine(person)}
              href={`/directory/people/${person.id}`}
            />
          ))}
          {people.hits.length > FIRST_PEOPLE ? (
            <p class="directory-all">
              <Button look="text" onPress={() => setAll(query)}>
                {strings('allFound')}
              </Button>
            </p>
          ) : null}
        </Section>
      ) : null}
      {units.hits && units.hits.length > 0 ? (
        <Section title={strings('units')} look="plain">
          {units.hits.map((unit) => (
            <SettingRow
              key={unit.id}
              icon={Building2}
              label={unit.name}
              help={[unit.place, strings('nPeople', { n: unit.people })].filter(Boolean).join(' · ')}
              href={`/directory/units/${unit.id}`}
            />
          ))}
        </Section>
      ) : null}
      {areas.hits && areas.hits.length > 0 ? (
        <Section title={strings('areas')} look="plain">
          {areas.hits.map((area) => (
            <SettingRow
              key={area.code}
              icon={areaIcons[Math.min(2, levelOf(area.code))]}
              label={areaName(area)}
              help={areaHitDetail(area)}
              value={area.code}
              href={`/directory/areas/${area.code}`}
            />
          ))}
        </Section>
      ) : null}
    </div>
  );
}

function FoundPeople({ query }: { query: string }) {
  const list = usePeople({ query });
  return (
    <div class="directory-panel">
      <PeopleRows list={list} label={strings('people')} />
    </div>
  );
}
