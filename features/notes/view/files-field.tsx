import { useEffect, useRef } from 'preact/hooks';
import { CircleAlert, Paperclip, X } from 'lucide';

import { formatPercent } from '../../../web/format.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import type { File } from '../../files/protocol.ts';
import type { Upload } from '../../files/state/upload.ts';
import { attach } from '../../files/view/attach.ts';
import { aboutFile, KindTile } from '../../files/view/document.tsx';
import { refusalWords } from '../../files/view/refusal.ts';
import { fetchUploads, peekUploads, useUploads } from '../../files/view/use-uploads.ts';
import { FILES_MOST } from '../../messages/rules.ts';
import { strings } from '../strings/form.ts';

/** What lies with a note that is being written: by the note, as composers have theirs by the chat. */
export const trayOf = (group: string, note: string | undefined): string => `note ${group} ${note ?? 'new'}`;

/** What is on its way to a note that is being written. Reads as a signal. */
export function useTray(tray: string): readonly Upload[] {
  return useUploads()?.tray(tray) ?? [];
}

/** Those that are there, in their order. */
export const readyOf = (list: readonly Upload[]): File[] => list.flatMap((it) => it.shape ?? []);

/** It is saved with the note: nothing of it need be kept for sending. */
export function letGo(tray: string): void {
  const uploads = peekUploads();
  for (const it of uploads?.tray(tray) ?? []) uploads!.letGo(it.id);
}

/** The draft is not wanted. */
export function giveUp(tray: string): void {
  const uploads = peekUploads();
  for (const it of uploads?.tray(tray) ?? []) uploads!.remove(it.id);
}

interface FilesFieldProps {
  tray: string;
  kept: readonly File[];
  onKept: (files: readonly File[]) => void;
  /** None may be added; those that are there can be taken out. */
  closed?: boolean;
}

/** Files of a note that is being written: those it carries already, and those on their way. */
export function FilesField({ tray, kept, onKept, closed }: FilesFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const uploads = useUploads();
  const list = uploads?.tray(tray) ?? [];
  // What was left over from the last time lies there already.
  useEffect(() => fetchUploads(), []);
  const count = kept.length + list.length;
  return (
    <div class="note-attached">
      {count > 0 ? (
        <ul class="note-attached-list" aria-label={strings('fileList')}>
          {kept.map((it) => (
            <Row
              key={it.id}
              name={it.name}
              about={aboutFile(it)}
              onRemove={() => onKept(kept.filter((one) => one !== it))}
            />
          ))}
          {list.map((it) => (
            <Row
              key={it.id}
              name={it.name}
              about={it.state === 'ready' && it.shape ? aboutFile(it.shape) : formatPercent(it.offset / it.bytes)}
              bad={it.state === 'refused' ? refusalWords(it.trouble, it.name) : undefined}
              onRemove={() => uploads?.remove(it.id)}
            />
          ))}
        </ul>
      ) : null}
      {closed ? null : (
        <>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => {
              const box = event.currentTarget;
              const chosen = [...(box.files ?? [])].slice(0, Math.max(0, FILES_MOST - count));
              void attach(tray, chosen).then(() => (box.value = ''));
            }}
          />
          <Button
            look="outline"
            size="medium"
            icon={Paperclip}
            disabled={count >= FILES_MOST}
            reason={count >= FILES_MOST ? strings('filesMost', { n: FILES_MOST }) : undefined}
            onPress={() => input.current?.click()}
          >
            {strings('addFile')}
          </Button>
        </>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  about: string;
  bad?: string | undefined;
  onRemove: () => void;
}

function Row({ name, about, bad, onRemove }: RowProps) {
  return (
    <li class="note-attached-row">
      <KindTile name={name} />
      <span class="note-attached-words">
        <span class="cut">{name}</span>
        {bad === undefined ? (
          <span class="note-second">{about}</span>
        ) : (
          <span class="note-bad" role="alert">
            <Icon of={CircleAlert} size={16} />
            {bad}
          </span>
        )}
      </span>
      <IconButton icon={X} size={20} label={strings('takeOut', { name })} onPress={onRemove} />
    </li>
  );
}
