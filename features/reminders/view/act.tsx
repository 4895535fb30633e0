import { AlarmClock } from 'lucide';

import { later } from '../../../web/later.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Act } from '../../messages/view/acts.ts';
import { strings } from '../strings/act.ts';

const form = later(() => import('./make.tsx').then((it) => it.MakeReminder));

/** A reminder of what a message says, at the time and the place it names. */
export const makeReminder: Act = {
  when: ({ kind, text, card, recalled, handling }, { can }) =>
    kind === 'text' && Boolean(text) && !card && !recalled && !handling && can('reminder.create'),
  item: () => ({ label: strings('make'), icon: AlarmClock }),
  run: ({ text }, place) => {
    void form.fetch().then(() => {
      const Form = form.it.peek();
      if (!Form) return showToast({ words: strings('missing'), icon: null });
      place.lay((close) => <Form group={place.group} text={text ?? ''} onClose={close} />);
    });
  },
};
