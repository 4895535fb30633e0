import type { Rate } from '../protocol/action.ts';

/** Token buckets in memory. Traffic limits fail open: past `most` keys the oldest are forgotten. */
export class Buckets {
  readonly #most: number;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  constructor(most = 100_000) {
    this.#most = most;
  }

  /** Takes one token, or as many as it costs; returns 0, or takes none and returns the seconds until there are so many again. */
  take(key: string, rate: Rate, now: number, cost = 1): number {
    const tokens = this.#tokens(key, rate, now);
    this.#keep(key, tokens >= cost ? tokens - cost : tokens, now);
    return secondsUntil(cost, tokens, rate);
  }

  /** Takes what something cost that could not be known before; more than there is remains owed. */
  owe(key: string, rate: Rate, now: number, cost: number): void {
    this.#keep(key, this.#tokens(key, rate, now) - cost, now);
  }

  /** What `take` would return; takes nothing. */
  wait(key: string, rate: Rate, now: number): number {
    return secondsUntil(1, this.#tokens(key, rate, now), rate);
  }

  #keep(key: string, tokens: number, at: number): void {
    // Re-inserted so that the map's order is the order of use.
    this.#levels.delete(key);
    if (this.#levels.size >= this.#most) {
      const oldest = this.#levels.keys().next().value;
      if (oldest !== undefined) this.#levels.delete(oldest);
    }
    this.#levels.set(key, { tokens, at });
  }

  /** A clock that was set back takes nothing away. */
  #tokens(key: string, { burst, perMinute }: Rate, now: number): number {
    const level = this.#levels.get(key);
    return level ? Math.min(burst, level.tokens + (Math.max(0, now - level.at) * perMinute) / 60_000) : burst;
  }
}

function secondsUntil(cost: number, tokens: number, { perMinute }: Rate): number {
  return tokens >= cost ? 0 : Math.max(1, Math.ceil(((cost - tokens) * 60) / perMinute));
}
