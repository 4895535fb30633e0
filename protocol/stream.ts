import { z } from 'zod';

import { actions } from './action.ts';
import { Id, Seq, Time } from './shapes.ts';

export const EventShape = z.strictObject({
  on: z.string(),
  in: Id,
  n: Seq,
  at: Time,
  by: Id.optional(),
  with: z.unknown(),
});

/** The one question of every feature that wants to catch up: I have up to n; what came after? */
export const streamActions = actions({
  'stream.read': {
    summary: 'Events of one stream after a number. `fetch`: too far behind; take a fresh snapshot instead.',
    kind: 'query',
    who: 'account',
    rate: { burst: 100, perMinute: 300 },
    input: z.strictObject({ stream: Id, after: Seq }),
    output: z.strictObject({ events: z.array(EventShape), fetch: z.boolean(), head: Seq }),
  },
});
