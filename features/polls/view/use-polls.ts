import type { Device } from '../../../web/device.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { searchDevice } from '../../search/view/open.ts';
import { pollsOn } from '../state.ts';
import type { Polls } from '../state.ts';
import { refusedWords } from './words.ts';

/** The polls of whoever is signed in; undefined while nobody is. */
export function usePolls(): Polls | undefined {
  const device = searchDevice.value;
  return device && shown(device);
}

/** Read with others: no card asks for them again. */
export function keepPolls(device: Device, list: Parameters<Polls['put']>[0]): void {
  shown(device).put(list);
}

/** What is refused is undone where it was shown, and said wherever the person is now. */
function shown(device: Device): Polls {
  return pollsOn(device, (polls) => {
    polls.refused.subscribe((it) => {
      if (it) showToast({ words: refusedWords(it), icon: null });
    });
  });
}
