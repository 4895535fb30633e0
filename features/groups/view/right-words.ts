import { language } from '../../../web/language.ts';
import { RIGHTS } from '../rights.ts';
import type { Right } from '../rights.ts';

/** The act, as it stands in a sentence: “gửi tin nhắn”. Empty for a right this version does not know. */
export function rightWords(right: string): string {
  if (!Object.hasOwn(RIGHTS, right)) return '';
  return RIGHTS[right as Right].words[language.value === 'vi' ? 0 : 1];
}

/** The same as the name of a row: “Gửi tin nhắn”. */
export function rightLabel(right: string): string {
  const text = rightWords(right);
  return text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
}
