import { BadgeCheck, CalendarClock, MessageSquareText, Siren } from 'lucide';

import { isPhone } from '../../../../web/viewport.ts';
import { strings } from '../../strings/writing.ts';
import { urgencyWord } from '../parts/urgency.tsx';
import type { PlusEntry } from '../plus.ts';
import { levelsOf } from './chosen.tsx';
import type { ComposerPlace } from './place.ts';

const isNew = ({ composition }: ComposerPlace): boolean => !composition.editing.value;

/** What a message can be given beside words and files. */
export const writingPlus: readonly PlusEntry[] = [
  {
    key: 'urgency',
    icon: Siren,
    label: () => strings('urgencyLabel'),
    value: ({ composition }) => urgencyWord(composition.urgency.value),
    // On a computer it stands beside Gửi.
    when: (place) => isPhone.value && isNew(place) && levelsOf(place).length > 1,
    run: ({ show }) => show(() => import('./urgency.tsx').then((it) => it.UrgencySheet)),
  },
  {
    key: 'ask',
    icon: BadgeCheck,
    label: () => strings('askReading'),
    value: ({ composition }) => (composition.ask.value ? strings('on') : undefined),
    when: (place) => isNew(place) && place.can('message.askReading'),
    run: ({ composition, focus }) => {
      composition.ask.value = !composition.ask.peek();
      focus();
    },
  },
  {
    key: 'schedule',
    icon: CalendarClock,
    label: () => strings('schedule'),
    when: isNew,
    run: ({ show }) => show(() => import('../../../scheduled/view/pick.tsx').then((it) => it.ScheduleSheet)),
  },
  {
    key: 'phrases',
    icon: MessageSquareText,
    label: () => strings('phrases'),
    when: () => true,
    run: ({ show }) => show(() => import('../../../phrases/view/pick.tsx').then((it) => it.PhraseSheet)),
  },
];
