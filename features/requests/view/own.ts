import type { OwnRequest } from '../protocol.ts';
import { requests } from '../state.ts';

/** What the person has asked for and waits for; another list whenever that changes. Reads as a signal. */
export function ownRequests(): readonly OwnRequest[] | undefined {
  return requests.value?.own.value;
}
