import { mentionSuggester } from '../../../mentions/view/suggester.ts';
import { phraseSuggester } from '../../../phrases/view/suggester.ts';
import type { Suggester } from './suggest.tsx';

/** What the text of a message can call up, each by its own sign. */
export const suggesters: readonly Suggester[] = [mentionSuggester, phraseSuggester];
