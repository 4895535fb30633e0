const SAME_MS = 1_000;

/**
 * Calls `stop` once for SIGINT and SIGTERM. Ctrl-C under npm arrives twice, from the terminal and from npm, so a signal
 * within a second of the first is the same one; a later one means that somebody does not want to wait.
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void, impatient: () => void): void {
  let first: number | undefined;
  const heard = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = performance.now();
      stop(signal);
    } else if (performance.now() - first > SAME_MS) {
      impatient();
    }
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
}
