import { useState } from 'preact/hooks';
import { ShieldAlert, ShieldCheck } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { Button } from '../../../web/ui/button.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { REASON_MOST } from '../rules.ts';
import { reports } from '../state/current.ts';
import { strings } from '../strings.ts';
import './reports.css';

interface ReportSheetProps {
  group: string;
  message: string;
  onClose: () => void;
}

/** What happens when a message is reported, a reason that may be left out, and the one button. */
export function ReportSheet({ group, message, onClose }: ReportSheetProps) {
  const [reason, setReason] = useState('');
  const state = reports.value;
  const already = state?.reported.value.has(message) === true;

  function send(): void {
    try {
      state?.make(group, message, reason.trim());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast({ words: strings('full'), icon: null });
      return;
    }
    const online = connection().state.peek() === 'online';
    showToast({ words: strings(online ? 'sent' : 'sentLater'), icon: ShieldCheck });
    onClose();
  }

  if (already) {
    return (
      <Sheet title={strings('reportTitle')} size="small" onClose={onClose}>
        <p class="report-lead">
          <Icon of={ShieldCheck} size={24} />
          <span>{strings('already')}</span>
        </p>
        <ul class="report-steps">
          <li>{strings('step3')}</li>
        </ul>
      </Sheet>
    );
  }
  return (
    <Sheet
      title={strings('reportTitle')}
      size="medium"
      onClose={onClose}
      foot={
        <Button look="guard" wide icon={ShieldAlert} onPress={send}>
          {strings('send')}
        </Button>
      }
    >
      <p class="report-lead">
        <Icon of={ShieldAlert} size={24} />
        <span>{strings('reportLead')}</span>
      </p>
      <ul class="report-steps">
        <li>{strings('step1')}</li>
        <li>{strings('step2')}</li>
        <li>{strings('step3')}</li>
        <li>{strings('whoKnows')}</li>
      </ul>
      <TextArea
        label={strings('reason')}
        help={strings('reasonHelp')}
        value={reason}
        onInput={setReason}
        maxLength={REASON_MOST}
        rows={2}
        optional
      />
    </Sheet>
  );
}
