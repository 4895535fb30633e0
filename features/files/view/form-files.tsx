import { useEffect, useState } from 'preact/hooks';
import { Paperclip, X } from 'lucide';

import { Button, IconButton } from '../../../web/ui/button.tsx';
import type { File as Stored } from '../protocol.ts';
import { files } from '../state.ts';
import { strings } from '../strings.ts';
import { askForFiles } from './ask.ts';
import { DocumentTile } from './document.tsx';
import { Tray } from './tray.tsx';
import './tray.css';

/** The files of a form: those it had, and those that are on their way from this device. */
export interface FormFiles {
  readonly kept: readonly Stored[];
  /** Takes one out that was there before. */
  drop(id: string): void;
  /** Ids as the server knows them; those that are not ready are missing. */
  readonly ready: readonly string[];
  /** One is on its way, or being looked at; or one was refused and has to be taken out. */
  readonly waits: boolean;
  readonly refused: boolean;
  /** They have gone with what was made: nothing of them need be kept for sending. */
  taken(): void;
}

/** `place` names the form among all others on this device: files that were chosen in it lie there until they are sent or taken out. */
export function useFormFiles(place: string, had: readonly Stored[] = []): FormFiles {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const uploads = files.value?.uploads.it.value;
  const list = uploads?.tray(place) ?? [];
  const kept = had.filter((it) => !gone.has(it.id));
  return {
    kept,
    drop: (id) => setGone(new Set([...gone, id])),
    ready: [
      ...kept.map((it) => it.id),
      ...list.flatMap((it) => (it.state === 'ready' && it.shape ? [it.shape.id] : [])),
    ],
    waits: list.some((it) => it.state !== 'ready' && it.state !== 'refused'),
    refused: list.some((it) => it.state === 'refused'),
    taken: () => {
      for (const it of list) uploads?.letGo(it.id);
    },
  };
}

interface FormFilesFieldProps {
  place: string;
  label: string;
  given: FormFiles;
  /** All together. */
  most: number;
}

/** Chooses files for a form and shows how far they are. */
export function FormFilesField({ place, label, given, most }: FormFilesFieldProps) {
  const uploads = files.value?.uploads.it.value;
  const full = given.ready.length >= most;
  useEffect(() => {
    // What was left over from before is shown again.
    void files.peek()?.uploads.fetch();
  }, []);
  function choose(): void {
    askForFiles({}, (chosen) => {
      const list = chosen.slice(0, most - given.ready.length);
      void import('./attach.ts').then(({ attach }) => attach(place, list));
    });
  }
  return (
    <div class="field form-files" role="group" aria-label={label}>
      <span class="field-label" aria-hidden="true">
        {label}
      </span>
      {given.kept.length > 0 ? (
        <ul class="form-files-kept">
          {given.kept.map((it) => (
            <li key={it.id}>
              <DocumentTile
                file={it}
                after={
                  <IconButton
                    icon={X}
                    size={20}
                    label={strings('remove', { name: it.name })}
                    onPress={() => given.drop(it.id)}
                  />
                }
              />
            </li>
          ))}
        </ul>
      ) : null}
      {uploads ? <Tray group={place} uploads={uploads} /> : null}
      <span>
        <Button
          look="outline"
          size="small"
          icon={Paperclip}
          reason={full ? strings('formFull', { n: most }) : undefined}
          onPress={choose}
        >
          {strings('addFile')}
        </Button>
      </span>
    </div>
  );
}
