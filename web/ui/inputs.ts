import type { Ref } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const growsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

/** A textarea that grows with its text up to so many lines, then scrolls. */
export function useGrowing(value: string, maxRows: number) {
  const element = useRef<HTMLTextAreaElement | null>(null);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    if (growsByItself) {
      // Nothing is measured, so that nothing has to be laid out before its time.
      box.classList.add('growing');
      box.style.setProperty('--rows-least', String(box.rows));
      box.style.setProperty('--rows-most', String(maxRows));
      return undefined;
    }
    const grow = () => {
      const style = getComputedStyle(box);
      const edges = parseFloat(style.paddingBlockStart) + parseFloat(style.paddingBlockEnd);
      const most = parseFloat(style.lineHeight) * maxRows + edges;
      box.style.blockSize = 'auto';
      const wanted = box.scrollHeight;
      box.style.blockSize = `${Math.min(wanted, most)}px`;
      box.style.overflowY = wanted > most ? 'auto' : 'hidden';
    };
    if (box.scrollHeight > 0) {
      grow();
      return undefined;
    }
    // In a sheet that is just being opened: it has no size before that.
    const frame = requestAnimationFrame(grow);
    return () => cancelAnimationFrame(frame);
  }, [value, maxRows]);
  return element;
}

/** `autofocus` that also works for what appears later. */
export function useFocusOnMount(wanted: boolean | undefined) {
  const element = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (wanted) element.current?.focus({ preventScroll: true });
  }, [wanted]);
  return element;
}

export function hand<T>(ref: Ref<T> | undefined, node: T | null): void {
  if (typeof ref === 'function') ref(node);
  else if (ref) ref.current = node;
}
