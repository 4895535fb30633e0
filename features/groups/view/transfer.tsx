import { useId, useState } from 'preact/hooks';
import { KeyRound } from 'lucide';

import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import type { Member } from '../../members/protocol.ts';
import { MemberPick } from '../../members/view/pick.tsx';
import type { Transfer } from '../protocol.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings/governing.ts';
import { Refusal } from './refusal.tsx';
import { refusalWords } from './refusals.ts';
import './groups.css';

interface TransferProps {
  state: Groups;
  chat: Chat;
  /** The owner leaves once it is accepted. */
  leaves?: boolean;
  onClose: () => void;
}

/** Chuyển quyền trưởng nhóm: offers the lead to a member; or says that an offer is open, and takes it back. */
export function TransferSheet({ state, chat, leaves = false, onClose }: TransferProps) {
  return chat.transfer?.from === state.account ? (
    <OpenOffer state={state} chat={chat} transfer={chat.transfer} onClose={onClose} />
  ) : (
    <NewOffer state={state} chat={chat} leaves={leaves} onClose={onClose} />
  );
}

function NewOffer({ state, chat, leaves, onClose }: TransferProps) {
  const [heir, setHeir] = useState<Member>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const text = useId();

  async function offer(to: Member): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await state.call('transfer.offer', { group: chat.group, to: to.account, leaves });
      onClose();
      showToast({ words: strings('offered', { name: displayName(to.name) }), icon: KeyRound });
    } catch (error) {
      setRefusal(refusalWords(error));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings(leaves ? 'handOverAndLeave' : 'transfer')}
      full
      flush
      describedBy={text}
      class="group-list-sheet"
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          <Button
            busy={busy}
            reason={heir ? undefined : strings('chooseOwner')}
            onPress={() => void (heir && offer(heir))}
          >
            {heir ? strings('offerTo', { name: displayName(heir.name) }) : strings('offer')}
          </Button>
        </>
      }
    >
      <p id={text} class="group-sheet-text">
        {strings(leaves ? 'leaveText' : 'transferText')}
      </p>
      <MemberPick
        state={state}
        group={chat.group}
        label={strings('newOwner')}
        offers={(it) => it.account !== state.account && it.active}
        chosen={heir?.account}
        onChoose={setHeir}
      />
    </Sheet>
  );
}

function OpenOffer({ state, chat, transfer, onClose }: TransferProps & { transfer: Transfer }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  async function withdraw(): Promise<void> {
    setBusy(true);
    try {
      await state.call('transfer.withdraw', { group: chat.group });
      onClose();
      showToast(strings('withdrawn'));
    } catch (error) {
      setRefusal(refusalWords(error));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('transfer')}
      size="small"
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          <Button look="danger-outline" busy={busy} onPress={() => void withdraw()}>
            {strings('withdraw')}
          </Button>
        </>
      }
    >
      <p>{strings('waitingText', { name: displayName(transfer.toName), day: formatDate(transfer.endsAt) })}</p>
      {transfer.leaves ? <p>{strings('waitingLeaves')}</p> : null}
    </Sheet>
  );
}
