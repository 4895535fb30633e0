import { computed } from '@preact/signals';
import { render, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { asideOpen, listWidth } from './appearance.ts';
import { isWriting, useKeys } from './keys.ts';
import {
  back,
  here,
  navigate,
  pathOf,
  router,
  screenAt,
  type Params,
  type Screen,
  type ScreenProps,
  type Shell,
  type Tab,
} from './routing.ts';
import { StandingContext, type Standing } from './standing.ts';
import { later, type Later } from './later.ts';
import { strings } from './strings.ts';
import { keepIconBadge, keepWindowTitle } from './title.ts';
import { Avatar } from './ui/avatar.tsx';
import { Link } from './ui/button.tsx';
import { Confirmations } from './ui/confirm.tsx';
import { Icon } from './ui/icon.tsx';
import { Mark, MarkTile } from './ui/mark.tsx';
import { Page } from './ui/page.tsx';
import { Skeleton } from './ui/skeleton.tsx';
import { ErrorState, Gone } from './ui/states.tsx';
import { Badge } from './ui/tag.tsx';
import { Toasts } from './ui/toast.tsx';
import { hasAside, isPhone, shape } from './viewport.ts';
import './frame.css';

let shell: Shell;

/** Draws the program: the screens, tabs and layers it is handed, in the columns there is room for. */
export function showFrame(given: Shell, on: HTMLElement): void {
  shell = given;
  keepWindowTitle(shell.unread);
  keepIconBadge(shell.icon);
  shell.start?.();
  render(<Frame />, on);
}

interface Shown {
  screen: Screen;
  params: Params;
  path: string;
}

/** Which screens stand in which column for a path. */
function columnsAt(path: string) {
  const found = screenAt(shell.screens, path);
  if (!found) return undefined;
  const { screen, params } = found;
  const current: Shown = { screen, params, path };
  const listScreen =
    screen.frame === 'list'
      ? undefined
      : shell.screens.find((s) => s.frame === 'list' && s.tab === screen.tab && screen.tab);
  const list: Shown | undefined =
    screen.frame === 'list'
      ? current
      : listScreen && screen.frame !== 'page' && screen.frame !== 'bare'
        ? { screen: listScreen, params: {}, path: listScreen.path }
        : undefined;
  let main: Shown | undefined;
  let info: Shown | undefined;
  if (screen.frame === 'info' && screen.beside) {
    const beside = pathOf(screen.beside, params);
    const under = screenAt(shell.screens, beside);
    if (under) main = { ...under, path: beside };
    info = current;
  } else if (screen.frame !== 'list') {
    main = current;
  }
  return { current, list, main, info };
}

const place = computed(() => columnsAt(here.value.path));
const redirect = computed(() => {
  const to = here.value.path === '/' ? shell.home() : shell.redirect?.(here.value);
  return to !== undefined && to !== here.value.path ? to : undefined;
});

const tabsShown = () => shell.tabs.filter((tab) => tab.shown?.() !== false);

function Frame() {
  const to = redirect.value;
  useEffect(() => {
    if (to !== undefined) navigate(to, { replace: true });
  }, [to]);
  useFrameKeys();
  useFocusOnArrival();

  if (to !== undefined || shell.closing?.value) return null;
  const columns = place.value;
  const overlays = (
    <>
      <Toasts />
      <Confirmations />
      {shell.overlays.map((Overlay, i) => (
        <Overlay key={i} />
      ))}
    </>
  );
  if (!columns) {
    return (
      <div class="app" data-frame="bare">
        <main class="bare">
          <Gone />
        </main>
        {overlays}
      </div>
    );
  }
  const { current, list, main } = columns;
  const { frame, tab: tabId } = current.screen;
  const tab = shell.tabs.find((one) => one.id === tabId);
  if (frame === 'bare') {
    return (
      <div class="app" data-frame="bare">
        <main class="bare" data-column="main">
          <View shown={current} parent={shell.home()} />
        </main>
        {overlays}
      </div>
    );
  }

  // The info column: asked for by the path, or standing by itself where there is room.
  let info = columns.info;
  let leaveInfo: (() => void) | undefined;
  if (!info && main?.screen.aside && hasAside.value && asideOpen.value) {
    const path = pathOf(main.screen.aside, main.params);
    const found = screenAt(shell.screens, path);
    if (found) {
      info = { ...found, path };
      leaveInfo = () => {
        asideOpen.value = false;
      };
    }
  }
  const asked = columns.info !== undefined;
  // Between 600 and 1023 the info column lies over the others.
  const covered = asked && shape.value === 'narrow';
  // The column that holds what was asked for; the others are beside it.
  const active = frame === 'list' ? 'list' : isPhone.value && frame === 'info' ? 'info' : 'main';
  const role = (column: string, otherwise: 'region' | 'complementary') => (active === column ? 'main' : otherwise);
  const tabPath = tab?.path ?? shell.home();
  const Empty = tab?.empty ?? EmptyMain;

  return (
    <div class="app" data-frame={frame} data-info={info ? (asked ? 'asked' : 'aside') : 'none'}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          focusColumn(frame === 'list' ? 'list' : isPhone.value && frame === 'info' ? 'info' : 'main', true);
        }}
      >
        {main?.screen.skip?.() ?? strings('skip')}
      </a>
      <Rail current={tabId} />
      <div class="columns">
        {list ? (
          <Column name="list" role={role('list', 'region')} label={tab?.label() ?? strings('list')} covered={covered}>
            <View key={list.screen.path} shown={list} parent={tabPath} />
            <ListWidth />
          </Column>
        ) : null}
        <Column name="main" role={role('main', 'region')} label={strings('content')} covered={covered}>
          {main ? <View key={main.path} shown={main} parent={tabPath} /> : <Empty />}
        </Column>
        {info ? (
          <>
            {asked ? <div class="info-scrim" aria-hidden="true" onClick={() => back(main?.path)} /> : null}
            <Column name="info" role={role('info', 'complementary')} label={strings('info')}>
              <View key={info.path} shown={info} parent={main?.path ?? tabPath} leave={leaveInfo} />
            </Column>
          </>
        ) : null}
      </div>
      {frame === 'list' || current.path === tab?.path ? <Tabs current={tabId} /> : null}
      {overlays}
    </div>
  );
}

interface ColumnProps {
  name: 'list' | 'main' | 'info';
  role: 'main' | 'region' | 'complementary';
  label: string;
  covered?: boolean;
  children: ComponentChildren;
}

function Column({ name, role, label, covered, children }: ColumnProps) {
  return (
    <div
      class={`column column-${name}`}
      data-column={name}
      id={role === 'main' ? 'main' : undefined}
      role={role}
      aria-label={role === 'main' ? undefined : label}
      tabIndex={-1}
      inert={covered}
    >
      {children}
    </div>
  );
}

function EmptyMain() {
  return (
    <div class="column-empty">
      <Mark size={88} />
      <p>{strings('chooseInList')}</p>
    </div>
  );
}

interface ViewProps {
  shown: Shown;
  parent: string;
  leave?: () => void;
}

/** One screen in its column; when its code breaks, the others go on. */
function View({ shown, parent, leave }: ViewProps) {
  const { screen, params } = shown;
  const [fault, forget] = useErrorBoundary((error: unknown) => reportError(error));
  const standing = useMemo<Standing>(
    () => ({ frame: screen.frame, parent, strips: shell.strips, leave, byItself: leave !== undefined }),
    [screen.frame, parent, leave !== undefined],
  );
  if (fault) {
    return (
      <ErrorState
        title={strings('screenFault')}
        text={strings('screenFaultText')}
        retry={strings('reopen')}
        onRetry={forget}
      />
    );
  }
  const props: ScreenProps = { params, query: here.value.query };
  return (
    <StandingContext.Provider value={standing}>
      {screen.view ? <screen.view {...props} /> : <Fetched screen={screen} props={props} />}
    </StandingContext.Provider>
  );
}

const fetched = new Map<Screen, Later<ComponentType<ScreenProps>>>();

/** The code of a screen that is not part of every start. */
function codeOf(screen: Screen): Later<ComponentType<ScreenProps>> {
  let code = fetched.get(screen);
  if (!code) fetched.set(screen, (code = later(screen.load!)));
  return code;
}

/** The lists behind the tabs, and what stands by itself beside a chat, are wanted soon: they come before they are. */
export function fetchTabs(): void {
  const soon = new Set(tabsShown().map((tab) => tab.path));
  if (hasAside.peek()) for (const { aside } of shell.screens) if (aside) soon.add(aside);
  for (const screen of shell.screens) if (screen.load && soon.has(screen.path)) void codeOf(screen).fetch();
}

/** A screen whose code comes when it is first opened. */
function Fetched({ screen, props }: { screen: Screen; props: ScreenProps }) {
  const code = codeOf(screen);
  const Known = code.it.value;
  useEffect(() => {
    void code.fetch();
  }, [code]);
  const late = useRef(Known === undefined);
  // What came in late still begins at its heading.
  useEffect(() => {
    if (Known && late.current && document.activeElement === document.body)
      focusColumn(screen.frame === 'info' ? 'info' : screen.frame === 'list' ? 'list' : 'main');
  }, [Known]);
  if (Known) return <Known {...props} />;
  const waiting = code.trouble.value ? (
    <ErrorState
      title={strings('codeMissing')}
      text={strings('codeMissingText')}
      onRetry={() => {
        // Browsers remember for the life of a page that a script could not be had: then only a fresh page helps.
        void code.fetch().then(() => {
          if (code.trouble.peek() && navigator.onLine) location.reload();
        });
      }}
    />
  ) : (
    <Skeleton kind={screen.frame === 'list' ? 'person' : 'setting'} />
  );
  if (screen.frame === 'bare') return waiting;
  // The bar stands at once, with the way back: only what is below it is still to come.
  const tab = screen.frame === 'list' ? shell.tabs.find((it) => it.path === screen.path) : undefined;
  return tab ? (
    <Page look="root" title={tab.label()}>
      {waiting}
    </Page>
  ) : (
    <Page title={strings('loading')} heading={<span />}>
      {waiting}
    </Page>
  );
}

function TabLink({ tab, current, rail }: { tab: Tab; current: boolean; rail: boolean }) {
  const n = tab.badge?.value ?? 0;
  const label = (rail ? tab.railLabel : undefined)?.() ?? tab.label();
  return (
    <Link
      href={tab.path}
      class="tab"
      current={current ? 'page' : undefined}
      onPress={(event) => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        goToTab(tab);
      }}
    >
      <span class="tab-icon">
        <Icon of={(rail ? tab.railIcon : undefined) ?? tab.icon} size={rail ? 20 : 24} />
        <Badge n={n} tone={tab.badgeTone ?? 'accent'} words={tab.badgeWords?.(n)} />
      </span>
      <span class="tab-label">{label}</span>
    </Link>
  );
}

/** From one tab to another replaces, so that back leaves the program from the first tab and not after a tour of all. */
function goToTab(tab: Tab): void {
  const path = here.peek().path;
  const atRoot = shell.tabs.some((one) => one.path === path);
  navigate(tab.path, { replace: atRoot && path !== shell.home() });
}

function Rail({ current }: { current: string | undefined }) {
  const tabs = tabsShown();
  const self = shell.self?.value;
  const me = tabs.find((tab) => tab.id === 'me');
  return (
    <nav class="rail" aria-label={strings('mainMenu')}>
      <span class="rail-mark">
        <MarkTile size={40} />
      </span>
      {tabs
        .filter((tab) => (tab.rail ?? 'main') === 'main')
        .map((tab) => (
          <TabLink key={tab.id} tab={tab} current={tab.id === current} rail />
        ))}
      <span class="rail-space" />
      {tabs
        .filter((tab) => tab.rail === 'foot')
        .map((tab) => (
          <TabLink key={tab.id} tab={tab} current={tab.id === current} rail />
        ))}
      {self && me ? (
        <Link href={me.path} class="rail-self" label={self.name} title={self.name}>
          <Avatar id={self.id} name={self.name} photo={self.photo} size={36} />
        </Link>
      ) : null}
    </nav>
  );
}

function Tabs({ current }: { current: string | undefined }) {
  return (
    <nav class="tabs" aria-label={strings('mainMenu')}>
      {tabsShown()
        .filter((tab) => tab.phone !== false)
        .map((tab) => (
          <TabLink key={tab.id} tab={tab} current={tab.id === current} rail={false} />
        ))}
    </nav>
  );
}

const NARROWEST = 280;
const WIDEST = 420;

/** The line between list and conversation: dragged, or moved with the arrow keys; the width is remembered. */
function ListWidth() {
  const line = useRef<HTMLDivElement>(null);
  const present = () => {
    const column = line.current?.parentElement;
    return Math.round(listWidth.peek() ?? column?.getBoundingClientRect().width ?? 316);
  };
  const set = (px: number) => {
    listWidth.value = Math.round(Math.min(WIDEST, Math.max(NARROWEST, px)));
  };
  const drag = useRef<number | undefined>(undefined);
  return (
    <div
      ref={line}
      class="list-width"
      role="separator"
      aria-orientation="vertical"
      aria-label={strings('listWidth')}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={listWidth.value ?? 316}
      tabIndex={0}
      onPointerDown={(event) => {
        drag.current = event.clientX - present();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (drag.current !== undefined) set(event.clientX - drag.current);
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onDblClick={() => {
        listWidth.value = undefined;
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
        if (by) set(present() + by);
        else if (event.key === 'Home') set(NARROWEST);
        else if (event.key === 'End') set(WIDEST);
        else return;
        event.preventDefault();
      }}
    />
  );
}

function useFrameKeys(): void {
  const toTab = (n: number) => () => {
    const tab = tabsShown()[n - 1];
    if (tab) goToTab(tab);
  };
  useKeys({ 'Control+1': toTab(1), 'Control+2': toTab(2), 'Control+3': toTab(3), 'Control+4': toTab(4) });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (router().layers.peek().length > 0) {
        event.preventDefault();
        back();
        return;
      }
      const columns = place.peek();
      if (columns?.info) back(columns.main?.path);
      else if (columns?.current.screen.frame === 'detail' && !isWriting(event.target)) {
        const tab = shell.tabs.find((one) => one.id === columns.current.screen.tab);
        if (tab && columns.list) navigate(tab.path);
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

function focusColumn(name: string, skipping = false): void {
  const column = document.querySelector<HTMLElement>(`[data-column="${name}"]`);
  if (!column) return;
  const target =
    (skipping ? column.querySelector<HTMLElement>('[data-skip]') : null) ??
    column.querySelector<HTMLElement>('h1') ??
    column;
  target.focus({ preventScroll: !skipping });
}

/** A new screen is begun at its heading; going back returns the focus to where it was. */
function useFocusOnArrival(): void {
  const arrival = router().arrival.value;
  const focused = useRef(new Map<number, Element>());
  useEffect(() => {
    const keep = (event: FocusEvent) => {
      const { index } = router().arrival.peek();
      if (event.target instanceof Element && router().layers.peek().length === 0)
        focused.current.set(index, event.target);
    };
    document.addEventListener('focusin', keep);
    return () => document.removeEventListener('focusin', keep);
  }, []);
  useLayoutEffect(() => {
    if (arrival.how === 'load') return;
    const columns = place.peek();
    const frame = columns?.current.screen.frame;
    const name = frame === 'info' ? 'info' : frame === 'list' ? 'list' : 'main';
    const column = document.querySelector(`[data-column="${name}"]`);
    // A view that took the focus itself (the composer) keeps it.
    const timer = setTimeout(() => {
      const now = document.activeElement;
      if (arrival.how === 'back' || arrival.how === 'forward') {
        const before = focused.current.get(arrival.index);
        if (
          before instanceof HTMLElement &&
          before.isConnected &&
          (typeof before.checkVisibility !== 'function' || before.checkVisibility())
        ) {
          before.focus({ preventScroll: true });
          return;
        }
      }
      if (now && now !== document.body && column?.contains(now)) return;
      // Led on from `/` while loading: the page begins at its beginning, with the skip link.
      if (arrival.how === 'replace' && focused.current.size === 0) return;
      if (document.querySelector('dialog[open]')) return;
      focusColumn(name);
    });
    return () => clearTimeout(timer);
  }, [arrival]);
}
