import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

// Gestures of ui.md §7. Each has a twin that needs no gesture: the same menu opens by right click, the menu key and ⋯.

const LONG_PRESS_MS = 400;
const SWIPE_PX = 56;
/** The system's own back gesture begins here. */
const EDGE_PX = 24;
const SLACK_PX = 10;

export interface Point {
  x: number;
  y: number;
}

/** Where a menu opens: at the finger, at the mouse, or at an element. */
export type MenuPlace = Point | Element;

/**
 * Handlers that open one menu by long press, right click, the menu key and Shift+F10.
 * Spread them on the element the menu belongs to.
 */
export function useMenuGesture(open: (at: MenuPlace) => void) {
  const state = useRef<{ timer?: number; start?: Point; opened: boolean }>({ opened: false });
  useEffect(() => () => clearTimeout(state.current.timer), []);
  const drop = () => {
    clearTimeout(state.current.timer);
    state.current.start = undefined;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      state.current.opened = false;
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      const start = { x: event.clientX, y: event.clientY };
      state.current.start = start;
      clearTimeout(state.current.timer);
      state.current.timer = window.setTimeout(() => {
        state.current.opened = true;
        navigator.vibrate?.(20);
        open(start);
      }, LONG_PRESS_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const { start } = state.current;
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > SLACK_PX) drop();
    },
    onPointerUp: drop,
    onPointerCancel: drop,
    // The finger that opened the menu must not also press what lies under it.
    onClickCapture: (event: MouseEvent) => {
      if (!state.current.opened) return;
      state.current.opened = false;
      event.preventDefault();
      event.stopPropagation();
    },
    onContextMenu: (event: MouseEvent) => {
      // Links and selected text keep the browser's own menu under the mouse.
      const selected = getSelection();
      if (selected && !selected.isCollapsed && selected.containsNode(event.target as Node, true)) return;
      event.preventDefault();
      drop();
      if (state.current.opened) return;
      const byKey = event.clientX === 0 && event.clientY === 0;
      open(byKey ? (event.currentTarget as Element) : { x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
      open(event.currentTarget as Element);
    },
  };
}

interface Swipes {
  right?: () => void;
  left?: () => void;
  /** Follows the finger; px, negative to the left. Called with 0 when it is let go. */
  follow?: (px: number) => void;
}

/** Sideways swipes of at least 56 px, by finger, not from the edge of the screen; the page keeps scrolling up and down. */
export function useSwipe(swipes: Swipes) {
  const start = useRef<(Point & { id: number; ticked: boolean; sideways: boolean }) | undefined>(undefined);
  const end = () => {
    if (start.current) swipes.follow?.(0);
    start.current = undefined;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      if (event.clientX < EDGE_PX || event.clientX > innerWidth - EDGE_PX) return;
      start.current = { x: event.clientX, y: event.clientY, id: event.pointerId, ticked: false, sideways: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = start.current;
      if (!from || event.pointerId !== from.id) return;
      const dx = event.clientX - from.x;
      const dy = event.clientY - from.y;
      if (!from.sideways) {
        if (Math.abs(dy) > SLACK_PX && Math.abs(dy) >= Math.abs(dx)) return end();
        if (Math.abs(dx) < SLACK_PX) return;
        from.sideways = true;
      }
      const allowed = dx > 0 ? swipes.right : swipes.left;
      swipes.follow?.(allowed ? Math.sign(dx) * Math.min(Math.abs(dx), SWIPE_PX * 1.5) : 0);
      const far = allowed !== undefined && Math.abs(dx) >= SWIPE_PX;
      if (far && !from.ticked) navigator.vibrate?.(10);
      from.ticked = far;
    },
    onPointerUp: (event: PointerEvent) => {
      const from = start.current;
      const dx = from ? event.clientX - from.x : 0;
      const sideways = from?.sideways ?? false;
      end();
      if (!sideways) return;
      if (dx >= SWIPE_PX) swipes.right?.();
      else if (dx <= -SWIPE_PX) swipes.left?.();
    },
    onPointerCancel: end,
  };
}

const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 24;

/** Two taps of a finger on the same place; on what can be pressed itself they are presses. */
export function useDoubleTap(tapped: () => void) {
  const down = useRef<(Point & { at: number }) | undefined>(undefined);
  const before = useRef<(Point & { at: number }) | undefined>(undefined);
  const near = (a: Point, b: Point): boolean => Math.hypot(a.x - b.x, a.y - b.y) <= DOUBLE_TAP_PX;
  return {
    onPointerDown: (event: PointerEvent) => {
      down.current = undefined;
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      if ((event.target as Element).closest('a, button, input, audio, video')) return;
      down.current = { x: event.clientX, y: event.clientY, at: event.timeStamp };
    },
    onPointerUp: (event: PointerEvent) => {
      const start = down.current;
      const tap = { x: event.clientX, y: event.clientY, at: event.timeStamp };
      // Held or moved, it was another gesture.
      if (!start || tap.at - start.at > DOUBLE_TAP_MS || !near(start, tap)) return;
      const first = before.current;
      before.current = tap;
      if (!first || tap.at - first.at > DOUBLE_TAP_MS * 1.5 || !near(first, tap)) return;
      before.current = undefined;
      tapped();
    },
  };
}

/** Copies text; false when the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Calls back for a pointer press or focus outside the element. */
export function usePressOutside(element: RefObject<HTMLElement | null>, outside: () => void, active = true): void {
  const latest = useRef(outside);
  latest.current = outside;
  useLayoutEffect(() => {
    if (!active) return;
    const press = (event: PointerEvent) => {
      if (element.current && !element.current.contains(event.target as Node)) latest.current();
    };
    document.addEventListener('pointerdown', press, true);
    return () => document.removeEventListener('pointerdown', press, true);
  }, [element, active]);
}
