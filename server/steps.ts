/** Less is the usual work of what keeps a clock right. */
const STEP_MS = 2_000;

const differenceNow = (): number => Date.now() - performance.now();

let difference = differenceNow();
let setAt = -Infinity;

/**
 * Milliseconds since this machine's clock was found to have been set by more than two seconds, forward or back (or the machine slept);
 * Infinity where it never was. What goes by how long ago something was heard of has to wait for so long as it takes to be heard
 * again. Found at the next call after it: whoever needs it asks every few seconds.
 */
export function sinceClockSet(): number {
  const found = differenceNow();
  if (Math.abs(found - difference) > STEP_MS) setAt = performance.now();
  difference = found;
  return performance.now() - setAt;
}
