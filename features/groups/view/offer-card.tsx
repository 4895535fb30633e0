import { useState } from 'preact/hooks';
import { KeyRound } from 'lucide';

import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import type { Groups } from '../state.ts';
import { strings } from '../strings/offer.ts';
import { refusalWords } from './refusals.ts';
import './offer.css';

/** The lead is offered to whoever looks at this: yes or no. */
export function OfferCard({ state, chat }: { state: Groups; chat: Chat }) {
  const [busy, setBusy] = useState<'accept' | 'decline'>();
  const { transfer } = chat;
  if (transfer?.to !== state.account) return null;

  async function answer(accept: boolean): Promise<void> {
    if (accept) {
      const sure = await confirm({
        title: strings('acceptTitle', { name: displayName(chat.name) }),
        text: strings('acceptText'),
        yes: strings('accept'),
      });
      if (!sure) return;
    }
    setBusy(accept ? 'accept' : 'decline');
    try {
      await state.call('transfer.answer', { group: chat.group, accept });
      showToast({ words: strings(accept ? 'accepted' : 'declined'), icon: accept ? KeyRound : null });
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <section class="transfer-offer" aria-label={strings('transfer')}>
      <Icon of={KeyRound} size={20} />
      <p>{strings('offerToYou', { name: displayName(transfer.fromName), day: formatDate(transfer.endsAt) })}</p>
      <div class="transfer-acts">
        <Button look="outline" size="small" busy={busy === 'decline'} onPress={() => void answer(false)}>
          {strings('decline')}
        </Button>
        <Button size="small" busy={busy === 'accept'} onPress={() => void answer(true)}>
          {strings('accept')}
        </Button>
      </div>
    </section>
  );
}
