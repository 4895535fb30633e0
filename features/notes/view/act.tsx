import { StickyNote } from 'lucide';

import { later } from '../../../web/later.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Act } from '../../messages/view/acts.ts';
import { strings } from '../strings/act.ts';

const form = later(() => import('./form.tsx').then((it) => it.NoteForm));

/** A note of what a message says. */
export const makeNote: Act = {
  when: ({ kind, text, card, recalled, handling }, { can }) =>
    kind === 'text' && Boolean(text) && !card && !recalled && !handling && can('note.create'),
  item: () => ({ label: strings('create'), icon: StickyNote }),
  run: ({ text }, place) => {
    void form.fetch().then(() => {
      const Form = form.it.peek();
      if (!Form) return showToast({ words: strings('missing'), icon: null });
      place.lay((close) => <Form group={place.group} text={text ?? ''} onClose={close} />);
    });
  },
};
