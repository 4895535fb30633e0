import { useEffect, useRef, useState } from 'preact/hooks';
import { GitMerge } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Field } from '../../../web/ui/field.tsx';
import type { FormPlace } from '../../../web/ui/form-place.ts';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Strip } from '../../../web/ui/strip.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone } from '../../../web/viewport.ts';
import type { File } from '../../files/protocol.ts';
import { searchDevice } from '../../search/view/open.ts';
import type { WholeNote } from '../protocol.ts';
import { canGovernNote, NOTE_MOST, TITLE_MOST } from '../rules.ts';
import type { Editors } from '../rules.ts';
import { titleFrom, tooLongBy } from '../rules/bounds.ts';
import type { Notes, Saved } from '../state.ts';
import type { Begun, NoteDraft } from '../state/drafts.ts';
import { strings as own } from '../strings.ts';
import { strings } from '../strings/form.ts';
import { FilesField, giveUp, letGo, readyOf, trayOf, useTray } from './files-field.tsx';
import { Merge } from './merge.tsx';
import type { Written } from './merge.tsx';
import { useNotes } from './use-notes.ts';
import { useNoteActor } from './use-self.ts';
import { refusedWords, whenWords } from './words.ts';
import { WritingField } from './writing-field.tsx';
import '../notes.css';

/** Typed letters go to the device after this pause; closing the page writes them at once. */
const KEEP_MS = 250;

export interface NoteWish {
  readonly group: string;
  /** Words taken from a message. */
  readonly text?: string | undefined;
}

/** Lays the form for a new note over what is shown. */
export function openNoteForm(place: FormPlace, { group, text }: NoteWish): void {
  place.show(async () => ({ onClose }) => <NoteForm group={group} text={text} onClose={onClose} />);
}

interface NoteFormProps {
  group: string;
  /** The one that is changed; a new one where absent. */
  note?: WholeNote;
  text?: string | undefined;
  onClose: () => void;
}

/** Writing a note: what was written before and not saved is there again. */
export function NoteForm(props: NoteFormProps) {
  const { group, note, text, onClose } = props;
  const notes = useNotes();
  const [draft, setDraft] = useState<NoteDraft | null>();
  useEffect(() => {
    if (!notes) return;
    // Words of a message begin a note of their own; the draft stays for the next time.
    if (text !== undefined) setDraft(null);
    else void notes.drafts.get(group, note?.id).then((it) => setDraft(it ?? null));
  }, [notes]);
  if (!notes || draft === undefined) {
    return (
      <Sheet title={strings(note ? 'edit' : 'create')} size="large" full onClose={onClose}>
        <Skeleton kind="text" rows={4} />
      </Sheet>
    );
  }
  return <Writing {...props} notes={notes} draft={draft ?? undefined} />;
}

const baseOf = ({ version, title, text, carries }: WholeNote): Begun => ({ version, title, text, files: carries });

function Writing({
  group,
  note,
  text: given,
  notes,
  draft,
  onClose,
}: NoteFormProps & { notes: Notes; draft: NoteDraft | undefined }) {
  const self = useNoteActor(group);
  const id = note?.id;
  const tray = trayOf(group, id);
  const [base, setBase] = useState<Begun | undefined>(() => draft?.base ?? (note && baseOf(note)));
  const [title, setTitle] = useState(draft?.title ?? note?.title ?? (given ? titleFrom(given) : ''));
  const [text, setText] = useState(draft?.text ?? note?.text ?? given ?? '');
  const [kept, setKept] = useState<readonly File[]>(draft?.files ?? note?.carries ?? []);
  const [editors, setEditors] = useState<Editors>(draft?.editors ?? note?.editors ?? 'all');
  const [ask, setAsk] = useState(draft?.ask ?? (note ? note.ask !== undefined : false));
  const [again, setAgain] = useState(false);
  const [pin, setPin] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [merging, setMerging] = useState<WholeNote>();
  const done = useRef(false);
  // Refused as secret: what stands here is kept nowhere.
  const guarded = useRef(false);

  const uploads = useTray(tray);
  const files = [...kept, ...readyOf(uploads).filter((it) => !kept.some((one) => one.id === it.id))];
  const rights = self?.rights ?? [];
  const mayAsk = rights.includes('message.askReading') || note?.ask !== undefined;
  const mayRule = !note || (self !== undefined && canGovernNote(self, note));
  const newer = note && base && note.version > base.version ? note : undefined;

  // What is written is on the device before it is sent, and until it is saved.
  const written = { title, text, kept, editors, ask };
  const first = useRef(JSON.stringify(written));
  const latest = useRef(written);
  latest.current = written;
  const untouched = JSON.stringify(written) === first.current;
  function keep(): void {
    if (done.current || guarded.current || (!draft && JSON.stringify(latest.current) === first.current)) return;
    const { kept: list, ...rest } = latest.current;
    if (!id && rest.title.trim() === '' && rest.text.trim() === '' && list.length === 0) {
      notes.drafts.drop(group, id);
      return;
    }
    notes.drafts.keep({
      group,
      ...(id ? { note: id } : {}),
      ...(base ? { base } : {}),
      ...rest,
      files: list,
      at: connection().now(),
    });
  }
  useEffect(() => {
    if (untouched && !draft) return;
    const timer = setTimeout(keep, KEEP_MS);
    return () => clearTimeout(timer);
  }, [title, text, kept, editors, ask, base]);
  useEffect(() => {
    // The page may be closed within the pause.
    const hidden = (): void => {
      keep();
      void searchDevice.peek()?.cache.flush();
    };
    addEventListener('pagehide', hidden);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      removeEventListener('pagehide', hidden);
      document.removeEventListener('visibilitychange', hidden);
      keep();
    };
  }, []);

  const titleLong = tooLongBy(title, TITLE_MOST);
  const textLong = tooLongBy(text, NOTE_MOST);
  const titleError =
    tried && title.trim() === ''
      ? strings('titleMissing')
      : titleLong > 0
        ? strings('titleLong', { n: titleLong })
        : undefined;
  const textError = textLong > 0 ? strings('textLong', { n: textLong }) : undefined;
  const uploading = uploads.some((it) => it.state !== 'ready' && it.state !== 'refused');
  const bad = uploads.some((it) => it.state === 'refused');

  function finish(words: string): void {
    done.current = true;
    letGo(tray);
    showToast(words);
    onClose();
  }

  async function send(it: Written, over: Begun | undefined): Promise<void> {
    setBusy(true);
    try {
      const content = {
        group,
        title: it.title.trim(),
        text: it.text.replace(/\s+$/u, ''),
        files: it.files.map((one) => one.id),
      };
      const saved: Saved =
        id && over
          ? await notes.edit({
              ...content,
              note: id,
              version: over.version,
              ...(mayRule ? { editors } : {}),
              ...asking(),
            })
          : await notes.create({ ...content, editors, ask }, { pin });
      await settle(saved);
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }

  /** Absent: as it is. */
  function asking(): { ask?: boolean } {
    const before = note?.ask !== undefined;
    if (ask !== before) return { ask };
    return ask && again ? { ask: true } : {};
  }

  async function settle(saved: Saved): Promise<void> {
    // The draft stays until the server has it: whatever becomes of it, it can be had back.
    if (saved === 'later') return finish(strings('later'));
    if ('version' in saved) {
      done.current = true;
      notes.drafts.drop(group, id);
      return finish(id ? strings('saved', { n: saved.version }) : strings('made'));
    }
    if (isGuarded(saved.refused.code)) {
      guarded.current = true;
      notes.drafts.drop(group, id);
      return;
    }
    if (saved.refused.code !== 'note.changed_meanwhile' || !id) {
      showToast({ words: refusedWords(saved.refused), icon: null });
      return;
    }
    const theirs = await notes.fresh(group, id);
    if (theirs) setMerging(theirs);
    else showToast({ words: own('gone'), icon: null });
  }

  function save(): void {
    setTried(true);
    if (title.trim() === '' || titleLong > 0 || textLong > 0) return;
    if (id && untouched && !draft && !again) {
      done.current = true;
      showToast(strings('same'));
      onClose();
      return;
    }
    if (newer) setMerging(newer);
    else void send({ title, text, files }, base);
  }

  async function drop(): Promise<void> {
    const sure = await confirm({
      title: strings('dropTitle'),
      text: strings('dropText'),
      yes: strings('dropYes'),
      danger: true,
    });
    if (!sure) return;
    done.current = true;
    giveUp(tray);
    notes.drafts.drop(group, id);
    onClose();
  }

  if (merging && base) {
    // What stands now is what the next version is written over; what was written here stays mine.
    const take = (it: Written): void => {
      setTitle(it.title);
      setText(it.text);
      setKept(it.files);
      setBase(baseOf(merging));
    };
    return (
      <Sheet title={strings('mergeTitle')} size="large" full onClose={() => setMerging(undefined)}>
        <Merge
          key={merging.version}
          base={base}
          mine={{ title: title.trim(), text: text.replace(/\s+$/u, ''), files }}
          theirs={merging}
          busy={busy}
          onEdit={(it) => {
            take(it);
            setMerging(undefined);
          }}
          onSave={(it) => void send(it, baseOf(merging))}
        />
      </Sheet>
    );
  }
  return (
    <Sheet
      title={strings(note ? 'edit' : 'create')}
      size="large"
      full
      flush
      onClose={onClose}
      foot={
        <div class="note-form-foot">
          {draft || !untouched ? (
            <Button look="text" onPress={() => void drop()}>
              {strings('dropDraft')}
            </Button>
          ) : (
            <span />
          )}
          <Button
            busy={busy}
            disabled={uploading || bad}
            reason={uploading ? strings('filesWait') : bad ? strings('fileBad') : undefined}
            onPress={save}
          >
            {strings(note ? 'save' : 'saveNew')}
          </Button>
        </div>
      }
    >
      <div class="form note-form">
        {newer ? (
          <Strip tone="gold" icon={GitMerge} action={strings('mergeNow')} onAction={() => setMerging(newer)}>
            {strings('newer', { who: displayName((newer.edited?.by ?? newer.maker).name), n: newer.version })}
          </Strip>
        ) : draft ? (
          <p class="note-second">{strings('draft', { when: whenWords(draft.at) })}</p>
        ) : null}
        <Field
          label={strings('title')}
          value={title}
          onInput={setTitle}
          error={titleError}
          autofocus={!isPhone.value && !note}
        />
        <WritingField value={text} onInput={setText} error={textError} rows={isPhone.value ? 8 : 12} />
        <FilesField tray={tray} kept={kept} onKept={setKept} closed={!rights.includes('file.send')} />
        {mayRule ? (
          <RadioRows<Editors>
            label={own('editors')}
            value={editors}
            onChange={setEditors}
            options={[
              { value: 'all', label: own('editorsAll') },
              { value: 'leaders', label: own('editorsLeaders') },
              { value: 'maker', label: own('editorsMaker') },
            ]}
          />
        ) : null}
        {mayAsk ? <SwitchRow label={strings('ask')} help={strings('askHelp')} checked={ask} onChange={setAsk} /> : null}
        {note?.ask && ask && rights.includes('message.askReading') ? (
          <SwitchRow label={strings('askAgain')} help={strings('askAgainHelp')} checked={again} onChange={setAgain} />
        ) : null}
        {!note && rights.includes('message.pin') ? (
          <SwitchRow label={strings('pin')} help={strings('pinHelp')} checked={pin} onChange={setPin} />
        ) : null}
      </div>
    </Sheet>
  );
}
