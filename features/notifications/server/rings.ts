import type { House } from '../../../server/house.ts';
import type { PushDoor } from '../../../server/push/door.ts';
import { RING_LEASE_MS, RING_OVER_SECONDS, RING_OVER_TRIES, ringRetryAfter } from '../rules.ts';
import type { PushBody } from '../rules.ts';
import { badgesOf, deleteEndpoint } from '../store.ts';
import { saveRingsPutOff, saveRung, takeRings } from '../store/rings.ts';
import { paced, topicOf, untilWritten } from './deliver.ts';

/** Rings a node has in hand at once: those of one call, on a few devices each. */
const TOGETHER = 256;

/**
 * Wakes the devices that a call rings, and those it does not ring any more; the two look alike to push services, and the newer takes the
 * place of the older. Answers whether there may be more.
 */
export async function deliverRings(house: House, door: PushDoor): Promise<boolean> {
  const now = house.now();
  const due = await takeRings(house.db, { now, most: TOGETHER, paused: door.paused(), leaseMs: RING_LEASE_MS });
  const wanted = due.filter((it) => it.wanted);
  if (wanted.length === 0) return due.length > 0;
  const badges = await badgesOf(house.db, [...new Set(wanted.map((it) => it.account))], now);

  const done: { session: string; call: string; over: boolean }[] = [];
  const putOff: { session: string; call: string; until: Date | null }[] = [];
  await paced(wanted, async (it) => {
    const { session, call, over, tries } = it;
    const body: PushBody = { t: 'wake', b: badges.get(it.account) ?? 0 };
    const outcome = await door.send({
      endpoint: it.endpoint,
      keys: it,
      body: JSON.stringify(body),
      // So that nothing rings that is long over.
      ttl: over ? RING_OVER_SECONDS : Math.floor((it.until.getTime() - house.now().getTime()) / 1_000),
      urgency: 'high',
      topic: topicOf(it.seed, call),
    });
    if (outcome === 'accepted') done.push({ session, call, over });
    else if (outcome === 'gone') await deleteEndpoint(house.db, session, it.endpoint);
    else {
      const next = new Date(house.now().getTime() + ringRetryAfter(tries));
      const useful = outcome === 'later' && (over ? tries < RING_OVER_TRIES : next < it.until);
      putOff.push({ session, call, until: useful ? next : null });
    }
  });
  if (done.length > 0) await untilWritten(() => saveRung(house.db, done, house.now()));
  if (putOff.length > 0) await untilWritten(() => saveRingsPutOff(house.db, putOff));
  return true;
}
