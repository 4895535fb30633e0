import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Frame } from './routing.ts';

// The title of the window names the screen in the last column; a list gives way to what was opened from it.
const order: Record<Frame, number> = { list: 0, page: 1, detail: 1, bare: 1, info: 2 };
const titles = signal<readonly { words: string; rank: number }[]>([]);

export const screenTitle = computed(
  () =>
    titles.value.reduce<{ words: string; rank: number }>((a, b) => (b.rank >= a.rank ? b : a), { words: '', rank: -1 })
      .words,
);

/** What stands there before everything else while it holds: somebody calls. */
export const calling = signal<string | undefined>(undefined);

export function useTitle(words: string, frame: Frame | undefined): void {
  useEffect(() => {
    if (!frame) return;
    const own = { words, rank: order[frame] };
    titles.value = [...titles.peek(), own];
    return () => {
      titles.value = titles.peek().filter((title) => title !== own);
    };
  }, [words, frame]);
}

/** “(3) Phòng chống bão lũ… – Nhà Rông” */
export function windowTitle(screen: string, unread: number): string {
  const name = screen && screen !== 'Nhà Rông' ? `${screen} – Nhà Rông` : 'Nhà Rông';
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${name}` : name;
}

export function keepWindowTitle(unread: ReadonlySignal<number> | undefined): void {
  effect(() => {
    document.title = windowTitle(calling.value ?? screenTitle.value, unread?.value ?? 0);
  });
}

interface Badging {
  setAppBadge?(n: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

/** The number on the icon of the installed app, where the system shows one. */
export function keepIconBadge(count: ReadonlySignal<number> | undefined): void {
  const { setAppBadge, clearAppBadge } = navigator as Badging;
  if (!count || !setAppBadge || !clearAppBadge) return;
  effect(() => {
    const n = count.value;
    // A browser in which the app is not installed refuses, which harms nobody.
    (n > 0 ? setAppBadge.call(navigator, n) : clearAppBadge.call(navigator)).catch(() => {});
  });
}
