import type { FormPlace } from '../../../web/ui/form-place.ts';
import type { Right } from '../../groups/rights.ts';
import { openNoteForm } from '../../notes/view/form.tsx';
import { openPollForm } from '../../polls/view/form.tsx';
import { openReminderForm } from '../../reminders/view/form.tsx';
import { strings } from '../strings.ts';

export type MakerKey = 'note' | 'reminder' | 'poll';

interface Maker {
  readonly right: Right;
  words(): string;
  open(place: FormPlace, wish: { readonly group: string }): void;
}

/** What can be made for a board, and who may. */
export const makers: Readonly<Record<MakerKey, Maker>> = {
  note: { right: 'note.create', words: () => strings('newNote'), open: openNoteForm },
  reminder: { right: 'reminder.create', words: () => strings('newReminder'), open: openReminderForm },
  poll: { right: 'poll.create', words: () => strings('newPoll'), open: openPollForm },
};
