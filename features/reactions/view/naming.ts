import { language } from '../../../web/language.ts';
import { later } from '../../../web/later.ts';
import { QUICK } from '../rules.ts';
import { names } from '../strings/names.ts';

export const naming = later(() => import('./names.ts'));

/** What an emoji is called, as far as that is known here; else the emoji, which speech has a word for. */
export function nameOf(emoji: string): string {
  const quick = QUICK.find((it) => it === emoji);
  return quick ? names(quick) : (naming.it.value?.namesIn(language.value)?.get(emoji) ?? emoji);
}
