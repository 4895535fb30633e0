import { useEffect } from 'preact/hooks';
import { ShieldAlert } from 'lucide';

import { later } from '../../../web/later.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import type { Composition } from '../../messages/state/composition.ts';
import { searchDevice } from '../../search/view/open.ts';
import { openEarly } from '../state/early.ts';
import type { Early } from '../state/early.ts';
import { strings } from '../strings/sender.ts';
import './guard.css';

const byDevice = new WeakMap<object, ReturnType<typeof later<Early>>>();

function earlyHere(): ReturnType<typeof later<Early>> | undefined {
  const device = searchDevice.value;
  if (!device) return undefined;
  let it = byDevice.get(device);
  if (!it) byDevice.set(device, (it = later(() => openEarly(device))));
  return it;
}

/** A quiet line above the field while what stands there looks secret; meanwhile it is kept nowhere. */
export function EarlyWarning({ composition }: { composition: Composition }) {
  const early = earlyHere();
  const known = early?.it.value;
  useEffect(() => void early?.fetch(), [early]);
  useEffect(() => {
    if (!known) return;
    composition.suspects = (text) => known.suspects(text);
    // A draft from before it could be told.
    if (known.suspects(composition.text.peek())) composition.keep();
  }, [known, composition]);
  const text = composition.text.value;
  const suspect = known?.suspects(text) ?? false;
  return (
    <p class={suspect ? 'guard-early' : 'unseen'} role="status">
      {suspect ? (
        <>
          <Icon of={ShieldAlert} size={16} />
          {strings('early')}
        </>
      ) : null}
    </p>
  );
}
