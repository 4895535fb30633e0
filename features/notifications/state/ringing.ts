import { computed, effect } from '@preact/signals';

import { displayName } from '../../../web/names.ts';
import { calling } from '../../../web/title.ts';
import type { CallsState } from '../../calls/state/shapes.ts';
import { strings } from '../strings/worker.ts';
import { ringBack, ringCall } from './sounds.ts';

/** What ringing needs of the browser; tests hand in another. */
export interface Bell {
  /** Sounds until what it answers is called. */
  ring(): () => void;
  /** What whoever calls hears meanwhile. */
  back(): () => void;
  /** Takes the notifications of these calls off the screen. */
  takeAway(calls: readonly string[]): Promise<void>;
}

/**
 * Rings as long as a call does here, and not a moment longer: answered on another device it is silent. Whoever calls hears that it rings;
 * the window says who calls. Answers how it ends.
 */
export function keepRinging({ rings, room }: Pick<CallsState, 'rings' | 'room'>, bell: Bell): () => void {
  const sound = computed(() => {
    const stage = room.value?.stage.value;
    if (stage === 'calling') return 'back';
    // Who is in a call reads of another; it does not ring into the microphone.
    if (stage !== undefined && stage !== 'over') return 'none';
    return rings.value.some((it) => it.loud) ? 'ring' : 'none';
  });
  const stopSound = effect(() => {
    if (sound.value === 'ring') return bell.ring();
    if (sound.value === 'back') return bell.back();
    return undefined;
  });
  const stopTitle = effect(() => {
    const [newest] = rings.value;
    const kind = newest?.call.kind === 'video' ? 'ringVideo' : 'ringVoice';
    calling.value = newest && `${strings(kind)}: ${displayName(newest.call.by.name)}`;
    return () => (calling.value = undefined);
  });
  let shown: readonly string[] = [];
  const stopShown = effect(() => {
    const now = rings.value.map((it) => it.call.id);
    const over = shown.filter((it) => !now.includes(it));
    shown = now;
    if (over.length > 0) bell.takeAway(over).catch(() => undefined);
  });
  return () => {
    stopSound();
    stopTitle();
    stopShown();
  };
}

export function browserBell(): Bell {
  return {
    ring: ringCall,
    back: ringBack,
    async takeAway(calls) {
      const place = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
      const wanted = new Set(calls.map((it) => `call-${it}`));
      for (const it of (await place?.getNotifications()) ?? []) if (wanted.has(it.tag)) it.close();
    },
  };
}
