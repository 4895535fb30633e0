import { BadgeCheck, ChevronDown, X } from 'lucide';

import { IconButton } from '../../../../web/ui/button.tsx';
import { Icon } from '../../../../web/ui/icon.tsx';
import { useMenu } from '../../../../web/ui/menu.tsx';
import type { MenuEntry } from '../../../../web/ui/menu.tsx';
import type { Right } from '../../../groups/rights.ts';
import type { Urgency } from '../../state/composition.ts';
import { strings } from '../../strings/writing.ts';
import { UrgencyBars } from '../bars.tsx';
import { urgencyWord } from '../parts/urgency.tsx';
import type { ComposerPlace } from './place.ts';

const RIGHT: readonly (Right | undefined)[] = [undefined, 'message.urgent', 'message.pressing', 'message.express'];

/** The levels the actor may choose; the ordinary one alone where they may choose none. */
export function levelsOf({ can }: ComposerPlace): readonly Urgency[] {
  return ([0, 1, 2, 3] as const).filter((level) => {
    const right = RIGHT[level];
    return right === undefined || can(right);
  });
}

/** One entry a level, for the menu of a computer and the sheet of a phone. */
export function levelEntries(place: ComposerPlace): readonly MenuEntry[] {
  const { composition, focus } = place;
  return levelsOf(place).map((level) => ({
    label: urgencyWord(level),
    checked: composition.urgency.value === level,
    tone: level > 0 ? ('red' as const) : undefined,
    onSelect: () => {
      composition.urgency.value = level;
      focus();
    },
  }));
}

/** “Thường ▾” beside Gửi, on a computer. */
export function UrgencyButton({ place }: { place: ComposerPlace }) {
  const { composition } = place;
  const level = composition.urgency.value;
  const menu = useMenu({ label: strings('urgencyLabel'), items: () => levelEntries(place) });
  if (composition.editing.value || levelsOf(place).length < 2) return null;
  return (
    <span class="composer-level">
      <button
        type="button"
        class={`composer-level-button${level > 0 ? ' composer-level-red' : ''}`}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        onClick={(event) => menu.open(event.currentTarget)}
      >
        <UrgencyBars level={level} />
        <span class="unseen">{strings('urgencyLabel')}: </span>
        <span>{urgencyWord(level)}</span>
        <Icon of={ChevronDown} size={16} />
      </button>
      {menu.view}
    </span>
  );
}

/** What was chosen beside the words: the band of its urgency, and that reading is to be acknowledged; each with ×. */
export function Chosen({ place: { composition, focus } }: { place: ComposerPlace }) {
  const level = composition.urgency.value;
  const ask = composition.ask.value;
  if (level === 0 && !ask) return null;
  return (
    <>
      {level > 0 ? (
        <span class={`composer-band composer-band-${level}`}>
          <UrgencyBars level={level} />
          <span class="urgency-word">{urgencyWord(level)}</span>
          <IconButton
            icon={X}
            size={20}
            label={strings('urgencyOff')}
            onPress={() => {
              composition.urgency.value = 0;
              focus();
            }}
          />
        </span>
      ) : null}
      {ask ? (
        <span class="composer-ask">
          <Icon of={BadgeCheck} size={16} />
          <span>{strings('askReading')}</span>
          <IconButton
            icon={X}
            size={20}
            label={strings('askOff')}
            onPress={() => {
              composition.ask.value = false;
              focus();
            }}
          />
        </span>
      ) : null}
    </>
  );
}
