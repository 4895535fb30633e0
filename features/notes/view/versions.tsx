import { useEffect, useState } from 'preact/hooks';
import { History } from 'lucide';

import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { NoteText, NoteVersion, WholeNote } from '../protocol.ts';
import type { Notes } from '../state.ts';
import { strings } from '../strings/reading.ts';
import { Difference, differenceWords } from './difference.tsx';
import { FileList } from './files.tsx';
import { NoteWords } from './text.tsx';
import { refusedWords } from './words.ts';

interface VersionsProps {
  notes: Notes;
  note: WholeNote;
  mayEdit: boolean;
  onClose: () => void;
}

/** Who wrote which version when; one opened shows what it changed. Held in memory only while it is looked at. */
export function Versions({ notes, note, mayEdit, onClose }: VersionsProps) {
  const { group, id } = note;
  const [versions, setVersions] = useState<readonly NoteVersion[]>();
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [open, setOpen] = useState<number>();
  const load = (before?: number): void => {
    setTrouble(undefined);
    notes.call('note.versions', { group, note: id, ...(before ? { before } : {}) }).then((page) => {
      setVersions((list) => (before ? [...(list ?? []), ...page.versions] : page.versions));
      setMore(page.more);
    }, setTrouble);
  };
  // Written once more while it is open.
  useEffect(() => load(), [note.version]);
  return (
    <Sheet title={strings('versions')} subtitle={note.title} shape="panel" flush onClose={onClose}>
      {trouble !== undefined && !versions ? (
        <Trouble error={trouble} onRetry={() => load()} />
      ) : !versions ? (
        <Skeleton kind="person" rows={4} />
      ) : (
        <ol class="note-versions" reversed>
          {versions.map((it) => (
            <li key={it.version} class="note-version">
              <button
                type="button"
                class="note-version-head"
                aria-expanded={open === it.version}
                onClick={() => setOpen(open === it.version ? undefined : it.version)}
              >
                <Avatar id={it.by.id} name={it.by.name} photo={photoPath(it.by.photo)} size={36} />
                <span class="note-version-words">
                  <span class="note-version-name">
                    {strings('version', { n: it.version })}
                    {it.version === note.version ? <span class="note-version-now">{strings('now')}</span> : null}
                  </span>
                  <span class="note-version-by">
                    {[
                      displayName(it.by.name),
                      formatDateTime(it.at),
                      it.from !== undefined
                        ? strings('from', { n: it.from })
                        : it.version === 1
                          ? strings('first')
                          : '',
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
              </button>
              {open === it.version ? (
                <Opened notes={notes} note={note} version={it.version} mayEdit={mayEdit} onClose={onClose} />
              ) : null}
            </li>
          ))}
        </ol>
      )}
      {more && versions ? (
        <p class="note-more">
          <Button look="text" icon={History} onPress={() => load(versions.at(-1)!.version)}>
            {strings('older')}
          </Button>
        </p>
      ) : null}
    </Sheet>
  );
}

function Opened({ notes, note, version, mayEdit, onClose }: VersionsProps & { version: number }) {
  const { group, id } = note;
  const [it, setIt] = useState<{ here: NoteText; before: NoteText | undefined }>();
  const [trouble, setTrouble] = useState<unknown>();
  const [show, setShow] = useState<'difference' | 'whole'>(version > 1 ? 'difference' : 'whole');
  const [busy, setBusy] = useState(false);
  const load = (): void => {
    setTrouble(undefined);
    const text = (n: number): Promise<NoteText> => notes.call('note.version', { group, note: id, version: n });
    Promise.all([text(version), version > 1 ? text(version - 1) : undefined]).then(
      ([here, before]) => setIt({ here, before }),
      setTrouble,
    );
  };
  useEffect(load, [version]);

  async function restore(): Promise<void> {
    const sure = await confirm({
      title: strings('restoreTitle', { n: version }),
      text: strings('restoreText', { n: version }),
      yes: strings('restore', { n: version }),
    });
    if (!sure) return;
    setBusy(true);
    try {
      const saved = await notes.restore({ group, note: id, version: note.version, from: version });
      if (saved !== 'later' && 'refused' in saved) showToast({ words: refusedWords(saved.refused), icon: null });
      else {
        showToast(strings('restored', { n: version }));
        onClose();
      }
    } catch (error) {
      showToast({ words: refusedWords(error), icon: null });
    } finally {
      setBusy(false);
    }
  }

  if (trouble !== undefined) return <Trouble error={trouble} onRetry={load} />;
  if (!it) return <Skeleton kind="text" rows={3} />;
  const { here, before } = it;
  const files = (text: NoteText): string => text.files.map((file) => file.id).join();
  return (
    <div class="note-version-body">
      {before ? (
        <Segmented
          label={strings('show')}
          value={show}
          onChange={setShow}
          options={[
            { value: 'difference', label: strings('difference', { n: version - 1 }) },
            { value: 'whole', label: strings('whole') },
          ]}
        />
      ) : null}
      {before && show === 'difference' ? (
        <>
          <p class="note-version-count">
            {[differenceWords(before.text, here.text), files(before) === files(here) ? '' : strings('filesChanged')]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {before.title === here.title ? null : (
            <div class="note-version-title">
              {strings('titleChanged')}
              <Difference before={before.title} after={here.title} />
            </div>
          )}
          <Difference before={before.text} after={here.text} />
        </>
      ) : (
        <>
          <p class="note-version-title">{here.title}</p>
          <NoteWords text={here.text} under={3} />
          <FileList files={here.files} />
        </>
      )}
      {mayEdit && version !== note.version ? (
        <Button look="outline" icon={History} busy={busy} onPress={() => void restore()}>
          {strings('restore', { n: version })}
        </Button>
      ) : null}
    </div>
  );
}
