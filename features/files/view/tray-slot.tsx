import { effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Attachment, Composition } from '../../messages/state/composition.ts';
import { files } from '../state.ts';
import type { Upload } from '../state/upload.ts';
import type { Uploads } from '../state/uploads.ts';
import { strings } from '../strings/said.ts';

const attaching = later(() => import('./attach.ts'));
const tray = later<{ Tray: ComponentType<{ group: string; uploads: Uploads }> }>(() => import('./tray.tsx'));

function attachmentOf(it: Upload, uploads: Uploads): Attachment {
  return {
    key: it.id,
    state: it.state === 'waiting' ? 'uploading' : it.state,
    ...(it.shape ? { file: it.shape } : {}),
    taken: () => uploads.letGo(it.id),
  };
}

/** Puts files into the composer of a chat. */
export async function takeFiles(
  group: string,
  list: readonly File[],
  options?: { asDocuments?: boolean },
): Promise<void> {
  if (list.length === 0) return;
  await attaching.fetch();
  const it = attaching.it.peek();
  if (it) await it.attach(group, list, options);
  else showToast({ words: strings('missing'), icon: null });
}

/** A paste of pictures or files; words stay words, also where a picture of them comes along. */
export function takePaste(event: ClipboardEvent, group: string): void {
  const { clipboardData: from } = event;
  const list = [...(from?.files ?? [])];
  if (list.length === 0 || from?.types.includes('text/plain')) return;
  event.preventDefault();
  void takeFiles(group, list);
}

/** Files are over the page; letting go puts them into this chat's composer. */
function useDrop(group: string): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carries = (event: DragEvent): boolean =>
      !event.defaultPrevented && event.dataTransfer?.types.includes('Files') === true;
    const drag = (event: DragEvent): void => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!carries(event)) return;
      event.preventDefault();
      void takeFiles(group, [...(event.dataTransfer?.files ?? [])]);
    };
    document.addEventListener('dragover', drag);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', drag);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, [group]);
  return over;
}

/** What is attached stands above the field: what is on its way from this device, and what a draft kept of it. */
export function TraySlot({ composition }: { composition: Composition }) {
  const uploads = files.value?.uploads.it.value;
  const { group } = composition;
  useEffect(
    () =>
      uploads &&
      effect(() => {
        // While a sent message is being edited, the draft and its files wait.
        if (composition.editing.value) return;
        const list = uploads.tray(group);
        const here = new Set(list.flatMap((it) => [it.id, it.shape?.id]));
        const kept = composition.files
          .peek()
          .filter((it) => it.key === it.file?.id && !here.has(it.key) && !uploads.find(it.key));
        const next = [...kept, ...list.map((it) => attachmentOf(it, uploads))];
        if (next.length > 0 || composition.files.peek().length > 0) composition.files.value = next;
      }),
    [uploads, composition],
  );
  const any = uploads !== undefined && uploads.tray(group).length > 0;
  useEffect(() => {
    if (any) void tray.fetch();
  }, [any]);
  const Tray = tray.it.value?.Tray;
  const over = useDrop(group);
  return (
    <>
      {any && Tray ? <Tray group={group} uploads={uploads} /> : null}
      {over ? (
        <div class="drop-veil" role="status">
          <span>{strings('drop')}</span>
        </div>
      ) : null}
    </>
  );
}
