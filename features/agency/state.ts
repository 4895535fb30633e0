import { signal } from '@preact/signals';

import type { OutputOf } from '../../protocol/action.ts';
import { call } from '../../web/connection.ts';
import { helpContact } from '../../web/help.ts';
import { displayName } from '../../web/names.ts';
import type { agencyActions } from './protocol.ts';

export type Agency = OutputOf<(typeof agencyActions)['agency.get']>;

/** Whose house this is, as far as known; kept on the device, so that help can be called without a line too. */
export const agency = signal<Agency | undefined>(undefined);

// Everybody may know it before signing in, so it may lie in localStorage.
const KEPT = 'agency';

export function takeAgency(found: Agency): void {
  agency.value = found;
  helpContact.value = found.help ? { ...found.help, name: displayName(found.help.name) } : undefined;
  if (!found.setUp) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...found, ready: null }));
  } catch {
    // Without it the next start without a line does not know whom to call.
  }
}

/** What this device remembers, at once. */
export function recallAgency(): void {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Agency | null;
    if (found) takeAgency(found);
  } catch {
    // What cannot be read is asked for.
  }
}

/** Asks the server; fails with a `Problem`. */
export async function fetchAgency(): Promise<Agency> {
  const found = await call('agency.get', {});
  takeAgency(found);
  return found;
}
