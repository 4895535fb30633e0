import { strings } from '../strings/told.ts';

/** Why a form was not taken. */
export function guardWords(code: string): string {
  return strings(code === 'secrecy.unchecked' ? 'fileUnchecked' : 'marked');
}

/** What other screens say of what the guard refused. */
export const guardStrings = strings;
