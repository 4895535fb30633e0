import { createHash } from 'node:crypto';

import type { House, Job } from '../../../server/house.ts';
import type { Sms } from '../../../server/sms/open.ts';
import { writeOwnAct } from '../../audit/access.ts';
import { rings } from '../../quiet/rules.ts';
import { URGENT_TEXT_UPTO_MS } from '../rules.ts';
import { insertTexts, saveTexted, takeTexts, unreadExpress } from '../store.ts';
import type { Unread } from '../store.ts';
import { officeDay } from './digest.ts';
import { quietNow } from '../rules.ts';

const TOGETHER = 500;
/** What a node took and did not end, because it ended itself, is another's after this. */
const LEASE_MS = 5 * 60_000;
/** Told later than this it is of no use. */
const USEFUL_MS = 3_600_000;

/** Says that something urgent waits, and nothing of it. Plain letters: one SMS, not three. */
export function urgentText(house: House): string {
  return `Co tin HOA TOC chua doc trong Nha Rong. Mo ${new URL(house.config.publicUrl).hostname} de xem.`;
}

/** The same whenever it is tried again, so that a gateway can tell. */
function textId(message: string, account: string): string {
  const hash = createHash('sha256').update(`${message} ${account}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/**
 * Who has not read a message marked HỎA TỐC after so many minutes gets one SMS. It is written down before it is sent, so that no
 * two nodes send the same; what was in hand when a program ended is sent again under the same id.
 */
export function urgentTextsJob(house: House, sms: Sms): Job {
  return {
    name: 'text about urgent messages',
    everySeconds: 30,
    async run() {
      const { urgentSmsAfterMinutes: minutes, urgentSmsDaily: budget } = house.config;
      if (minutes === 0) return;
      const now = house.now();
      await plan(house, now, minutes, budget);
      for (;;) {
        const due = await takeTexts(house.db, { now, leaseMs: LEASE_MS, most: 50 });
        for (const it of due) {
          const handed = sms.send({
            id: textId(it.message, it.account),
            to: it.phone,
            text: urgentText(house),
            until: new Date(it.at.getTime() + USEFUL_MS),
          });
          house.metrics.urgentTexts.inc({ outcome: handed ? 'sent' : 'refused' });
          await saveTexted(house.db, it.message, it.account, now);
        }
        if (due.length < 50) return;
      }
    },
  };
}

/** Looks at all of them: those who want to be left alone now stand before others who do not. */
async function plan(house: House, now: Date, minutes: number, budget: number): Promise<void> {
  const quiet = quietNow(now);
  const since = {
    now,
    after: new Date(now.getTime() - URGENT_TEXT_UPTO_MS),
    before: new Date(now.getTime() - minutes * 60_000),
    most: TOGETHER,
  };
  let last: Unread | undefined;
  for (;;) {
    const found = await unreadExpress(house.db, since, last);
    const wanted = found.filter(
      (it) =>
        rings({ own: false, urgency: 3, mentioned: false, level: it.level, muted: it.muted, ...quiet(it.quiet) }) ===
        'ring',
    );
    const room = wanted.length === 0 || (await put(house, wanted, now, budget));
    last = found.at(-1);
    if (!room || found.length < TOGETHER) return;
  }
}

/** Answers whether the budget reached for all of them. */
async function put(house: House, wanted: readonly Unread[], now: Date, budget: number): Promise<boolean> {
  return house.db.transaction().execute(async (tx) => {
    const day = new Date(`${officeDay(now)}T00:00:00+07:00`);
    const { over, added } = await insertTexts(tx, wanted, { now, day, budget });
    if (over > 0) {
      house.metrics.urgentTexts.inc({ outcome: 'over' }, over);
      house.log.error({ over, budget }, 'urgent messages are not told by SMS: the budget of the day is used up');
    }
    if (added === 0) return over === 0;
    for (const [group, list] of Map.groupBy(wanted.slice(0, wanted.length - over), (it) => it.group)) {
      const people = [...new Set(list.map((it) => it.account))];
      await writeOwnAct(tx, {
        act: 'house.texted',
        topic: 'group',
        at: now,
        group,
        people,
        details: { sent: people.length },
      });
    }
    return over === 0;
  });
}
