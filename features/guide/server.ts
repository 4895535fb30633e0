import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { problem } from '../../protocol/problem.ts';
import type { Route, Served } from '../../server/house.ts';
import { escapeHtml, renderPage, sizeOfPng } from './pages.ts';
import type { Page, Picture } from './pages.ts';
import { CHAPTERS } from './rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const GUIDE_FOLDER = join(ROOT, 'docs', 'huong-dan');
const UI = join(ROOT, 'web', 'ui');
const FONTS = join(
  dirname(fileURLToPath(import.meta.resolve('@fontsource-variable/ibm-plex-sans/package.json'))),
  'files',
);
const FONT_FILE = /@fontsource-variable\/ibm-plex-sans\/files\/([a-z0-9-]+\.woff2)/g;

const KEPT = 'public, max-age=31536000, immutable';

/** Whom people call; undefined before the agency has been set up. */
export type Help = { readonly name: string; readonly phone: string; readonly email: string } | undefined;

/**
 * The user's guide at `/huong-dan`, for everybody: who cannot sign in needs it most. All of it is read and rendered once, when the
 * house opens: some 40 kB of text beside the pictures. Only the help contact is asked for each time.
 */
export async function guideRoutes(help: () => Promise<Help>, folder: string = GUIDE_FOLDER): Promise<Route[]> {
  const { sheet, fonts } = await readSheet();
  const sheetAddress = `/huong-dan/style.css?${digestOf(sheet)}`;

  const files = new Map<string, Buffer>();
  const pictures = new Map<string, Picture>();
  for (const file of await pictureFiles(join(folder, 'hinh'))) {
    const bytes = await readFile(join(folder, 'hinh', file));
    const size = sizeOfPng(bytes);
    if (!size) throw new Error(`docs/huong-dan/hinh/${file} is not a PNG`);
    files.set(file, bytes);
    pictures.set(file, { address: `/huong-dan/hinh/${file}?${digestOf(bytes)}`, ...size });
  }

  const pages = new Map<string, Page>();
  for (const name of ['index', ...CHAPTERS]) {
    pages.set(name, renderPage(await readFile(join(folder, `${name}.md`), 'utf8'), pictures));
  }
  const documents = new Map([...pages.keys()].map((name) => [name, documentOf(name, pages, sheetAddress)]));

  async function page(name: string): Promise<Served> {
    const document = documents.get(name);
    if (document === undefined) throw problem('not_found');
    return served('text/html', document.replace(HELP_PLACE, helpText(await help())));
  }

  return [
    { path: '/huong-dan', who: 'anyone', get: () => page('index') },
    { path: '/huong-dan/style.css', who: 'anyone', get: async () => served('text/css', sheet, KEPT) },
    {
      path: '/huong-dan/hinh/:picture',
      who: 'anyone',
      get: async ({ picture }) => servedIf('image/png', files.get(picture ?? ''), KEPT),
    },
    {
      path: '/huong-dan/chu/:font',
      who: 'anyone',
      get: async ({ font }) => servedIf('font/woff2', fonts.get(font ?? ''), KEPT),
    },
    {
      path: '/huong-dan/:page',
      who: 'anyone',
      get: (params) => page(params['page'] ?? ''),
    },
  ];
}

/** The app's own tokens and faces, then the guide's rules: one look, and no second list of colours. */
async function readSheet(): Promise<{ sheet: string; fonts: Map<string, Buffer> }> {
  const [tokens, faces, own] = await Promise.all([
    readFile(join(UI, 'tokens.css'), 'utf8'),
    readFile(join(UI, 'fonts.css'), 'utf8'),
    readFile(join(import.meta.dirname, 'style.css'), 'utf8'),
  ]);
  const names = [...faces.matchAll(FONT_FILE)].map((match) => match[1]!);
  const fonts = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(FONTS, name))] as [string, Buffer])),
  );
  return { sheet: [tokens, faces.replace(FONT_FILE, '/huong-dan/chu/$1'), own].join('\n'), fonts };
}

async function pictureFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => file.endsWith('.png')).sort();
}

function served(type: string, body: Buffer | string, caching = 'no-cache'): Served {
  const charset = type.startsWith('text/') ? '; charset=utf-8' : '';
  return { status: 200, headers: { 'content-type': `${type}${charset}`, 'cache-control': caching }, body };
}

function servedIf(type: string, body: Buffer | string | undefined, caching?: string): Served {
  if (body === undefined) throw problem('not_found');
  return served(type, body, caching);
}

function digestOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

const HELP_PLACE = '<!-- help -->';

function helpText(help: Help): string {
  if (!help) return '';
  const { name, phone, email } = help;
  const national = phone.replace(/^\+84/, '0').replace(/^(0\d{3})(\d{3})(\d{3})$/, '$1 $2 $3');
  const mail = email === '' ? '' : ` · <a href="mailto:${escapeHtml(email)}">${escapeHtml(email)}</a>`;
  return (
    `<p>Người hỗ trợ: <strong>${escapeHtml(name)}</strong> · ` +
    `<a href="tel:${escapeHtml(phone)}">${escapeHtml(national)}</a>${mail}</p>`
  ).replaceAll('$', '&#36;');
}

function addressOf(name: string): string {
  return name === 'index' ? '/huong-dan' : `/huong-dan/${name}`;
}

/** The whole page: the list of chapters, the chapter, the ways on and back. */
function documentOf(name: string, pages: ReadonlyMap<string, Page>, sheetAddress: string): string {
  const page = pages.get(name)!;
  const order = [...pages.keys()];
  const at = order.indexOf(name);
  const chapters = order
    .map((each) => {
      const current = each === name ? ' aria-current="page"' : '';
      const below =
        each === name && page.headings.length > 1
          ? `<ul>${page.headings.map((it) => `<li><a href="#${it.id}">${escapeHtml(it.text)}</a></li>`).join('')}</ul>`
          : '';
      return `<li><a href="${addressOf(each)}"${current}>${escapeHtml(pages.get(each)!.title)}</a>${below}</li>`;
    })
    .join('\n');
  const way = (each: string | undefined, rel: 'prev' | 'next', word: string): string =>
    each === undefined
      ? ''
      : `<a rel="${rel}" href="${addressOf(each)}"><small>${word}</small> ${escapeHtml(pages.get(each)!.title)}</a>`;
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)} – Nhà Rông</title>
<link rel="icon" href="/icons/icon-192.png">
<link rel="stylesheet" href="${sheetAddress}">
</head>
<body>
<a class="skip" href="#noi-dung">Tới nội dung chính</a>
<header><a href="/huong-dan">Nhà Rông · Hướng dẫn</a><a class="open" href="/">Mở ứng dụng</a></header>
<div class="columns">
<nav aria-label="Các phần của hướng dẫn">
<details><summary>Mục lục</summary><ol>
${chapters}
</ol></details>
<ol>
${chapters}
</ol>
</nav>
<main id="noi-dung" tabindex="-1">
${page.html}
<div class="ways">${way(order[at - 1], 'prev', 'Phần trước')}${way(order[at + 1], 'next', 'Phần sau')}</div>
<footer>${HELP_PLACE}</footer>
</main>
</div>
</body>
</html>
`;
}
