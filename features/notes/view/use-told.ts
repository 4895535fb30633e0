import { useEffect } from 'preact/hooks';

import { Problem } from '../../../protocol/problem.ts';
import { navigate } from '../../../web/routing.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Notes } from '../state.ts';
import { strings } from '../strings.ts';
import { refusedWords } from './words.ts';

/** Says what was written or acknowledged without a line and could not be done later; once, wherever a note is shown. */
export function useTold(notes: Notes | undefined): void {
  const unsaved = notes?.unsaved.value;
  const undone = notes?.undone.value;
  useEffect(() => {
    if (!notes || !unsaved || notes.unsaved.peek() !== unsaved) return;
    notes.unsaved.value = undefined;
    const { group, note, code, right } = unsaved;
    const words = refusedWords(new Problem(code, { status: 0, summary: '' }, right === undefined ? {} : { right }));
    showToast(
      note === undefined
        ? { words, icon: null }
        : {
            words,
            icon: null,
            seconds: 10,
            action: strings('seeDraft'),
            onAction: () => navigate(`/chats/${group}/notes/${note}`),
          },
    );
  }, [unsaved]);
  useEffect(() => {
    if (!notes || !undone || notes.undone.peek() !== undone) return;
    notes.undone.value = undefined;
    const words = strings(undone.code === 'note.changed_meanwhile' ? 'acknowledgedAgain' : 'notDone');
    showToast({ words, icon: null });
  }, [undone]);
}
