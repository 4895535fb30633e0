/**
 * Wake-ups between those who commit and those who have sockets open. May lose, repeat and reorder: readers go by number.
 * In one process this implementation; between nodes another with the same interface.
 */
export interface Bus {
  publish(subject: string, payload: unknown): void;
  /** Returns the way to stop listening. */
  subscribe(subject: string, hear: (payload: unknown) => void): () => void;
}

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
