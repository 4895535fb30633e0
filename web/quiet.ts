import type { ReadonlySignal } from '@preact/signals';

/** A first screen that never gets what it shows does not keep the rest from coming. */
const PATIENCE_MS = 20_000;

/** Runs something once the first screen stands and the page has a moment to spare. */
export function onceQuiet(settled: ReadonlySignal<boolean> | undefined, run: () => void): void {
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    stop?.();
    clearTimeout(timer);
    if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 2_000 });
    else setTimeout(run, 200);
  };
  const timer = setTimeout(begin, PATIENCE_MS);
  const stop = settled?.subscribe((now) => {
    if (now) setTimeout(begin);
  });
  if (!settled) begin();
}
