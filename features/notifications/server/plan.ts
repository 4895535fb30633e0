import type { House } from '../../../server/house.ts';
import { SESSION } from '../../devices/rules.ts';
import { rings } from '../../quiet/rules.ts';
import type { Quiet } from '../../quiet/rules.ts';
import { dueAt, FOLD_MS, KEPT_SECONDS, quietNow } from '../rules.ts';
import { insertPushes, messagesAfter, recipientsOf, saveCursors, stillBehind, takeCursors } from '../store.ts';
import type { NewMessage, Planned, Recipients } from '../store.ts';

/** Messages of one group that are looked at in one go. */
const EACH = 200;

/** What these devices are to be told of these messages of a group, oldest first; undefined where nothing. */
function told(
  it: Recipients,
  messages: readonly NewMessage[],
  { quiet, through }: { quiet: boolean; through: Quiet['through'] },
): Planned | undefined {
  let plan: Planned | undefined;
  for (const message of messages.slice(it.seen)) {
    // What is aimed at some is meant for each of them, also for who is said to have written it.
    if (message.aimed && it.hushed.includes(message.seq)) continue;
    const mentioned = message.aimed === true || it.named.includes(message.seq);
    const way = rings({
      own: !message.aimed && it.own.includes(message.seq),
      urgency: message.urgency,
      mentioned,
      level: it.level,
      muted: it.muted,
      quiet,
      through,
    });
    if (way === 'nothing') continue;
    const due = dueAt(message.at.getTime(), message.urgency);
    plan = {
      sessions: it.sessions,
      stream: it.group,
      seq: message.seq,
      urgency: Math.max(plan?.urgency ?? 0, message.urgency),
      mentions: mentioned || plan?.mentions === true,
      silent: way === 'silent' && plan?.silent !== false,
      since: message.at,
      dueAt: new Date(Math.min(plan?.dueAt.getTime() ?? Infinity, due)),
    };
  }
  return plan;
}

/**
 * Looks at what is new in these groups and puts down whom to tell, in one transaction with the cursor: whatever ends in between,
 * either both stand or neither. Answers the groups in which there is more. Groups that another node has in hand are that node's.
 */
export async function planFor(house: House, groups: readonly string[]): Promise<string[]> {
  const now = house.now();
  const taken = await house.db.transaction().execute(async (tx) => {
    const cursors = await takeCursors(tx, groups);
    if (cursors.length === 0) return [];
    const found = Map.groupBy(await messagesAfter(tx, cursors, EACH), (it) => it.group);
    // What is a day old is nobody's news: the program stood still for long, and a digest tells of it.
    const oldest = now.getTime() - KEPT_SECONDS * 1_000;
    const news = [...found.values()].flat().filter((it) => it.tells && it.at.getTime() > oldest);
    if (news.length > 0) {
      const since = {
        now,
        used: new Date(now.getTime() - SESSION.idle),
        created: new Date(now.getTime() - SESSION.absolute),
      };
      const quiet = quietNow(now);
      const byGroup = Map.groupBy(news, (it) => it.group);
      for (const it of await recipientsOf(tx, news, since)) {
        const plan = told(it, byGroup.get(it.group)!, quiet(it.quiet));
        if (plan) await insertPushes(tx, plan, FOLD_MS);
      }
    }
    await saveCursors(
      tx,
      cursors.map(({ group, seq, messages }) => {
        const list = found.get(group) ?? [];
        const last = list.at(-1);
        // Read to its end, it is not behind any more, also where the last messages are no longer there.
        const ordinal = list.length < EACH ? Math.max(messages, last?.ordinal ?? 0) : last!.ordinal;
        return { group, seq: last?.seq ?? seq, ordinal };
      }),
    );
    return cursors.map((it) => it.group);
  });
  return taken.length === 0 ? [] : stillBehind(house.db, taken);
}
