import { signal } from '@preact/signals';

import type { Calls } from './state/calls.ts';

/** Of whoever is signed in at this page; undefined until its code has come, a moment after the first screen. */
export const calls = signal<Calls | undefined>(undefined);
