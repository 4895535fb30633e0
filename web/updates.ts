import { signal } from '@preact/signals';

// A new version waits until the person says so: nothing is reloaded under somebody's fingers.

/** A newer version has been fetched and waits. */
export const newVersion = signal(false);

let waiting: ServiceWorker | undefined;

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const WORKER = '/service-worker.js';
const CHECK_EVERY_MS = 60 * 60 * 1000;

// So that no other address can ever be run as a worker: the policy `app` knows this one only.
function workerUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return WORKER;
  const policy = types.createPolicy('app', {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError(`Not a script of ours: ${url}`);
      return url;
    },
  });
  return policy.createScriptURL(WORKER);
}

/** Registers the worker, and notices when a newer one waits, whichever tab found it. */
export function keepFresh(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const worker = navigator.serviceWorker;
  let controlled = worker.controller !== null;

  worker.addEventListener('controllerchange', () => {
    // The first worker ever takes over a page that already is its version; only a change of workers is a new version.
    // None at all: the person signed out and the browser cleared this site; the page begins afresh by itself.
    if (controlled && worker.controller) location.reload();
    controlled = worker.controller !== null;
  });

  const found = (registration: ServiceWorkerRegistration) => {
    if (!registration.waiting || !worker.controller) return;
    waiting = registration.waiting;
    newVersion.value = true;
  };

  void worker.register(workerUrl(), { updateViaCache: 'none' }).then(
    (registration) => {
      found(registration);
      registration.addEventListener('updatefound', () => {
        const next = registration.installing;
        next?.addEventListener('statechange', () => found(registration));
      });
      const look = () => {
        if (document.visibilityState === 'visible' && navigator.onLine) void registration.update().catch(() => {});
      };
      setInterval(look, CHECK_EVERY_MS);
      document.addEventListener('visibilitychange', look);
    },
    (error: unknown) => reportError(error),
  );
}

/** The waiting version takes over, here and in every other tab; each reloads itself when it sees that. */
export function takeNewVersion(): void {
  if (waiting) waiting.postMessage('take-over');
  else location.reload();
}
