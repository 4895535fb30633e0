import type { Standing } from '../../server/house.ts';
import { canDecideAbout } from '../groups/rights.ts';
import type { Role } from '../groups/rights.ts';
import type { Poll } from './protocol.ts';
import { seesResults, stateAt } from './rules.ts';
import type { PollRow } from './store.ts';

/** Polls that wait for somebody, of all their groups; and what becomes of those of a group that is gone. */
export { deletePollsOf, waitingFor } from './store.ts';
export type { PollRow } from './store.ts';

/** A poll as this person may see it: the one place that says who is told a result. */
export function shownPoll(
  { maker, makerRole, at, endsAt, lockedAt, endedAt, few, boxed, mine, choices, ...row }: PollRow,
  account: string,
  standing: Pick<Standing, 'can' | 'role'>,
  now: Date,
): Poll {
  const times = {
    endsAt: endsAt?.getTime() ?? null,
    lockedAt: lockedAt?.getTime() ?? null,
    endedAt: endedAt?.getTime() ?? null,
  };
  const state = stateAt(times, now.getTime());
  const voted = boxed || mine !== null;
  // Between its deadline and the clock’s coming by, the box of an anonymous poll is not open yet.
  const opened = (!row.anonymous || endedAt !== null) && !few;
  const sees = seesResults(row, state, voted) && opened;
  const own = maker?.id === account;
  const leads = standing.can('message.recallOthers');
  return {
    ...row,
    by: maker,
    at: at.getTime(),
    endsAt: times.endsAt,
    state,
    closedAt: state === 'open' ? null : (times.endedAt ?? times.lockedAt ?? times.endsAt),
    choices: choices.map(({ id, text, by, votes }) => ({
      id,
      text,
      ...(by === null ? {} : { by }),
      votes: sees ? votes : null,
    })),
    ...(few ? { few } : {}),
    voted,
    mine: [...(mine ?? [])],
    lockable: own || leads,
    removable: own || (leads && canDecideAbout(standing.role as Role, makerRole ?? 'member')),
  };
}
