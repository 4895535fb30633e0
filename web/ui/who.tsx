import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, ChevronDown, ChevronRight, Clock } from 'lucide';

import { isUnreachable } from '../connection.ts';
import { formatPercent } from '../format.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { ProgressBar, Spinner } from './progress.tsx';
import { Skeleton } from './skeleton.tsx';
import { showToast } from './toast.tsx';
import { Trouble } from './trouble.tsx';
import './who.css';

// Who has done something and who has not: totals as tiles, units with how far they are, people page by page.

/** Typed letters are looked for after this pause. */
const PAUSE_MS = 180;
/** Others go on while one looks: fetched again so long after it was told that something has changed. */
const AGAIN_MS = 1_500;
/** Units that stand open at first, of those that show somebody. */
const OPEN_AT_FIRST = 2;

interface Asking<T> {
  /** All that the answer depends on. */
  key: string;
  /** What is looked for by name, within the key. */
  typed: string;
  /** Where one of these becomes another, it is fetched again; as many each time. */
  follow: readonly unknown[];
  load: () => Promise<T>;
}

interface Asked<T> {
  /** The latest answer, also to what was asked before. */
  readonly found: T | undefined;
  /** The answer to what is asked now. */
  readonly fresh: T | undefined;
  readonly trouble: unknown;
  /** Another one with each answer to the same: what was fetched further is to be fetched anew. */
  readonly turn: number;
  readonly again: () => void;
}

/** A first page, kept true while one looks. Answers to what is no longer asked are dropped. */
export function useAsked<T>({ key, typed, follow, load }: Asking<T>): Asked<T> {
  const [found, setFound] = useState<{ readonly key: string; readonly turn: number; readonly it: T }>();
  const [trouble, setTrouble] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const asking = useRef(0);
  const again = (): void => setTurn((n) => n + 1);

  useEffect(() => {
    const mine = ++asking.current;
    const timer = setTimeout(
      () =>
        void load().then(
          (it) => {
            if (mine !== asking.current) return;
            setFound({ key, turn, it });
            setTrouble(undefined);
          },
          (error: unknown) => {
            if (mine === asking.current) setTrouble(error);
          },
        ),
      typed === '' ? 0 : PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [key, turn]);

  // Also where they never cease to change.
  const followed = useRef(follow);
  const following = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (follow.every((it, at) => it === followed.current[at])) return;
    followed.current = follow;
    following.current ??= setTimeout(() => {
      following.current = undefined;
      again();
    }, AGAIN_MS);
  }, [...follow]);
  useEffect(() => () => clearTimeout(following.current), []);

  const fresh = found?.key === key ? found.it : undefined;
  return { found: found?.it, fresh, trouble, turn: found?.turn ?? 0, again };
}

/** What stands there until it has come, or in place of what could not come. */
export function WhoComing(it: { trouble: unknown; rows: number; offline: string; onRetry: () => void }) {
  if (it.trouble === undefined) return <Skeleton kind="person" rows={it.rows} />;
  if (isUnreachable(it.trouble)) return <p class="who-offline">{it.offline}</p>;
  return <Trouble error={it.trouble} onRetry={it.onRetry} />;
}

interface WhoTilesProps<T extends string> {
  label: string;
  tiles: readonly { readonly value: T; readonly label: string; readonly n: number; readonly red?: boolean }[];
  value: T;
  onChange: (value: T) => void;
  /** What each is a share of; 0 where that is not known. */
  of: number;
  /** Two beside each other, else all. */
  pairs?: boolean;
}

/** Totals, each a tab that shows whom it counts. */
export function WhoTiles<T extends string>({ label, tiles, value, onChange, of, pairs }: WhoTilesProps<T>) {
  return (
    <div class={pairs ? 'who-tiles who-tiles-pairs' : 'who-tiles'} role="tablist" aria-label={label}>
      {tiles.map((it) => (
        <button
          key={it.value}
          type="button"
          role="tab"
          aria-selected={it.value === value}
          tabIndex={it.value === value ? 0 : -1}
          class={it.red ? 'who-tile who-tile-red' : 'who-tile'}
          onClick={() => onChange(it.value)}
          onKeyDown={(event) => moveTab(event)}
        >
          <span>
            <b>{it.n}</b> {of > 0 ? formatPercent(it.n / of) : ''}
          </span>
          <span class="who-tile-label">{it.label}</span>
        </button>
      ))}
    </div>
  );
}

/** Arrows move between the tiles, as between tabs. */
function moveTab(event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const tabs = [...((event.currentTarget as Element).parentElement?.children ?? [])] as HTMLElement[];
  const next = tabs[(tabs.indexOf(event.currentTarget as HTMLElement) + by + tabs.length) % tabs.length];
  event.preventDefault();
  next?.focus();
  next?.click();
}

interface WhoUnitProps {
  name: string;
  /** How many of it are listed, beside its name. */
  listed?: number;
  /** How far it is; `spoken` says it. */
  far?: { readonly done: number; readonly all: number; readonly spoken: string };
  open: boolean;
  /** Nobody of it is listed. */
  empty?: boolean;
  onToggle: () => void;
}

/** Opens and closes a unit. */
export function WhoUnit({ name, listed, far, open, empty, onToggle }: WhoUnitProps) {
  const complete = far?.done === far?.all;
  return (
    <button
      type="button"
      class="who-unit"
      aria-expanded={empty ? undefined : open}
      disabled={empty === true}
      onClick={onToggle}
    >
      <span class="who-unit-chevron">{empty ? null : <Icon of={open ? ChevronDown : ChevronRight} size={20} />}</span>
      <span class="who-unit-name">
        {name}
        {listed === undefined ? null : <span class="who-unit-listed"> {listed}</span>}
      </span>
      {far ? (
        <span class={complete ? 'who-unit-far who-unit-complete' : 'who-unit-far'}>
          {complete ? <Icon of={Check} size={16} /> : null}
          <span class="unseen">{far.spoken}</span>
          <span aria-hidden="true">
            {far.done}/{far.all}
          </span>
        </span>
      ) : null}
      {far ? (
        <span class="who-unit-bar" aria-hidden="true">
          <ProgressBar value={far.done} max={far.all} label={name} />
        </span>
      ) : null}
    </button>
  );
}

/** Turns one of a set on or off. */
export function toggled<T>(set: ReadonlySet<T>, it: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(it)) next.add(it);
  return next;
}

interface WhoUnitsProps<T extends { readonly under: string }> {
  units: readonly T[];
  /** How many of a unit are listed. */
  listed: (unit: T) => number;
  /** Says that number beside the name. */
  showListed?: boolean;
  name: (unit: T) => string;
  far: (unit: T) => NonNullable<WhoUnitProps['far']>;
  /** Without space at the sides. */
  flush?: boolean;
  /** Of a unit that is open. */
  children: (unit: T) => ComponentChildren;
}

/** A section a unit: how far it is and, opened, who. */
export function WhoUnits<T extends { readonly under: string }>(props: WhoUnitsProps<T>) {
  const { units, listed, showListed, name, far, flush, children } = props;
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        units
          .filter((it) => listed(it) > 0)
          .slice(0, OPEN_AT_FIRST)
          .map((it) => it.under),
      ),
  );
  return (
    <ul class={flush ? 'who-units who-flush' : 'who-units'}>
      {units.map((it) => {
        const n = listed(it);
        const isOpen = n > 0 && open.has(it.under);
        return (
          <li key={it.under}>
            <WhoUnit
              name={name(it)}
              listed={showListed ? n : undefined}
              far={far(it)}
              open={isOpen}
              empty={n === 0}
              onToggle={() => setOpen(toggled(open, it.under))}
            />
            {isOpen ? children(it) : null}
          </li>
        );
      })}
    </ul>
  );
}

interface Page<T> {
  readonly people: readonly T[];
  readonly total: number;
}

interface Paging<T> {
  /** What is there already; fetched where absent. */
  first?: readonly T[];
  total: number;
  load: (after: number) => Promise<Page<T>>;
  /** Why they could not come. */
  refusal: (error: unknown) => string;
}

interface Pages<T> {
  readonly people: readonly T[];
  /** Who may still come. */
  readonly left: number;
  readonly busy: boolean;
  readonly next: () => Promise<void>;
}

/** People, a page at a time, each once though somebody came or went meanwhile. */
export function usePages<T extends { readonly account: string }>({ first, total, load, refusal }: Paging<T>): Pages<T> {
  const [people, setPeople] = useState<readonly T[]>(first ?? []);
  const [all, setAll] = useState(total);
  const [busy, setBusy] = useState(false);
  const here = useRef(true);
  async function next(): Promise<void> {
    setBusy(true);
    try {
      const page = await load(people.length);
      if (!here.current) return;
      const known = new Set(people.map((it) => it.account));
      setPeople([...people, ...page.people.filter((it) => !known.has(it.account))]);
      setAll(page.people.length === 0 ? people.length : page.total);
    } catch (error) {
      if (here.current) showToast({ words: refusal(error), icon: null });
    } finally {
      if (here.current) setBusy(false);
    }
  }
  useEffect(() => {
    here.current = true;
    if (!first) void next();
    return () => {
      here.current = false;
    };
  }, []);
  return { people, left: people.length > 0 ? all - people.length : 0, busy, next };
}

interface WhoMoreProps {
  pages: Pages<unknown>;
  loading: string;
  /** On the button that fetches so many more. */
  more: (left: number) => string;
}

/** Below the people who are there: that more come, or a button for them. */
export function WhoMore({ pages: { left, busy, next }, loading, more }: WhoMoreProps) {
  if (busy) {
    return (
      <p class="who-more">
        <Spinner label={loading} />
      </p>
    );
  }
  return left > 0 ? (
    <p class="who-more">
      <Button look="text" onPress={() => void next()}>
        {more(left)}
      </Button>
    </p>
  ) : null;
}

interface WhoPeopleProps<T> extends Paging<T>, Omit<WhoMoreProps, 'pages'> {
  /** Without space at the sides. */
  flush?: boolean;
  children: (person: T) => ComponentChildren;
}

/** People below each other, and more of them on demand. */
export function WhoPeople<T extends { readonly account: string }>(props: WhoPeopleProps<T>) {
  const { loading, more, flush, children } = props;
  const pages = usePages(props);
  return (
    <div class={flush ? 'who-people who-flush' : 'who-people'}>
      {pages.people.map((it) => children(it))}
      <WhoMore pages={pages} loading={loading} more={more} />
    </div>
  );
}

/** At the end of a person’s row: that they have, or have not. */
export function WhoMark({ done, children }: { done: boolean; children: ComponentChildren }) {
  return (
    <span class={done ? 'who-yes' : 'who-no'}>
      <Icon of={done ? Check : Clock} size={16} />
      {children}
    </span>
  );
}
