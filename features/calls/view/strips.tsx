import { Strip } from '../../../web/ui/strip.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import type { Call } from '../protocol.ts';
import type { CallsState } from '../state/shapes.ts';
import { strings as known } from '../strings.ts';
import { strings } from '../strings/stage.ts';
import { joinCall } from './begin.ts';

/** This device was in a call before the page was loaded again: its seat is kept for a moment. */
export function BackStrip({ state, group, call }: { state: CallsState; group: string; call: string }) {
  if (state.room.value) return null;
  return (
    <Strip icon={icons.call} action={strings('joinBack')} onAction={() => void joinCall(state, group, call)}>
      {strings('backTo')}
    </Strip>
  );
}

/** A call that goes on without this device. */
export function GoingStrip({ state, call: { id, group, people } }: { state: CallsState; call: Omit<Call, 'rung'> }) {
  const room = state.room.value;
  // Where it can be come back to, that is said already.
  if (state.back.value?.group === group || (room?.group === group && room.stage.value !== 'over')) return null;
  return (
    <Strip icon={icons.call} action={strings('join')} onAction={() => void joinCall(state, group, id)}>
      {known('going', { n: people })}
    </Strip>
  );
}
