import { computed } from '@preact/signals';
import { asideOpen } from './appearance.ts';
import { back, here, navigate } from './routing.ts';
import { hasAside } from './viewport.ts';

/** The info column of a detail: whether it is open, and the button in the bar that opens and closes it. */
export function asideOf(detail: string, info: string) {
  const below = computed(() => here.value.path !== detail && here.value.path.startsWith(`${detail}/`));
  return {
    get open(): boolean {
      return below.value || (hasAside.value && asideOpen.value);
    },
    toggle(): void {
      if (!hasAside.value) {
        if (below.value) back(detail);
        else navigate(info);
        return;
      }
      const wasOpen = this.open;
      asideOpen.value = !wasOpen;
      if (wasOpen && below.value) navigate(detail);
    },
  };
}
