import { showToast } from '../../../web/ui/toast.tsx';
import type { CallsState, StartOptions } from '../state/shapes.ts';
import type { CallKind } from '../rules.ts';
import { refusalWords } from './refusals.ts';

/** Begins a call; where it cannot be, says why. */
export function startCall(state: CallsState, group: string, kind: CallKind, options?: StartOptions): Promise<boolean> {
  return told(() => state.start(group, kind, options));
}

/** Comes into a call that goes on; where it cannot be, says why. */
export function joinCall(state: CallsState, group: string, call: string): Promise<boolean> {
  return told(() => state.join(group, call));
}

/** Does it, and says on the screen below why it could not be. */
export async function told(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
    return false;
  }
}
