import type { ComponentType } from 'preact';

/** What the form asks for: the group, and words taken from a message. */
export interface PollWish {
  readonly group: string;
  readonly text?: string | undefined;
}

/** Where sheets and dialogs are laid over what is shown: the composer's place is one. */
export interface FormPlace {
  readonly show: (panel: () => Promise<ComponentType<{ onClose: () => void }>>) => void;
}

/** Asks for a new poll. */
export function openPollForm(place: FormPlace, wish: PollWish): void {
  place.show(() =>
    import('./make.tsx').then(({ MakePoll }) => ({ onClose }) => <MakePoll {...wish} onClose={onClose} />),
  );
}
