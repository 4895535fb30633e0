import { useId, useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings.ts';
import { Refusal } from './refusal.tsx';
import { refusalWords } from './refusals.ts';
import { TransferSheet } from './transfer.tsx';

interface LeaveGroupProps {
  state: Groups;
  chat: Chat;
  onClose: () => void;
}

/** Rời nhóm: says what it means; the owner hands the group over first. */
export function LeaveGroup({ state, chat, onClose }: LeaveGroupProps) {
  return chat.role === 'owner' && chat.members > 1 ? (
    <TransferSheet state={state} chat={chat} leaves onClose={onClose} />
  ) : (
    <Leave state={state} chat={chat} onClose={onClose} />
  );
}

function Leave({ state, chat, onClose }: LeaveGroupProps) {
  const [quiet, setQuiet] = useState(false);
  const [refuse, setRefuse] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const text = useId();
  const name = displayName(chat.name);

  async function leave(): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await state.leave(chat.group, { quiet, refuse });
      onClose();
      navigate('/chats', { replace: true });
      showToast({ words: strings('left', { name }), icon: null });
    } catch (error) {
      setRefusal(refusalWords(error));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('leaveTitle', { name })}
      size="small"
      role="alertdialog"
      describedBy={text}
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          <Button look="danger" busy={busy} onPress={() => void leave()}>
            {strings('leave')}
          </Button>
        </>
      }
    >
      <p id={text}>{strings(chat.members > 1 ? 'leaveText' : 'leaveLast')}</p>
      {chat.members > 1 ? (
        <>
          <CheckboxRow
            label={strings('leaveQuietly')}
            help={strings('leaveQuietlyHelp')}
            checked={quiet}
            onChange={setQuiet}
          />
          <CheckboxRow label={strings('refuse')} checked={refuse} onChange={setRefuse} />
        </>
      ) : null}
    </Sheet>
  );
}
