import { Problem } from '../../../protocol/problem.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { searchDevice } from '../../search/view/open.ts';
import type { Pin } from '../protocol.ts';
import { pinsOn } from '../state.ts';
import type { Pins } from '../state.ts';
import { strings } from '../strings.ts';
import { undoneWords } from './words.ts';

/** The pins of whoever is signed in; undefined while nobody is. */
export function usePins(): Pins | undefined {
  const device = searchDevice.value;
  return device && pinsOn(device, tellUndone);
}

/** What is pinned in a group, in its order; undefined until it is known. */
export function usePinList(group: string): readonly Pin[] | undefined {
  const list = usePins()?.of(group);
  return list === 'gone' ? undefined : list;
}

/** Undone where it was shown, and said wherever the person is now. */
function tellUndone(pins: Pins): void {
  pins.undone.subscribe((it) => {
    if (!it) return;
    showToast({ words: undoneWords(it), icon: null });
    pins.undone.value = undefined;
  });
}

/** False, and said why, where the device cannot keep it for sending. */
export function tried(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showToast({ words: strings('full'), icon: null });
    return false;
  }
}
