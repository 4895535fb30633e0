import type { Database } from '../../server/database.ts';
import { SESSION } from '../devices/rules.ts';
import { rings } from '../quiet/rules.ts';
import { quietNow } from './rules.ts';
import { insertAudiences, insertReminders, recipientsOf } from './store.ts';

/**
 * Tells the devices of all who have not read a message of it once more, as if it named them; whoever has muted the chat, wants to be
 * told nothing, or is quiet now, is told as they wish. Written down in the transaction, sent within seconds.
 */
export async function tellAgain(
  tx: Database,
  it: { readonly group: string; readonly seq: number; readonly sender: string | null; readonly urgency: number },
  now: Date,
): Promise<void> {
  const urgency = it.urgency as 0 | 1 | 2 | 3;
  const message = { ...it, urgency, ordinal: 0, at: now, tells: true, named: false };
  const since = {
    now,
    used: new Date(now.getTime() - SESSION.idle),
    created: new Date(now.getTime() - SESSION.absolute),
  };
  const quiet = quietNow(now);
  for (const of of await recipientsOf(tx, [message], since)) {
    if (of.seen > 0) continue;
    const own = of.own.length > 0;
    const way = rings({ own, urgency, mentioned: true, level: of.level, muted: of.muted, ...quiet(of.quiet) });
    if (way === 'nothing') continue;
    await insertReminders(tx, {
      sessions: of.sessions,
      stream: it.group,
      seq: it.seq,
      urgency,
      mentions: true,
      silent: way === 'silent',
      since: now,
      dueAt: now,
    });
  }
}

/**
 * Only some of those who see these messages are told of them, as if it named them: those in `named` (as PostgreSQL writes an array), or with
 * `others` all but those. In the transaction that writes the messages.
 */
export async function aim(
  tx: Database,
  list: readonly { readonly group: string; readonly seq: number; readonly others: boolean; readonly named: string }[],
  at: Date,
): Promise<void> {
  if (list.length > 0) await insertAudiences(tx, list, at);
}
