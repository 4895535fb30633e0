import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { reports } from '../state/current.ts';

const strip = later(() => import('./told-strip.tsx').then((it) => it.ToldStrip));

/** What became of a message the person reported; its words come when there is something to tell. */
export function ReportedStrip() {
  const state = reports.value;
  const told = state?.told.value;
  useEffect(() => {
    if (told) void strip.fetch();
  }, [told]);
  const Told = strip.it.value;
  return state && told && Told ? <Told told={told} onRead={() => (state.told.value = undefined)} /> : null;
}
