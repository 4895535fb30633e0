import { signal } from '@preact/signals';

export interface HelpContact {
  name: string;
  phone: string;
  email?: string;
  unit?: string;
}

/** Whom to call: set once it is known (before sign-in already), shown in the same place on every screen of options. */
export const helpContact = signal<HelpContact | undefined>(undefined);
