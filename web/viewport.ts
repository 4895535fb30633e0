import { computed, signal, type Signal } from '@preact/signals';

// The four shapes of ui.md §4. Layout itself is CSS; this is for parts that are something else on a phone
// (sheet or dialog, menu or sheet) and for behaviour.

export type Shape = 'phone' | 'narrow' | 'wide' | 'widest';

const widths = { narrow: 600, wide: 1024, roomy: 1200, widest: 1440 } as const;

const known = typeof matchMedia === 'function';
const at = Object.fromEntries(
  Object.entries(widths).map(([shape, width]) => {
    const query = known ? matchMedia(`(min-width: ${width}px)`) : undefined;
    const matches = signal<boolean>(query?.matches ?? false);
    query?.addEventListener('change', (event) => {
      matches.value = event.matches;
    });
    return [shape, matches];
  }),
) as Record<keyof typeof widths, Signal<boolean>>;

export const shape = computed<Shape>(() =>
  at.widest.value ? 'widest' : at.wide.value ? 'wide' : at.narrow.value ? 'narrow' : 'phone',
);

export const isPhone = computed(() => shape.value === 'phone');

/** Room for the info column without being asked for. */
export const hasAside = computed(() => at.roomy.value);

let height = known ? innerHeight : 0;
if (known)
  addEventListener('resize', () => {
    height = innerHeight;
  });

/** Of the window, px, as it was told last: asking the browser while drawing would have it lay out the page first. */
export const windowHeight = (): number => height;

/** A finger is the main pointer: menus open by long press, opening a chat must not raise the keyboard. */
export const isTouch = known ? matchMedia('(pointer: coarse)').matches : false;
