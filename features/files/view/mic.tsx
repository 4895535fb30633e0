import { useRef } from 'preact/hooks';
import { Mic } from 'lucide';

import { IconButton } from '../../../web/ui/button.tsx';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';
import { press } from '../state/press.ts';
import { strings } from '../strings/said.ts';

/** Held for so long it records until it is let go; a shorter press records until it is stopped. */
const HOLD_MS = 300;

export const canRecord = (): boolean => typeof MediaRecorder !== 'undefined' && 'mediaDevices' in navigator;

export const record = (place: ComposerPlace): void =>
  place.show(() => import('./recorder.tsx').then((it) => it.Recorder));

/** In the place of “Gửi” as long as nothing is written: hold or tap to record. */
export function MicButton({ place }: { place: ComposerPlace }) {
  const start = useRef({ x: 0, y: 0, timer: 0 });
  const end = (): void => {
    clearTimeout(start.current.timer);
    if (press.peek()) press.value = { ...press.peek()!, up: true };
  };
  return (
    <span
      class="mic"
      onPointerDown={(event) => {
        if (event.pointerType === 'mouse') return;
        const { clientX: x, clientY: y, pointerId } = event;
        // What is drawn over it must not take the finger away.
        event.currentTarget.setPointerCapture(pointerId);
        press.value = undefined;
        start.current = {
          x,
          y,
          timer: window.setTimeout(() => {
            press.value = { dx: 0, dy: 0, up: false };
            navigator.vibrate?.(20);
            record(place);
          }, HOLD_MS),
        };
      }}
      onPointerMove={(event) => {
        const { x, y } = start.current;
        if (press.peek()?.up === false) press.value = { dx: event.clientX - x, dy: event.clientY - y, up: false };
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onContextMenu={(event) => event.preventDefault()}
      onClickCapture={(event) => {
        // The click that ends a hold means nothing more.
        if (press.peek()) event.stopPropagation();
      }}
    >
      <IconButton icon={Mic} label={strings('record')} onPress={() => record(place)} />
    </span>
  );
}
