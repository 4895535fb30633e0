import { signal, type ReadonlySignal } from '@preact/signals';

import type { Problem } from '../protocol/problem.ts';
import { unreachable } from './http.ts';

/** Code that comes when it is first needed and stays from then on. */
export interface Later<T> {
  /** Undefined until it has come. */
  readonly it: ReadonlySignal<T | undefined>;
  /** Why it could not come; asking again takes it away. */
  readonly trouble: ReadonlySignal<Problem | undefined>;
  /** Asks for it, once however often it is called; never fails. */
  fetch(): Promise<void>;
}

export function later<T>(load: () => Promise<T>): Later<T> {
  const it = signal<T | undefined>(undefined);
  const trouble = signal<Problem | undefined>(undefined);
  let coming: Promise<void> | undefined;
  return {
    it,
    trouble,
    fetch: () => {
      trouble.value = undefined;
      coming ??= load().then(
        (found) => {
          it.value = found;
        },
        () => {
          coming = undefined;
          trouble.value = unreachable();
        },
      );
      return coming;
    },
  };
}
