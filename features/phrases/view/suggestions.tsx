import { fold } from '../../../protocol/fold.ts';
import type { Suggestion, Suggestions } from '../../messages/view/composer/suggest.tsx';
import { strings } from '../strings.ts';
import { offered, quickPhrases } from './phrases.ts';

/** Own phrases first, then those that are offered; by words in them, tones or not. */
export const phraseSuggestions: Suggestions = {
  label: () => strings('title'),
  count: (n) => strings('found', { n }),
  async find(query) {
    const state = quickPhrases();
    const known = await state.get();
    const wanted = fold(query).split(' ').filter(Boolean);
    const fits = (phrase: string): boolean => {
      const folded = fold(phrase);
      return wanted.every((it) => folded.includes(it));
    };
    const suggest = (phrase: string, own: boolean): Suggestion => ({
      key: `${own ? 'own' : 'offered'} ${phrase}`,
      label: phrase.replace(/\s+/g, ' '),
      insert: phrase,
      // Kept once it is used; if that cannot be done now, it is offered again.
      onPick: own ? undefined : () => void state.adopt(phrase).catch(() => undefined),
    });
    return [
      ...known.phrases.filter(fits).map((it) => suggest(it, true)),
      ...offered(known)
        .filter(fits)
        .map((it) => suggest(it, false)),
    ];
  },
};
