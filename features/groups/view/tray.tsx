import type { ReadonlySignal } from '@preact/signals';
import { X } from 'lucide';

import { formatPhone } from '../../../web/format.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import type { Person } from '../../directory/protocol.ts';
import { ChosenTray } from '../../directory/view/people-picker.tsx';
import { strings } from '../strings.ts';
import './groups.css';

interface TrayProps {
  people: ReadonlySignal<ReadonlyMap<string, Person>>;
  invited: ReadonlySignal<readonly string[]>;
  onDrop: (id: string) => void;
  onUninvite: (phone: string) => void;
}

/** Who has been chosen so far, each with ×, and how many. Nothing while nobody is. */
export function Tray({ people, invited, onDrop, onUninvite }: TrayProps) {
  const n = people.value.size + invited.value.length;
  return (
    <div class="group-tray" hidden={n === 0} role="group" aria-label={strings('chosenPeople')}>
      <div class="group-tray-people">
        <ChosenTray
          chosen={people.value}
          onRemove={(person) => onDrop(person.id)}
          removeLabel={(name) => strings('removeChosen', { name })}
        />
        {invited.value.map((phone) => (
          <button
            key={phone}
            type="button"
            class="group-tray-number"
            aria-label={strings('removeChosen', { name: formatPhone(phone) })}
            onClick={() => onUninvite(phone)}
          >
            <span class="nowrap">{formatPhone(phone)}</span> <Icon of={X} size={14} />
          </button>
        ))}
      </div>
      <span class="group-tray-count" role="status">
        {strings('chosen', { n })}
      </span>
    </div>
  );
}
