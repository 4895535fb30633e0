// Built to /first-paint.js, a script of its own that runs before anything is drawn, so that a dark room is never lit
// by a white flash. It only repeats what appearance.ts remembered; it must stay without imports.
try {
  const found = JSON.parse(localStorage.getItem('appearance') ?? '{}') as Record<string, unknown>;
  const root = document.documentElement;
  if (found['language'] === 'en') root.lang = 'en';
  for (const name of ['theme', 'text', 'motion']) {
    if (typeof found[name] === 'string') root.dataset[name] = found[name];
  }
  if (typeof found['listWidth'] === 'number') root.style.setProperty('--list-width', `${found['listWidth']}px`);
} catch {
  // Without it the page follows the system.
}
