import { setTimeout as pause } from 'node:timers/promises';

/** `serving`; `leaving`: what is there is served, nothing that stays long is let in; `refusing`: nothing new is begun. */
export type Stage = 'serving' | 'leaving' | 'refusing';

/** So many sockets a second may come back: less than a node lets in (`SOCKET_LIMITS.admission`), since others come too. */
const BACK_PER_SECOND = 100;
const SPREAD_MOST_MS = 30_000;
/** How long this program is away when it is the only one, and how long a balancer takes to choose another node. */
const RESTART_MS = 1_500;
const ELSEWHERE_MS = 200;

/** How far a program is that was told to stop. The doors ask it. */
export class Drain {
  #stage: Stage = 'serving';
  readonly #graceMs: number;
  readonly #awayMs: number;

  /** `fellows`: there are other nodes, which take at once whom this one sends away. */
  constructor({ drainSeconds, fellows }: { readonly drainSeconds: number; readonly fellows: boolean }) {
    this.#graceMs = drainSeconds * 1_000;
    this.#awayMs = fellows ? ELSEWHERE_MS : RESTART_MS;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** From here on the program is not ready. Resolves when the balancer has had its time to see that. */
  async leave(): Promise<void> {
    this.#stage = 'leaving';
    if (this.#graceMs > 0) await pause(this.#graceMs);
  }

  refuse(): void {
    this.#stage = 'refusing';
  }

  /** Seconds after which what is refused may be asked again: another each time. */
  retryAfter(): number {
    return Math.ceil(this.#awayMs / 1_000) + Math.floor(Math.random() * 4);
  }

  /** Milliseconds after which one of so many sockets is to come back: spread over as long as it takes to let all of them in. */
  comeBack(sockets: number): number {
    const spread = Math.min(SPREAD_MOST_MS, (sockets * 1_000) / BACK_PER_SECOND);
    return Math.round(this.#awayMs + Math.random() * spread);
  }
}

/** Resolves with the work, or after so long without it: answers whether it came to its end. Never fails. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const done = work.then(
    () => true,
    () => true,
  );
  const ended = await Promise.race([done, pause(ms, false, { signal: late.signal, ref: false }).catch(() => false)]);
  late.abort();
  return ended;
}
