import { strings } from '../strings.ts';

/** For rows that lead there. */
export const phrasesTitle = (): string => strings('title');
