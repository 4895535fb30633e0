import type { Bus } from './bus.ts';

/** The bus of one process: whoever listens here hears it, in the call that publishes. */
export function processBus(): Bus {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  return {
    publish(subject, payload) {
      const found = listeners.get(subject);
      if (!found) return;
      // A copy: who hears it may stop listening, or begin.
      Array.from(found).forEach((hear) => hear(payload));
    },
    subscribe(subject, hear) {
      let found = listeners.get(subject);
      if (!found) listeners.set(subject, (found = new Set()));
      found.add(hear);
      return () => {
        found.delete(hear);
        if (found.size === 0 && listeners.get(subject) === found) listeners.delete(subject);
      };
    },
  };
}
