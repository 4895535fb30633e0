import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { phraseActions } from './protocol.ts';
import { phrasesOf, savePhrases } from './store.ts';

export function phraseHandlers(): HandlersOf<typeof phraseActions> {
  return handlers(phraseActions, {
    'phrase.list': async ({ actor, db }) => (await phrasesOf(db, actor.account)) ?? { phrases: [], offers: true },

    'phrase.save': async ({ actor, db, announce }, { phrases, offers }) => {
      // The same words twice would be offered twice.
      await savePhrases(db, actor.account, { phrases: [...new Set(phrases)], offers });
      announce('phrase.changed', actor.account, {});
      return {};
    },
  });
}
