import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build, loadConfigFromFile, mergeConfig } from 'vite';

import { closeDevice, openBrowser, openDevice } from './browser.ts';
import { sees } from './steps.ts';

// The service worker and the strict policy, with two builds of the same shell: the kit's gallery stands for the product,
// so that nothing here depends on a server with data.

const ROOT = join(import.meta.dirname, '..');

// security.md §3.5; the program's own header is checked by the journeys that run the program.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types app',
].join('; ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

let folder: string;
let version = 'one';
let asked: string[] = [];
let server: Server;
let browser: Browser;
let address: string;

async function buildVersion(name: string): Promise<void> {
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, join(ROOT, 'vite.config.ts'));
  assert.ok(loaded);
  await build(
    mergeConfig(loaded.config, {
      configFile: false,
      mode: 'production',
      logLevel: 'error',
      build: { outDir: join(folder, name), emptyOutDir: true },
      plugins: [
        {
          name: 'gallery-for-product',
          enforce: 'pre',
          load: (id: string) =>
            id.endsWith('/web/main.tsx')
              ? `import './ui/gallery.tsx'; document.documentElement.dataset.version = '${name}';`
              : undefined,
        },
      ],
    }),
  );
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nha-rong-versions-'));
  // Vite follows NODE_ENV before mode, and tests run as `test`.
  process.env.NODE_ENV = 'production';
  await buildVersion('one');
  await buildVersion('two');
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://here').pathname;
    asked.push(path);
    const file = join(folder, version, extname(path) ? path : 'index.html');
    if (path.startsWith('/api/') || !existsSync(file)) {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Only localhost may have a service worker without TLS.
  address = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser({ worker: true });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(page: Page, path: string): Promise<Page> {
  await page.goto(address + path);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  return page;
}

const versionOf = (page: Page) => page.evaluate(() => document.documentElement.dataset['version']);
const becomes = (page: Page, wanted: string) =>
  page.waitForFunction((name) => document.documentElement.dataset['version'] === name, wanted);

test('starts cold without a line, never keeps what the server says, and takes a new version only when asked', async () => {
  const page = await openDevice(browser, 'pc');
  const context: BrowserContext = page.context();
  await opened(page, '/chats');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  const kept = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found;
  });
  assert.ok(kept.includes('/') && kept.includes('/first-paint.js'), kept.join(' '));
  assert.ok(!kept.some((path) => path.includes('latin-ext')), 'letters that are rarely needed wait until they are');

  // Without a line: another tab, at a deep address.
  await context.setOffline(true);
  asked = [];
  const cold = await opened(await context.newPage(), '/chats/g1');
  await cold.evaluate(() => document.fonts.ready);
  assert.ok(await cold.evaluate(() => document.fonts.check('16px "IBM Plex Sans Variable"', 'ữ')));
  assert.deepEqual(asked, []);
  await cold.close();
  await context.setOffline(false);

  // The server is always asked itself.
  for (let i = 0; i < 2; i++) {
    asked = [];
    assert.equal(await page.evaluate(async () => (await fetch('/api/accounts.me')).status), 404);
    assert.deepEqual(asked, ['/api/accounts.me']);
  }

  // A new version waits, in every tab, until somebody presses.
  const other = await opened(await context.newPage(), '/chats');
  version = 'two';
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update();
  });
  for (const tab of [page, other]) await sees(tab, 'Có bản mới');
  assert.equal(await versionOf(page), 'one');
  assert.equal(await versionOf(other), 'one');
  await page.getByRole('button', { name: 'Tải lại' }).first().click();
  await becomes(page, 'two');
  await becomes(other, 'two');
  const shells = await page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('shell-')));
  assert.equal(shells.length, 1);
  await closeDevice(page);
});
