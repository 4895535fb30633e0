import type { InputOf } from '../../../protocol/action.ts';
import { call, connection } from '../../../web/connection.ts';
import type { scheduledActions } from '../protocol.ts';

type Content = NonNullable<InputOf<(typeof scheduledActions)['scheduled.change']>['content']>;

const SOON_MS = 60_000;

/** Puts other words into a message that waits; its time stays, unless it is over: then it is sent in a minute. */
export async function saveScheduled(
  group: string,
  { id, at }: { readonly id: string; readonly at: number },
  content: Content,
): Promise<void> {
  const soonest = connection().now() + SOON_MS;
  await call('scheduled.change', { group, scheduled: id, content, ...(at < soonest ? { at: soonest } : {}) });
}
