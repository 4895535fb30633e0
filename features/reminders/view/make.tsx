import { useMemo, useRef, useState } from 'preact/hooks';
import { AlarmClock } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useFormFiles } from '../../files/view/form-files.tsx';
import type { Reminder } from '../protocol.ts';
import type { Reminders } from '../state.ts';
import { changesOf, draftOf, inputOf, newDraft, wrongIn } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { strings } from '../strings/form.ts';
import { ReminderFields } from './fields.tsx';
import { refusalWords, trying } from './refusal.ts';
import { useReminders } from './use-reminders.ts';
import '../reminders.css';

/** What was begun and put aside, by group; as long as the page lives. */
const begun = new Map<string, Draft>();

interface MakeProps {
  group: string;
  text?: string | undefined;
  /** The day it is to be on: “2026-11-20”. */
  day?: string | undefined;
  onClose: () => void;
}

/** Asks for a new reminder. */
export function MakeReminder({ group, text, day, onClose }: MakeProps) {
  const state = useReminders();
  if (!state) return null;
  return <Make state={state} group={group} text={text} day={day} onClose={onClose} />;
}

function Make({ state, group, text, day, onClose }: MakeProps & { state: Reminders }) {
  // Words of a message make a new one; else what was begun before is there again.
  const [draft, setDraft] = useState<Draft>(() => {
    const first = (text === undefined ? begun.get(group) : undefined) ?? newDraft(connection().now(), text);
    return day === undefined ? first : { ...first, day, endDay: day };
  });
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  // The same however often it is tried: an answer that was lost makes nothing twice.
  const [id, setId] = useState(() => newId());
  const place = `reminder ${group}`;
  const files = useFormFiles(place);
  const form = useRef<HTMLDivElement>(null);
  const wrong = wrongIn(draft, connection().now());
  const change = (next: Draft): void => {
    setDraft(next);
    begun.set(group, next);
    setRefusal(undefined);
  };
  const done = (): void => {
    begun.delete(group);
    files.taken();
    onClose();
  };

  async function make(): Promise<void> {
    setChecked(true);
    const input = inputOf(draft);
    if (!input || Object.keys(wrong).length > 0) return focusWrong(form.current);
    const whole = { ...input, ...(files.ready.length > 0 ? { files: [...files.ready] } : {}) };
    if (connection().state.peek() !== 'online') {
      if (trying(() => void state.create(group, whole))) {
        done();
        showToast({ words: strings('createdLater'), icon: AlarmClock });
      }
      return;
    }
    setBusy(true);
    try {
      await state.call('reminder.create', { group, ...whole }, { id });
      done();
      showToast({
        words: strings('created'),
        icon: AlarmClock,
        action: strings('see'),
        onAction: () => navigate(`/chats/${group}/reminders/${id}`),
        seconds: 6,
      });
    } catch (error) {
      if (isUnreachable(error)) {
        // Whether it came through is not known: sent again under the same id it is made once.
        setRefusal(strings('lineLost'));
      } else {
        setId(newId());
        setRefusal(refusalWords(error));
      }
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('make')}
      size="medium"
      full
      onClose={onClose}
      class="reminder-form"
      foot={
        <Foot
          busy={busy}
          hindrance={files.refused ? strings('fileRefused') : files.waits ? strings('filesWait') : undefined}
          refusal={refusal}
          label={strings('create')}
          onPress={() => void make()}
        />
      }
    >
      <div class="reminder-fields" ref={form}>
        <ReminderFields
          group={group}
          draft={draft}
          wrong={checked ? wrong : {}}
          files={files}
          filePlace={place}
          onChange={change}
        />
      </div>
    </Sheet>
  );
}

interface ChangeProps {
  state: Reminders;
  it: Reminder;
  onClose: () => void;
}

/** Changes all times of a reminder. What somebody else changed meanwhile stays, unless it is the same. */
export function ChangeReminder({ state, it, onClose }: ChangeProps) {
  const [from, setFrom] = useState(it);
  const before = useMemo(() => draftOf(from, connection().now()), [from]);
  const [draft, setDraft] = useState(before);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const [id, setId] = useState(() => newId());
  const place = `reminder ${it.id}`;
  const files = useFormFiles(place, it.files);
  const form = useRef<HTMLDivElement>(null);
  const changes = changesOf(before, draft);
  const moved = changes !== undefined && ('start' in changes || 'repeat' in changes || 'wholeDay' in changes);
  const wrong = wrongIn(draft, connection().now(), moved);
  const otherFiles = files.ready.join() !== it.files.map((one) => one.id).join();

  async function save(): Promise<void> {
    setChecked(true);
    if (!changes || Object.keys(wrong).length > 0) return focusWrong(form.current);
    if (Object.keys(changes).length === 0 && !otherFiles) return onClose();
    setBusy(true);
    try {
      await state.call(
        'reminder.change',
        {
          group: it.group,
          reminder: it.id,
          version: from.version,
          ...changes,
          ...(otherFiles ? { files: [...files.ready] } : {}),
        },
        { id },
      );
      state.again(it.group, it.id);
      files.taken();
      onClose();
      showToast({ words: strings('saved'), icon: AlarmClock });
    } catch (error) {
      if (!isUnreachable(error)) setId(newId());
      if (error instanceof Problem && error.code === 'reminder.changed_meanwhile') await meet();
      else setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  /** Somebody else was quicker: what they changed and this person did not is taken over, and seen before it is saved. */
  async function meet(): Promise<void> {
    try {
      const reminder = await state.fetch(it.group, it.id);
      state.put([reminder]);
      const theirs = draftOf(reminder, connection().now());
      const merged = { ...theirs };
      for (const key of Object.keys(draft) as (keyof Draft)[])
        if (JSON.stringify(draft[key]) !== JSON.stringify(before[key]))
          (merged as Record<string, unknown>)[key] = draft[key];
      setFrom(reminder);
      setDraft(merged);
      setRefusal(strings('changedMeanwhile'));
    } catch (error) {
      setRefusal(refusalWords(error));
    }
  }

  return (
    <Sheet
      title={strings('change')}
      subtitle={it.repeat ? strings('changesAll') : undefined}
      size="medium"
      full
      onClose={onClose}
      class="reminder-form"
      foot={
        <Foot
          busy={busy}
          hindrance={files.refused ? strings('fileRefused') : files.waits ? strings('filesWait') : undefined}
          refusal={refusal}
          label={strings('save')}
          onPress={() => void save()}
        />
      }
    >
      <div class="reminder-fields" ref={form}>
        <ReminderFields
          group={it.group}
          draft={draft}
          wrong={checked ? wrong : {}}
          files={files}
          filePlace={place}
          onChange={(next) => {
            setDraft(next);
            setRefusal(undefined);
          }}
        />
      </div>
    </Sheet>
  );
}

interface FootProps {
  busy: boolean;
  hindrance: string | undefined;
  refusal: string | undefined;
  label: string;
  onPress: () => void;
}

function Foot({ busy, hindrance, refusal, label, onPress }: FootProps) {
  return (
    <div class="reminder-form-foot">
      {refusal ? (
        <p class="reminder-form-refusal" role="alert">
          {refusal}
        </p>
      ) : null}
      <Button wide size="large" busy={busy} reason={hindrance} onPress={onPress}>
        {label}
      </Button>
    </div>
  );
}

/** The first field that is not right comes into sight, after it has been marked. */
function focusWrong(form: HTMLElement | null): void {
  setTimeout(() =>
    form?.querySelector<HTMLElement>('[aria-invalid], .field-wrong button, .field-wrong input')?.focus(),
  );
}
