import { useState } from 'preact/hooks';

import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import { DECIDED_AT_ONCE } from '../../groups/rules.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import type { Member } from '../protocol.ts';
import { endOfDay } from '../rules.ts';
import { strings as memberStrings } from '../strings.ts';
import { strings } from '../strings/bulk.ts';
import { PartsProgress, saidOf, useParts } from './parts.tsx';
import type { Given } from './roles.tsx';

interface ChangeRoleProps {
  state: GroupsView;
  chat: Chat;
  members: readonly Member[];
  onClose: (done: boolean) => void;
}

const ROLES = ['deputy', 'clerk', 'member', 'reader'] as const satisfies Given[];

/** Đổi vai trò của nhiều người: one role for all of them, for good or for a term. */
export function ChangeRoleSheet({ state, chat, members, onClose }: ChangeRoleProps) {
  const appoints = chat.rights.includes('member.appoint');
  const offered = appoints ? ROLES : ROLES.filter((it) => it === 'member' || it === 'reader');
  const [role, setRole] = useState<Given | undefined>();
  const [day, setDay] = useState('');
  const [wrong, setWrong] = useState<string>();
  const view = useParts((account) => {
    const found = members.find((it) => it.account === account);
    return found && displayName(found.name);
  });

  async function change(): Promise<void> {
    if (role === undefined) return;
    const until = role === 'member' || day === '' ? null : endOfDay(day);
    if (until === undefined || (until !== null && until <= Date.now())) return setWrong(memberStrings('termWrong'));
    setWrong(undefined);
    const { group } = chat;
    const outcome = await view.run(
      members.map((it) => it.account),
      { role, until },
      async (accounts, id) => {
        const to = { group, accounts, until };
        const { changed } = appoints
          ? await state.call('member.appoint', { ...to, role }, { id })
          : await state.call('member.restrict', { ...to, readOnly: role === 'reader' }, { id });
        return changed;
      },
    );
    if (!outcome) return;
    const said = outcome.done > 0 ? strings('roleChanged', { n: outcome.done }) : strings('roleUnchanged');
    showToast(saidOf(said, outcome));
    onClose(true);
  }

  return (
    <Sheet
      title={strings('changeRoleOf', { n: members.length })}
      size="small"
      onClose={() => onClose(false)}
      foot={
        <>
          <Refusal words={view.refusal} />
          <PartsProgress view={view} most={DECIDED_AT_ONCE} />
          <Button busy={view.busy} disabled={role === undefined} onPress={() => void change()}>
            {strings(view.begun ? 'goOn' : 'changeRole')}
          </Button>
        </>
      }
    >
      <RadioRows
        label={strings('newRole')}
        hideLabel
        value={role}
        onChange={setRole}
        options={offered.map((it) => ({ value: it, label: strings(it), help: strings(`${it}Help`) }))}
      />
      {role === undefined || role === 'member' ? null : (
        <Field
          type="date"
          label={memberStrings('termDay')}
          help={memberStrings('termHelp')}
          error={wrong}
          value={day}
          onInput={(it) => {
            setDay(it);
            setWrong(undefined);
          }}
          optional
        />
      )}
    </Sheet>
  );
}
