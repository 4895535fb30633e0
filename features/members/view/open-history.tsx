import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import type { History } from '../../groups/rights.ts';
import { historyWords } from '../../groups/view/history-words.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import type { Member } from '../protocol.ts';
import { strings } from '../strings.ts';

interface OpenHistoryProps {
  state: GroupsView;
  chat: Chat;
  member: Member;
  onClose: () => void;
}

const CHOICES: readonly Exclude<History, 'none' | 'joining'>[] = [7, 30, 90, 'all'];

/** Lets one member read more of what was said before they came; the group sees it. */
export function OpenHistorySheet({ state, chat, member, onClose }: OpenHistoryProps) {
  const [history, setHistory] = useState<(typeof CHOICES)[number]>(30);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const name = displayName(member.name);

  async function open(): Promise<void> {
    setBusy(true);
    setRefusal(undefined);
    try {
      const wish = { group: chat.group, accounts: [member.account], history };
      const { opened } = await state.call('member.openHistory', wish);
      showToast(strings(opened > 0 ? 'openedHistory' : 'openedNothing', { name }));
      onClose();
    } catch (error) {
      setRefusal(refusalWords(error, () => member.name));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('openHistoryTitle', { name })}
      size="small"
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          <Button busy={busy} onPress={() => void open()}>
            {strings('openHistory')}
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
