import { connection } from '../../../web/connection.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { ScheduledMessages } from '../state.ts';
import { strings } from '../strings.ts';
import { whyWords } from './words.ts';

let known: { readonly of: object; readonly list: ScheduledMessages } | undefined;

/** What whoever is signed in at this page has scheduled; kept current from the first asking on. */
export function scheduledMessages(): ScheduledMessages {
  const of = connection();
  if (known?.of !== of) {
    const list = new ScheduledMessages(of, ({ problem }) =>
      showToast({ words: strings('refusedToast', { why: whyWords(problem ?? { code: '' }) }), icon: null }),
    );
    known = { of, list };
    void list.fetch();
  }
  return known.list;
}
