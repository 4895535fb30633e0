import { useState } from 'preact/hooks';
import { X } from 'lucide';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { areaName } from '../../areas/rules.ts';
import { photoPath } from '../../photos/rules.ts';
import { AreaTree } from '../../areas/view/area-tree.tsx';
import { UnitTree } from '../../units/view/unit-tree.tsx';
import type { Person } from '../protocol.ts';
import { everybody } from '../state/people.ts';
import type { PeopleFrom } from '../state/people.ts';
import { strings } from '../strings/people.ts';
import { PeopleRows, secondLine, usePeople } from './person-rows.tsx';
import '../directory.css';

export type PickBy = 'recent' | 'unit' | 'area' | 'all';

interface PeoplePickerProps {
  /** Those that are chosen, by id. */
  chosen: ReadonlyMap<string, Person>;
  onToggle: (person: Person) => void;
  /** “Select all” of a unit or an area: whoever is not chosen yet and not excluded. */
  onChooseAll: (people: readonly Person[]) => void;
  /** Shown, but not to be chosen: they are in the group already. */
  excluded?: ReadonlySet<string>;
  /** People written with lately; without them the chip is not there. */
  recent?: readonly Person[];
  /** Opens at this unit or area. */
  start?: { unit?: string; area?: string; name: string };
  /** The most people one act may add. */
  most?: number;
  autofocus?: boolean;
}

/** Chooses people by search, by unit or by area, with tick boxes. Fills the height it is given. */
export function PeoplePicker(props: PeoplePickerProps) {
  const { recent = [], start } = props;
  const [query, setQuery] = useState('');
  const [by, setBy] = useState<PickBy>(
    start?.unit ? 'unit' : start?.area ? 'area' : recent.length > 0 ? 'recent' : 'all',
  );
  const [within, setWithin] = useState<{ from: PeopleFrom; name: string } | undefined>(
    start ? { from: { unit: start.unit, area: start.area }, name: start.name } : undefined,
  );
  const show = (next: PickBy) => {
    setBy(next);
    setWithin(undefined);
  };
  const text = query.trim();
  return (
    <div class="people-picker">
      <div class="people-picker-head">
        <SearchField
          value={query}
          onInput={setQuery}
          label={strings('pickSearch')}
          placeholder={strings('pickSearch')}
          autofocus={props.autofocus}
        />
        {text ? null : (
          <Chips label={strings('pickBy')}>
            {recent.length > 0 ? (
              <Chip on={by === 'recent'} onPress={() => show('recent')}>
                {strings('pickRecent')}
              </Chip>
            ) : null}
            <Chip on={by === 'unit'} onPress={() => show('unit')}>
              {strings('pickUnit')}
            </Chip>
            <Chip on={by === 'area'} onPress={() => show('area')}>
              {strings('pickArea')}
            </Chip>
            <Chip on={by === 'all'} onPress={() => show('all')}>
              {strings('pickAll')}
            </Chip>
          </Chips>
        )}
      </div>
      <div class="people-picker-body">
        {text ? (
          <Choices {...props} from={{ query: text }} />
        ) : by === 'recent' ? (
          <div class="scroll people-picker-scroll">
            {recent.map((person) => (
              <Choice key={person.id} person={person} {...props} />
            ))}
          </div>
        ) : by === 'all' ? (
          <Choices {...props} from={{}} />
        ) : within ? (
          <Choices {...props} from={within.from} name={within.name} onOther={() => setWithin(undefined)} by={by} />
        ) : (
          <div class="scroll people-picker-scroll">
            {by === 'unit' ? (
              <UnitTree onSelect={(unit) => setWithin({ from: { unit: unit.id }, name: unit.name })} />
            ) : (
              <AreaTree onSelect={(area) => setWithin({ from: { area: area.code }, name: areaName(area) })} />
            )}
          </div>
        )}
      </div>
    </div>
  );
}

interface ChoicesProps extends PeoplePickerProps {
  from: PeopleFrom;
  /** Of the unit or area; with it come the count and “select all”. */
  name?: string;
  by?: PickBy;
  onOther?: () => void;
}

function Choices(props: ChoicesProps) {
  const { from, name, onOther, chosen, excluded, onChooseAll, by, most = 1_000 } = props;
  const list = usePeople(from);
  const [busy, setBusy] = useState(false);
  const total = list.total.value;
  // On the first day the administrator is alone in the directory.
  const nobodyElse = name === undefined && !from.query && total === 1 && excluded?.has(list.people.value[0]?.id ?? '');
  const chooseAll = async () => {
    setBusy(true);
    try {
      const people = (await everybody(from, most)).filter((it) => !excluded?.has(it.id));
      if (people.length > most) showToast(strings('tooMany', { n: most }));
      onChooseAll(people.slice(0, most).filter((it) => !chosen.has(it.id)));
    } catch {
      await list.more();
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {name === undefined ? null : (
        <div class="people-picker-section">
          <h3 class="people-picker-title">
            {total === undefined ? name : strings('sectionCount', { name, n: total })}
          </h3>
          <span class="people-picker-acts">
            <Button look="text" size="small" onPress={onOther}>
              {strings(by === 'area' ? 'otherArea' : 'otherUnit')}
            </Button>
            {total ? (
              <Button look="text" size="small" busy={busy} onPress={() => void chooseAll()}>
                {strings('chooseAll')}
              </Button>
            ) : null}
          </span>
        </div>
      )}
      <PeopleRows
        list={list}
        label={name ?? strings('people')}
        row={(person) => <Choice person={person} {...props} />}
      />
      {nobodyElse ? <p class="people-picker-alone">{strings('alone')}</p> : null}
    </>
  );
}

function Choice({
  person,
  chosen,
  excluded,
  onToggle,
}: Pick<PeoplePickerProps, 'chosen' | 'excluded' | 'onToggle'> & { person: Person }) {
  const name = displayName(person.name);
  const inside = excluded?.has(person.id) ?? false;
  return (
    <CheckboxRow
      class="people-choice"
      label={<span class="cut people-choice-name">{name}</span>}
      help={<span class="cut">{inside ? strings('already') : secondLine(person)}</span>}
      before={<Avatar id={person.id} name={name} photo={photoPath(person.photo)} size={40} />}
      side="end"
      checked={inside || chosen.has(person.id)}
      disabled={inside}
      onChange={() => onToggle(person)}
    />
  );
}

/** The chosen ones in a row, each with × to take them out again. */
export function ChosenTray({
  chosen,
  onRemove,
  removeLabel,
}: {
  chosen: ReadonlyMap<string, Person>;
  onRemove: (person: Person) => void;
  removeLabel: (name: string) => string;
}) {
  return (
    <ul class="chosen-tray">
      {[...chosen.values()].map((person) => {
        const name = displayName(person.name);
        return (
          <li key={person.id}>
            <button
              type="button"
              class="chosen"
              aria-label={removeLabel(name)}
              title={name}
              onClick={() => onRemove(person)}
            >
              <Avatar id={person.id} name={name} photo={photoPath(person.photo)} size={40} />
              <span class="chosen-x">
                <Icon of={X} size={14} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
