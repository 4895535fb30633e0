import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { Problem } from '../../protocol/problem.ts';
import type { Route, Served } from '../../server/house.ts';
import { anchorOf, renderPage, sizeOfPng } from './pages.ts';
import type { Page } from './pages.ts';
import { CHAPTERS, PICTURE_KINDS, PICTURES } from './rules.ts';
import { GUIDE_FOLDER, guideRoutes } from './server.ts';
import type { Help } from './server.ts';

let routes: Route[];
let help: Help = undefined;
const pages = new Map<string, Page>();

before(async () => {
  routes = await guideRoutes(async () => help);
  for (const name of ['index', ...CHAPTERS]) {
    pages.set(name, renderPage(await readFile(join(GUIDE_FOLDER, `${name}.md`), 'utf8'), new Map()));
  }
});

function ask(path: string, params: Record<string, string> = {}): Promise<Served> {
  const route = routes.find((it) => it.path === path);
  assert.ok(route, `a route ${path}`);
  return route.get(params, undefined);
}

test('every chapter is served as a page that needs no style or script of its own', async () => {
  for (const page of CHAPTERS) {
    const { status, headers, body } = await ask('/huong-dan/:page', { page });
    const html = String(body);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match(html, /<html lang="vi">/);
    assert.equal(html.match(/<h1 /g)?.length, 1);
    assert.doesNotMatch(html, / style=|<style|<script| on[a-z]+=/i);
    assert.equal(html.match(/aria-current="page"/g)?.length, 2, 'the chapter is marked in both lists');
  }
  assert.match(String((await ask('/huong-dan')).body), /<h1 id="huong-dan-su-dung">/);
});

test('every page says whom to call, once the agency has been set up', async () => {
  assert.doesNotMatch(String((await ask('/huong-dan')).body), /Người hỗ trợ:/);
  help = { name: 'Lê <Khải> $&', phone: '+84905318470', email: 'ho-tro@gialai.example' };
  for (const { body } of [await ask('/huong-dan'), await ask('/huong-dan/:page', { page: 'ho-tro' })]) {
    assert.match(String(body), /Lê &lt;Khải&gt; &#36;&amp;<\/strong> · <a href="tel:\+84905318470">0905 318 470<\/a>/);
    assert.match(String(body), /href="mailto:ho-tro@gialai\.example"/);
  }
});

test('the first page lists every chapter', () => {
  assert.deepEqual(pages.get('index')!.links, [...CHAPTERS]);
});

test('links lead to a chapter and to a heading in it', () => {
  for (const [from, page] of pages) {
    for (const link of page.links) {
      const [name, anchor] = link.split('#') as [string, string?];
      const target = pages.get(name);
      assert.ok(target, `${from}.md links to ${name}.md`);
      if (anchor)
        assert.ok(
          target.headings.some((it) => it.id === anchor),
          `${from}.md links to ${link}`,
        );
    }
  }
});

test('every picture agreed with the journeys is shown, for the phone and for the PC, and no other', () => {
  const named = [...pages.values()].flatMap((it) => it.named);
  const agreed = PICTURES.flatMap((name) => PICTURE_KINDS.map((kind) => `${name}-${kind}.png`));
  assert.deepEqual([...new Set(named)].sort(), agreed.sort());
});

test('the style sheet has the tokens of the app and takes its faces from the guide itself', async () => {
  const { headers, body } = await ask('/huong-dan/style.css');
  const sheet = String(body);
  assert.equal(headers['content-type'], 'text/css; charset=utf-8');
  assert.match(sheet, /--accent-soft:/);
  const faces = [...sheet.matchAll(/url\('([^']+)'\)/g)].map((match) => match[1]!);
  assert.equal(faces.length, 3);
  for (const face of faces) {
    assert.ok(face.startsWith('/huong-dan/chu/'), face);
    const font = await ask('/huong-dan/chu/:font', { font: face.slice('/huong-dan/chu/'.length) });
    assert.equal(font.headers['content-type'], 'font/woff2');
    assert.equal(String((font.body as Buffer).subarray(0, 4)), 'wOF2');
  }
});

test('what is not there is not found, and no name leaves the folder', async () => {
  const notFound = (error: unknown): boolean => error instanceof Problem && error.code === 'not_found';
  for (const page of ['khong-co', '../README', '__proto__', 'constructor'])
    await assert.rejects(ask('/huong-dan/:page', { page }), notFound);
  await assert.rejects(ask('/huong-dan/hinh/:picture', { picture: '../index.md' }), notFound);
  await assert.rejects(ask('/huong-dan/chu/:font', { font: '../package.json' }), notFound);
});

test('pictures stand as one figure with their size; HTML in the text is shown, not run', () => {
  const pictures = new Map([
    ['a-dt.png', { address: '/huong-dan/hinh/a-dt.png?1', width: 360, height: 740 }],
    ['a-may.png', { address: '/huong-dan/hinh/a-may.png?2', width: 1280, height: 800 }],
  ]);
  const { html } = renderPage(
    '# Một\n\n![Màn "một"](hinh/a-dt.png) ![Màn "một"](hinh/a-may.png)\n\n![mất](hinh/b-dt.png)\n\n<img src=x onerror=alert(1)>\n',
    pictures,
  );
  assert.match(html, /<figure><a class="phone" href="[^"]+"><img src="\/huong-dan\/hinh\/a-dt\.png\?1"/);
  assert.match(html, /alt="Màn &quot;một&quot;" width="1280" height="800" loading="lazy"/);
  assert.equal(html.match(/<figure>/g)?.length, 1, 'a picture that does not exist leaves no hole');
  assert.doesNotMatch(html, /<img src=x/);
});

test('anchors are toneless; sizes are read from the picture', async () => {
  assert.equal(anchorOf('1.1 Chưa cài đặt'), '1-1-chua-cai-dat');
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAC0lEQVR4nGNggAAAAAgAAa5R8Y0AAAAASUVORK5CYII=',
    'base64',
  );
  assert.deepEqual(sizeOfPng(png), { width: 3, height: 2 });
  assert.equal(sizeOfPng(Buffer.from('GIF89a')), undefined);
});
