import { Marked } from 'marked';
import type { Tokens } from 'marked';

import { fold } from '../../protocol/fold.ts';

export interface Picture {
  /** Address under which it is served. */
  readonly address: string;
  readonly width: number;
  readonly height: number;
}

export interface Heading {
  readonly id: string;
  readonly text: string;
}

export interface Page {
  readonly title: string;
  readonly html: string;
  /** Headings of the second level, for the table of contents. */
  readonly headings: readonly Heading[];
  /** Pictures that the text names, as file names, whether they exist or not. */
  readonly named: readonly string[];
  /** Links to other pages of the guide: page and anchor. */
  readonly links: readonly string[];
}

/** “1.1 Chưa cài đặt” → “1-1-chua-cai-dat” */
export function anchorOf(text: string): string {
  return fold(text).replaceAll(' ', '-');
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/**
 * One chapter, from Markdown to HTML that needs no style or script of its own. `pictures` are those that exist, by file name; a
 * picture that does not exist is left out. HTML in the Markdown is shown as text.
 */
export function renderPage(markdown: string, pictures: ReadonlyMap<string, Picture>): Page {
  const headings: Heading[] = [];
  const named: string[] = [];
  const links: string[] = [];
  let title = '';

  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const text = plainText(tokens);
        const id = anchorOf(text);
        if (depth === 1) title = text;
        if (depth === 2) headings.push({ id, text });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      paragraph({ tokens }) {
        const images = tokens.filter((it): it is Tokens.Image => it.type === 'image');
        if (images.length === 0) return `<p>${this.parser.parseInline(tokens)}</p>\n`;
        // Pictures that stand alone in a paragraph are one figure: the same screen on a phone and on a PC.
        const shown = images.map((it) => imageHtml(it)).join('');
        const caption = escapeHtml(images[0]!.text);
        return shown === '' ? '' : `<figure>${shown}<figcaption>${caption}</figcaption></figure>\n`;
      },
      image: (image) => imageHtml(image),
      table({ header, rows }) {
        const cell = (tag: string, tokens: Tokens.TableCell): string =>
          `<${tag}>${this.parser.parseInline(tokens.tokens)}</${tag}>`;
        const head = header.map((it) => cell('th', it)).join('');
        const body = rows.map((row) => `<tr>${row.map((it) => cell('td', it)).join('')}</tr>`).join('\n');
        return `<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(linkOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      html: ({ text }) => escapeHtml(text),
    },
  });

  function imageHtml({ href, text }: Tokens.Image): string {
    const file = href.replace(/^hinh\//, '');
    named.push(file);
    const picture = pictures.get(file);
    if (!picture) return '';
    const kind = file.endsWith('-dt.png') ? 'phone' : 'pc';
    const { address, width, height } = picture;
    return (
      `<a class="${kind}" href="${address}"><img src="${address}" alt="${escapeHtml(text)}" ` +
      `width="${width}" height="${height}" loading="lazy"></a>`
    );
  }

  function linkOf(href: string): string {
    const match = /^([a-z-]+)\.md(?:#(.+))?$/.exec(href);
    if (!match) return href;
    links.push(match[2] ? `${match[1]}#${match[2]}` : match[1]!);
    const path = match[1] === 'index' ? '/huong-dan' : `/huong-dan/${match[1]}`;
    return match[2] ? `${path}#${match[2]}` : path;
  }

  const html = marked.parse(markdown, { async: false });
  return { title, html, headings, named, links };
}

function plainText(tokens: readonly { readonly raw: string; readonly type: string }[]): string {
  return tokens.map((it) => ('text' in it && typeof it.text === 'string' ? it.text : it.raw)).join('');
}

/** Width and height of a PNG from its first chunk (ISO/IEC 15948 §11.2.2); undefined where it is none. */
export function sizeOfPng(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47 || bytes.toString('latin1', 12, 16) !== 'IHDR') return;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
