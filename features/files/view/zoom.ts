import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const MOST = 6;
const TAP_MS = 300;
const SWIPE_PX = 60;

interface Zoom {
  enabled: boolean;
  onOlder?: () => void;
  onNewer?: () => void;
  /** Pulled down far enough. */
  onDown: () => void;
  /** Another picture begins unzoomed. */
  key: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const between = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** Pinch, wheel, double tap and drag on a picture; sideways swipes where it is not zoomed. */
export function useZoom({ enabled, onOlder, onNewer, onDown, key }: Zoom) {
  const stage = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLElement | null>(null);
  const view = useRef({ scale: 1, x: 0, y: 0 });
  const fingers = useRef(new Map<number, Point>());
  const from = useRef<{ at: Point; time: number; moved: boolean; many: boolean } | undefined>(undefined);
  const tapped = useRef({ time: 0, x: 0, y: 0 });
  const [scaled, setScaled] = useState(false);

  const show = (): void => {
    const it = view.current;
    const box = stage.current;
    const element = picture.current;
    if (!box || !element) return;
    // Its edges do not leave the stage's.
    const wide = Math.max(0, (element.offsetWidth * it.scale - box.clientWidth) / 2);
    const high = Math.max(0, (element.offsetHeight * it.scale - box.clientHeight) / 2);
    if (it.scale > 1) {
      it.x = Math.min(wide, Math.max(-wide, it.x));
      it.y = Math.min(high, Math.max(-high, it.y));
    }
    element.style.transform =
      it.scale === 1 && it.x === 0 && it.y === 0 ? '' : `translate(${it.x}px, ${it.y}px) scale(${it.scale})`;
    setScaled(it.scale > 1);
  };

  /** Around a point of the window, or the middle. */
  const by = (factor: number, around?: Point): void => {
    if (!enabled) return;
    const it = view.current;
    const box = stage.current?.getBoundingClientRect();
    if (!box) return;
    const scale = Math.min(MOST, Math.max(1, it.scale * factor));
    const cx = (around?.x ?? box.left + box.width / 2) - box.left - box.width / 2;
    const cy = (around?.y ?? box.top + box.height / 2) - box.top - box.height / 2;
    const real = scale / it.scale;
    it.x = cx - (cx - it.x) * real;
    it.y = cy - (cy - it.y) * real;
    it.scale = scale;
    if (scale === 1) it.x = it.y = 0;
    show();
  };

  const reset = (): void => {
    view.current = { scale: 1, x: 0, y: 0 };
    show();
  };
  // Before anything can be pressed: a zoom that comes at once must stay.
  useLayoutEffect(reset, [key]);

  // Not passive: the page behind must not zoom.
  const wheeled = useRef(by);
  wheeled.current = by;
  useEffect(() => {
    const box = stage.current;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      wheeled.current(Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY });
    };
    box?.addEventListener('wheel', wheel, { passive: false });
    return () => box?.removeEventListener('wheel', wheel);
  }, []);

  const isControl = (event: PointerEvent): boolean => event.target instanceof HTMLVideoElement;

  const gestures = {
    onPointerDown: (event: PointerEvent) => {
      if (isControl(event) || (event.pointerType === 'mouse' && event.button !== 0)) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const many = fingers.current.size > 1 || (from.current?.many ?? false);
      from.current = { at: { x: event.clientX, y: event.clientY }, time: event.timeStamp, moved: false, many };
    },
    onPointerMove: (event: PointerEvent) => {
      const last = fingers.current.get(event.pointerId);
      const start = from.current;
      if (!last || !start) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, now);
      if (between(start.at, now) > 10) start.moved = true;
      const it = view.current;
      if (other) {
        const spread = between(last, other);
        if (spread > 0) by(between(now, other) / spread, middle(now, other));
      } else if (it.scale > 1) {
        it.x += now.x - last.x;
        it.y += now.y - last.y;
        show();
      } else if (start.moved && !start.many && event.pointerType !== 'mouse') {
        it.x = now.x - start.at.x;
        it.y = Math.max(0, now.y - start.at.y);
        // Follows along the way it goes further.
        if (Math.abs(it.x) > it.y) it.y = 0;
        else it.x = 0;
        show();
      }
    },
    onPointerUp: (event: PointerEvent) => {
      const start = from.current;
      if (!fingers.current.delete(event.pointerId) || !start) return;
      if (fingers.current.size > 0) return;
      from.current = undefined;
      const it = view.current;
      const dx = event.clientX - start.at.x;
      const dy = event.clientY - start.at.y;
      if (it.scale === 1) {
        it.x = it.y = 0;
        show();
        if (!start.many && start.moved) {
          if (Math.abs(dx) > SWIPE_PX && Math.abs(dx) > Math.abs(dy)) (dx > 0 ? onOlder : onNewer)?.();
          else if (dy > SWIPE_PX * 2 && event.pointerType !== 'mouse') onDown();
        }
      }
      if (start.moved || start.many) return;
      const again = tapped.current;
      const quick =
        event.timeStamp - again.time < TAP_MS && between(again, { x: event.clientX, y: event.clientY }) < 40;
      tapped.current = quick ? { time: 0, x: 0, y: 0 } : { time: event.timeStamp, x: event.clientX, y: event.clientY };
      if (!quick) return;
      if (it.scale > 1) reset();
      else by(2.5, { x: event.clientX, y: event.clientY });
    },
    onPointerCancel: (event: PointerEvent) => {
      fingers.current.delete(event.pointerId);
      from.current = undefined;
      if (view.current.scale === 1) reset();
    },
  };

  return { stage, picture, scaled, by, reset, gestures };
}
