import { signal } from '@preact/signals';

import type { Reports } from '../state.ts';

/** Of whoever is signed in at this page; undefined until its code has come, which is not needed to read and write. */
export const reports = signal<Reports | undefined>(undefined);
