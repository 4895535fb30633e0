import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CheckboxRow } from '../../../web/ui/choice.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { DECIDED_AT_ONCE } from '../../groups/rules.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import { REASON_MOST } from '../rules.ts';
import { strings } from '../strings.ts';
import { strings as bulkStrings } from '../strings/bulk.ts';
import { PartsProgress, saidOf, useParts } from './parts.tsx';

interface RemoveProps {
  state: GroupsView;
  chat: Chat;
  /** Those who are to go; at least one. */
  members: readonly { readonly account: string; readonly name: string }[];
  onClose: (done: boolean) => void;
}

const READY = ['reasonPost', 'reasonMistake', 'reasonDone'] as const;

/** Xóa khỏi nhóm: the reason, which they are told, and whether they may come back. */
export function RemoveSheet({ state, chat, members, onClose }: RemoveProps) {
  const [reason, setReason] = useState('');
  const [block, setBlock] = useState(false);
  const view = useParts((account) => members.find((it) => it.account === account)?.name);
  const name = displayName(members[0]?.name ?? '');
  const n = members.length;

  async function remove(): Promise<void> {
    const outcome = await view.run(
      members.map((it) => it.account),
      { reason, block },
      async (accounts, id) =>
        (await state.call('member.remove', { group: chat.group, accounts, reason, block }, { id })).removed,
    );
    if (!outcome) return;
    const { done } = outcome;
    showToast(
      saidOf(n === 1 && done === 1 ? strings('removed', { name }) : strings('removedMany', { n: done }), outcome),
    );
    onClose(true);
  }

  return (
    <Sheet
      title={n === 1 ? strings('removeTitle', { name }) : strings('removeTitleMany', { n })}
      size="small"
      onClose={() => onClose(false)}
      foot={
        <>
          <Refusal words={view.refusal} />
          <PartsProgress view={view} most={DECIDED_AT_ONCE} />
          <Button look="danger" busy={view.busy} onPress={() => void remove()}>
            {view.begun ? bulkStrings('goOn') : strings('remove')}
          </Button>
        </>
      }
    >
      <p>{strings('removeText')}</p>
      <ReasonField
        label={strings('reason')}
        help={strings('reasonHelp')}
        readyLabel={strings('reasonReady')}
        ready={READY.map((it) => strings(it))}
        value={reason}
        onInput={setReason}
        most={REASON_MOST}
      />
      <CheckboxRow label={strings('block')} help={strings('blockHelp')} checked={block} onChange={setBlock} />
    </Sheet>
  );
}
