import { useEffect, useState } from 'preact/hooks';

import { connection } from '../../../web/connection.ts';
import type { Device } from '../../../web/device.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { searchDevice } from '../../search/view/open.ts';
import { Polls, polls } from '../state.ts';
import { refusedWords } from './words.ts';

/** How often what is shown looks at the clock. */
const TICK_MS = 20_000;

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

/** The present, as it goes on. */
export function useNow(): number {
  const [now, setNow] = useState(() => connection().now());
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Read with others: no card asks for them again. */
export function keepPolls(list: Parameters<Polls['put']>[0]): void {
  polls.peek()?.put(list);
}
