import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';

const strip = later(() => import('./strip.tsx'));

/** What is pinned is not waited for: it comes once the conversation stands. */
export function PinStripSlot({ group }: { group: string }) {
  useEffect(() => void strip.fetch(), []);
  const View = strip.it.value?.PinStrip;
  return View ? <View group={group} /> : null;
}
