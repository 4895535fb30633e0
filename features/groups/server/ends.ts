import type { House, Job } from '../../../server/house.ts';
import { takeStreams } from '../../../server/stream.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import { writeOwnAct } from '../../audit/access.ts';
import { dropAllOf } from '../../files/access.ts';
import { deletePinsOf } from '../../pins/access.ts';
import { deleteCallsOf } from '../../calls/access.ts';
import { deletePollsOf } from '../../polls/access.ts';
import { dropNotesOf } from '../../notes/access.ts';
import { deleteRemindersOf } from '../../reminders/access.ts';
import { voidRequests } from '../../requests/access.ts';
import { announceEnd } from '../access.ts';
import {
  deleteEvents,
  deleteLines,
  dissolvedNotEmptied,
  dueToDissolve,
  emptyGroup,
  endAllMembers,
  takeDissolved,
} from '../store/governing.ts';
import { takeTransfer, transferOf, transfersDue } from '../store/transfer.ts';

/** Lines removed in one statement. */
const REMOVED_AT_ONCE = 5_000;

/** Offers nobody answered, and groups whose countdown is over: each ends once, whichever node comes first. */
export function groupEndsJob(house: House, writeNotices: NoticeWriter): Job {
  return {
    name: 'end offers and dissolved groups',
    everySeconds: 10,
    async run() {
      for (const group of await transfersDue(house.db, house.now())) await endOffer(house, writeNotices, group);
      for (const group of await dueToDissolve(house.db, house.now())) await dissolve(house, writeNotices, group);
      for (const group of await dissolvedNotEmptied(house.db)) await empty(house, group);
    },
  };
}

function endOffer(house: House, writeNotices: NoticeWriter, group: string): Promise<void> {
  return changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
    await takeStreams(db, [group]);
    const offered = await transferOf(db, group);
    if (!offered || offered.endsAt > now) return;
    await takeTransfer(db, group);
    announceEnd(announce, offered, 'expired');
    await writeOwnAct(db, {
      act: 'house.offerEnded',
      topic: 'group',
      at: now,
      group,
      people: [offered.from, offered.to],
      details: {},
    });
  });
}

function dissolve(house: House, writeNotices: NoticeWriter, group: string): Promise<void> {
  return changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
    await takeStreams(db, [group]);
    if (!(await takeDissolved(db, group, now))) return;
    await voidRequests({ db, now, announce }, group);
    const accounts = await endAllMembers(db, group, now);
    announce('group.dissolved', group, { accounts });
    await writeOwnAct(db, {
      act: 'house.dissolved',
      topic: 'group',
      at: now,
      group,
      details: { members: accounts.length },
    });
    for (const account of accounts) announce('chat.removed', account, { group, why: 'dissolved' });
  });
}

/** Removes what was said in it, a bounded part at a time; begun again where it was interrupted. */
async function empty(house: House, group: string): Promise<void> {
  while ((await deleteLines(house.db, group, REMOVED_AT_ONCE)) === REMOVED_AT_ONCE);
  while (await dropAllOf(house.db, group, REMOVED_AT_ONCE));
  while ((await dropNotesOf(house.db, group, REMOVED_AT_ONCE)) === REMOVED_AT_ONCE);
  while (await deleteRemindersOf(house.db, group, REMOVED_AT_ONCE));
  while ((await deleteEvents(house.db, group, REMOVED_AT_ONCE)) === REMOVED_AT_ONCE);
  await house.db.transaction().execute((tx) => deletePollsOf(tx, group));
  await house.db.transaction().execute((tx) => deleteCallsOf(tx, group));
  await house.db.transaction().execute((tx) => deletePinsOf(tx, group));
  await house.db.transaction().execute((tx) => emptyGroup(tx, group, house.now()));
}
