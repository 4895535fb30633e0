import { signal } from '@preact/signals';

import type { Device } from '../../../web/device.ts';

// All of the search that is there from the start: that it can be opened. The rest comes when it is.

/** Open, from which chat; undefined while it is not. */
export const searching = signal<{ readonly group?: string } | undefined>(undefined);

/** The device of who is signed in. */
export const searchDevice = signal<Device | undefined>(undefined);

export function openSearch(group?: string): void {
  searching.value = group === undefined ? {} : { group };
}
