import { useState } from 'preact/hooks';
import { ChevronLeft, ChevronRight, Play, RotateCw, ShieldCheck, Trash2, X } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { isGuarded } from '../../../web/guarded.ts';
import { cutMiddle, formatClock, formatSize } from '../../../web/format.ts';
import { IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { ProgressBar } from '../../../web/ui/progress.tsx';
import { GuardCardSlot } from '../../secrecy/view/slot.tsx';
import { extensionOf } from '../rules.ts';
import { chooseOriginals, sendsOriginals } from '../state/original.ts';
import type { Upload } from '../state/upload.ts';
import type { Uploads } from '../state/uploads.ts';
import { strings } from '../strings.ts';
import { KindTile } from './document.tsx';
import { refusalWords } from './refusal.ts';
import './tray.css';

interface TrayProps {
  group: string;
  uploads: Uploads;
}

/** What is going to be sent, in its order: each can be moved, and taken out. */
export function Tray({ group, uploads }: TrayProps) {
  const lying = uploads.tray(group);
  const list = lying.filter((it) => !isGuarded(it.trouble?.code));
  const refused = lying.filter((it) => isGuarded(it.trouble?.code));
  const [dragged, setDragged] = useState<string | undefined>(undefined);
  if (list.length === 0 && refused.length === 0) return null;
  const bytes = list.reduce((sum, it) => sum + it.bytes, 0);
  const photos = list.some((it) => it.kind === 'photo');
  const checking = list.some((it) => it.state === 'checking');
  const bad = list.find((it) => it.state === 'refused');
  return (
    <section class="tray" aria-label={strings('tray')}>
      {refused.length > 0 ? (
        <div class="tray-refused scroll">
          {refused.map((it) => (
            <RefusedFile key={it.id} it={it} onClose={() => uploads.remove(it.id)} />
          ))}
        </div>
      ) : null}
      <ul class="tray-list scroll" hidden={list.length === 0}>
        {list.map((it, at) => (
          // Dragging is for the mouse; the menu of each does the same.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
          <li
            key={it.id}
            class={`tray-item${it.id === dragged ? ' tray-dragged' : ''}`}
            draggable
            onDragStart={(event) => {
              event.dataTransfer?.setData('text/plain', '');
              setDragged(it.id);
            }}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => {
              if (dragged === undefined) return;
              event.preventDefault();
              const from = list.findIndex((one) => one.id === dragged);
              if (from !== at && from >= 0) uploads.move(dragged, at - from);
            }}
          >
            <TrayItem it={it} at={at} count={list.length} uploads={uploads} />
          </li>
        ))}
      </ul>
      {bad ? (
        <p class="tray-bad" role="alert">
          {refusalWords(bad.trouble, bad.name)}
        </p>
      ) : null}
      {list.some((it) => it.loose) ? <p class="tray-loose">{strings('loose')}</p> : null}
      <p class="tray-foot" hidden={list.length === 0}>
        <span>{strings('total', { n: list.length, size: formatSize(bytes) })}</span>
        <span class="tray-checking" role="status">
          {checking ? (
            <>
              <Icon of={ShieldCheck} size={14} />
              {strings('checking')}
            </>
          ) : null}
        </span>
        {photos ? (
          <label class="tray-originals">
            <input
              type="checkbox"
              checked={sendsOriginals.value}
              onChange={(event) => chooseOriginals(event.currentTarget.checked)}
            />
            {strings('originals')}
          </label>
        ) : null}
      </p>
    </section>
  );
}

/** Refused as secret: its kind and size, never its name. */
function RefusedFile({ it, onClose }: { it: Upload; onClose: () => void }) {
  const { incident } = it.trouble?.details ?? {};
  const [at] = useState(() => connection().now());
  return (
    <GuardCardSlot
      id={it.id}
      what="file"
      code={it.trouble!.code}
      incident={typeof incident === 'string' ? incident : null}
      at={at}
      file={{ extension: extensionOf(it.name), bytes: it.bytes }}
      onClose={onClose}
    />
  );
}

interface TrayItemProps {
  it: Upload;
  at: number;
  count: number;
  uploads: Uploads;
}

function TrayItem({ it, at, count, uploads }: TrayItemProps) {
  const thumb = uploads.thumb(it.id);
  const menu = useMenu({
    label: strings('moreOf', { name: it.name }),
    items: () => [
      it.state === 'refused' && { label: strings('retry'), icon: RotateCw, onSelect: () => uploads.retry(it.id) },
      at > 0 && { label: strings('earlier'), icon: ChevronLeft, onSelect: () => uploads.move(it.id, -1) },
      at < count - 1 && { label: strings('later'), icon: ChevronRight, onSelect: () => uploads.move(it.id, 1) },
      { label: strings('takeOut'), icon: Trash2, tone: 'red' as const, onSelect: () => uploads.remove(it.id) },
    ],
  });
  return (
    <>
      <button
        type="button"
        class={`tray-tile${it.state === 'refused' ? ' tray-tile-bad' : ''}`}
        aria-haspopup="menu"
        {...menu.gesture}
        onClick={(event) => menu.open(event.currentTarget)}
      >
        <span class="unseen">{strings('place', { name: it.name, at: at + 1, n: count })}</span>
        {thumb ? (
          <img class="tray-picture" src={thumb} alt="" decoding="async" draggable={false} />
        ) : (
          <span class="tray-document" aria-hidden="true">
            <KindTile name={it.name} />
            <span class="tray-name">{cutMiddle(it.name, 16)}</span>
          </span>
        )}
        {it.kind === 'video' ? (
          <span class="tray-film" aria-hidden="true">
            <Icon of={Play} size={14} />
            {it.seconds === undefined ? null : formatClock(Math.round(it.seconds))}
          </span>
        ) : null}
        {it.state === 'checking' ? (
          <span class="tray-check" aria-hidden="true">
            <Icon of={ShieldCheck} size={16} />
          </span>
        ) : null}
        {it.state === 'waiting' || it.state === 'uploading' ? (
          <ProgressBar value={it.offset} max={it.bytes} label={strings('progress')} />
        ) : null}
      </button>
      <IconButton
        icon={X}
        size={20}
        class="tray-remove"
        label={strings('remove', { name: it.name })}
        onPress={() => uploads.remove(it.id)}
      />
      {menu.view}
    </>
  );
}
