import { useCallback, useEffect, useState } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { MenuPlace } from '../../../web/ui/gestures.ts';
import { useMenuGesture } from '../../../web/ui/gestures.ts';
import { Menu } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Message } from '../protocol.ts';
import { isChoosable } from '../state/selection.ts';
import { strings } from '../strings.ts';
import type { LogPlace } from './place.ts';

/** What can be done with a message is not needed to draw it: it comes once the log stands. */
export const acts = later(async () => {
  const [{ entriesOf, runKey }, { ReactionBar }, { ChoosingBar }] = await Promise.all([
    import('./acts.ts'),
    import('../../reactions/view/bar.tsx'),
    import('./choosing.tsx'),
  ]);
  return { entriesOf, runKey, ReactionBar, ChoosingBar };
});

/** The menu of one message. Spread `gesture` on it, give `open` to a ⋯ button, and put `view` inside. */
export function useMessageMenu(line: Message, place: LogPlace) {
  const [at, setAt] = useState<MenuPlace | undefined>(undefined);
  const open = useCallback((there: MenuPlace) => {
    void acts.fetch();
    setAt(there);
  }, []);
  const gesture = useMenuGesture(open);
  const close = (): void => setAt(undefined);
  const view = at ? <MessageMenu at={at} line={line} place={place} onClose={close} /> : null;
  return { gesture, open, isOpen: at !== undefined, view };
}

interface MessageMenuProps {
  at: MenuPlace;
  line: Message;
  place: LogPlace;
  onClose: () => void;
}

function MessageMenu({ at, line, place, onClose }: MessageMenuProps) {
  const known = acts.it.value;
  const trouble = acts.trouble.value;
  useEffect(() => {
    if (!trouble) return;
    onClose();
    showToast(strings('menuMissing'));
  }, [trouble]);
  if (!known) return null;
  return (
    <Menu
      label={strings('menu')}
      at={at}
      items={known.entriesOf(line, place)}
      header={isChoosable(line) ? (close) => <known.ReactionBar line={line} place={place} close={close} /> : undefined}
      onClose={onClose}
    />
  );
}
