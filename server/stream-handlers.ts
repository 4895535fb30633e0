import { problem } from '../protocol/problem.ts';
import { streamActions } from '../protocol/stream.ts';
import { handlers } from './handler.ts';
import type { HandlersOf } from './handler.ts';
import type { House, StreamReader } from './house.ts';
import { endsFor } from './live.ts';
import { CATCH_UP_STREAM } from './stream.ts';

/** Catching up on one stream, for a client that noticed a gap. */
export function streamHandlers(house: House, reader: StreamReader): HandlersOf<typeof streamActions> {
  return handlers(streamActions, {
    'stream.read': async ({ actor }, { stream, after }) => {
      const [position] = await reader.positions(actor.account, stream);
      if (!position) throw problem('not_found');
      const from = Math.max(after, position.visibleFrom);
      if (after < position.floor || after > position.head || position.head - from > CATCH_UP_STREAM) {
        return { events: [], fetch: true, head: position.head };
      }
      const events = await reader.eventsAfter([{ stream, after: from }]);
      // Put out while this was read: what came after is not theirs. Before, they came back since and may read what lies between.
      const out = events.some((it) => it.n > position.head && endsFor(house.events, it, actor.account));
      if (out) throw problem('not_found');
      return { events, fetch: false, head: events.at(-1)?.n ?? from };
    },
  });
}
