import { SmilePlus } from 'lucide';

import { isPhone } from '../../../web/viewport.ts';
import type { Act } from '../../messages/view/acts.ts';
import { strings } from '../strings.ts';
import { giveAny } from './any.tsx';

/** The bar on top of the menu is for the finger and the mouse; this is for keys. */
export const react: Act = {
  key: 'e',
  when: ({ kind, recalled }, { can }) => kind === 'text' && !recalled && !isPhone.value && can('message.react'),
  item: () => ({ label: strings('give'), icon: SmilePlus, hint: 'E' }),
  run: giveAny,
};
