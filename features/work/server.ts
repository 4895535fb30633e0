import type { Database } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { nextOccurrences } from '../reminders/rules/when.ts';
import { workActions } from './protocol.ts';
import type { WorkCounts, WorkItem } from './protocol.ts';
import { inOrder, isIn } from './rules.ts';
import { messagesFor, notesFor, pollsFor, remindersFor } from './store.ts';

export function workHandlers(): HandlersOf<typeof workActions> {
  return handlers(workActions, {
    'work.count': async ({ actor: { account }, db, now }) => countsOf(await workOf(db, account, now)),

    'work.list': async ({ actor: { account }, db, now }, { list, after, limit }) => {
      const all = await workOf(db, account, now);
      const chosen = all.filter((it) => isIn(list, it));
      const rest = after ? chosen.filter((it) => inOrder(it, after) > 0) : chosen;
      return { items: rest.slice(0, limit), counts: countsOf(all), more: rest.length > limit };
    },
  });
}

/** Everything that is open to a person over all groups, in order; of each kind no more than is looked at. */
async function workOf(db: Database, account: string, now: Date): Promise<WorkItem[]> {
  const [reminders, polls, notes, messages] = await Promise.all([
    remindersFor(db, account),
    pollsFor(db, account, now),
    notesFor(db, account),
    messagesFor(db, account, now),
  ]);
  const items: WorkItem[] = [
    ...reminders.flatMap(({ id, group, timing, given }) => {
      const [next] = nextOccurrences(timing, now.getTime(), 1);
      if (!next) return [];
      const answer = given.find((it) => it.at === next.at) ?? given.find((it) => it.at === 0);
      const waiting = !answer || answer.again;
      return [{ kind: 'reminder' as const, group, id, due: next.start, at: next.at, waiting }];
    }),
    ...polls.map(({ id, group, endsAt, voted }) => ({
      kind: 'poll' as const,
      group,
      id,
      due: endsAt?.getTime() ?? null,
      waiting: !voted,
    })),
    ...notes.map(({ id, group }) => ({ kind: 'note' as const, group, id, due: null, waiting: true })),
    ...messages.map(({ id, group, seq, by, at, text }) => ({
      kind: 'message' as const,
      group,
      id,
      due: null,
      waiting: true,
      message: { seq, by, at: at.getTime(), text },
    })),
  ];
  return items.sort(inOrder);
}

function countsOf(all: readonly WorkItem[]): WorkCounts {
  const count = (list: keyof WorkCounts): number => all.filter((it) => isIn(list, it)).length;
  return { todo: count('todo'), reminder: count('reminder'), poll: count('poll'), reading: count('reading') };
}
