import { useLayoutEffect } from 'preact/hooks';
import { here, router } from '../routing.ts';

const remembered = new Map<string, number>();
const MOST = 200;

/** Where each scrolled box of each history entry stood; going back puts it there again. */
export function useScrollMemory(box: { current: HTMLElement | null }, name: string | undefined): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || name === undefined) return;
    const { index, how } = router().arrival.peek();
    const key = `${index} ${here.peek().path} ${name}`;
    const top = remembered.get(key);
    if (top !== undefined && (how === 'back' || how === 'forward')) element.scrollTop = top;
    const keep = () => {
      remembered.delete(key);
      remembered.set(key, element.scrollTop);
      if (remembered.size > MOST) remembered.delete(remembered.keys().next().value as string);
    };
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, [name]);
}
