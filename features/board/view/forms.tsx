import type { ComponentType, VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import type { FormPlace } from '../../../web/ui/form-place.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { strings } from '../strings.ts';

type Panel = ComponentType<{ onClose: () => void }>;

/** A place for forms on a screen of one's own: draw `view` at its end. */
export function useFormPlace(onClosed?: () => void): { place: FormPlace; view: VNode | null } {
  const [panel, setPanel] = useState<Panel>();
  const place = useMemo<FormPlace>(
    () => ({
      show: (load) =>
        void load().then(
          (it) => setPanel(() => it),
          () => showToast({ words: strings('partMissing'), icon: null }),
        ),
    }),
    [],
  );
  const close = (): void => {
    setPanel(undefined);
    onClosed?.();
  };
  const Shown = panel;
  return { place, view: Shown ? <Shown onClose={close} /> : null };
}
