import { useEffect } from 'preact/hooks';
import { ShieldAlert, ShieldCheck } from 'lucide';

import { later } from '../../../web/later.ts';
import { navigate } from '../../../web/routing.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { secrecy } from '../state.ts';
import { strings } from '../strings/told.ts';

const form = later(() => import('./form.tsx').then((it) => it.FormRefused));

/** How an appeal was decided, until it has been read. */
export function DecidedStrip() {
  const state = secrecy.value;
  const outcome = state?.decided.value;
  if (!state || !outcome) return null;
  return (
    <Strip
      tone={outcome === 'mistaken' ? 'accent' : 'gold'}
      icon={outcome === 'mistaken' ? ShieldCheck : ShieldAlert}
      action={strings('see')}
      onAction={() => {
        state.decided.value = undefined;
        navigate('/me/refused');
      }}
    >
      {strings(outcome === 'mistaken' ? 'toldMistaken' : 'toldUpheld')}
    </Strip>
  );
}

/** Over whatever form was refused: it stays open behind it, to be written otherwise. */
export function FormRefusedSlot() {
  const state = secrecy.value;
  const told = state?.told.value;
  useEffect(() => {
    if (told) void form.fetch();
  }, [told]);
  const Shown = form.it.value;
  if (!state || !told || !Shown) return null;
  return <Shown key={told.at} told={told} onClose={() => (state.told.value = undefined)} />;
}
