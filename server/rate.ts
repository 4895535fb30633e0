import type { Rate } from '../protocol/action.ts';

/** Token buckets in memory. Traffic limits fail open: past `most` keys the oldest are forgotten. */
export class Buckets {
  readonly #most: number;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  constructor(most = 100_000) {
    this.#most = most;
  }

  /** Takes one token; returns 0, or the seconds until there is one again. */
  take(key: string, rate: Rate, now: number): number {
    const tokens = this.#tokens(key, rate, now);
    // Re-inserted so that the map's order is the order of use.
    this.#levels.delete(key);
    if (this.#levels.size >= this.#most) {
      const oldest = this.#levels.keys().next().value;
      if (oldest !== undefined) this.#levels.delete(oldest);
    }
    this.#levels.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return secondsUntilOne(tokens, rate);
  }

  /** What `take` would return; takes nothing. */
  wait(key: string, rate: Rate, now: number): number {
    return secondsUntilOne(this.#tokens(key, rate, now), rate);
  }

  #tokens(key: string, { burst, perMinute }: Rate, now: number): number {
    const level = this.#levels.get(key);
    return level ? Math.min(burst, level.tokens + ((now - level.at) * perMinute) / 60_000) : burst;
  }
}

function secondsUntilOne(tokens: number, { perMinute }: Rate): number {
  return tokens >= 1 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute));
}
