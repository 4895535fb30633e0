const LINK_MOST = 4_000;

/** What a link says, as a person reads it: `M%E1%BA%ADt` is a word. */
export function linkText(link: string): string {
  const some = link.slice(0, LINK_MOST);
  try {
    return decodeURIComponent(some);
  } catch {
    return some;
  }
}
