import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { IconNode } from 'lucide';
import type { ComponentType } from 'preact';

// The router. Every screen and every layer over it (sheet, dialog, menu, selection mode, viewer) is one entry of the
// browser's history, so that Android's back gesture, the browser's button and Esc all close the topmost thing.

/** Where a screen stands (frame.tsx): see web/ui/README.md. */
export type Frame = 'bare' | 'list' | 'detail' | 'info' | 'page';

export type Params = Record<string, string>;

export interface ScreenProps {
  params: Params;
  query: URLSearchParams;
}

export interface Screen {
  /** `/chats/:group`; a part that begins with a colon is handed to the view in `params`. */
  path: string;
  frame: Frame;
  /** The id of the tab that is marked, and whose list stands beside a detail. */
  tab?: string;
  /** For `info`: the path of the detail it belongs to, with the same parameters. */
  beside?: string;
  /** For `detail`: the path of the `info` that stands beside it by itself where there is room (from 1200 px). */
  aside?: string;
  /** Words of the skip link, where it leads to more than the beginning: “Tới tin nhắn mới nhất”. */
  skip?: () => string;
  /** One of the two: code that is always needed, or code that is fetched when the screen is first opened. */
  view?: ComponentType<ScreenProps>;
  load?: () => Promise<ComponentType<ScreenProps>>;
}

export interface Tab {
  id: string;
  path: string;
  icon: IconNode;
  label: () => string;
  badge?: ReadonlySignal<number>;
  /** The count in words, for screen readers: “5 trò chuyện chưa đọc”. */
  badgeWords?: (n: number) => string;
  badgeTone?: 'accent' | 'red';
  shown?: () => boolean;
  /** Among the tabs at the bottom of a phone; yes unless told. */
  phone?: boolean;
  /** Where it stands in the rail of a computer. */
  rail?: 'main' | 'foot' | 'none';
  /** What the rail calls it, where it differs (Cá nhân is Cài đặt there). */
  railIcon?: IconNode;
  railLabel?: () => string;
  /** What stands in the empty column beside the list. */
  empty?: ComponentType;
}

export interface Shell {
  screens: Screen[];
  tabs: Tab[];
  /** Where `/` leads. */
  home: () => string;
  /** Another path, when the person may not see this one (not signed in, not set up). Read again when its signals change. */
  redirect?: (here: Here) => string | undefined;
  /** The page is about to be replaced: nothing is drawn, so that nobody begins what is then gone. */
  closing?: ReadonlySignal<boolean>;
  /** Lines under the bar (offline, new version), and things that live over all screens. */
  strips: ComponentType[];
  overlays: ComponentType[];
  /** The first screen has what it shows: from here on the line may be used for what will be wanted later. */
  settled?: ReadonlySignal<boolean>;
  /** In the title of the window: “(3) …”. */
  unread?: ReadonlySignal<number>;
  /** The number on the app's icon. */
  icon?: ReadonlySignal<number>;
  /** The own avatar at the foot of the rail; it leads to the tab `me`. */
  self?: ReadonlySignal<{ id: string; name: string; photo?: string | null } | undefined>;
  /** Runs once, before the first screen is drawn. */
  start?: () => void;
}

export interface Here {
  path: string;
  query: URLSearchParams;
  hash: string;
}

interface Place {
  /** Position in our own part of the history; grows by one with every entry. */
  index: number;
  /** How many layers lie over the screen at this entry. */
  depth: number;
}

/** What the router needs of a browser; a test hands in another one. */
export interface Browser {
  url(): string;
  state(): unknown;
  push(state: Place, url: string): void;
  replace(state: Place, url: string): void;
  go(by: number): void;
  onTraverse(listener: () => void): void;
  /** Another document in place of this one. */
  load(url: string): void;
}

interface Layer {
  close: () => void;
  /** The entry it lives in; undefined while it waits for its turn to be pushed. */
  index?: number;
  closed: boolean;
}

export interface OpenLayer {
  /** Closes it from the page's side; the history follows. Closing twice is closing once. */
  close(): void;
}

export type Arrival = 'load' | 'push' | 'replace' | 'back' | 'forward';

export class Router {
  readonly here;
  /** Changes with every move, for scroll and focus. */
  readonly arrival = signal<{ index: number; how: Arrival }>({ index: 0, how: 'load' });
  readonly layers = signal<readonly Layer[]>([]);
  #browser: Browser;
  #place: Place = { index: 0, depth: 0 };
  // Going back is not immediate: until the browser reports, whatever else is asked for waits in line.
  #traversing = false;
  #waiting: (() => void)[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
    this.here = signal(read(browser.url()));
    const found = placeOf(browser.state());
    this.#place = found ?? { index: 0, depth: 0 };
    if (!found) browser.replace(this.#place, browser.url());
    browser.onTraverse(() => this.#arrived());
    this.arrival.value = { index: this.#place.index, how: 'load' };
    // Reloaded while a sheet was open: the sheet is gone, so its entry must go too, or back would do nothing once.
    if (this.#place.depth > 0) this.#go(-this.#place.depth);
  }

  /** Opens a screen. Layers over the present one are closed first. */
  navigate(path: string, options: { replace?: boolean } = {}): void {
    this.#closeFrom(0);
    this.#inTurn(() => {
      const same = path === written(this.here.value);
      const replace = options.replace === true || same;
      const index = replace ? this.#place.index : this.#place.index + 1;
      this.#place = { index, depth: 0 };
      if (replace) this.#browser.replace(this.#place, path);
      else this.#browser.push(this.#place, path);
      if (same) return;
      this.here.value = read(path);
      this.arrival.value = { index, how: replace ? 'replace' : 'push' };
    });
  }

  /** One step back: closes the topmost layer, or leaves the screen; `otherwise` when there is nothing to go back to. */
  back(otherwise = '/'): void {
    const top = this.layers.value.at(-1);
    if (top) {
      this.#closeFrom(this.layers.value.length - 1);
      return;
    }
    this.#inTurn(() => {
      if (this.#place.index > 0) this.#go(-1);
      else this.navigate(otherwise, { replace: true });
    });
  }

  /** Begins afresh with a new document. Waits for a step back that is on its way: the browser would let it win. */
  startAfresh(path: string): void {
    this.#inTurn(() => {
      this.#traversing = true;
      this.#browser.load(path);
    });
  }

  /** Lays something over the screen; `close` is called once, when back, Esc or a navigation takes it away. */
  open(close: () => void): OpenLayer {
    const layer: Layer = { close, closed: false };
    this.layers.value = [...this.layers.value, layer];
    this.#inTurn(() => {
      if (layer.closed) return;
      this.#place = { index: this.#place.index + 1, depth: this.#place.depth + 1 };
      layer.index = this.#place.index;
      this.#browser.push(this.#place, this.#browser.url());
    });
    return {
      close: () => {
        const position = this.layers.value.indexOf(layer);
        if (position >= 0) this.#closeFrom(position);
      },
    };
  }

  /** Takes away the layers from this position upwards, topmost first. */
  #closeFrom(position: number): void {
    const leaving = this.layers.value.slice(position);
    if (leaving.length === 0) return;
    this.layers.value = this.layers.value.slice(0, position);
    for (const layer of leaving.toReversed()) {
      layer.closed = true;
      layer.close();
    }
    this.#inTurn(() => {
      const pushed = leaving.filter((layer) => layer.index !== undefined && layer.index <= this.#place.index);
      if (pushed.length > 0) this.#go(-pushed.length);
    });
  }

  #inTurn(act: () => void): void {
    if (this.#traversing) this.#waiting.push(act);
    else act();
  }

  #go(by: number): void {
    this.#traversing = true;
    this.#browser.go(by);
  }

  #arrived(): void {
    const before = this.#place;
    const place = placeOf(this.#browser.state()) ?? { index: 0, depth: 0 };
    this.#place = place;
    this.#traversing = false;

    const gone = this.layers.value.findIndex((layer) => layer.index !== undefined && layer.index > place.index);
    if (gone >= 0) {
      const leaving = this.layers.value.slice(gone);
      this.layers.value = this.layers.value.slice(0, gone);
      for (const layer of leaving.toReversed()) {
        layer.closed = true;
        layer.close();
      }
    }

    const open = this.layers.value.filter((layer) => layer.index !== undefined).length;
    if (place.depth > open) {
      // Forward into a sheet that no longer exists: step out of its entry again.
      this.#go(-(place.depth - open));
      return;
    }

    const url = this.#browser.url();
    if (url !== written(this.here.value)) {
      this.here.value = read(url);
      this.arrival.value = { index: place.index, how: place.index < before.index ? 'back' : 'forward' };
    }

    while (!this.#traversing) {
      const next = this.#waiting.shift();
      if (!next) break;
      next();
    }
  }
}

function placeOf(state: unknown): Place | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { index, depth } = state as Partial<Place>;
  return typeof index === 'number' && typeof depth === 'number' ? { index, depth } : undefined;
}

function read(url: string): Here {
  const { pathname, searchParams, hash } = new URL(url, 'http://here');
  return { path: pathname, query: searchParams, hash };
}

function written({ path, query, hash }: Here): string {
  const search = query.toString();
  return path + (search ? `?${search}` : '') + hash;
}

/** The parameters of a path, or undefined if it is not one of these. */
export function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/').filter(Boolean);
  const found = path.split('/').filter(Boolean);
  if (wanted.length !== found.length) return undefined;
  const params: Params = {};
  for (const [i, part] of wanted.entries()) {
    const value = found[i] as string;
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
      continue;
    }
    try {
      params[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return params;
}

/** `/chats/:group` with its parameters filled in. */
export function pathOf(pattern: string, params: Params): string {
  return pattern.replace(/:(\w+)/g, (hole, name: string) =>
    params[name] === undefined ? hole : encodeURIComponent(params[name]),
  );
}

/** The screen of a path; a path without parameters is preferred to one with them. */
export function screenAt(screens: readonly Screen[], path: string): { screen: Screen; params: Params } | undefined {
  let best: { screen: Screen; params: Params } | undefined;
  for (const screen of screens) {
    const params = match(screen.path, path);
    if (params && (!best || Object.keys(params).length < Object.keys(best.params).length)) best = { screen, params };
  }
  return best;
}

let running: Router | undefined;

/** The page's router. Asked for in Node (state tests) it runs over a history in memory. */
export function router(): Router {
  running ??= new Router(typeof history === 'undefined' ? memoryHistory() : browserHistory());
  return running;
}

/** Where the person is; read it in a list to mark the row that is open. */
export const here = computed(() => router().here.value);

export function navigate(path: string, options?: { replace?: boolean }): void {
  router().navigate(path, options);
}

export function startAfresh(path: string): void {
  router().startAfresh(path);
}

export function back(otherwise?: string): void {
  router().back(otherwise);
}

export function openLayer(close: () => void): OpenLayer {
  return router().open(close);
}

function browserHistory(): Browser {
  history.scrollRestoration = 'manual';
  return {
    url: () => location.pathname + location.search + location.hash,
    state: () => history.state,
    push: (state, url) => history.pushState(state, '', url),
    replace: (state, url) => history.replaceState(state, '', url),
    go: (by) => history.go(by),
    onTraverse: (listener) => addEventListener('popstate', listener),
    load: (url) => location.replace(url),
  };
}

/** A history like a browser's, in memory: going back is reported in a later turn of the loop. */
export function memoryHistory(
  start = '/',
): Browser & { depth(): number; forward(): Promise<void>; settled(): Promise<void> } {
  let entries: { state: unknown; url: string }[] = [{ state: null, url: start }];
  let at = 0;
  let listener = () => {};
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const current = () => entries[at] as { state: unknown; url: string };
  const go = (by: number) => {
    setImmediate(() => {
      const to = Math.min(entries.length - 1, Math.max(0, at + by));
      if (to === at) return;
      at = to;
      listener();
    });
  };
  return {
    url: () => current().url,
    state: () => current().state,
    push: (state, url) => {
      entries = [...entries.slice(0, at + 1), { state, url }];
      at++;
    },
    replace: (state, url) => {
      entries[at] = { state, url };
    },
    go,
    onTraverse: (given) => {
      listener = given;
    },
    load: (url) => {
      entries = [...entries.slice(0, at), { state: null, url }];
    },
    depth: () => at,
    forward: async () => {
      go(1);
      await turn();
      await turn();
    },
    settled: async () => {
      for (let i = 0; i < 8; i++) await turn();
    },
  };
}
