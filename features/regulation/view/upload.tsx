import { useRef, useState } from 'preact/hooks';
import { CircleAlert, FileUp } from 'lucide';

import { asBase64 } from '../../../web/download.ts';
import { formatSize } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Draft } from '../protocol.ts';
import { FILE_MOST, LINE_MOST } from '../rules.ts';
import type { DraftForm } from '../state/draft.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './words.ts';

interface UploadProps {
  form: DraftForm;
  draft: Draft | null;
  onClose: () => void;
  onDone: () => void;
}

/** A regulation that was issued on paper: its file and its subject. It becomes the draft, to be looked at and issued. */
export function UploadSheet({ form, draft, onClose, onDone }: UploadProps) {
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  async function send(): Promise<void> {
    if (!file) {
      picker.current?.click();
      return;
    }
    if (title.trim() === '') {
      setRefusal(strings('titleMissing'));
      return;
    }
    setBusy(true);
    setRefusal(undefined);
    try {
      await form.open(draft, null);
      await form.upload({ title, name: file.name, size: file.size, base64: await asBase64(file) });
      showToast(strings('nextPublish'));
      onClose();
      onDone();
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('uploadTitle')}
      onClose={onClose}
      size="small"
      foot={
        <>
          {refusal ? (
            <p class="regulation-refusal" role="alert">
              <Icon of={CircleAlert} size={16} />
              <span>{refusal}</span>
            </p>
          ) : null}
          <Button wide busy={busy} onPress={() => void send()}>
            {strings(file ? 'send' : 'choose')}
          </Button>
        </>
      }
    >
      <input
        ref={picker}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".docx,.pdf,application/pdf,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (!chosen) return;
          setRefusal(chosen.size > FILE_MOST ? strings('tooLarge') : undefined);
          if (chosen.size > FILE_MOST) return;
          setFile(chosen);
          if (title === '') setTitle(chosen.name.replace(/\.[a-z]{2,4}$/i, '').replace(/[_-]+/g, ' '));
        }}
      />
      <div class="form regulation-form">
        <p>{strings('uploadHelp')}</p>
        <Button look="outline" icon={FileUp} onPress={() => picker.current?.click()}>
          {file ? strings('chosen', { name: file.name, size: formatSize(file.size) }) : strings('choose')}
        </Button>
        <Field label={strings('title')} value={title} onInput={setTitle} maxLength={LINE_MOST} />
        {draft ? <p>{strings('uploadReplaces')}</p> : null}
      </div>
    </Sheet>
  );
}
