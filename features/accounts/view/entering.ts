import { newcomer, session } from '../state.ts';

/** Signed in by another way than a code: the set-up. */
export function enterAs(account: string, first = false): void {
  newcomer.value = first;
  session.value = { state: 'in', account };
}
