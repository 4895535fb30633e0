import { useEffect, useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Gone } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { draftForm } from '../state/draft.ts';
import { regulations } from '../state.ts';
import { strings } from '../strings.ts';
import { DraftFields, DraftFoot } from './editor.tsx';
import '../regulation.css';

/** The draft of a group's next version. */
export function DraftScreen({ params }: ScreenProps) {
  const group = params['group'] ?? '';
  const state = regulations.value;
  const form = draftForm({ group });
  const back = `/chats/${group}/regulation`;
  const [trouble, setTrouble] = useState<unknown>(undefined);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!state) return;
    setTrouble(undefined);
    state
      .fetch(group)
      .then(async () => {
        const known = state.get(group);
        if (known?.governing) await form.open(known.governing.draft, known.current);
      })
      .catch((error: unknown) => setTrouble(error));
  }, [state, group, attempt]);

  const chat = state?.chats.get(group);
  const known = state?.get(group);
  const ready = form.document.value !== undefined || form.file.value !== null;
  const leave = (): void => {
    void state?.fetch(group).catch(() => undefined);
    navigate(back, { replace: true });
  };
  return (
    <Page
      title={strings('draft')}
      subtitle={displayName(chat?.name ?? '')}
      nested
      backTo={back}
      lane="form"
      foot={
        ready ? (
          <DraftFoot form={form} effect={strings('publishText')} onPublished={leave} onDiscarded={leave} />
        ) : undefined
      }
    >
      {ready ? (
        <DraftFields form={form} />
      ) : trouble !== undefined ? (
        <Trouble error={trouble} onRetry={() => setAttempt((n) => n + 1)} />
      ) : known && !known.governing ? (
        <Gone home={`/chats/${group}`} />
      ) : (
        <Skeleton kind="setting" rows={8} />
      )}
    </Page>
  );
}
