// Rules about people's names, the same on every screen (ui.md §8). Pure.

const TYPOGRAPHIC_APOSTROPHE = /['’‘ʼ`´]/g;
// H’ (women) and Y (men) are not part of the given name in Jrai, Bahnar and Êđê.
const HIGHLAND_PREFIX = /^[HY][’-](?=\p{L})/iu;

/** Apostrophes are shown as ’ however they were typed. */
export function displayName(full: string): string {
  return full.normalize('NFC').replace(TYPOGRAPHIC_APOSTROPHE, '’').replace(/\s+/g, ' ').trim();
}

function wordsOf(full: string): string[] {
  return displayName(full)
    .replace(/\([^)]*\)?/g, ' ')
    .split(' ')
    .filter((word) => /\p{L}/u.test(word));
}

/** The last word: Nguyễn Hoàng Phúc → Phúc, Siu H’Nga → H’Nga. */
export function givenName(full: string): string {
  return wordsOf(full).at(-1) ?? displayName(full);
}

/** The letter in the avatar: Phúc → P, H’Nga → N, H’Bia → B, Đức → Đ. */
export function initial(full: string): string {
  const given = givenName(full).replace(HIGHLAND_PREFIX, '');
  return (given.match(/[\p{L}\p{N}]/u)?.[0] ?? '?').toLocaleUpperCase('vi');
}

/** What previews say: the given name, or the last two words where somebody else here has the same one. */
export function shortName(full: string, others: Iterable<string> = []): string {
  const given = givenName(full);
  const whole = displayName(full);
  for (const other of others) {
    if (displayName(other) !== whole && givenName(other) === given) return wordsOf(full).slice(-2).join(' ') || whole;
  }
  return given;
}

const collator = new Intl.Collator('vi', { sensitivity: 'variant', numeric: true });

/** Order of people: by given name, then by the rest of the name. */
export function compareNames(a: string, b: string): number {
  const byGiven = collator.compare(
    givenName(a).replace(HIGHLAND_PREFIX, ''),
    givenName(b).replace(HIGHLAND_PREFIX, ''),
  );
  return byGiven !== 0 ? byGiven : collator.compare(displayName(a), displayName(b));
}

/** Order of anything that is not a person: groups, units, areas. */
export function compareWords(a: string, b: string): number {
  return collator.compare(a, b);
}

export type AvatarColour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** One of the eight avatar colours; from the id, so that it stays when the name changes (FNV-1a, 32 bit). */
export function colourOf(id: string): AvatarColour {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return ((hash % 8) + 1) as AvatarColour;
}

/** Letters without marks, lower case, đ as d, one apostrophe: for finding while typing without tones. */
export function toneless(text: string): string {
  return displayName(text).normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().normalize('NFC');
}
