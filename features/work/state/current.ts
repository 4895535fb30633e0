import { signal } from '@preact/signals';

import type { Work } from '../state.ts';

/** What waits for whoever is signed in; comes when the rest is there. */
export const work = signal<Work | undefined>(undefined);
