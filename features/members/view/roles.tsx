import { useState } from 'preact/hooks';
import { CalendarClock, Eye, KeyRound, PencilLine, UserCog, UserRoundMinus } from 'lucide';

import { formatShortDate } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import type { MenuItem } from '../../../web/ui/menu.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Chat } from '../../chats/protocol.ts';
import { canDecideAbout } from '../../groups/rights.ts';
import { Refusal } from '../../groups/view/refusal.tsx';
import { refusalWords } from '../../groups/view/refusals.ts';
import type { GroupsView } from '../../groups/view/use-groups.ts';
import type { Member } from '../protocol.ts';
import { endOfDay, lastDay } from '../rules.ts';
import { strings } from '../strings.ts';

/** A role that is given: the owner’s is handed over. */
export type Given = 'deputy' | 'clerk' | 'member' | 'reader';

interface RoleProps {
  state: GroupsView;
  chat: Chat;
  member: Member;
}

const DONE = { deputy: 'nowDeputy', clerk: 'nowClerk', member: 'nowMember', reader: 'nowReader' } as const;

/** What the actor may make of a member; nothing where they may not decide about them. */
export function roleItems({
  state,
  chat,
  member,
  onTerm,
}: RoleProps & { onTerm: (role: Given) => void }): (MenuItem | 'line')[] {
  const { role } = member;
  const appoints = chat.rights.includes('member.appoint');
  const restricts = chat.rights.includes('member.restrict');
  if (role === 'owner' || !canDecideAbout(chat.role, role) || !(appoints || restricts)) return [];
  const give = (to: Given) => void giveAndTell({ state, chat, member }, to, null);
  const items: (MenuItem | false)[] = [
    appoints && role !== 'deputy' && { label: strings('makeDeputy'), icon: KeyRound, onSelect: () => give('deputy') },
    appoints && role !== 'clerk' && { label: strings('makeClerk'), icon: UserCog, onSelect: () => give('clerk') },
    appoints &&
      (role === 'deputy' || role === 'clerk') && {
        label: strings('makeMember'),
        icon: UserRoundMinus,
        onSelect: () => give('member'),
      },
    role === 'reader'
      ? { label: strings('unmakeReader'), icon: PencilLine, onSelect: () => give('member') }
      : { label: strings('makeReader'), icon: Eye, onSelect: () => give('reader') },
    role !== 'member' && { label: strings('term'), icon: CalendarClock, onSelect: () => onTerm(role) },
  ];
  return ['line', ...items.filter((it) => it !== false)];
}

/** Gives the role by the right the actor has for it. */
async function give({ state, chat, member }: RoleProps, role: Given, until: number | null): Promise<void> {
  const to = { group: chat.group, accounts: [member.account], until };
  if (chat.rights.includes('member.appoint')) await state.call('member.appoint', { ...to, role });
  else await state.call('member.restrict', { ...to, readOnly: role === 'reader' });
}

async function giveAndTell(it: RoleProps, role: Given, until: number | null): Promise<void> {
  const before = it.member;
  try {
    await give(it, role, until);
    const name = displayName(before.name);
    showToast({
      words: strings(DONE[role], { name }),
      onAction: () => {
        give(it, before.role as Given, before.roleUntil).catch((error: unknown) =>
          showToast({ words: refusalWords(error), icon: null }),
        );
      },
    });
  } catch (error) {
    showToast({ words: refusalWords(error, () => before.name), icon: null });
  }
}

/** “đến 31/12”, for who has a term. */
export function termWords({ roleUntil }: Member): string {
  return roleUntil === null ? '' : strings('termUntil', { day: formatShortDate(roleUntil - 1) });
}

/** Until when somebody has their role. */
export function TermSheet({ role, onClose, ...it }: RoleProps & { role: Given; onClose: () => void }) {
  const { member } = it;
  const [day, setDay] = useState(member.roleUntil === null ? '' : lastDay(member.roleUntil));
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  async function save(): Promise<void> {
    const until = day === '' ? null : endOfDay(day);
    if (until === undefined) return setRefusal(strings('termWrong'));
    setBusy(true);
    setRefusal(undefined);
    try {
      await give(it, role, until);
      onClose();
      showToast(strings('termSaved'));
    } catch (error) {
      setRefusal(refusalWords(error, () => member.name));
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings('termOf', { name: displayName(member.name) })}
      size="small"
      onClose={onClose}
      foot={
        <>
          <Refusal words={refusal} />
          <Button busy={busy} onPress={() => void save()}>
            {strings('termSave')}
          </Button>
        </>
      }
    >
      <Field
        type="date"
        label={strings('termDay')}
        help={strings('termHelp')}
        value={day}
        onInput={setDay}
        optional
        autofocus
      />
    </Sheet>
  );
}
