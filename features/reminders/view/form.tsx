import type { ComponentType } from 'preact';

/** What the form asks for: the group, and words of a message it is made from. */
export interface ReminderWish {
  readonly group: string;
  readonly text?: string | undefined;
  /** The day it is to be on: “2026-11-20”. */
  readonly day?: string | undefined;
}

/** Where sheets and dialogs are laid over what is shown: the composer's place is one. */
export interface FormPlace {
  readonly show: (panel: () => Promise<ComponentType<{ onClose: () => void }>>) => void;
}

/** Asks for a new reminder. */
export function openReminderForm(place: FormPlace, wish: ReminderWish): void {
  place.show(() =>
    import('./make.tsx').then(({ MakeReminder }) => ({ onClose }) => <MakeReminder {...wish} onClose={onClose} />),
  );
}
