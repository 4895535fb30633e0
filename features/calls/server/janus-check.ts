import { createHmac, randomUUID } from 'node:crypto';

import type { JanusConfig } from '../../../server/config.ts';
import { openLog } from '../../../server/log.ts';
import { JanusAway, JanusRefusal, openJanusLine } from './janus-line.ts';
import { openRooms } from './janus-rooms.ts';

const WAIT_MS = 3_000;
/** Number of Janus itself: the secret is another. */
const UNAUTHORISED = 403;

/** Whether a room for a call can be made and ended there, as a call does it. */
export async function checkJanus(
  config: JanusConfig,
): Promise<{ readonly outcome: 'fine' | 'away' | 'refused' | 'no rooms'; readonly version?: string }> {
  let refused = false;
  const line = openJanusLine(config, {
    log: openLog('silent'),
    listener: {
      opened: () => undefined,
      lost: () => undefined,
      event: () => undefined,
      refused: (error) => (refused ||= error instanceof JanusRefusal && error.number === UNAUTHORISED),
    },
  });
  try {
    await line.open(WAIT_MS);
    const rooms = openRooms(line, {
      secretOf: (call) => createHmac('sha256', config.secret).update(call).digest('base64url'),
      changed: () => undefined,
    });
    const call = randomUUID();
    await rooms.open(call);
    await rooms.end(call);
    const { version_string: version } = await line.info();
    return { outcome: 'fine', ...(typeof version === 'string' ? { version } : {}) };
  } catch (error) {
    if (refused) return { outcome: 'refused' };
    return { outcome: error instanceof JanusAway ? 'away' : 'no rooms' };
  } finally {
    await line.close();
  }
}
