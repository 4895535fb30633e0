import { useState } from 'preact/hooks';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call, isUnreachable } from '../../../web/connection.ts';
import { Button } from '../../../web/ui/button.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isGuarded } from '../../../web/guarded.ts';
import { APPEAL_MOST } from '../rules.ts';
import { secrecy } from '../state.ts';
import { strings } from '../strings/sender.ts';
import './guard.css';

function refusalWords(error: unknown): string {
  if (isUnreachable(error)) return strings('offlineNow');
  const code = error instanceof Problem ? error.code : '';
  if (isGuarded(code)) return strings('appealMarked');
  if (code === 'incident.appealed') return strings('already');
  return strings(code === 'incident.too_late' ? 'tooLate' : 'failed');
}

interface AppealProps {
  incident: string;
  onSent?: () => void;
  onClose: () => void;
}

/** Báo chặn nhầm: why it was a mistake. What was refused is not part of it. */
export function AppealSheet({ incident, onSent, onClose }: AppealProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [id] = useState(() => newId());
  const send = async (): Promise<void> => {
    if (reason.trim() === '') return setError(strings('reasonMissing'));
    setBusy(true);
    try {
      await call('incident.appeal', { incident, reason: reason.trim() }, { id });
      secrecy.peek()?.appeal(incident);
      showToast(strings('sent'));
      onSent?.();
      onClose();
    } catch (caught) {
      if (caught instanceof Problem && caught.code === 'incident.appealed') secrecy.peek()?.appeal(incident);
      setError(refusalWords(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet
      title={strings('appeal')}
      onClose={onClose}
      foot={
        <Button size="large" wide busy={busy} onPress={() => void send()}>
          {strings('send')}
        </Button>
      }
    >
      <p class="guard-about">{strings('appealText')}</p>
      <TextArea
        label={strings('reason')}
        help={strings('reasonHelp')}
        value={reason}
        maxLength={APPEAL_MOST}
        error={error}
        autofocus
        onInput={(text) => {
          setReason(text);
          setError(undefined);
        }}
      />
    </Sheet>
  );
}
