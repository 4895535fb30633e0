import { useRef } from 'preact/hooks';

import { prefersStill } from '../../../web/appearance.ts';
import { useSwipe } from '../../../web/ui/gestures.ts';
import type { Message } from '../protocol.ts';
import { canAnswer, startAnswer } from './answer.ts';
import type { LogPlace } from './place.ts';

/** A swipe to the right answers: the bubble follows the finger and goes back by itself. */
export function useSwipeAnswer(line: Message, place: LogPlace) {
  const moved = useRef<HTMLElement | null>(null);
  const may = (): boolean => !place.selection.on.peek() && canAnswer(line, place);
  const swipe = useSwipe({
    right: () => {
      if (may()) startAnswer(line, place);
    },
    follow: (px) => {
      const row = moved.current;
      if (!row || prefersStill()) return;
      row.classList.toggle('bubble-swiped', px > 0);
      row.style.transform = px > 0 ? `translateX(${px}px)` : '';
    },
  });
  return {
    ...swipe,
    onPointerDown: (event: PointerEvent) => {
      moved.current = event.currentTarget as HTMLElement;
      if (may()) swipe.onPointerDown(event);
    },
  };
}

type Handlers = Readonly<Record<string, (event: never) => void>>;

/** Several gestures on one element: each hears everything. */
export function together<A extends object, B extends object>(first: A, second: B): A & B {
  const [one, two] = [first as Handlers, second as Handlers];
  const all: Record<string, (event: never) => void> = { ...one };
  for (const [name, hear] of Object.entries(two)) {
    const other = one[name];
    all[name] = other
      ? (event) => {
          other(event);
          hear(event);
        }
      : hear;
  }
  return all as A & B;
}
