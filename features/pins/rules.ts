/** Pins of one group; three of them are shown above the conversation. */
export const PINS_MOST = 200;
export const PINS_SHOWN = 3;
/** What a list shows of a pinned message. */
export const EXCERPT_MOST = 200;
/** A pin ends so far ahead at least, in milliseconds, and at most. */
export const ENDS_LEAST_MS = 60_000;
export const ENDS_MOST_MS = 5 * 366 * 86_400_000;

/** What can be pinned. A note, reminder or poll is pinned by its own id, which is that of its first card in the conversation. */
export const PIN_KINDS = ['message', 'note', 'reminder', 'poll'] as const;
export type PinKind = (typeof PIN_KINDS)[number];

/** What is pinned, as far as its order goes. */
export interface Pinned {
  readonly thing: string;
  /** When it goes by itself; null for never. */
  readonly until: number | null;
}

/** Whether it still stands there: a pin ends with its time, whenever that is written down. */
export function isPinned({ until }: { readonly until: number | null }, now: number): boolean {
  return until === null || until > now;
}

/** The list with this one before another, or last; undefined where one of the two is not in it. */
export function movedBefore<T extends { readonly thing: string }>(
  list: readonly T[],
  thing: string,
  before: string | null,
): T[] | undefined {
  const it = list.find((each) => each.thing === thing);
  if (!it) return undefined;
  const others = list.filter((each) => each.thing !== thing);
  if (before === null) return [...others, it];
  if (before === thing) return [...list];
  const at = others.findIndex((each) => each.thing === before);
  return at === -1 ? undefined : others.toSpliced(at, 0, it);
}

/** Before which one it is put to stand at this place of the list; null for the last. */
export function beforeAt(list: readonly { readonly thing: string }[], thing: string, place: number): string | null {
  const others = list.filter((each) => each.thing !== thing);
  return others[Math.max(0, place)]?.thing ?? null;
}

/** The list after an event of its group’s stream. What was pinned meanwhile is only its name and its end until it is read. */
export function pinsAfter<T extends Pinned>(
  list: readonly T[],
  on: string,
  it: { readonly thing: string; readonly until?: number | null; readonly before?: string | null },
): readonly (T | Pinned)[] {
  switch (on) {
    case 'pin.added':
      return [{ thing: it.thing, until: it.until ?? null }, ...list.filter(({ thing }) => thing !== it.thing)];
    case 'pin.removed':
      return list.filter(({ thing }) => thing !== it.thing);
    case 'pin.moved':
      return movedBefore(list, it.thing, it.before ?? null) ?? list;
    case 'pin.kept':
      return list.map((one) => (one.thing === it.thing ? { ...one, until: it.until ?? null } : one));
    default:
      return list;
  }
}
