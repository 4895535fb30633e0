import { problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import type { Actor, House, Standing } from '../../../server/house.ts';
import { openTally } from '../../../server/tally.ts';
import type { SmallAct, Tallied } from '../../../server/tally.ts';
import { readPeopleQuery } from '../../directory/rules.ts';
import { messageGone } from '../../messages/access.ts';
import { tellAgain } from '../../notifications/access.ts';
import { readingActions, readingProblems } from '../protocol/reading.ts';
import { REMIND_AGAIN_MS, UNREMIND_MS } from '../rules.ts';
import {
  askingAmong,
  insertAcknowledgements,
  insertReminder,
  lastReminder,
  messageIn,
  readersOf,
  talliesOf,
  undoReminder,
  visibleTo,
  waitingOf,
  wasReminded,
} from '../store/reading.ts';
import type { MessageRow, ReminderRow } from '../store/reading.ts';

/** The message, for its sender and for leaders; fails as not found, or forbidden for all other members. */
async function messageFor(
  { db, actor, standing }: { db: Database; actor: Actor; standing: Standing },
  message: string,
): Promise<MessageRow> {
  const row = await messageIn(db, actor.account, standing.group, message);
  if (!row) throw problem('not_found');
  if (row.by !== actor.account && !standing.can('message.readers'))
    throw problem('forbidden', { right: 'message.readers' });
  return row;
}

const shown = ({ at, ...row }: ReminderRow): Omit<ReminderRow, 'at'> & { at: number } => ({
  ...row,
  at: at.getTime(),
});

async function acknowledge(
  tx: Database,
  acts: readonly SmallAct<{ group: string; message: string }>[],
  at: Date,
): Promise<Tallied> {
  const list = acts.map((it) => ({ ...it.input, account: it.account }));
  const [messages, visible] = [await askingAmong(tx, list), await visibleTo(tx, list)];
  const refused = list.map(({ group, message, account }) => {
    const row = messages.get(`${group} ${message}`);
    const from = visible.get(`${group} ${account}`);
    if (!row || from === undefined || row.seq <= from) return messageGone();
    // Who wrote it has nothing to acknowledge.
    return row.ask && row.sender !== account ? undefined : readingProblems('receipt.not_asked');
  });
  const { fresh, totals } = await insertAcknowledgements(
    tx,
    list.filter((_it, place) => !refused[place]),
    at,
  );
  const told = [...totals].map(([message, { group, count }]) => ({
    name: 'message.acknowledged',
    stream: group,
    by: null,
    body: { message, count },
  }));
  const own = [...fresh].map((key) => {
    const [message, account] = key.split(' ') as [string, string];
    const body = { group: totals.get(message)!.group, message, at: at.getTime() };
    return { name: 'receipt.acknowledged', stream: account, by: account, body };
  });
  return { refused, announcements: [...told, ...own] };
}

export function readingHandlers(house: House): HandlersOf<typeof readingActions> {
  return handlers(readingActions, {
    'receipt.acknowledge': openTally(house, 'receipt.acknowledge', acknowledge),

    'receipt.readers': async ({ db, actor, standing }, { group, message, show, by, under, query, after, limit }) => {
      const row = await messageFor({ db, actor, standing }, message);
      const asked = readPeopleQuery(query);
      const words = asked.by === 'words' ? asked.words : [];
      const wish = { group, message, seq: row.seq, sender: row.by, show, by, under, words, after, limit };
      // Numbers and what holds no letter find nobody here.
      const nobody = query !== '' && asked.by !== 'words';
      const [page, tallies, reminder] = await Promise.all([
        nobody ? { people: [], total: 0 } : readersOf(db, wish),
        after === 0 ? talliesOf(db, wish) : [],
        lastReminder(db, message),
      ]);
      return {
        ...page,
        tallies,
        message: { ...row, at: row.at.getTime() },
        reminder: reminder ? shown(reminder) : null,
      };
    },

    'receipt.remind': async ({ db, actor, standing, id, now, announce, note }, { group, message, whom }) => {
      const row = await messageFor({ db, actor, standing }, message);
      if (whom === 'unacknowledged' && !row.ask) throw readingProblems('receipt.not_asked');
      const last = await lastReminder(db, message);
      if (last && now.getTime() - last.at.getTime() < REMIND_AGAIN_MS)
        throw readingProblems('receipt.reminded', { at: last.at.getTime() });
      const people = (await waitingOf(db, { group, message, seq: row.seq, sender: row.by }))[whom];
      if (people === 0) throw readingProblems('receipt.nobody_waits');
      const reminder = { id, at: now, by: actor.account, whom, people };
      // Taking it back and asking again is no way to make their devices ring again.
      const rang = await wasReminded(db, message, new Date(now.getTime() - REMIND_AGAIN_MS));
      await insertReminder(db, { ...reminder, message });
      if (!rang) await tellAgain(db, { group, seq: row.seq, sender: row.by, urgency: row.urgency }, now);
      announce('receipt.reminded', group, { message, seq: row.seq, reminder: id, whom, people });
      note({ details: { whom, people } });
      return { reminder: shown(reminder) };
    },

    'receipt.unremind': async ({ db, actor, now, announce }, { group, message, reminder }) => {
      if (!(await messageIn(db, actor.account, group, message))) throw problem('not_found');
      const since = new Date(now.getTime() - UNREMIND_MS);
      const undone = await undoReminder(db, { id: reminder, message, by: actor.account, since, at: now });
      if (!undone) throw readingProblems('receipt.too_late');
      announce('receipt.unreminded', group, { message, reminder });
      return {};
    },
  });
}
