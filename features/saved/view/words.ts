import { strings } from '../strings.ts';

/** Under Cá nhân. */
export const savedTitle = (): string => strings('title');
