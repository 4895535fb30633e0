import type { Bus, Line } from './bus.ts';
import { processBus } from './in-process.ts';

export interface UnheardBus extends Bus {
  readonly line: Line & { readonly alone: boolean };
  /** Others serve on the same database, or no more. */
  fellows(there: boolean): void;
}

/**
 * The bus of a process whose database others may use too, without anything by which they could hear each other. While there are such
 * fellows its line is away, so that what they write is found in the log.
 */
export function unheardBus(): UnheardBus {
  const turns = new Set<(up: boolean) => void>();
  let there = false;
  return {
    ...processBus(),
    line: {
      get up() {
        return !there;
      },
      get alone() {
        return !there;
      },
      onTurn(hear) {
        turns.add(hear);
        return () => void turns.delete(hear);
      },
    },
    fellows(now) {
      if (now === there) return;
      there = now;
      for (const hear of Array.from(turns)) hear(!there);
    },
  };
}
