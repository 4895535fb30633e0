import { useEffect, useRef, useState } from 'preact/hooks';
import { Clock, Link2Off } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { formatAge } from '../../../web/format.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { Refusal } from '../../groups/view/refusal.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { ownRequests } from '../../requests/view/own.ts';
import { ANSWER_MOST } from '../../requests/rules.ts';
import type { Preview } from '../protocol.ts';
import { strings } from '../strings.ts';
import { GroupCard } from './card.tsx';
import { linkRefusal } from './refusals.ts';

/** /join/<code>: what the group is, and coming in or asking to. A member goes on into the chat. */
export function JoinScreen({ params }: ScreenProps) {
  const state = useGroups();
  const code = params['code'] ?? '';
  const way = params['way'] === 'qr' ? 'qr' : 'link';
  return (
    <Page title={strings('join')} lane="form" backTo="/chats">
      {state ? <Join key={code} state={state} code={code} way={way} /> : <Skeleton kind="setting" rows={4} />}
    </Page>
  );
}

function Join({ state, code, way }: { state: GroupsView; code: string; way: 'link' | 'qr' }) {
  const [preview, setPreview] = useState<Preview>();
  const [error, setError] = useState<unknown>();
  const [answer, setAnswer] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const asked = useRef<{ wish: string; id: string }>(undefined);
  const { online } = state;
  const waitsFor = ownRequests();

  function load(): void {
    setError(undefined);
    state.call('link.preview', { code }).then(
      (it) => {
        if (it.group !== null) navigate(`/chats/${it.group}`, { replace: true });
        else setPreview(it);
      },
      (reason: unknown) => setError(reason),
    );
  }
  // Asked for again when a request of theirs begins or ends: they hear of it live.
  useEffect(() => {
    if (online) load();
  }, [code, online, waitsFor]);

  async function run(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await act();
    } catch (reason) {
      setRefusal(linkRefusal(reason));
    } finally {
      setBusy(false);
    }
  }

  const join = (): Promise<void> =>
    run(async () => {
      const wish = JSON.stringify([code, way, answer]);
      if (asked.current?.wish !== wish) asked.current = { wish, id: newId() };
      const done = await state.call('link.join', { code, way, answer }, { id: asked.current.id });
      asked.current = undefined;
      if (done.result === 'waiting') return load();
      await state.whenListed(done.group);
      navigate(`/chats/${done.group}`, { replace: true });
    });

  const withdraw = (request: string): Promise<void> =>
    run(async () => {
      await state.call('request.withdraw', { request });
      showToast(strings('withdrawn'));
      load();
    });

  if (error instanceof Problem && (error.code === 'link.dead' || error.code === 'malformed')) {
    return (
      <EmptyState
        icon={Link2Off}
        title={strings('dead')}
        text={strings('deadText')}
        action={<LinkButton href="/chats">{strings('home')}</LinkButton>}
      />
    );
  }
  if (error !== undefined && !preview) return <Trouble error={error} onRetry={load} />;
  if (!preview) return <Skeleton kind="setting" rows={4} />;
  const { request } = preview;
  return (
    <GroupCard id={code} group={preview} photo={preview.photo ? `/photos/links/${code}` : undefined}>
      {request ? (
        <>
          <p class="join-waiting" role="status">
            <Icon of={Clock} size={20} />
            <strong>{strings('waiting')}</strong>
          </p>
          <p class="join-kind">{strings('waitingSince', { age: formatAge(request.at, connection().now()) })}</p>
          <Refusal words={refusal} />
          <Button look="outline" wide busy={busy} onPress={() => void withdraw(request.id)}>
            {strings('withdraw')}
          </Button>
        </>
      ) : (
        <>
          {preview.approval ? <p class="join-kind">{strings('approvalNote')}</p> : null}
          {preview.approval && preview.question !== '' ? (
            <div class="join-question">
              <TextArea
                label={preview.question}
                help={strings('answerHelp')}
                value={answer}
                onInput={setAnswer}
                maxLength={ANSWER_MOST}
                rows={2}
              />
            </div>
          ) : null}
          <Refusal words={refusal} />
          <Button wide busy={busy} onPress={() => void join()}>
            {strings(preview.approval ? 'ask' : 'join')}
          </Button>
        </>
      )}
    </GroupCard>
  );
}
