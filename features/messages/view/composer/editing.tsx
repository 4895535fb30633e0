import { Pencil } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';

import { newId } from '../../../../protocol/id.ts';
import { Problem } from '../../../../protocol/problem.ts';
import { call, connection } from '../../../../web/connection.ts';
import { formatDateTime } from '../../../../web/format.ts';
import { isGuarded } from '../../../../web/guarded.ts';
import { showToast } from '../../../../web/ui/toast.tsx';
import { saveScheduled } from '../../../scheduled/view/save.ts';
import { canEdit } from '../../rules.ts';
import { strings } from '../../strings/changing.ts';
import { refusalWords } from '../changing-words.ts';
import type { ComposerPlace } from './place.ts';
import { ComposerStrip } from './strip.tsx';

/** Above the field while an own message is being edited; × leaves it as it was. */
export function EditStrip({ place }: { place: ComposerPlace }) {
  const { composition, messages, group, focus } = place;
  const editing = composition.editing.value;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) focus();
    first.current = false;
  }, [editing?.id]);
  if (!editing) return null;
  const before =
    editing.what === 'message' ? messages.conversation(group).line(editing.id)?.text?.replace(/\s+/g, ' ') : undefined;
  return (
    <ComposerStrip
      icon={Pencil}
      title={
        editing.what === 'message'
          ? strings('editing')
          : strings('editingScheduled', { time: formatDateTime(editing.at) })
      }
      close={strings('stopEditing')}
      onClose={() => {
        composition.endEdit();
        focus();
      }}
    >
      {before}
    </ComposerStrip>
  );
}

/** Puts what stands in the field in the place of what was there. True once it is done. */
export async function saveEdit({ composition, messages, group }: ComposerPlace): Promise<boolean> {
  const editing = composition.editing.peek();
  if (!editing) return false;
  const { text, form } = composition.message();
  try {
    if (editing.what === 'scheduled') {
      await saveScheduled(group, editing, { text, ...form });
    } else {
      const { mentions } = form;
      await call('message.edit', { group, message: editing.id, text, ...(mentions ? { mentions } : {}) });
    }
    // Something else may be edited by now.
    if (composition.editing.peek()?.id === editing.id) composition.endEdit();
    showToast({ words: strings(editing.what === 'message' ? 'editedToast' : 'savedToast'), icon: Pencil });
    return true;
  } catch (error) {
    if (error instanceof Problem && isGuarded(error.code)) {
      // A scheduled one is said over the field; the old message stays, and what was to be in its place lives in the card only.
      if (editing.what === 'message') {
        const { code, details } = error;
        const incident = typeof details['incident'] === 'string' ? details['incident'] : null;
        const guard = { state: 'refused', what: 'edit', code, incident, editing } as const;
        const at = connection().now();
        const refused = { code, details };
        messages.guard({ id: newId(at), group, text, form, at, state: 'refused', refused, guard });
        if (composition.editing.peek()?.id === editing.id) composition.endEdit();
      }
      return false;
    }
    showToast({ words: refusalWords(error), icon: null });
    return false;
  }
}

/** The last own message that may still be edited, for ↑ in an empty field. */
export function editLast({ composition, messages, group }: ComposerPlace): void {
  const now = connection().now();
  const last = messages
    .conversation(group)
    .shown.peek()
    .lines.findLast((it) => it.kind === 'text' && it.by === messages.account);
  if (last && canEdit(last, messages.account, now)) composition.edit(last);
}
