import { useEffect, useState } from 'preact/hooks';
import { UserCheck } from 'lucide';
import type { OutputOf } from '../../../protocol/action.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { formatAge, formatPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { accountActions } from '../protocol.ts';
import { me } from '../state.ts';
import { strings } from '../strings.ts';
import '../accounts.css';

type Request = OutputOf<(typeof accountActions)['account.requests']>['requests'][number];

/** People who asked to register, each to be let in or refused. */
export function RequestsScreen() {
  const [requests, setRequests] = useState<readonly Request[] | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [busy, setBusy] = useState<string | undefined>(undefined);
  const waiting = me.value?.waiting.value;
  const load = () => {
    setError(undefined);
    call('account.requests', {}).then((it) => setRequests(it.requests), setError);
  };
  // Somebody asked, or another administrator answered.
  useEffect(load, [waiting]);

  async function answer(request: Request, name: 'account.approve' | 'account.refuse', done: string): Promise<void> {
    setBusy(request.account);
    try {
      await call(name, { account: request.account });
      showToast(done);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      showToast(
        problem.code === 'account.not_waiting'
          ? strings('answeredAlready')
          : problem.code === 'unreachable'
            ? strings('unreachable')
            : strings('fault', { id: String(problem.details['id'] ?? problem.code) }),
      );
      if (problem.code !== 'account.not_waiting') return;
    } finally {
      setBusy(undefined);
    }
    setRequests((list) => list?.filter((it) => it.account !== request.account));
  }

  async function refuse(request: Request): Promise<void> {
    const name = displayName(request.name);
    const agreed = await confirm({
      title: strings('refuseTitle', { name }),
      text: strings('refuseText'),
      yes: strings('refuse'),
      danger: true,
    });
    if (agreed) await answer(request, 'account.refuse', strings('refused', { name }));
  }

  const oldest = requests?.[0];
  return (
    <Page
      title={strings('requests')}
      subtitle={oldest ? strings('requestsWaiting', { n: requests.length, age: formatAge(oldest.at) }) : undefined}
      lane="form"
    >
      {error !== undefined ? (
        <Trouble error={error} onRetry={load} />
      ) : !requests ? (
        <Skeleton kind="person" rows={3} />
      ) : requests.length === 0 ? (
        <EmptyState icon={UserCheck} title={strings('requestsNone')} text={strings('requestsNoneText')} />
      ) : (
        <ul>
          {requests.map((request) => (
            <li class="request" key={request.account}>
              <Avatar id={request.account} name={displayName(request.name)} size={48} />
              <div class="request-words">
                <p class="request-name">{displayName(request.name)}</p>
                <p class="request-second">
                  <span class="nowrap">{formatPhone(request.phone)}</span>
                  <span>{formatAge(request.at)}</span>
                  <Tag tone="gold">{strings('notInDirectory')}</Tag>
                </p>
              </div>
              <div class="request-acts">
                <Button
                  look="outline"
                  disabled={busy === request.account}
                  label={`${strings('refuse')} ${displayName(request.name)}`}
                  onPress={() => void refuse(request)}
                >
                  {strings('refuse')}
                </Button>
                <Button
                  look="soft"
                  busy={busy === request.account}
                  label={`${strings('approve')} ${displayName(request.name)}`}
                  onPress={() =>
                    void answer(request, 'account.approve', strings('approved', { name: displayName(request.name) }))
                  }
                >
                  {strings('approve')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
