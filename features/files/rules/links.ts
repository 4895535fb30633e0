import { partsOf } from '../../messages/rules.ts';
import { LINK_MOST, LINKS_MOST } from '../rules.ts';

/** The addresses of pages in a text, each once, in order. */
export function linksIn(text: string): string[] {
  if (!/https?:\/\//i.test(text)) return [];
  const found = new Set<string>();
  for (const { href } of partsOf(text)) {
    if (href === undefined || href.length > LINK_MOST || !/^https?:/i.test(href)) continue;
    found.add(href);
    if (found.size === LINKS_MOST) break;
  }
  return [...found];
}
