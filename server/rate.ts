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
    const perMs = rate.perMinute / 60_000;
    const level = this.#levels.get(key);
    const tokens = level ? Math.min(rate.burst, level.tokens + (now - level.at) * perMs) : rate.burst;
    // Re-inserted so that the map's order is the order of use.
    this.#levels.delete(key);
    if (this.#levels.size >= this.#most) {
      const oldest = this.#levels.keys().next().value;
      if (oldest !== undefined) this.#levels.delete(oldest);
    }
    const enough = tokens >= 1;
    this.#levels.set(key, { tokens: enough ? tokens - 1 : tokens, at: now });
    return enough ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000));
  }
}
