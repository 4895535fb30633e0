import { fold } from '../../protocol/fold.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { mentionActions } from './protocol.ts';
import { findPeople, findUnits, unreadMentions } from './store.ts';

export function mentionHandlers(): HandlersOf<typeof mentionActions> {
  return handlers(mentionActions, {
    'mention.find': async ({ db, actor, standing }, { group, query }) => {
      const words = fold(query).split(' ').filter(Boolean).slice(0, 10);
      const asking = { group, account: actor.account, listed: standing.can('member.list') };
      const [people, units] = await Promise.all([
        findPeople(db, asking, words),
        standing.can('message.mentionAll') ? findUnits(db, group, words) : [],
      ]);
      return { people, units };
    },
    'mention.unread': async ({ db, actor }, { group }) => ({ seqs: await unreadMentions(db, group, actor.account) }),
  });
}
