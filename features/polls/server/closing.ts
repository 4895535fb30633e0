import type { House, Job } from '../../../server/house.ts';
import { takeStreams } from '../../../server/stream.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import type { ChangeContext } from '../../../server/handler.ts';
import type { BodyOf } from '../../../protocol/event.ts';
import { changeUnattended } from '../../../server/unattended.ts';
import type { pollEvents } from '../protocol.ts';
import { ANONYMOUS_LEAST } from '../rules.ts';
import { membersOf, pollsDue, savePoll, takePolls } from '../store.ts';
import type { TakenPoll } from '../store.ts';
import { clearBoxes, openBox } from '../store/box.ts';

interface Closing extends Pick<ChangeContext, 'db' | 'now' | 'announce'> {
  readonly why: 'deadline' | 'locked';
}

/**
 * Closes a poll that is held by this transaction, and says so with its result. An anonymous one is closed for good: its box is opened
 * once, since what was put in between two openings would say whose it is.
 */
export async function closePoll({ db, now, announce, why }: Closing, poll: TakenPoll): Promise<void> {
  const few = poll.anonymous && poll.voters > 0 && poll.voters < ANONYMOUS_LEAST;
  if (poll.anonymous && poll.endedAt === null) await openBox(db, poll.id, { burn: few });
  const forGood = why === 'deadline' || poll.anonymous;
  const version = await savePoll(db, poll.id, forGood ? { endedAt: now, few } : { lockedAt: now });
  const [after] = (await takePolls(db, [poll.id])).values();
  const { votes } = after!;
  const most = Math.max(0, ...votes);
  const body: BodyOf<(typeof pollEvents)['poll.closed']> = {
    id: poll.id,
    why,
    voters: poll.voters,
    members: Math.max(await membersOf(db, poll.group), poll.voters),
    top: most === 0 ? [] : votes.flatMap((it, choice) => (it === most ? [choice] : [])),
    votes: most,
  };
  // Locked before, or in a group that is only read: nothing new to say to everybody.
  if (poll.lockedAt !== null || !poll.groupOpen) announce('poll.changed', poll.group, { id: poll.id, version });
  else announce('poll.closed', poll.group, body);
}

/** Deadlines: each poll is closed once, whichever node comes first. */
export function pollEndsJob(house: House, writeNotices: NoticeWriter): Job {
  return {
    name: 'close polls',
    everySeconds: 5,
    async run() {
      const due = await pollsDue(house.db, house.now());
      let boxes = false;
      for (const { id, group } of due) {
        await changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
          await takeStreams(db, [group]);
          const poll = (await takePolls(db, [id])).get(id);
          if (!poll || poll.endedAt !== null || poll.endsAt === null || poll.endsAt > now) return;
          await closePoll({ db, now, announce, why: 'deadline' }, poll);
          boxes ||= poll.anonymous;
        });
      }
      if (boxes) await clearAway(house);
    },
  };
}

/** After a box has been opened. Where it fails, the database does it later by itself. */
export async function clearAway({ db, log }: House): Promise<void> {
  try {
    await clearBoxes(db);
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'boxes of polls were not cleared');
  }
}
