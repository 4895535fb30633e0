import type { Ask, Ice, Reply, Said } from '../protocol.ts';
import type { Clock, Platform } from './platform.ts';

/** What a link stands on. */
export interface LinkOptions {
  /** The own seat. */
  readonly own: string;
  readonly ice: Ice;
  readonly platform: Platform;
  readonly world: Clock;
  /** To the device of another seat. */
  say(to: string, said: Said): Promise<void>;
  /** Of the media server. */
  ask(ask: Ask): Promise<Reply>;
  /** The house refused something that was said or asked: the seat may be gone. */
  failed(error: unknown): void;
}
