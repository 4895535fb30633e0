import type { House, Job } from '../../../server/house.ts';
import { takeStreams } from '../../../server/stream.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import type { UnattendedContext } from '../../../server/unattended.ts';
import { writeOwnAct } from '../../audit/access.ts';
import { told } from '../rules.ts';
import { endedIn, groupsWithEnds, saveExceptions, saveRoles } from '../store.ts';
import type { Standing } from '../store.ts';

/** Terms of office and exceptions end by themselves: once, whichever node comes first, and every device hears of it. */
export function endsJob(house: House, writeNotices: NoticeWriter): Job {
  return {
    name: 'end terms of office',
    everySeconds: 10,
    async run() {
      for (const group of await groupsWithEnds(house.db, house.now()))
        await changeUnattended(house, writeNotices, (context) => endIn(context, group));
    },
  };
}

async function endIn({ db, now, announce }: UnattendedContext, group: string): Promise<void> {
  await takeStreams(db, [group]);
  const ended = await endedIn(db, group, now);
  const roles = ended.filter((it) => it.roleUntil !== null && it.roleUntil <= now);
  for (const [role, people] of Map.groupBy(roles, (it) => it.role)) {
    await saveRoles(db, { group, accounts: people.map((it) => it.account), role: 'member', until: null });
    announce('member.termEnded', group, { ...told(people), role });
    const accounts = people.map((it) => it.account);
    const details = { role: { from: role, to: 'member' } };
    await writeOwnAct(db, { act: 'house.termEnded', topic: 'member', at: now, group, people: accounts, details });
  }
  const excepted = ended.filter((it) => lapsed(it, now).length > 0);
  if (excepted.length === 0) return;
  await saveExceptions(
    db,
    group,
    excepted.map((it) => {
      const over = new Set(lapsed(it, now));
      return {
        account: it.account,
        exceptions: Object.fromEntries(Object.entries(it.exceptions).filter(([right]) => !over.has(right))),
      };
    }),
  );
  const pairs = excepted.flatMap((person) => lapsed(person, now).map((right) => ({ right, person })));
  for (const [right, list] of Map.groupBy(pairs, (it) => it.right)) {
    announce('member.excepted', group, { ...told(list.map((it) => it.person)), right, allowed: null, until: null });
    const people = list.map((it) => it.person.account);
    await writeOwnAct(db, { act: 'house.exceptionEnded', topic: 'member', at: now, group, people, details: { right } });
  }
}

/** Rights of which an exception has ended. */
function lapsed({ exceptions }: Standing, now: Date): string[] {
  return Object.entries(exceptions).flatMap(([right, it]) =>
    it.until !== null && it.until <= now.getTime() ? [right] : [],
  );
}
