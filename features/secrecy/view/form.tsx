import { Sheet } from '../../../web/ui/sheet.tsx';
import type { Told } from '../state.ts';
import { strings } from '../strings/sender.ts';
import { GuardCard } from './card.tsx';
import './guard.css';

/** The guard’s answer to a form. Sửa lại leads back to it, as it was written. */
export function FormRefused({ told, onClose }: { told: Told; onClose: () => void }) {
  const { code, incident, at } = told;
  return (
    <Sheet title={strings('formTitle')} hideTitle size="small" role="alertdialog" onClose={onClose}>
      <div class="guard-form">
        <GuardCard id={`form ${at}`} what="form" code={code} incident={incident} at={at} onEdit={onClose} />
      </div>
    </Sheet>
  );
}
