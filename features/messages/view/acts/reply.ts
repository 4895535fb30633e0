import { Reply } from 'lucide';

import { isPhone } from '../../../../web/viewport.ts';
import { strings } from '../../strings/keeping.ts';
import type { Act } from '../acts.ts';
import { canAnswer, startAnswer } from '../answer.ts';

export const reply: Act = {
  key: 'r',
  when: canAnswer,
  item: () => ({ label: strings('reply'), icon: Reply, quick: true, ...(isPhone.value ? {} : { hint: 'R' }) }),
  run: startAnswer,
};
