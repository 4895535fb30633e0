import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { regulations } from '../state.ts';
import type { Regulations } from '../state.ts';
import { strings } from '../strings/card.ts';
import '../card.css';

interface SheetProps {
  state: Regulations;
  group: string;
  onClose: () => void;
}

let AcceptSheet: ComponentType<SheetProps> | undefined;

/** Whether the composer gives way to `RegulationCard`. Reads as a signal. */
export function regulationAsks(group: string): boolean {
  return regulations.value?.asks(group) ?? false;
}

/** In place of the composer, until the regulation in force is accepted. What it opens comes when it is first asked for. */
export function RegulationCard({ group, changed }: { group: string; changed: boolean }) {
  const state = regulations.value;
  const [open, setOpen] = useState(false);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!open || AcceptSheet) return;
    let here = true;
    import('./accept.tsx').then(
      (it) => {
        AcceptSheet = it.AcceptSheet;
        if (here) redraw((n) => n + 1);
      },
      () => {
        if (here) setOpen(false);
      },
    );
    return () => {
      here = false;
    };
  }, [open]);
  if (!state) return null;
  const waiting = state.waiting(group);
  return (
    <section class="regulation-card" aria-label={strings('ofGroup')}>
      <span class="regulation-card-icon">
        <Icon of={icons.regulation} size={24} />
      </span>
      <div class="regulation-card-words">
        <h2>{strings('ofGroup')}</h2>
        <p>{strings(changed ? 'changed' : 'needed')}</p>
        {waiting > 0 ? <p role="status">{strings('waiting', { n: waiting })}</p> : null}
      </div>
      <Button onPress={() => setOpen(true)}>{strings('readAndAccept')}</Button>
      {open && AcceptSheet ? <AcceptSheet state={state} group={group} onClose={() => setOpen(false)} /> : null}
    </section>
  );
}
