/**
 * Wake-ups between those who commit and those who have sockets open. May lose, repeat and reorder: readers go by number.
 * Subjects: `stream.<id>` (an array of event frames, in order, or `Further`), `signal.<id>` (a signal frame), and a few of the
 * house as a whole with an object each. What a program publishes its own subscribers hear at once, and once.
 */
export interface Bus {
  publish(subject: string, payload: unknown): void;
  /** Returns the way to stop listening. */
  subscribe(subject: string, hear: (payload: unknown) => void): () => void;
  /** The line to the other nodes; absent where there are none to hear of. */
  readonly line?: Line;
}

/** Whether other nodes are heard just now. */
export interface Line {
  readonly up: boolean;
  /** There are no others, as far as is known: nothing can have been missed. */
  readonly alone?: boolean;
  /** Told each time it goes or comes back: either way something may have been missed. Returns the way to stop listening. */
  onTurn(hear: (up: boolean) => void): () => void;
}

/** On a stream's subject, in place of events too large to travel: the log has more, up to this number. */
export interface Further {
  readonly head: number;
}

/** The events of a wake-up, or none where it only says that there are some. */
export function eventsOf<T>(payload: readonly T[] | Further): readonly T[] | undefined {
  return Array.isArray(payload) ? (payload as readonly T[]) : undefined;
}
