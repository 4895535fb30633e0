import type { BodyOf } from '../../../protocol/event.ts';
import type { Device } from '../../../web/device.ts';
import { Things } from '../../../web/things.ts';
import type { Call, callEvents } from '../protocol.ts';

/** Calls as their cards show them: asked for together when they come into sight, current while they go on. */
export function cardsOn(device: Device): Things<Call> {
  const cards = new Things<Call>(device, {
    kind: 'call',
    read: async (group, ids) => (await device.connection.call('call.read', { group, ids: [...ids] })).calls,
    hear: ({ on, in: stream, with: body }) => {
      if (on === 'call.ringEnded') {
        const { group, call, how } = body as BodyOf<(typeof callEvents)['call.ringEnded']>;
        cards.change(group, call, (it) => ({ ...it, rung: how }));
      } else if (on === 'call.started' || on === 'call.changed') {
        const { call } = body as BodyOf<(typeof callEvents)['call.changed']>;
        const known = cards.known(stream, call.id);
        if (known && known.version <= call.version) cards.put({ ...call, rung: known.rung });
        else if (!known) cards.stale(stream, call.id);
      }
    },
  });
  return cards;
}
