import { effect, signal } from '@preact/signals';
import { language, type Language } from './language.ts';

// How this device shows the program. Nothing here is a secret, so it may live in localStorage; it stays when the
// person signs out, because the eyes in front of the screen stay too. first-paint.ts reads the same keys.

export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'small' | 'medium' | 'large' | 'largest';

export const theme = signal<Theme>('system');
export const textSize = signal<TextSize>('medium');
export const reduceMotion = signal(false);
/** Width of the list column on a computer, px. */
export const listWidth = signal<number | undefined>(undefined);
/** The info column stands open beside a chat (from 1200 px). */
export const asideOpen = signal(true);
/** Enter sends (Shift+Enter makes a line); off: the other way round. */
export const enterSends = signal(true);
/** Single letters act on the message that has the focus. */
export const letterKeys = signal(true);

const KEY = 'appearance';

interface Remembered {
  theme: Theme;
  text: TextSize;
  motion: 'reduce' | 'system';
  language: Language;
  listWidth?: number;
  aside: boolean;
  enterSends: boolean;
  letterKeys: boolean;
}

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
  allowed.includes(value as T) ? (value as T) : otherwise;

/** Takes what was remembered, shows it, and remembers every change, also one made in another tab. */
export function keepAppearance(): void {
  take();
  addEventListener('storage', (event) => {
    if (event.key === KEY) take();
  });
  effect(() => {
    const remembered: Remembered = {
      theme: theme.value,
      text: textSize.value,
      motion: reduceMotion.value ? 'reduce' : 'system',
      language: language.value,
      listWidth: listWidth.value,
      aside: asideOpen.value,
      enterSends: enterSends.value,
      letterKeys: letterKeys.value,
    };
    const root = document.documentElement;
    root.lang = remembered.language;
    root.dataset['theme'] = remembered.theme;
    root.dataset['text'] = remembered.text;
    root.dataset['motion'] = remembered.motion;
    if (remembered.listWidth) root.style.setProperty('--list-width', `${remembered.listWidth}px`);
    else root.style.removeProperty('--list-width');
    showBarColour();
    try {
      localStorage.setItem(KEY, JSON.stringify(remembered));
    } catch {
      // A full or forbidden store costs only the memory of these choices.
    }
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showBarColour);
}

function take(): void {
  let found: Partial<Remembered> = {};
  try {
    found = (JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Remembered> | null) ?? {};
  } catch {
    // What cannot be read is as if it had never been chosen.
  }
  theme.value = oneOf(found.theme, ['system', 'light', 'dark'], 'system');
  textSize.value = oneOf(found.text, ['small', 'medium', 'large', 'largest'], 'medium');
  reduceMotion.value = found.motion === 'reduce';
  language.value = oneOf(found.language, ['vi', 'en'], 'vi');
  listWidth.value = typeof found.listWidth === 'number' ? found.listWidth : undefined;
  asideOpen.value = found.aside !== false;
  enterSends.value = found.enterSends !== false;
  letterKeys.value = found.letterKeys !== false;
}

/** The phone's own bar takes the colour of ours; the two metas in index.html know only the system's theme. */
function showBarColour(): void {
  const surface = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim();
  if (!surface) return;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', surface);
}

/** Is motion to be avoided, by the system's wish or by the person's? */
export function prefersStill(): boolean {
  return reduceMotion.value || matchMedia('(prefers-reduced-motion: reduce)').matches;
}
