import type { Suggester } from '../../messages/view/composer/suggest.tsx';

/** A stroke at the very beginning, and the first letters of a phrase after it. */
const ASKED = /^\/(?<query>[^\n/]{0,40})$/u;

/** Quick phrases by “/”. */
export const phraseSuggester: Suggester = {
  asked(text, caret) {
    const found = ASKED.exec(text.slice(0, caret));
    return found ? { from: 0, query: found.groups!['query']! } : undefined;
  },
  load: () => import('./suggestions.tsx').then((it) => it.phraseSuggestions),
};
