import type { Database } from '../../../server/database.ts';
import { unknownPerson } from '../../groups/access.ts';
import { canDecideAbout } from '../../groups/rights.ts';
import type { Role } from '../../groups/rights.ts';
import { memberProblems } from '../protocol.ts';
import { standingsAmong } from '../store.ts';
import type { Standing } from '../store.ts';

/** Members about whom somebody in this role may decide; fails where one is none, or stands too high. */
export async function peopleDecidedAbout(
  db: Database,
  { group, accounts, role }: { group: string; accounts: readonly string[]; role: Role },
): Promise<Standing[]> {
  const people = await standingsAmong(db, group, accounts);
  const found = new Set(people.map((it) => it.account));
  const strange = accounts.filter((it) => !found.has(it));
  if (strange.length > 0) throw unknownPerson(strange);
  if (people.some((it) => it.role === 'owner')) throw memberProblems('member.owner_stays');
  const above = people.filter((it) => !canDecideAbout(role, it.role)).map((it) => it.account);
  if (above.length > 0) throw memberProblems('member.leads', { accounts: above });
  return people;
}
