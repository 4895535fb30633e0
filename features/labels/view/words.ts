import { strings } from '../strings.ts';

/** What the screen is called where it is led to. */
export const labelWords = (): string => strings('title');
