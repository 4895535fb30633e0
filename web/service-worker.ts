// Keeps the shell on the device, so that the program opens without a line. Data is not its business: what the API says
// lives in IndexedDB, under the page's control, and is wiped at sign-out. Replaced by the build: the list and the hash.
import './service-worker/push.ts';

declare const __BUILD__: string;
declare const __PRECACHE__: readonly string[];
declare const self: ServiceWorkerGlobalScope;

const SHELL = `shell-${__BUILD__}`;
/** Emptied at sign-out by shelves.ts, also without a line. */
const PHOTOS = 'photos';
const PHOTOS_MOST = 300;
/** Small pictures of what was sent; one that was recalled is taken out by the page. */
const THUMBS = 'thumbs';
const THUMBS_MOST = 600;
/** Too many are looked for after so many were put in: counting all of them is not free. */
const PUT_MOST = 20;

/** Addresses the server answers itself, whoever asks. */
const NOT_OURS = /^\/(api|live|f|files|huong-dan|regulations|healthz|readyz|metrics)(\/|$)/;

/** Files fetched at once: what the person does meanwhile has the rest of the line. */
const LANES = 2;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const shell = await caches.open(SHELL);
      const wanted = [...__PRECACHE__];
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          for (let url = wanted.shift(); url !== undefined; url = wanted.shift()) await keep(shell, url);
        }),
      );
    })(),
  );
});

/** The files of the last version that did not change are taken from it: on a bad line every kilobyte counts. */
async function keep(shell: Cache, url: string): Promise<void> {
  const fixed = url.startsWith('/assets/');
  const known = fixed ? await caches.match(url) : undefined;
  if (known) return shell.put(url, known);
  // What carries a hash in its name has just been fetched by the page, and is not fetched again.
  const cache = fixed ? 'default' : 'reload';
  const answer = await fetch(new Request(url, { cache, credentials: 'same-origin' }));
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`);
  return shell.put(url, answer);
}

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names.filter((name) => name.startsWith('shell-') && name !== SHELL).map((name) => caches.delete(name)),
      );
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (/^\/f\/[^/]+\/thumb$/.test(url.pathname)) return event.respondWith(picture(request, THUMBS, THUMBS_MOST));
  if (NOT_OURS.test(url.pathname)) return;
  // A photo's address changes with the photo.
  if (url.pathname.startsWith('/photos/')) event.respondWith(picture(request, PHOTOS, PHOTOS_MOST));
  // An address that ends like a file is one (a template, a report): only screens are the page.
  else if (request.mode === 'navigate' && !/\.\w+$/.test(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (__PRECACHE__.includes(url.pathname)) event.respondWith(kept(request));
});

/** Every screen is the one page, from the device first: the line is never waited for. */
async function page(request: Request): Promise<Response> {
  const shell = await caches.open(SHELL);
  return (await shell.match('/')) ?? fetch(request);
}

async function kept(request: Request): Promise<Response> {
  const shell = await caches.open(SHELL);
  return (await shell.match(new URL(request.url).pathname)) ?? fetch(request);
}

/** Names carry a hash, so what is here is right; what came late (letters, rare screens) is kept for the next time. */
async function asset(request: Request): Promise<Response> {
  const known = await caches.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.type === 'basic') await (await caches.open(SHELL)).put(request.url, answer.clone());
  return answer;
}

let putIn = 0;

/** Pictures never change under their address. The newest are kept; sign-out empties these caches with all others. */
async function picture(request: Request, name: string, most: number): Promise<Response> {
  const pictures = await caches.open(name);
  const known = await pictures.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.type === 'basic') {
    await pictures.put(request.url, answer.clone());
    putIn += 1;
    if (putIn % PUT_MOST === 1) {
      const all = await pictures.keys();
      await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((old) => pictures.delete(old)));
    }
  }
  return answer;
}
