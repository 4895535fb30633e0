import list from 'emojibase-data/en/compact.json' with { type: 'json' };

import { spelled } from './rules.ts';

interface Listed {
  readonly unicode: string;
  readonly group?: number;
  readonly skins?: readonly { readonly unicode: string }[];
}

/** Colours of skin and hair stand alone there; they are no emoji that anybody gives. */
const COMPONENT = 2;

/** Says “draw it as a picture”; keyboards leave it out or put it in. */
const AS_PICTURE = /\ufe0f/g;

const known = new Map(
  (list as readonly Listed[])
    .filter((it) => it.group !== undefined && it.group !== COMPONENT)
    .flatMap((it) => [it.unicode, ...(it.skins ?? []).map((one) => one.unicode)])
    .map((it) => [it.replace(AS_PICTURE, ''), spelled(it)] as const),
);

/** The emoji as it is kept, however it was typed; undefined for anything that is not exactly one emoji of Unicode’s list. */
export function emojiIn(text: string): string | undefined {
  return known.get(text.replace(AS_PICTURE, ''));
}
