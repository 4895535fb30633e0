import type { FormPlace } from '../../../web/ui/form-place.ts';

/** What the form asks for: the group, and words of a message it is made from. */
export interface ReminderWish {
  readonly group: string;
  readonly text?: string | undefined;
  /** The day it is to be on: “2026-11-20”. */
  readonly day?: string | undefined;
}

/** Asks for a new reminder. */
export function openReminderForm(place: FormPlace, wish: ReminderWish): void {
  place.show(() =>
    import('./make.tsx').then(({ MakeReminder }) => ({ onClose }) => <MakeReminder {...wish} onClose={onClose} />),
  );
}
