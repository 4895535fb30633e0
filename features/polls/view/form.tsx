import type { FormPlace } from '../../../web/ui/form-place.ts';

/** What the form asks for: the group, and words taken from a message. */
export interface PollWish {
  readonly group: string;
  readonly text?: string | undefined;
}

/** Asks for a new poll. */
export function openPollForm(place: FormPlace, wish: PollWish): void {
  place.show(() =>
    import('./make.tsx').then(({ MakePoll }) => ({ onClose }) => <MakePoll {...wish} onClose={onClose} />),
  );
}
