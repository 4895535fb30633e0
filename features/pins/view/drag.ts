import { useEffect, useRef } from 'preact/hooks';

/** So near to the edge of what scrolls, the list goes on under the finger. */
const EDGE_PX = 56;
const STEP_PX = 8;

interface Drag {
  readonly pointer: number;
  readonly from: number;
  readonly rows: readonly HTMLElement[];
  /** Where the rows stood when it began. */
  readonly places: readonly { readonly top: number; readonly height: number }[];
  readonly startY: number;
  readonly startScroll: number;
  readonly scroller: HTMLElement | null;
  /** Esc lets go of it where it was. */
  readonly giveUp: (event: KeyboardEvent) => void;
  y: number;
  to: number;
  frame: number;
}

/**
 * Rows that are put in order by the pointer: the row follows it, the others make room, and letting go drops it there. Spread what
 * it answers for a place on the grip of the row at this place. Nothing is moved in the document until it is dropped.
 */
export function useDrag(
  box: { readonly current: HTMLElement | null },
  drop: (thing: string, to: number) => void,
): (at: number) => object {
  const drag = useRef<Drag | undefined>(undefined);
  useEffect(() => () => end(), []);

  function end(): Drag | undefined {
    const it = drag.current;
    drag.current = undefined;
    if (!it) return undefined;
    cancelAnimationFrame(it.frame);
    removeEventListener('keydown', it.giveUp, true);
    box.current?.classList.remove('pin-sorting');
    for (const row of it.rows) {
      row.style.transform = '';
      row.classList.remove('pin-dragged');
    }
    return it;
  }

  function giveUp(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }

  function draw(it: Drag): void {
    const scrolled = (it.scroller?.scrollTop ?? 0) - it.startScroll;
    const own = it.places[it.from]!;
    const last = it.places.at(-1)!;
    const most = last.top + last.height - own.top - own.height;
    const by = Math.max(it.places[0]!.top - own.top, Math.min(most, it.y - it.startY + scrolled));
    // Its edge ahead, not its middle: a tall row reaches the first and the last place too.
    const edge = own.top + by + (by < 0 ? 0 : own.height);
    it.to = it.places.filter(({ top, height }, at) => at !== it.from && top + height / 2 < edge).length;
    for (const [at, row] of it.rows.entries()) {
      const makesRoom =
        at === it.from ? by : at > it.from && at <= it.to ? -own.height : at < it.from && at >= it.to ? own.height : 0;
      row.style.transform = makesRoom === 0 ? '' : `translateY(${makesRoom}px)`;
    }
  }

  function follow(): void {
    const it = drag.current;
    if (!it) return;
    const { scroller, y } = it;
    if (scroller) {
      const { top, bottom } = scroller.getBoundingClientRect();
      if (y < top + EDGE_PX) scroller.scrollTop -= STEP_PX;
      else if (y > bottom - EDGE_PX) scroller.scrollTop += STEP_PX;
    }
    draw(it);
    it.frame = requestAnimationFrame(follow);
  }

  return (at) => ({
    onPointerDown(event: PointerEvent) {
      const list = box.current;
      if (!list || event.button !== 0 || drag.current) return;
      const grip = event.currentTarget as HTMLElement;
      grip.setPointerCapture(event.pointerId);
      const rows = [...list.children] as HTMLElement[];
      const scroller = list.closest<HTMLElement>('.scroll');
      drag.current = {
        pointer: event.pointerId,
        from: at,
        to: at,
        rows,
        places: rows.map((row) => ({ top: row.offsetTop, height: row.offsetHeight })),
        startY: event.clientY,
        startScroll: scroller?.scrollTop ?? 0,
        scroller,
        giveUp,
        y: event.clientY,
        frame: requestAnimationFrame(follow),
      };
      addEventListener('keydown', giveUp, true);
      list.classList.add('pin-sorting');
      rows[at]?.classList.add('pin-dragged');
    },
    onPointerMove(event: PointerEvent) {
      if (drag.current?.pointer === event.pointerId) drag.current.y = event.clientY;
    },
    onPointerUp(event: PointerEvent) {
      const it = drag.current;
      if (it?.pointer !== event.pointerId) return;
      it.y = event.clientY;
      draw(it);
      end();
      // By name: others may have put them in another order meanwhile.
      const { thing } = it.rows[it.from]!.dataset;
      if (it.to !== it.from && thing !== undefined) drop(thing, it.to);
    },
    onPointerCancel: () => void end(),
    onContextMenu: (event: Event) => event.preventDefault(),
  });
}
