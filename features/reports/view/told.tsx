import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ShieldAlert, ShieldCheck } from 'lucide';

import { Strip } from '../../../web/ui/strip.tsx';
import { reports } from '../state.ts';
import { strings } from '../strings/told.ts';

type Told = 'withdrawn' | 'dismissed' | 'refused';

/** What is still to be read. */
const told = signal<Told | undefined>(undefined);

/** What became of a message the person reported, until it has been read. */
export function ReportedStrip() {
  const state = reports.value;
  useEffect(() => {
    if (!state) return;
    state.onDecided = (decision) => (told.value = decision === 'withdraw' ? 'withdrawn' : 'dismissed');
    state.onRefused = () => (told.value = 'refused');
  }, [state]);
  const what = told.value;
  if (!state || !what) return null;
  return (
    <Strip
      tone={what === 'withdrawn' ? 'accent' : 'gold'}
      icon={what === 'refused' ? ShieldAlert : ShieldCheck}
      action={strings('understood')}
      onAction={() => (told.value = undefined)}
    >
      {strings(what)}
    </Strip>
  );
}
