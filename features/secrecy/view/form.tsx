import { useState } from 'preact/hooks';

import { Sheet } from '../../../web/ui/sheet.tsx';
import type { Told } from '../state.ts';
import { GuardCard } from './card.tsx';
import { titleOf } from './what.ts';
import './guard.css';

/**
 * The guard’s answer to a form. Sửa lại leads back to it, as it was written; of one that was left before, when its words still
 * waited to be sent, it is said what has gone.
 */
export function FormRefused({ told, onClose }: { told: Told; onClose: () => void }) {
  const { code, incident, at, waited } = told;
  const [gone] = useState(() => waited !== undefined && document.querySelector('dialog[open]') === null);
  const what = gone ? waited! : 'form';
  const back = gone ? { onClose } : { onEdit: onClose };
  return (
    <Sheet title={titleOf(what)} hideTitle size="small" role="alertdialog" onClose={onClose}>
      <div class="guard-form">
        <GuardCard id={`form ${at}`} what={what} code={code} incident={incident} at={at} {...back} />
      </div>
    </Sheet>
  );
}
