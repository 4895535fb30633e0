import { useEffect, useRef, useState } from 'preact/hooks';
import { ShieldBan } from 'lucide';

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
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { leavingActions } from '../protocol/leaving.ts';
import { strings } from '../strings.ts';

type Blocked = OutputOf<(typeof leavingActions)['member.blocked']>['people'][number];

const PAGE = 100;
const NEAR_END = 20;

/** Đã chặn: who may not come back, by whom and why; leaders let them again. */
export function BlockedPeople({ state, group }: { state: GroupsView; group: string }) {
  const [shown, setShown] = useState<{ people: readonly Blocked[]; total: number }>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const handle = useRef<VirtualizerHandle>(null);
  const asking = useRef(false);
  const turn = state.turn(group);

  async function ask(after: number, keep: readonly Blocked[]): Promise<void> {
    if (asking.current) return;
    asking.current = true;
    try {
      const { people, total } = await state.call('member.blocked', { group, after, limit: PAGE });
      const all = new Map([...keep, ...people].map((it) => [it.account, it]));
      setShown({ people: [...all.values()], total });
    } catch (reason) {
      setError(reason);
    } finally {
      asking.current = false;
    }
  }

  useEffect(() => void ask(0, []), [group, turn, attempt]);

  async function unblock({ account, name }: Blocked): Promise<void> {
    try {
      await state.call('member.unblock', { group, accounts: [account] });
      setShown((was) => was && { people: was.people.filter((it) => it.account !== account), total: was.total - 1 });
      showToast(strings('unblocked', { name: displayName(name) }));
    } catch (reason) {
      showToast({ words: refusalWords(reason, () => name), icon: null });
    }
  }

  if (error !== undefined) {
    return (
      <Trouble
        error={error}
        onRetry={() => {
          setError(undefined);
          setAttempt((n) => n + 1);
        }}
      />
    );
  }
  if (!shown) return <Skeleton kind="person" rows={4} />;
  const { people, total } = shown;
  if (people.length === 0) return <EmptyState icon={ShieldBan} title={strings('nobodyBlocked')} />;
  return (
    <VirtualList
      items={people}
      keyOf={(it) => it.account}
      label={strings('blocked')}
      estimate={72}
      total={total}
      handle={handle}
      onScroll={() => {
        const list = handle.current;
        if (!list || people.length >= total) return;
        if (list.findItemIndex(list.scrollOffset + list.viewportSize) > people.length - NEAR_END)
          void ask(people.length, people);
      }}
    >
      {(it) => (
        <div class="member-row">
          <PersonRow
            id={it.account}
            name={displayName(it.name)}
            photo={photoPath(it.photo)}
            second={it.unit}
            third={[strings('blockedBy', { who: displayName(it.by.name), day: formatDate(it.at) }), it.reason]
              .filter(Boolean)
              .join(' · ')}
            href={`/directory/people/${it.account}`}
            actions={
              <Button look="outline" size="small" onPress={() => void unblock(it)}>
                {strings('unblock')}
              </Button>
            }
          />
        </div>
      )}
    </VirtualList>
  );
}
