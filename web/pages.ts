/** The pages (tabs, the installed app) of one account on this device: one writes the cache, one at a time sends. */
export interface Pages {
  /** Runs while no other page runs under this name; waits its turn. */
  exclusively(name: string, run: () => Promise<void>): Promise<void>;
  /** `run` once this page is the one of that name, which it stays until it ends. */
  whenFirst(name: string, run: () => void): void;
  /** Tells the other pages. */
  tell(word: unknown): void;
  /** As many as want to hear; each takes what is meant for it. */
  onWord(listener: (word: unknown) => void): void;
  close(): void;
}

/** A page alone, as in tests. */
export function lonePage(): Pages {
  return {
    exclusively: (_name, run) => run(),
    whenFirst: (_name, run) => run(),
    tell: () => {},
    onWord: () => {},
    close: () => {},
  };
}

export function browserPages(account: string): Pages {
  const alone = lonePage();
  const locks = 'locks' in navigator ? navigator.locks : undefined;
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(`nharong-${account}`);
  let release: () => void = () => {};
  const closed = new Promise<void>((resolve) => (release = resolve));
  const stop = new AbortController();
  return {
    exclusively: (name, run) =>
      locks ? locks.request(`nharong-${account}-${name}`, run).then(() => {}) : alone.exclusively(name, run),
    whenFirst(name, run) {
      if (!locks) return run();
      locks
        .request(`nharong-${account}-${name}`, { signal: stop.signal }, () => {
          run();
          return closed;
        })
        .catch(() => {});
    },
    tell: (word) => channel?.postMessage(word),
    onWord(listener) {
      channel?.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data));
    },
    close() {
      release();
      stop.abort();
      channel?.close();
    },
  };
}
