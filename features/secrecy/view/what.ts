import type { Waiting } from '../state.ts';
import { strings } from '../strings/sender.ts';
import { strings as told } from '../strings/told.ts';

/** What was waiting: written in a form that is open no longer. */
export type What = 'message' | 'edit' | 'file' | 'scheduled' | 'form' | Waiting;

const GONE = {
  note: 'noteTitle',
  reminder: 'reminderTitle',
  poll: 'pollTitle',
  report: 'reportTitle',
} as const satisfies Record<Waiting, string>;

export const isGone = (what: What): what is Waiting => what in GONE;

/** What is not sent, or not saved. */
export function titleOf(what: What): string {
  if (what === 'file') return told('fileTitle');
  if (what === 'edit') return strings('editTitle');
  if (what === 'form') return strings('formTitle');
  return isGone(what) ? strings(GONE[what]) : told('messageTitle');
}
