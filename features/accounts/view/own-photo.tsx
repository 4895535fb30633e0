import { useState } from 'preact/hooks';
import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { photoPath } from '../../photos/rules.ts';
import { PhotoPick } from '../../photos/view/pick.tsx';
import type { Myself } from '../protocol.ts';
import { strings } from '../strings.ts';

/** The own photo, to be chosen, changed or taken away; the account's event brings what it became. */
export function OwnPhoto({ self }: { self: Myself }) {
  const [busy, setBusy] = useState(false);

  async function set(photo: string | null): Promise<void> {
    setBusy(true);
    try {
      await connection().call('account.setPhoto', { photo }, { door: 'http' });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const unreadable = error.code === 'account.photo_unreadable' || error.code === 'too_large';
      showToast(strings(unreadable ? 'photoUnreadable' : 'unreachable'));
    } finally {
      setBusy(false);
    }
  }

  return (
    <PhotoPick
      id={self.id}
      name={displayName(self.name)}
      photo={photoPath(self.photo, 'large')}
      busy={busy}
      onPick={(photo) => void set(photo.base64)}
      onRemove={() => void set(null)}
    />
  );
}
