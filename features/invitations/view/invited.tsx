import { useEffect, useState } from 'preact/hooks';
import { MailOpen } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { formatDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { invitationActions } from '../protocol.ts';
import { strings } from '../strings.ts';

type Invited = OutputOf<(typeof invitationActions)['invitation.list']>['people'][number];

/** Đã mời: who has not answered yet, and may be told not to come after all. */
export function InvitedPeople({ state, group }: { state: GroupsView; group: string }) {
  const [people, setPeople] = useState<readonly Invited[]>();
  const [error, setError] = useState<unknown>();
  const turn = state.turn(group);

  function load(): void {
    setError(undefined);
    state.call('invitation.list', { group }).then(
      (it) => setPeople(it.people),
      (reason: unknown) => setError(reason),
    );
  }
  useEffect(load, [group, turn]);

  async function withdraw({ id }: Invited): Promise<void> {
    try {
      await state.call('invitation.withdraw', { group, invitations: [id] });
      setPeople((was) => was?.filter((it) => it.id !== id));
      showToast(strings('withdrawn'));
    } catch (reason) {
      showToast({ words: refusalWords(reason), icon: null });
    }
  }

  if (error !== undefined && !people) return <Trouble error={error} onRetry={load} />;
  if (!people) return <Skeleton kind="person" rows={4} />;
  if (people.length === 0) return <EmptyState icon={MailOpen} title={strings('nobody')} text="" />;
  return (
    <VirtualList items={people} keyOf={(it) => it.id} label={strings('invited')} estimate={72} total={people.length}>
      {(it) => (
        <div class="member-row">
          <PersonRow
            id={it.account ?? it.id}
            name={it.account === null ? (it.phone ?? '') : displayName(it.name)}
            photo={photoPath(it.photo)}
            second={[strings('by', { name: displayName(it.by.name), day: formatDate(it.endsAt) }), it.unit]
              .filter(Boolean)
              .join(' · ')}
            actions={
              <Button look="outline" size="small" onPress={() => void withdraw(it)}>
                {strings('withdraw')}
              </Button>
            }
          />
        </div>
      )}
    </VirtualList>
  );
}
