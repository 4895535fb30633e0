import { useEffect } from 'preact/hooks';

import type { Device } from '../../../web/device.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { searchDevice } from '../../search/view/open.ts';
import { Polls, polls } from '../state.ts';
import { refusedWords } from './words.ts';

let of: Device | undefined;

/** The polls of whoever is signed in at this page; made when the first of them is shown. */
export function usePolls(): Polls | undefined {
  const device = searchDevice.value;
  useEffect(() => {
    if (device === of) return;
    of = device;
    polls.peek()?.close();
    const made = device && new Polls(device);
    polls.value = made;
    // Undone where it was shown, and said wherever the person is now.
    made?.refused.subscribe((it) => {
      if (it) showToast({ words: refusedWords(it), icon: null });
    });
  }, [device]);
  // Read in any case: whoever asks before they are made is drawn again once they are.
  const made = polls.value;
  return device === of ? made : undefined;
}

/** Read with others: no card asks for them again. */
export function keepPolls(list: Parameters<Polls['put']>[0]): void {
  polls.peek()?.put(list);
}
