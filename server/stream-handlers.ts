import { problem } from '../protocol/problem.ts';
import { streamActions } from '../protocol/stream.ts';
import { handlers } from './handler.ts';
import type { HandlersOf } from './handler.ts';
import type { StreamReader } from './house.ts';
import { CATCH_UP_STREAM } from './stream.ts';

/** Catching up on one stream, for a client that noticed a gap. */
export function streamHandlers(reader: StreamReader): HandlersOf<typeof streamActions> {
  return handlers(streamActions, {
    'stream.read': async ({ actor }, { stream, after }) => {
      const [position] = await reader.positions(actor.account, stream);
      if (!position) throw problem('not_found');
      const from = Math.max(after, position.visibleFrom);
      if (after < position.floor || after > position.head || position.head - from > CATCH_UP_STREAM) {
        return { events: [], fetch: true, head: position.head };
      }
      const events = await reader.eventsAfter([{ stream, after: from }]);
      return { events, fetch: false, head: events.at(-1)?.n ?? from };
    },
  });
}
