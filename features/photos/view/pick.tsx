import { useRef, useState } from 'preact/hooks';
import { Camera, ImageOff, ImagePlus } from 'lucide';

import { Avatar } from '../../../web/ui/avatar.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { strings } from '../strings.ts';
import { shrinkPhoto } from './shrink.ts';
import type { ShrunkPhoto } from './shrink.ts';
import './pick.css';

interface PhotoPickProps {
  /** Of the account or group; it colours the avatar. */
  id: string;
  name: string;
  /** An address the page can show. */
  photo?: string | null;
  group?: string | true;
  size?: 72 | 96;
  busy?: boolean;
  onPick: (photo: ShrunkPhoto) => void;
  /** Offered where there is a photo. */
  onRemove?: () => void;
}

/** The avatar with a camera: press to choose a picture of the device. */
export function PhotoPick({ id, name, photo, group, size = 96, busy, onPick, onRemove }: PhotoPickProps) {
  const input = useRef<HTMLInputElement>(null);
  const [reading, setReading] = useState(false);
  const has = Boolean(photo);
  const menu = useMenu({
    label: strings('menu'),
    items: () => [
      { label: strings('change'), icon: ImagePlus, onSelect: () => input.current?.click() },
      { label: strings('remove'), icon: ImageOff, tone: 'red', onSelect: () => onRemove?.() },
    ],
  });
  const working = busy || reading;

  async function read(file: File): Promise<void> {
    setReading(true);
    try {
      const shrunk = await shrinkPhoto(file);
      if (shrunk) onPick(shrunk);
      else showToast({ words: strings('unreadable'), icon: null });
    } finally {
      setReading(false);
    }
  }

  return (
    <span class="photo-pick">
      <button
        type="button"
        class="photo-pick-button"
        aria-label={strings(has ? 'change' : 'choose')}
        aria-haspopup={has && onRemove ? 'menu' : undefined}
        aria-busy={working || undefined}
        onClick={(event) => {
          if (working) return;
          if (has && onRemove) menu.open(event.currentTarget);
          else input.current?.click();
        }}
      >
        <Avatar id={id} name={name} photo={photo} group={group} size={size} />
        <span class="photo-pick-mark">{working ? <Spinner size={20} /> : <Icon of={Camera} size={20} />}</span>
      </button>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file can be chosen again.
          event.currentTarget.value = '';
          if (file) void read(file);
        }}
      />
      {menu.view}
    </span>
  );
}
