import { strings } from '../strings/made.ts';

/** What other screens call the board and what stands on it. */
export const boardWords = strings;
