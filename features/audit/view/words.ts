import { strings } from '../strings/name.ts';

/** Its name, for what leads here. */
export const auditWords = strings;
