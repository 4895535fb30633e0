import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import type { History } from '../../groups/rights.ts';
import { DECIDED_AT_ONCE } from '../../groups/rules.ts';
import { historyWords } from '../../groups/view/history-words.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import type { Member } from '../protocol.ts';
import { strings } from '../strings.ts';
import { strings as bulkStrings } from '../strings/bulk.ts';
import { PartsProgress, saidOf, useParts } from './parts.tsx';

interface OpenHistoryProps {
  state: GroupsView;
  chat: Chat;
  /** At least one. */
  members: readonly Member[];
  onClose: () => void;
}

const CHOICES: readonly Exclude<History, 'none' | 'joining'>[] = [7, 30, 90, 'all'];

/** Lets members read more of what was said before they came; the group sees it. */
export function OpenHistorySheet({ state, chat, members, onClose }: OpenHistoryProps) {
  const [history, setHistory] = useState<(typeof CHOICES)[number]>(30);
  const view = useParts((account) => members.find((it) => it.account === account)?.name);
  const name = displayName(members[0]?.name ?? '');
  const n = members.length;

  async function open(): Promise<void> {
    const outcome = await view.run(
      members.map((it) => it.account),
      { history },
      async (accounts, id) => {
        const { opened } = await state.call('member.openHistory', { group: chat.group, accounts, history }, { id });
        return opened;
      },
    );
    if (!outcome) return;
    const { done } = outcome;
    const said =
      n === 1
        ? strings(done > 0 ? 'openedHistory' : 'openedNothing', { name })
        : done > 0
          ? bulkStrings('openedMany', { n: done })
          : bulkStrings('openedNone');
    showToast(saidOf(said, outcome));
    onClose();
  }

  return (
    <Sheet
      title={n === 1 ? strings('openHistoryTitle', { name }) : bulkStrings('openMany', { n })}
      size="small"
      onClose={onClose}
      foot={
        <>
          <Refusal words={view.refusal} />
          <PartsProgress view={view} most={DECIDED_AT_ONCE} />
          <Button busy={view.busy} onPress={() => void open()}>
            {view.begun ? bulkStrings('goOn') : strings('openHistory')}
          </Button>
        </>
      }
    >
      <p>{strings('openHistoryText')}</p>
      <RadioRows
        label={strings('openHistory')}
        hideLabel
        value={String(history)}
        onChange={(it) => setHistory(CHOICES.find((one) => String(one) === it) ?? 30)}
        options={CHOICES.map((it) => ({ value: String(it), label: historyWords(it) }))}
      />
    </Sheet>
  );
}
