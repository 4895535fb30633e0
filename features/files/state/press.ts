import { signal } from '@preact/signals';

/** A finger that holds the microphone: how far it has moved since, px; `up` once it has let go. */
export interface Press {
  readonly dx: number;
  readonly dy: number;
  readonly up: boolean;
}

/** Undefined where nobody holds it. The button stays; what it has opened reads this. */
export const press = signal<Press | undefined>(undefined);
