import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { quietActions } from './protocol.ts';
import { QUIET } from './rules.ts';
import { quietOf, saveQuiet } from './store.ts';

export function quietHandlers(): HandlersOf<typeof quietActions> {
  return handlers(quietActions, {
    'quiet.get': async ({ actor, db }) => ({ quiet: (await quietOf(db, actor.account)) ?? QUIET }),

    'quiet.set': async ({ actor, db, announce }, { quiet }) => {
      const sorted = { ...quiet, days: quiet.days.toSorted((a, b) => a - b) };
      await saveQuiet(db, actor.account, sorted);
      announce('quiet.changed', actor.account, { quiet: sorted });
      return {};
    },
  });
}
