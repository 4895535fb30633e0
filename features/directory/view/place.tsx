import { useEffect, useState } from 'preact/hooks';
import { UsersRound } from 'lucide';
import { call } from '../../../web/connection.ts';
import { navigate, type ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { areaName } from '../../areas/rules.ts';
import type { PeopleFrom } from '../state/people.ts';
import { strings } from '../strings/people.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { newGroupPath } from './directory.tsx';
import { PeopleRows, usePeople } from './person-rows.tsx';

interface Named {
  readonly name: string;
  readonly above: string;
}

/** Everybody of a unit. */
export function UnitPeopleScreen({ params }: ScreenProps) {
  const unit = params['unit'] ?? '';
  return (
    <PeopleOf
      key={unit}
      from={{ unit }}
      ask={async () => {
        const { unit: it, path } = await call('unit.get', { unit });
        return {
          name: it.name,
          above: path
            .slice(0, -1)
            .map((step) => step.name)
            .join(' / '),
        };
      }}
    />
  );
}

/** Everybody of an area. */
export function AreaPeopleScreen({ params }: ScreenProps) {
  const area = params['area'] ?? '';
  return (
    <PeopleOf
      key={area}
      from={{ area }}
      ask={async () => {
        const { area: it, path } = await call('area.get', { code: area });
        return {
          name: areaName(it),
          above: path
            .slice(0, -1)
            .toReversed()
            .map((step) => areaName(step, 'inside'))
            .join(', '),
        };
      }}
    />
  );
}

function PeopleOf({ from, ask }: { from: PeopleFrom; ask: () => Promise<Named> }) {
  const [named, setNamed] = useState<Named | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const list = usePeople(from);
  useEffect(() => {
    ask().then(setNamed, setError);
  }, []);
  if (error !== undefined) {
    return (
      <Page title={tabStrings('directory')}>
        <Trouble error={error} />
      </Page>
    );
  }
  const count = list.total.value;
  const subtitle = [named?.above, count === undefined ? '' : strings('nPeople', { n: count })]
    .filter(Boolean)
    .join(' · ');
  return (
    <Page
      title={named?.name ?? tabStrings('directory')}
      subtitle={subtitle || undefined}
      scrolls={false}
      foot={
        named && count ? (
          <Button wide icon={UsersRound} onPress={() => navigate(newGroupPath(from, named.name))}>
            {strings('newGroup')}
          </Button>
        ) : undefined
      }
    >
      <PeopleRows list={list} label={named?.name ?? strings('people')} />
    </Page>
  );
}
