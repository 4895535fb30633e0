import { Parser } from 'htmlparser2';

export interface PageWords {
  readonly title: string;
  readonly description: string;
  readonly site: string;
  /** Address of its picture, as the page writes it. */
  readonly picture: string | undefined;
}

const MOST = 2_000;

/** What the head of a page says of it, in the names that pages use for it (Open Graph, Twitter, plain HTML). */
export function wordsOf(html: string): PageWords {
  const said = new Map<string, string>();
  let title: string | undefined;
  let inTitle = false;
  let over = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (over) return;
      if (name === 'body') over = true;
      else if (name === 'title' && title === undefined) inTitle = true;
      else if (name === 'meta') {
        const key = (attributes['property'] ?? attributes['name'] ?? '').toLowerCase();
        const value = attributes['content'];
        if (key !== '' && value && !said.has(key) && said.size < 200) said.set(key, value.slice(0, MOST));
      }
    },
    ontext(text) {
      if (inTitle && !over) title = ((title ?? '') + text).slice(0, MOST);
    },
    onclosetag(name) {
      if (name === 'title') inTitle = false;
      if (name === 'head') over = true;
    },
  });
  parser.write(html);
  parser.end();
  const first = (...keys: string[]): string => keys.map((it) => said.get(it)).find((it) => it !== undefined) ?? '';
  return {
    title: first('og:title', 'twitter:title') || (title ?? ''),
    description: first('og:description', 'twitter:description', 'description'),
    site: first('og:site_name', 'application-name'),
    picture: first('og:image:secure_url', 'og:image', 'twitter:image') || undefined,
  };
}
