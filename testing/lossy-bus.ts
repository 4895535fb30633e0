import { randomInt } from 'node:crypto';

import { events } from '../features/contracts.ts';
import type { Bus } from '../server/bus/bus.ts';
import { processBus } from '../server/bus/in-process.ts';
import { decodeWake, encodeWake } from '../server/bus/wire.ts';
import { Random } from './random.ts';

export interface LossyBuses {
  readonly buses: readonly Bus[];
  readonly seed: number;
  /** What became of wake-ups on their way to another house. */
  readonly counts: { carried: number; lost: number; doubled: number; late: number };
  /** From now on all of them arrive, and each house is told that it may have missed some. */
  mend(): void;
}

/** A wake-up that is late comes within so long; so others pass it. */
const LATE_MS = 150;

/**
 * Buses for houses in this process, between which wake-ups are lost, doubled and held up, each with the probability `share`; they travel
 * as bytes, as over NATS. A house hears itself at once. The houses believe that their line is up.
 */
export function lossyBuses(
  count: number,
  { share, seed = randomInt(2 ** 31) }: { share: number; seed?: number },
): LossyBuses {
  const random = new Random(seed);
  const counts = { carried: 0, lost: 0, doubled: 0, late: 0 };
  let faulty = true;
  const inside = Array.from({ length: count }, processBus);
  const turns = new Set<(up: boolean) => void>();
  const happens = (): boolean => faulty && random.next() < share;

  function carry(to: Bus, subject: string, bytes: Buffer): void {
    counts.carried += 1;
    if (happens()) return void (counts.lost += 1);
    const hear = (): void => {
      const payload = decodeWake(events, subject, bytes);
      if (payload !== undefined) to.publish(subject, payload);
    };
    const times = happens() ? 2 : 1;
    counts.doubled += times - 1;
    for (let time = 0; time < times; time += 1) {
      if (!happens()) setImmediate(hear);
      else {
        counts.late += 1;
        setTimeout(hear, random.next() * LATE_MS);
      }
    }
  }

  return {
    seed,
    counts,
    buses: inside.map((own) => ({
      publish(subject, payload) {
        own.publish(subject, payload);
        for (const part of encodeWake(subject, payload) ?? [])
          for (const other of inside) if (other !== own) carry(other, subject, part);
      },
      subscribe: (subject, hear) => own.subscribe(subject, hear),
      line: {
        up: true,
        onTurn(hear) {
          turns.add(hear);
          return () => void turns.delete(hear);
        },
      },
    })),
    mend() {
      faulty = false;
      for (const hear of Array.from(turns)) hear(true);
    },
  };
}
