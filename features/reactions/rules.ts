/** Emoji one person gives to one message, and kinds of emoji a message carries. */
export const EACH_MOST = 5;
export const KINDS_MOST = 20;
/** People of one page of those who reacted. */
export const LISTED_MOST = 100;
/** On top of the menu of a message; the first is what a double tap gives. */
export const QUICK = ['👍', '❤️', '🙏', '👏', '😮'] as const;

/** UTF-16 units of the longest emoji: two people with their tones, a heart and what joins them. */
export const EMOJI_MOST = 40;

/** An emoji that is drawn as a picture anyhow, with the sign that asks for one: some lists and keyboards add it. */
const ASKED_TWICE = /(\p{Emoji_Presentation})\ufe0f/gu;

/** The spelling in which an emoji is kept and compared. */
export function spelled(emoji: string): string {
  return emoji.replace(ASKED_TWICE, '$1');
}

/** Totals by emoji, in the order of their first coming. */
export type Counts = readonly (readonly [emoji: string, count: number])[];

/** Why an emoji cannot be given. */
export type Full = 'own' | 'kinds';

/** What stands in the way of one more emoji; undefined where nothing does. */
export function fullFor(counts: Counts, mine: readonly string[], emoji: string): Full | undefined {
  if (mine.includes(emoji)) return undefined;
  if (mine.length >= EACH_MOST) return 'own';
  return counts.length >= KINDS_MOST && !counts.some(([it]) => it === emoji) ? 'kinds' : undefined;
}

/** The totals with one more, or one less, of an emoji; one that nobody gives any more is gone. */
export function counted(counts: Counts, emoji: string, by: 1 | -1): Counts {
  const known = counts.some(([it]) => it === emoji);
  if (!known) return by === 1 ? [...counts, [emoji, 1]] : counts;
  return counts.flatMap(([it, count]) =>
    it !== emoji ? [[it, count] as const] : count + by > 0 ? [[it, count + by] as const] : [],
  );
}

/** An emoji of a message as one person sees it. */
export interface Pill {
  readonly emoji: string;
  readonly count: number;
  readonly own: boolean;
}

/** What somebody wants of their emoji on a message, as long as the server has not told it. */
export interface Wish {
  readonly emoji: string;
  readonly on: boolean;
}

/** The pills of a message: what is known of it, and over it what the person has done meanwhile, the last of each emoji. */
export function pillsOf(counts: Counts, mine: readonly string[], wishes: readonly Wish[] = []): readonly Pill[] {
  let now = counts;
  const own = new Set(mine);
  for (const { emoji, on } of wishes) {
    if (own.has(emoji) === on) continue;
    if (on) own.add(emoji);
    else own.delete(emoji);
    now = counted(now, emoji, on ? 1 : -1);
  }
  return now.map(([emoji, count]) => ({ emoji, count, own: own.has(emoji) }));
}
