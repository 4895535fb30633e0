/** Who can be named besides people: everybody, a unit, a role. */
export const ROLES = ['owner', 'deputy', 'clerk'] as const;
export type MentionRole = (typeof ROLES)[number];

/** Calling everybody, by one person in all groups together. */
export const ALL_RATE = { burst: 5, perMinute: 5 / 60 } as const;

/** People and units found at once. */
export const PEOPLE_FOUND = 20;
export const UNITS_FOUND = 8;
/** Places told of those that name somebody. */
export const UNREAD_MOST = 1_000;
/** Who may not see the list of members can name those who wrote among so many of the newest lines. */
export const WRITERS_WITHIN = 2_000;

/** Letters after an @ within which somebody is still being looked for: the longest name, and words around it. */
const ASKED_MOST = 60;
/** Words of one name. */
const WORDS_MOST = 6;

/** A place in a text, in UTF-16 units. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Places in order; undefined where one is outside the text, lies over another, or is not of an @. */
export function placed<P extends Place>(text: string, places: readonly P[]): readonly P[] | undefined {
  const sorted = places.toSorted((a, b) => a.from - b.from);
  let end = 0;
  for (const { from, to } of sorted) {
    if (from < end || to <= from + 1 || to > text.length || text[from] !== '@') return undefined;
    end = to;
  }
  return sorted;
}

/**
 * Where places stand after the text has become another one, whatever way: what both texts begin and end with has not been
 * touched, and a place of which anything was touched is none any more.
 */
export function moved<P extends Place>(places: readonly P[], before: string, after: string): readonly P[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const by = after.length - before.length;
  return places.flatMap((it) => {
    if (it.to <= head) return [it];
    return it.from >= before.length - tail ? [{ ...it, from: it.from + by, to: it.to + by }] : [];
  });
}

/** Where places stand after a piece has come between `from` and `to`; those it lies over are none any more. */
export function shifted<P extends Place>(places: readonly P[], from: number, to: number, length: number): readonly P[] {
  const by = length - (to - from);
  return places.flatMap((it) => {
    if (it.to <= from) return [it];
    return it.from >= to ? [{ ...it, from: it.from + by, to: it.to + by }] : [];
  });
}

/**
 * The name that is being looked for where the caret stands: from the last @ that begins a word, with the words after it, as long
 * as they can be a name. An @ within a word is one of an address.
 */
export function askedAt(text: string, caret: number): { readonly from: number; readonly query: string } | undefined {
  const from = text.lastIndexOf('@', caret - 1);
  if (from < 0 || caret - from > ASKED_MOST) return undefined;
  const before = text[from - 1];
  if (before !== undefined && /[\p{L}\p{M}\p{N}._+-]/u.test(before)) return undefined;
  const query = text.slice(from + 1, caret);
  // A name goes over no line, begins with no space and has no marks but those of names.
  if (/^\s|[\n@,;:!?/()"“”]|\s{2}/u.test(query) || query.split(' ').length > WORDS_MOST) return undefined;
  return { from, query };
}

/** A text in pieces, those that name somebody apart; places that do not fit it are left out. */
export function piecesOf<P extends Place>(
  text: string,
  places: readonly P[] | undefined,
): readonly { readonly text: string; readonly from: number; readonly mention?: P }[] {
  const fitting = places && placed(text, places);
  if (!fitting || fitting.length === 0) return [{ text, from: 0 }];
  const pieces: { text: string; from: number; mention?: P }[] = [];
  let end = 0;
  for (const mention of fitting) {
    if (mention.from > end) pieces.push({ text: text.slice(end, mention.from), from: end });
    pieces.push({ text: text.slice(mention.from, mention.to), from: mention.from, mention });
    end = mention.to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), from: end });
  return pieces;
}
