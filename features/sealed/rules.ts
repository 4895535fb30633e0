import type { GroupKind } from '../groups/rights.ts';

/** Rows of one page of what lies sealed. */
export const PAGE_MOST = 100;
/** How long who opened one may look at it, and at the files it carried. */
export const READ_MS = 15 * 60_000;
/** Letters of the reason for which something sealed is opened. */
export const REASON_LEAST = 10;
export const REASON_MOST = 200;

/** Whether a kind of group begins with keeping records: those of the agency's own work do, talk does not. */
export function keepsRecords(kind: GroupKind): boolean {
  return kind === 'directive' || kind === 'coordination' || kind === 'announcement';
}
