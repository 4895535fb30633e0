import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job } from '../../server/house.ts';
import { dropFiles } from '../files/access.ts';
import { sealedKey } from './access.ts';
import { unseal } from './box.ts';
import { OriginalShape, sealedActions, sealedProblems } from './protocol.ts';
import { READ_MS } from './rules.ts';
import { boxOpened, deleteSealed, insertOpening, sealedBefore, sealedOf } from './store.ts';

const DAY_MS = 86_400_000;
const REMOVED_AT_ONCE = 1_000;

export function sealedHandlers(house: House): HandlersOf<typeof sealedActions> {
  const key = sealedKey(house);
  const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

  return handlers(sealedActions, {
    'sealed.list': async ({ db }, { group, before, limit }) => {
      const found = await sealedBefore(db, {
        group,
        before: before && { at: new Date(before.at), message: before.message },
        limit,
      });
      return {
        messages: found.slice(0, limit).map((it) => ({
          message: it.message,
          group: { id: it.group, name: it.groupName },
          sender: named(it.senderId, it.senderName),
          sentAt: it.sentAt.getTime(),
          recalledBy: named(it.recalledById, it.recalledByName),
          recalledAt: it.recalledAt.getTime(),
          opened: it.opened,
        })),
        more: found.length > limit,
      };
    },

    // It answers nothing of what was said: answers to changes are kept. What it opens is read by `sealed.read`.
    'message.unseal': async ({ actor, db, id, now, announce, note }, { message }) => {
      const sealed = await sealedOf(db, message);
      if (!sealed) throw problem('not_found');
      if (unseal(key, message, sealed.box) === undefined) throw sealedProblems('message.seal_broken');
      await insertOpening(db, { id, message, account: actor.account, at: now });
      announce('message.unsealed', sealed.group, { id: message });
      note({ group: sealed.group });
      return {};
    },

    'sealed.read': async ({ actor, db, now }, { message, act }) => {
      const since = new Date(now.getTime() - READ_MS);
      const box = await boxOpened(db, { act, message, account: actor.account, since });
      if (!box) throw problem('not_found');
      const original = OriginalShape.safeParse(unseal(key, message, box));
      if (!original.success) throw sealedProblems('message.seal_broken');
      return original.data;
    },
  });
}

/** What has lain sealed for as long as the house keeps it goes, a bounded part at a time. */
export function sealedJob(house: House): Job {
  return {
    name: 'remove sealed messages',
    everySeconds: 3_600,
    async run() {
      const before = new Date(house.now().getTime() - house.config.sealedDays * DAY_MS);
      for (let round = 0; round < 20; round += 1) {
        const gone = await house.db.transaction().execute(async (tx) => {
          const messages = await deleteSealed(tx, before, REMOVED_AT_ONCE);
          await dropFiles(tx, messages);
          return messages.length;
        });
        if (gone < REMOVED_AT_ONCE) break;
      }
    },
  };
}
