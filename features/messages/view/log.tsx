import { batch, signal, useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ArrowDown } from 'lucide';
import { Virtualizer } from 'virtua';
import type { VirtualizerHandle } from 'virtua';

import { letterKeys, prefersStill } from '../../../web/appearance.ts';
import { formatBadge, formatDay } from '../../../web/format.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { windowHeight } from '../../../web/viewport.ts';
import { MentionJump } from '../../mentions/view/jump.tsx';
import { rowMaker } from '../state/rows.ts';
import type { Row } from '../state/rows.ts';
import { isChoosable } from '../state/selection.ts';
import { strings } from '../strings.ts';
import { LogLine } from './bubble.tsx';
import { acts } from './menu.tsx';
import type { LogPlace } from './place.ts';
import { UrgentAlert } from './urgent-alert.tsx';
import '../messages.css';

/** Nearer than this to an end, the next page is asked for. */
const NEAR_PX = 900;
/** Nearer than this to the newest line, new lines pull the log along. */
const STICK_PX = 60;
const READ_MS = 500;
/** More new lines than this within two seconds are announced as a number. */
const ANNOUNCED_MOST = 3;

interface LogProps {
  place: LogPlace;
  name: string;
  /** Number up to which it was read when it was opened, where something was unread, and how much. */
  unreadAfter: number | undefined;
  unreadCount: number;
  /** Still unread, for the button that leads to the newest line. */
  unreadNow: number;
  empty: string;
  online: boolean;
  /** Seen up to this line. */
  onRead: (seq: number, ordinal: number) => void;
  /** Stands above the very first line. */
  start: VNode;
}

/** The log of a conversation: drawn as far as it is seen, endless both ways, still under the finger. */
export function MessageLog(props: LogProps) {
  const { place, name, unreadAfter, online, onRead } = props;
  const { conversation } = place;
  const shown = conversation.shown.value;
  const pending = place.messages.pendingIn(place.group).value;
  const loading = conversation.loading.value;
  const trouble = conversation.trouble.value;

  const make = useMemo(rowMaker, [conversation]);
  const all = useMemo(
    () => make({ ...shown, pending, self: place.self, unreadAfter }),
    [make, shown, pending, place.self, unreadAfter],
  );
  // Opened at its end it is first drawn as far as it is seen at once; the rest is put in above when that stands.
  const [whole, setWhole] = useState(unreadAfter !== undefined);
  const rows = useMemo(() => (whole || !shown.last ? all : all.slice(-linesInSight())), [all, whole, shown.last]);
  useEffect(() => {
    if (rows.length === 0) return;
    const timer = setTimeout(() => {
      setWhole(true);
      void acts.fetch();
    }, WHOLE_MS);
    return () => clearTimeout(timer);
  }, [rows.length > 0]);

  const box = useRef<HTMLDivElement | null>(null);
  const handle = useRef<VirtualizerHandle | null>(null);
  const before = useRef<readonly Row[]>([]);
  const epoch = useRef(0);
  const stick = useRef(true);
  /** The height for which `stick` was found out; in another one only the reason for it has moved. */
  const height = useRef(0);
  const placed = useRef(-1);
  const placedAt = useRef(0);
  const away = useSignal(false);
  const day = useSignal<number | undefined>(undefined);
  const flashed = useSignal<string | undefined>(undefined);
  const live = useSignal<'off' | 'polite'>('off');
  const latest = useRef({ rows, shown, online, whole });
  latest.current = { rows, shown, online, whole };

  // Another stretch of the conversation is another log: nothing measured before holds.
  const { shift, overlaps } = compare(before.current, rows);
  if (!overlaps && before.current !== rows) epoch.current += 1;

  const toEnd = (smooth = false): void => {
    const last = latest.current.rows.length - 1;
    if (last >= 0) handle.current?.scrollToIndex(last, { align: 'end', smooth: smooth && !prefersStill() });
  };

  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    if (rows.length === 0) return;
    if (placed.current !== epoch.current) {
      placed.current = epoch.current;
      placedAt.current = performance.now();
      const unread = rows.findIndex((it) => it.unread);
      const anchor =
        unread >= 0 ? unread : shown.last ? -1 : rows.findIndex((it) => (it.line?.seq ?? 0) > (unreadAfter ?? 0));
      if (anchor > 0) {
        stick.current = false;
        handle.current?.scrollToIndex(anchor, { align: 'start', offset: -72 });
      } else {
        stick.current = shown.last;
        toEnd();
      }
      return;
    }
    const newest = rows.at(-1)!;
    const wrote = newest.kind === 'pending' && !old.some((it) => it.key === newest.key);
    if (wrote || (stick.current && !shift)) {
      stick.current = true;
      toEnd();
    }
  }, [rows, epoch.current]);

  // ——— Loading more

  const check = (): void => {
    const it = handle.current;
    const { shown, rows, online, whole } = latest.current;
    if (!it || rows.length === 0 || !whole) return;
    const below = it.scrollSize - it.scrollOffset - it.viewportSize;
    if (box.current?.clientHeight === height.current) stick.current = shown.last && below < STICK_PX;
    away.value = !shown.last || below > it.viewportSize / 2;
    if (!online) return;
    if (!shown.first && it.scrollOffset < NEAR_PX) void conversation.older();
    else if (!shown.last && below < NEAR_PX) void conversation.newer();
  };
  useEffect(check, [shown, loading, online, whole]);
  useEffect(() => {
    if (online && conversation.trouble.peek() && conversation.shown.peek().lines.length === 0)
      void conversation.newest();
  }, [online]);

  // ——— The day that floats while scrolling

  const still = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const lively = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const scrolled = (): void => {
    check();
    const it = handle.current;
    if (!it) return;
    const top = rows[it.findItemIndex(it.scrollOffset + 8)];
    batch(() => {
      // Coming to its place is not yet scrolling.
      if (performance.now() - placedAt.current > 600) day.value = top?.at;
      live.value = 'off';
    });
    clearTimeout(still.current);
    still.current = setTimeout(() => {
      day.value = undefined;
    }, 1_400);
    settle();
  };
  // History that is put in must not be read out; what is new is, once all has come to rest.
  const settle = (): void => {
    clearTimeout(lively.current);
    lively.current = setTimeout(() => {
      if (latest.current.shown.last && stick.current) live.value = 'polite';
    }, 700);
  };
  useEffect(() => {
    live.value = 'off';
    settle();
  }, [epoch.current, loading]);
  useEffect(
    () => () => {
      clearTimeout(still.current);
      clearTimeout(lively.current);
    },
    [],
  );

  // The keyboard, a taller composer: what stood at the bottom stays there.
  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    height.current = element.clientHeight;
    const watcher = new ResizeObserver(() => {
      height.current = element.clientHeight;
      if (stick.current) element.scrollTop = element.scrollHeight;
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  const burst = useBurst(rows, live, shown.last);

  // ——— What has been seen

  useEffect(() => {
    let candidate: { seq: number; ordinal: number; since: number } | undefined;
    const timer = setInterval(() => {
      const { shown, rows } = latest.current;
      const newest = shown.lines.at(-1);
      const chat = place.chat();
      // What the actor has deleted on their side below the last line is read with it.
      const below =
        shown.last && chat && chat.messages > (newest?.ordinal ?? 0)
          ? { seq: chat.at, ordinal: chat.messages }
          : undefined;
      if ((below ?? newest ?? { seq: 0 }).seq <= place.readSeq()) return;
      if (document.visibilityState !== 'visible' || !document.hasFocus()) {
        candidate = undefined;
        return;
      }
      const sight = furthestSeen(handle.current, rows);
      const seen = below && sight?.seq === newest?.seq ? below : sight;
      if (!seen) return;
      const now = performance.now();
      if (candidate && seen.seq < candidate.seq) candidate = undefined;
      if (candidate && now - candidate.since >= READ_MS) {
        onRead(candidate.seq, candidate.ordinal);
        candidate = undefined;
      }
      if (seen.seq > place.readSeq()) candidate ??= { ...seen, since: now };
    }, READ_MS / 2);
    return () => clearInterval(timer);
  }, [conversation, place]);

  // ——— Led to one of them

  const aim = conversation.aim.value;
  useEffect(() => {
    if (!aim || rows.length === 0) return;
    if (!whole) {
      setWhole(true);
      return;
    }
    conversation.aim.value = undefined;
    const index = rows.findIndex((it) => it.line?.seq === aim.seq);
    if (index < 0) {
      showToast({ words: strings('quoteMissing'), icon: null });
      return;
    }
    stick.current = false;
    focusRow(index, 'center');
    const { key } = rows[index]!;
    flashed.value = key;
    setTimeout(() => {
      if (flashed.peek() === key) flashed.value = undefined;
    }, FLASH_MS);
  }, [aim, rows, whole]);
  // Not a matter of the row: it stays as it is drawn.
  useEffect(() => {
    const key = flashed.value;
    if (key === undefined) return;
    let shown: Element | null | undefined;
    let tries = 0;
    const seek = (): void => {
      shown = box.current?.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (shown) shown.classList.add('bubble-flash');
      else if ((tries += 1) < SEEN_FRAMES && flashed.peek() === key) requestAnimationFrame(seek);
    };
    seek();
    return () => shown?.classList.remove('bubble-flash');
  }, [flashed.value]);

  // ——— Keys

  const focusRow = (index: number, align: 'nearest' | 'center' = 'nearest'): void => {
    const row = latest.current.rows[index];
    if (!row) return;
    handle.current?.scrollToIndex(index, { align });
    // What was not drawn is drawn in the next frame.
    let tries = 0;
    const seek = (): void => {
      const found = box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`);
      if (found) found.focus({ preventScroll: align === 'center' });
      else if ((tries += 1) < SEEN_FRAMES) requestAnimationFrame(seek);
    };
    seek();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = (event.target as Element).closest<HTMLElement>('[data-key]');
    const at = focused ? rows.findIndex((it) => it.key === focused.dataset['key']) : -1;
    const step = (by: 1 | -1): number => {
      let to = at + by;
      while (rows[to] && rows[to]!.kind !== 'line' && rows[to]!.kind !== 'pending') to += by;
      return to;
    };
    if (event.key === 'End') {
      event.preventDefault();
      void jump(true);
      return;
    }
    if (at < 0) {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      const it = handle.current;
      if (it) focusRow(Math.max(0, it.findItemIndex(it.scrollOffset + it.viewportSize - 24)));
      return;
    }
    const line = rows[at]?.line;
    if (place.selection.on.peek() && line && event.target === focused && isChoosable(line)) {
      const step = event.key === 'ArrowUp' ? -1 : 1;
      if (event.key === ' ' || event.key === 'Enter') {
        event.preventDefault();
        place.selection.toggle(line);
        return;
      }
      const next = event.shiftKey && event.key.startsWith('Arrow') ? rows[at + step]?.line : undefined;
      if (next && isChoosable(next)) place.selection.reach(next, shown.lines);
    } else if (line && event.target === focused && !event.shiftKey && /^([a-z]|Delete)$/i.test(event.key)) {
      // Letters act only here, on the message that has the focus, and where the person wants them to.
      if (event.key !== 'Delete' && !letterKeys.peek()) return;
      const key = event.key.length > 1 ? event.key : event.key.toLowerCase();
      const run = (): boolean => acts.it.peek()?.runKey(key, line, place) ?? false;
      // What keys do comes once the log stands: one that is pressed before is done when it has come.
      if (!acts.it.peek()) {
        event.preventDefault();
        void acts.fetch().then(run);
      } else if (run()) event.preventDefault();
      return;
    }
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      focusRow(step(event.key === 'ArrowUp' ? -1 : 1));
    } else if (event.key === 'Home') {
      event.preventDefault();
      focusRow(rows.findIndex((it) => it.kind === 'line'));
    } else if (event.key === 'Enter' && event.target === focused) {
      event.preventDefault();
      // As the menu key does: at no point, so at the message.
      focused?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    }
  };

  // What is inside a message is a stop of the Tab key only while that message has the focus: history is endless.
  const onFocus = (event: FocusEvent): void => {
    const within = (event.target as Element).closest('[data-key]');
    for (const it of box.current?.querySelectorAll<HTMLElement>(
      '[data-key] a, [data-key] .pill, .bubble-said :is(button, input), .bubble-more button',
    ) ?? [])
      it.tabIndex = within?.contains(it) ? 0 : -1;
  };

  const jump = async (focus = false): Promise<void> => {
    await conversation.newest();
    stick.current = true;
    toEnd(latest.current.shown.last);
    if (focus) focusRow(latest.current.rows.length - 1);
  };

  // Whoever writes while looking at what was said long ago is led to where their message stands.
  const written = useRef(pending.at(-1)?.id);
  useEffect(() => {
    const id = pending.at(-1)?.id;
    if (id !== undefined && id !== written.current && !latest.current.shown.last) void jump();
    written.current = id;
  }, [pending]);

  return (
    <section
      class={`log-area${place.pair ? ' log-pair' : ''}${place.selection.on.value ? ' log-choosing' : ''}`}
      aria-label={strings('log', { name })}
    >
      {/* One stop of the Tab key; the arrow keys go from message to message within it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={box}
        class="log scroll"
        role="log"
        aria-label={strings('log', { name })}
        aria-live={live.value}
        aria-relevant="additions"
        aria-busy={loading !== undefined}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes the focus
        tabIndex={0}
        data-skip
        onKeyDown={onKeyDown}
        onFocusIn={onFocus}
      >
        <div class="log-filler" />
        {rows.length > 0 ? (
          <Virtualizer
            key={epoch.current}
            ref={handle}
            scrollRef={box}
            data={rows}
            shift={shift}
            bufferSize={600}
            // Drawn before anything has been measured: one layout, not three, stands between the tap and the words.
            ssrCount={whole ? undefined : rows.length}
            onScroll={scrolled}
            onResize={() => {
              if (stick.current) toEnd();
            }}
          >
            {(row: Row) => (
              <LogItem key={row.key} row={row} place={place} unread={props.unreadCount} start={props.start} />
            )}
          </Virtualizer>
        ) : null}
      </div>
      {rows.length === 0 ? (
        loading || (!shown.first && !trouble) ? (
          <div class="log-waiting">
            <Skeleton kind="bubble" rows={5} />
          </div>
        ) : trouble ? (
          <EmptyState
            title={strings('notLoaded')}
            text={strings('notLoadedText')}
            action={<Button onPress={() => void conversation.newest()}>{strings('retry')}</Button>}
          />
        ) : (
          <div class="log-empty">
            {props.start}
            <p>{props.empty}</p>
          </div>
        )
      ) : null}
      <FloatingDay day={day} />
      <MentionJump place={place} inSight={() => sightOf(handle.current, latest.current.rows)} />
      <JumpButton away={away} unread={props.unreadNow} onPress={() => void jump()} />
      <div class="unseen" role="status">
        {burst}
      </div>
      <UrgentAlert key={conversation.group} place={place} lines={shown.lines} last={shown.last} />
      <OverLog place={place} />
    </section>
  );
}

/** What an act on a message opened: a sheet, a dialog. */
function OverLog({ place: { over } }: { place: LogPlace }) {
  return (
    over.value?.(() => {
      over.value = undefined;
    }) ?? null
  );
}

function LogItem({ row, place, unread, start }: { row: Row; place: LogPlace; unread: number; start: VNode }) {
  switch (row.kind) {
    case 'older':
    case 'newer':
      return (
        <div class="log-more" aria-hidden="true">
          <Skeleton kind="bubble" rows={3} />
        </div>
      );
    case 'start':
      return <div class="log-start">{start}</div>;
    default:
      return <LogLine row={row} place={place} unread={row.unread ? unread : 0} />;
  }
}

function FloatingDay({ day }: { day: Signal<number | undefined> }) {
  const at = day.value;
  const last = useRef(at);
  if (at !== undefined) last.current = at;
  return (
    <div class={`log-floating${at === undefined ? '' : ' log-floating-shown'}`} aria-hidden="true">
      {last.current === undefined ? null : <span class="log-pill">{formatDay(last.current)}</span>}
    </div>
  );
}

function JumpButton({ away, unread, onPress }: { away: Signal<boolean>; unread: number; onPress: () => void }) {
  if (!away.value) return null;
  return (
    <div class="log-jump">
      <IconButton
        icon={ArrowDown}
        look="soft"
        label={unread > 0 ? strings('jumpUnread', { n: unread }) : strings('jump')}
        onPress={onPress}
      />
      {unread > 0 ? (
        <span class="log-jump-count" aria-hidden="true">
          {formatBadge(unread)}
        </span>
      ) : null}
    </div>
  );
}

/** A line somebody was led to stands out for so long. */
const FLASH_MS = 1_000;
/** Drawings within which a line that is scrolled to is there. */
const SEEN_FRAMES = 30;
/** The end of the log has stood for so long when the rest is put in. */
const WHOLE_MS = 150;
/** The lowest line there is, and what bar and composer take at least, px: so many lines fill the window at most. */
const LOWEST_PX = 46;
const AROUND_PX = 110;

const linesInSight = (): number => Math.max(8, Math.ceil((windowHeight() - AROUND_PX) / LOWEST_PX));

/** How two drawings of the log hang together. */
function compare(before: readonly Row[], now: readonly Row[]): { shift: boolean; overlaps: boolean } {
  if (before.length === 0 || now.length === 0 || before === now) return { shift: false, overlaps: before === now };
  const first = before.find((it) => it.kind === 'line' || it.kind === 'pending');
  if (!first) return { shift: false, overlaps: false };
  const old = before.indexOf(first);
  // Most changes are at the end: the first line is where it was.
  if (now[old]?.key === first.key) return { shift: false, overlaps: true };
  const at = now.findIndex((it) => it.key === first.key);
  if (at >= 0) return { shift: at > old, overlaps: true };
  const keys = new Set(before.map((it) => it.key));
  return {
    shift: false,
    overlaps: now.some((it) => (it.kind === 'line' || it.kind === 'pending') && keys.has(it.key)),
  };
}

/** The furthest line of which at least half stands in the window. */
function furthestSeen(
  handle: VirtualizerHandle | null,
  rows: readonly Row[],
): { seq: number; ordinal: number } | undefined {
  if (!handle || handle.viewportSize === 0) return undefined;
  const top = handle.scrollOffset;
  const bottom = top + handle.viewportSize;
  const fits = handle.scrollSize <= handle.viewportSize + 1;
  for (let at = fits ? rows.length - 1 : handle.findItemIndex(bottom - 1); at >= 0; at -= 1) {
    const { line } = rows[at] ?? {};
    if (!line) continue;
    if (fits) return line;
    const from = handle.getItemOffset(at);
    const size = handle.getItemSize(at);
    if (from + size < top) return undefined;
    if (Math.min(from + size, bottom) - Math.max(from, top) >= Math.min(size, handle.viewportSize) / 2) return line;
  }
  return undefined;
}

/** The numbers of the first and the last line of which at least a part stands in the window. */
function sightOf(handle: VirtualizerHandle | null, rows: readonly Row[]): { from: number; to: number } | undefined {
  if (!handle || handle.viewportSize === 0) return undefined;
  const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 1);
  const seqs = rows.slice(handle.findItemIndex(handle.scrollOffset), last + 1).flatMap((it) => it.line?.seq ?? []);
  return seqs.length > 0 ? { from: seqs[0]!, to: seqs.at(-1)! } : undefined;
}

/** Many new lines at once are said as a number instead of one by one. */
function useBurst(rows: readonly Row[], live: Signal<'off' | 'polite'>, last: boolean): string {
  const words = useMemo(() => signal(''), []);
  const seen = useRef({ newest: 0, since: 0, count: 0 });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const newest = rows.findLast((it) => it.kind === 'line')?.line?.seq ?? 0;
    const it = seen.current;
    if (it.newest === 0 || !last) {
      it.newest = newest;
      return;
    }
    const added = rows.reduceRight((sum, row) => sum + (row.line && row.line.seq > it.newest && !row.own ? 1 : 0), 0);
    it.newest = Math.max(it.newest, newest);
    if (added === 0) return;
    const now = performance.now();
    if (now - it.since > 2_000) {
      it.since = now;
      it.count = 0;
    }
    it.count += added;
    if (it.count <= ANNOUNCED_MOST) return;
    live.value = 'off';
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      words.value = strings('newMessages', { n: it.count });
      live.value = 'polite';
    }, 2_000);
  }, [rows, last]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return words.value;
}
