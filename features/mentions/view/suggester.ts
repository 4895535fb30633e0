import type { Suggester } from '../../messages/view/composer/suggest.tsx';
import { askedAt } from '../rules.ts';

/** @: people, everybody, units and roles. */
export const mentionSuggester: Suggester = {
  asked: askedAt,
  load: () => import('./suggestions.tsx').then((it) => it.mentionSuggestions),
};
