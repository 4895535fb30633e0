/** What the engine of the client needs of the world; tests hand in another one. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  /** In front of `/api/`; empty in a browser. */
  readonly base: string;
  openSocket(): SocketLike;
  now(): number;
  random(): number;
  /** Runs once after so many milliseconds; the answer takes it back. */
  after(ms: number, run: () => void): () => void;
  /** False only where the machine knows that it has no network. */
  hasNetwork(): boolean;
  /** The network came or went, or the person came back to the page. */
  onWake(listener: () => void): () => void;
  /** The page is about to be hidden or closed: last chance to write. */
  onHide(listener: () => void): () => void;
  /** Something of ours broke; it is shown in the console and goes on. */
  fault(error: unknown): void;
}

/** The part of a WebSocket that is used. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** The page's surroundings. */
export function browserSurroundings(protocol: string): Surroundings {
  return {
    fetch: (input, init) => fetch(input, init),
    base: '',
    openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live`, protocol),
    now: () => Date.now(),
    random: () => Math.random(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    hasNetwork: () => navigator.onLine,
    onWake: (listener) => {
      const seen = (): void => {
        if (document.visibilityState === 'visible') listener();
      };
      addEventListener('online', listener);
      addEventListener('offline', listener);
      addEventListener('pageshow', listener);
      document.addEventListener('visibilitychange', seen);
      return () => {
        removeEventListener('online', listener);
        removeEventListener('offline', listener);
        removeEventListener('pageshow', listener);
        document.removeEventListener('visibilitychange', seen);
      };
    },
    onHide: (listener) => {
      const hidden = (): void => {
        if (document.visibilityState === 'hidden') listener();
      };
      addEventListener('pagehide', listener);
      document.addEventListener('visibilitychange', hidden);
      return () => {
        removeEventListener('pagehide', listener);
        document.removeEventListener('visibilitychange', hidden);
      };
    },
    fault: (error) => reportError(error),
  };
}
