import { signal } from '@preact/signals';

import type { Language } from '../../../web/language.ts';
import { spelled } from '../rules.ts';

interface Listed {
  readonly unicode: string;
  readonly label: string;
  readonly skins?: readonly Listed[];
}

const known = signal<Partial<Record<Language, ReadonlyMap<string, string>>>>({});
const coming = new Set<Language>();

/** The names of all emoji in a language, by the spelling in which they are kept; undefined until they have come. Reads as a signal. */
export function namesIn(lang: Language): ReadonlyMap<string, string> | undefined {
  if (!known.value[lang] && !coming.has(lang)) {
    coming.add(lang);
    void fetchNames(lang);
  }
  return known.value[lang];
}

async function fetchNames(lang: Language): Promise<void> {
  try {
    const list = await (lang === 'vi'
      ? import('emojibase-data/vi/compact.json', { with: { type: 'json' } })
      : import('emojibase-data/en/compact.json', { with: { type: 'json' } }));
    const all = (list.default as readonly Listed[]).flatMap((it) => [it, ...(it.skins ?? [])]);
    known.value = { ...known.peek(), [lang]: new Map(all.map((it) => [spelled(it.unicode), it.label])) };
  } catch {
    // Without a line the emoji stands for its name; asked for again when it is needed next.
    coming.delete(lang);
  }
}
