import { useState } from 'preact/hooks';
import { MailOpen } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import { GroupCard } from '../../links/view/card.tsx';
import type { Invitation } from '../protocol.ts';
import { invitations } from '../state.ts';
import type { Invitations } from '../state.ts';
import { strings } from '../strings.ts';

/** Lời mời vào nhóm: each to be accepted, declined, or declined for good. */
export function InvitationsScreen() {
  const state = invitations.value;
  return (
    <Page title={strings('title')} lane="form" backTo="/chats">
      {!state ? (
        <Skeleton kind="setting" />
      ) : state.list.value.length === 0 ? (
        <EmptyState icon={MailOpen} title={strings('none')} text="" />
      ) : (
        state.list.value.map((it) => <Card key={it.id} state={state} invitation={it} />)
      )}
    </Page>
  );
}

function Card({ state, invitation }: { state: Invitations; invitation: Invitation }) {
  const [busy, setBusy] = useState<string>();
  const groups = useGroups();

  async function answer(how: 'accept' | 'decline' | 'block'): Promise<void> {
    setBusy(how);
    try {
      const group = await state.answer(invitation.id, how);
      if (group === null) return showToast(strings('declined'));
      await groups?.whenListed(group);
      navigate(`/chats/${group}`, { replace: true });
    } catch (error) {
      const over = error instanceof Problem && (error.code === 'invitation.over' || error.code === 'not_found');
      if (over) state.drop(invitation.id);
      showToast({ words: over ? strings('over') : refusalWords(error), icon: null });
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <GroupCard id={invitation.id} group={invitation}>
      <p>{strings('invitedBy', { name: displayName(invitation.by.name) })}</p>
      <p class="join-kind">{strings('until', { day: formatDate(invitation.endsAt) })}</p>
      <Button wide busy={busy === 'accept'} onPress={() => void answer('accept')}>
        {strings('accept')}
      </Button>
      <Button look="outline" wide busy={busy === 'decline'} onPress={() => void answer('decline')}>
        {strings('decline')}
      </Button>
      <Button look="danger-text" wide busy={busy === 'block'} onPress={() => void answer('block')}>
        {strings('block')}
      </Button>
    </GroupCard>
  );
}
