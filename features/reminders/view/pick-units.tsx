import { useEffect, useState } from 'preact/hooks';
import { Building2 } from 'lucide';

import { call } from '../../../web/connection.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { strings } from '../strings/form.ts';
import type { Named } from './pick-people.tsx';

interface PickUnitsProps {
  group: string;
  chosen: readonly Named[];
  /** At once. */
  most: number;
  onChoose: (units: readonly Named[]) => void;
  onClose: () => void;
}

interface Unit extends Named {
  readonly members?: number;
}

const PAUSE_MS = 180;

/** Those with members in the group where that may be known; by their names, of the whole agency. */
async function find(group: string, query: string): Promise<Unit[]> {
  const [here, all] = await Promise.all([
    call('mention.find', { group, query }),
    query === '' ? undefined : call('unit.search', { query }),
  ]);
  const units = new Map<string, Unit>(here.units.map((it) => [it.id, it]));
  for (const { id, name } of all?.units ?? []) if (!units.has(id)) units.set(id, { id, name });
  return [...units.values()];
}

/** Ticks units of which there are members in the group, over searches. */
export function PickUnits({ group, chosen, most, onChoose, onClose }: PickUnitsProps) {
  const [query, setQuery] = useState('');
  const [picked, setPicked] = useState(() => new Map<string, Unit>(chosen.map((it) => [it.id, it])));
  const [found, setFound] = useState<readonly Unit[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const wanted = query.trim();

  useEffect(() => {
    let here = true;
    const timer = setTimeout(
      () => {
        find(group, wanted).then(
          (units) => {
            if (!here) return;
            setFound(units);
            setTrouble(undefined);
          },
          (error: unknown) => here && setTrouble(error),
        );
      },
      wanted === '' ? 0 : PAUSE_MS,
    );
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [group, wanted, turn]);

  const list =
    wanted === '' ? [...picked.values(), ...(found ?? []).filter((it) => !picked.has(it.id))] : (found ?? []);
  const press = (unit: Unit, on: boolean): void => {
    if (on && picked.size >= most) {
      showToast({ words: strings('peopleMost', { n: most }), icon: null });
      return;
    }
    const next = new Map(picked);
    if (on) next.set(unit.id, unit);
    else next.delete(unit.id);
    setPicked(next);
  };
  return (
    <Sheet
      title={strings('pickUnits')}
      full
      flush
      class="group-list-sheet"
      onClose={onClose}
      foot={
        <Button
          wide
          onPress={() => {
            onChoose([...picked.values()].map(({ id, name }) => ({ id, name })));
            onClose();
          }}
        >
          {strings('takeUnits', { n: picked.size })}
        </Button>
      }
    >
      <div class="group-sheet-search">
        <SearchField value={query} onInput={setQuery} label={strings('searchUnits')} />
      </div>
      {list.length > 0 ? (
        <div class="reminder-pick-list scroll" role="group" aria-label={strings('units')}>
          {list.map((it) => (
            <CheckboxRow
              key={it.id}
              side="end"
              name={it.name}
              label={it.name}
              help={it.members === undefined ? undefined : strings('unitPeople', { n: it.members })}
              checked={picked.has(it.id)}
              onChange={(on) => press(it, on)}
            />
          ))}
        </div>
      ) : trouble !== undefined ? (
        <Trouble error={trouble} onRetry={() => setTurn((n) => n + 1)} />
      ) : found === undefined ? (
        <Skeleton kind="person" rows={4} />
      ) : wanted === '' ? (
        <EmptyState icon={Building2} title={strings('unitsBySearch')} />
      ) : (
        <NothingFound q={wanted} />
      )}
    </Sheet>
  );
}
