import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { openLayer, type OpenLayer } from './routing.ts';

/**
 * While active, what is drawn is one entry of the history: back, Esc and a navigation call `onClose`.
 * The returned function closes it the same way (for a × button). Unmounting takes the entry away without `onClose`.
 */
export function useLayer(onClose: () => void, active = true): () => void {
  const latest = useRef(onClose);
  latest.current = onClose;
  const layer = useRef<OpenLayer | undefined>(undefined);
  // At once, not after the paint: the quickest finger finds a layer that can be closed.
  useLayoutEffect(() => {
    if (!active) return;
    let gone = false;
    const opened = openLayer(() => {
      if (!gone) latest.current();
    });
    layer.current = opened;
    return () => {
      gone = true;
      layer.current = undefined;
      opened.close();
    };
  }, [active]);
  return useCallback(() => layer.current?.close(), []);
}
